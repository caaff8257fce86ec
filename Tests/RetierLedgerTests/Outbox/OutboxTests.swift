import Foundation
import GRDB
import RetierCore
import RetierLedger
import Testing

@Suite struct OutboxTests {
    private let ok = DeliveryOutcome(.delivered, code: "ok", httpStatus: 200, leftUs: true)
    private let down = DeliveryOutcome(.retry, code: "http-503", httpStatus: 503, leftUs: true)

    private func counts(_ run: CommittedRun) throws -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: try run.outbox.counts().map { ("\($0.endpoint) \($0.state.rawValue)", $0.messages) })
    }

    @Test func theCheckOfTheTableNamesExactlyTheStatesOfTheMachine() throws {
        let run = try CommittedRun()
        let sql = try #require(
            try run.ledger.pool.read {
                try String.fetchOne($0, sql: "SELECT sql FROM sqlite_master WHERE name = 'message'")
            })
        func states(after mark: String) throws -> Set<String> {
            let start = try #require(sql.range(of: mark)).upperBound
            let end = try #require(sql[start...].range(of: ")")).lowerBound
            return Set(
                sql[start..<end].split(separator: ",").map {
                    $0.trimmingCharacters(in: CharacterSet(charactersIn: "' \n"))
                })
        }
        #expect(try states(after: "CHECK (state IN (") == Set(OutboxState.allCases.map(\.rawValue)))
        let final = OutboxState.allCases.filter(\.isFinal).map(\.rawValue)
        #expect(try states(after: "CHECK ((state IN (") == Set(final))
    }

    @Test func aClaimIsDurableAndReturnsTheBody() throws {
        let run = try CommittedRun()
        let claimed = try run.claim(limit: 1)
        #expect(claimed.map(\.id) == ["run-1-msg-0"])
        #expect(claimed[0].body == Data(#"{"action":0}"#.utf8))
        #expect(claimed[0].attempt == 1)
        let second = try Ledger(path: run.ledger.path)
        let seen = try Outbox(second).counts().filter { $0.endpoint == "crm" }
        #expect(seen.map(\.state) == [.pending, .sending] && seen.map(\.messages) == [1, 1])
    }

    @Test func messagesAreClaimedOnce() throws {
        let run = try CommittedRun()
        #expect(try run.claim(owner: "courier-1").count == 2)
        #expect(try run.claim(owner: "courier-2").isEmpty)
    }

    @Test func outcomesEndRetryOrExhaustAMessage() throws {
        let run = try CommittedRun()
        #expect(try run.deliver(down) == [.retry, .retry])
        #expect(try run.claim().isEmpty, "the retry is not due yet")
        var now = CommittedRun.now
        for _ in 0..<3 {
            now = now.adding(seconds: 400)
            try run.deliver(down, at: now)
        }
        #expect(try counts(run) == ["crm exhausted": 2, "files pending": 1])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func aReportAboutAMessageThatSomebodyElseHoldsWritesNothing() throws {
        let run = try CommittedRun()
        let claimed = try run.claim(owner: "courier-1")
        let reports = claimed.map { DeliveryReport(messageID: $0.id, event: .outcome(ok), at: CommittedRun.now) }
        #expect(throws: RetierError.self) {
            try run.outbox.exchange(
                reports: reports, requests: [], owner: "courier-2", policies: CommittedRun.policies,
                now: CommittedRun.now)
        }
        #expect(try counts(run)["crm sending"] == 2)
    }

    @Test func messagesOfADeadCourierComeBackAsDoubtful() throws {
        let run = try CommittedRun()
        _ = try run.claim(owner: "dead")
        #expect(try run.outbox.recover(owner: "dead", policies: CommittedRun.policies, now: CommittedRun.now) == 0)
        #expect(try run.outbox.recover(owner: "alive", policies: CommittedRun.policies, now: CommittedRun.now) == 2)
        #expect(try counts(run)["crm retry"] == 2)
        // From here on nobody may say that the messages did not arrive.
        let refused = DeliveryOutcome(.rejected, code: "http-400", httpStatus: 400, leftUs: true)
        #expect(try run.deliver(refused) == [.inDoubt, .inDoubt])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func whatIsTooLateExpires() throws {
        let run = try CommittedRun()
        let late = CommittedRun.now.adding(seconds: 259_201)
        #expect(try run.outbox.expire(now: CommittedRun.now.adding(seconds: 259_200)) == 0)
        #expect(try run.outbox.expire(now: late, limit: 2) == 2)
        #expect(try run.outbox.expire(now: late, limit: 2) == 1)
        #expect(try counts(run) == ["crm expired": 2, "files expired": 1])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func theNextDueMomentIsTheEarliestOfTheEndpointsAsked() throws {
        let run = try CommittedRun()
        try run.deliver(down)
        let due = try #require(try run.outbox.nextDue(endpoints: ["crm"]))
        #expect((4...6).contains(due.seconds - CommittedRun.now.seconds))
        #expect(try run.outbox.nextDue(endpoints: ["crm", "files"]) == CommittedRun.now)
        #expect(try run.outbox.nextDue(endpoints: ["nobody"]) == nil)
    }

    @Test func claimsUseTheIndex() throws {
        let run = try CommittedRun()
        let plan = try run.ledger.pool.read {
            try Row.fetchAll(
                $0,
                sql: """
                    EXPLAIN QUERY PLAN SELECT id, body FROM message WHERE endpoint = 'crm'
                        AND state IN ('pending', 'retry') AND next_at <= 5 ORDER BY next_at, position, id LIMIT 9
                    """
            ).map { $0["detail"] as String }
        }
        #expect(
            plan.contains { $0.contains("message_due") } && !plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
