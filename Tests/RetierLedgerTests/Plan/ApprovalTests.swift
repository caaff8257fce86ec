import RetierCore
import RetierLedger
import Testing

/// An approval of an action is used once, also where its member and another turn out to be one.
@Suite struct ApprovalTests {
    private static let merging = MergeWord(
        reason: "same phone", operatorName: "li", now: Instant(seconds: 1_795_000_000), tierIDs: ["core", "base"])

    /// Approves the step of some members; none of them has anything sent.
    private func world(approvedFor members: Set<String>) throws -> PlanWorld {
        var world = try PlanWorld()
        world.reasons = world.ids.map { members.contains($0) ? .needsApproval : .displaced }
        let plan = try world.write()
        let word = Approval(playbook: nil, reason: "agreed", operatorName: "li", at: world.now)
        #expect(try world.ledger.approve(plan, word) == members.count)
        _ = try world.commit(plan)
        return world
    }

    /// Whose step may be sent, of members whose rows are in the order of their ids, without those merged into others.
    private func approved(
        _ world: PlanWorld, merged: [String: String] = [:], asOf: String = "2026-11-30", before: RunRecord? = nil
    ) throws -> [String] {
        let kept = world.ids.indices.filter { merged[world.ids[$0]] == nil }
        let table = try world.ledger.approvals(
            keys: kept.map { world.keys[$0] },
            merged: merged.sorted { $0.key < $1.key }.map { other, into in
                MergedKey(
                    row: try #require(kept.firstIndex { world.ids[$0] == into }),
                    key: world.keys[try #require(world.ids.firstIndex(of: other))])
            }, playbooks: [world.playbook], asOf: try #require(Day(iso: asOf)), before: before)
        return kept.indices.filter { table.contains(row: $0, Candidate(row: $0, playbook: 0, step: 0)) }
            .map { world.ids[kept[$0]] }
    }

    /// Commits the next run, in which the step is sent to one member.
    private func send(to member: String, in world: inout PlanWorld) throws {
        world.period = "2026-12"
        world.reasons = world.ids.map { $0 == member ? .selected : .displaced }
        _ = try world.commit(try world.write("b.plan"))
    }

    @Test func anApprovalEndsWithItsSend() throws {
        var world = try world(approvedFor: ["m2", "m4"])
        #expect(try approved(world) == ["m2", "m4"])
        try send(to: "m2", in: &world)
        #expect(try approved(world) == ["m4"])
    }

    @Test func anApprovalIsGoodForThirtyDays() throws {
        let world = try world(approvedFor: ["m2"])
        #expect(try approved(world, asOf: "2026-12-20") == ["m2"])
        #expect(try approved(world, asOf: "2026-12-21") == [])
    }

    /// Seconds are the finest that the ledger knows: a word of the second of a commit may have been known.
    @Test(arguments: [(0, ["m2"]), (1, [])] as [(Int64, [String])])
    func aRunOfThePastKnowsWhatWasApprovedBeforeIt(secondsLater: Int64, expected: [String]) throws {
        var world = try PlanWorld()
        world.reasons = world.ids.map { $0 == "m2" ? .needsApproval : .displaced }
        let plan = try world.write()
        _ = try world.commit(plan)
        let word = Approval(reason: "agreed", operatorName: "li", at: world.now.adding(seconds: secondsLater))
        #expect(try world.ledger.approve(plan, word) == 1)
        #expect(try approved(world) == ["m2"])
        let run = try #require(try world.ledger.lastRun())
        #expect(try approved(world, before: run) == expected)
    }

    /// What was sent is used up; a later word is good for the next.
    @Test func aSecondApprovalOutlivesTheSendOfTheFirst() throws {
        var world = try world(approvedFor: ["m2"])
        try send(to: "m2", in: &world)
        world.period = "2027-01"
        world.asOf = world.asOf.adding(days: 4)
        world.reasons = world.ids.map { $0 == "m2" ? .needsApproval : .displaced }
        let plan = try world.write("c.plan")
        #expect(try world.ledger.approve(plan, Approval(reason: "again", operatorName: "li", at: world.now)) == 1)
        #expect(try approved(world) == ["m2"])
    }

    /// m5 was merged into m4, and m4 into m1: an approval for any of them is theirs, and any send to one uses it.
    @Test(arguments: ["m1", "m4", "m5"], ["m1", "m4", "m5"])
    func anApprovalForOneOfMergedMembersEndsWithTheSendToAnother(member: String, receiver: String) throws {
        var world = try world(approvedFor: ["m2", member])
        let merged = ["m4": "m1", "m5": "m1"]
        try world.ledger.merge("m4", "m5", Self.merging)
        try world.ledger.merge("m1", "m4", Self.merging)
        #expect(try approved(world, merged: merged) == ["m1", "m2"])
        try send(to: receiver, in: &world)
        #expect(try approved(world, merged: merged) == ["m2"])
    }
}
