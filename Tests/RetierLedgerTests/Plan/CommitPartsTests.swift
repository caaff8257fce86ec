import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

/// Messages that carry chosen actions of a draft, name their recipients, or cannot be sent.
@Suite struct CommitPartsTests {
    private func world(identities: [(member: String, ids: [String])] = []) throws -> PlanWorld {
        var world = try PlanWorld()
        let account = WeComAccount(corpID: "ww1", secret: .file("s"))
        world.endpoint = Endpoint(
            id: "crm", kind: .wecomTask(WeComTaskSettings(account: account, identitySource: "wecom")), batch: 10)
        try world.ledger.pool.write { database in
            for (member, ids) in identities {
                for id in ids {
                    try database.execute(
                        sql: "INSERT INTO identity SELECT 'wecom', ?, key FROM member WHERE member_id = ?",
                        arguments: [id, member])
                    try database.execute(
                        sql: "INSERT INTO identity SELECT 'crm', ?, key FROM member WHERE member_id = ?",
                        arguments: ["0" + id, member])
                }
            }
        }
        return world
    }

    @Test func theDraftNamesEachMembersSmallestIDUnderTheSource() throws {
        let world = try world(identities: [("m1", ["wmB", "wmA", "会"]), ("m4", ["wmC"])])
        var seen: [String?] = []
        _ = try world.ledger.commit(world.write(), world.order) { draft in
            seen = draft.externalIDs
            return [MessagePart(body: [1], actions: draft.actions.count)]
        }
        #expect(seen == ["wmA", nil, "wmC"])
    }

    @Test func partsMayCarryAnyActionsOnceAndNameTheirRecipients() throws {
        let world = try world()
        let result = try world.ledger.commit(world.write(), world.order) { draft in
            #expect(draft.actions.map(\.memberID) == ["m1", "m2", "m4"])
            return [
                MessagePart(body: [1], places: [0, 2], recipients: ["wm1", "wm4"]),
                MessagePart(refusing: [1], code: "no-recipient"),
            ]
        }
        #expect(result.messages == 2 && result.sends == 3 && result.unsendable == 1)
        #expect(
            try world.strings(
                """
                SELECT member_id || ' ' || m.position || ' ' || m.state || ' ' || coalesce(m.code, '-') || ' '
                    || coalesce(r.recipient, '-')
                FROM decision d JOIN member ON member.key = d.member JOIN message m ON m.id = d.message
                LEFT JOIN message_recipient r ON r.action_id = d.action_id ORDER BY member_id
                """) == ["m1 1 pending - wm1", "m2 2 rejected no-recipient -", "m4 1 pending - wm4"])
        #expect(try Audit(world.ledger).verify() == [])
        // What never can be sent is not sent by anybody's wish.
        let outbox = Outbox(world.ledger)
        let waits = try outbox.waits(["crm": EndpointLimits()], now: Instant(seconds: 0))
        #expect(waits.map(\.nextAt) == [world.now])
        let policies = ["crm": world.endpoint.deliveryPolicy]
        let claimed = try outbox.exchange(
            reports: [], requests: [ClaimRequest(endpoint: "crm", limit: 9, policy: world.endpoint.deliveryPolicy)],
            owner: "c", policies: policies, now: world.now
        ).claimed
        #expect(claimed.map(\.position) == [1])
        var rejected: [String] = []
        try AuditQuery(state: "rejected").forEachRow(in: world.ledger) {
            rejected.append("\($0.memberID) \($0.code ?? "-") \($0.attempts ?? -1)")
        }
        #expect(rejected == ["m2 no-recipient 0"])
        let history = try world.ledger.sendHistory(keys: world.keys, since: Day(number: 0))
        #expect(history[0].map(\.fillsCap) == [true] && history[1].map(\.fillsCap) == [false])
    }

    @Test(arguments: [
        [MessagePart(body: [1], actions: 2)], [MessagePart(body: [1], actions: 4)],
        [MessagePart(body: [1], places: [0, 1, 1, 2])], [MessagePart(body: [1], places: [0, 1, 3])],
        [MessagePart(body: [1], places: [0]), MessagePart(body: [1], actions: 3)],
        [MessagePart(body: [1], places: [0, 1, 2], recipients: ["a", "b"])], [],
    ])
    func anActionInNoMessageOrInTwoCommitsNothing(parts: [MessagePart]) throws {
        let world = try world()
        let before = try world.dump()
        let error = retierError { _ = try world.ledger.commit(world.write(), world.order) { _ in parts } }
        #expect(error?.code == .badData && error?.message.contains("crm") == true, "\(String(describing: error))")
        #expect(try world.dump() == before)
    }
}
