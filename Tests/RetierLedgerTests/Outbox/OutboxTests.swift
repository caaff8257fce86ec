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
        // One line a state: WHEN 'name' THEN claim IS [NOT] NULL AND finished_at IS [NOT] NULL.
        let lines = sql.split(separator: "\n").filter { $0.contains("WHEN '") }
        func states(where condition: (Substring) -> Bool) -> Set<String> {
            Set(lines.filter(condition).map { String($0.split(separator: "'")[1]) })
        }
        #expect(lines.count == OutboxState.allCases.count)
        #expect(states { _ in true } == Set(OutboxState.allCases.map(\.rawValue)))
        let final = OutboxState.allCases.filter(\.isFinal).map(\.rawValue)
        #expect(states { $0.contains("finished_at IS NOT NULL") } == Set(final))
        #expect(states { $0.contains("claim IS NOT NULL") } == ["sending"])
        #expect(sql.contains("ELSE 0 END"))
    }

    @Test(arguments: OutboxState.allCases)
    func theTableRefusesAStateWhoseClaimOrEndDoesNotFit(state: OutboxState) throws {
        let run = try CommittedRun()
        func write(claim: String?, finishedAt: Int64?) throws {
            try run.ledger.pool.write { database in
                try database.execute(
                    sql: "UPDATE message SET state = ?, claim = ?, finished_at = ? WHERE id = 'run-1-msg-0'",
                    arguments: [state.rawValue, claim, finishedAt])
            }
        }
        for claim in [nil, "courier-1"] {
            for finishedAt in [nil, Int64(1)] {
                if (claim != nil) == (state == .sending), (finishedAt != nil) == state.isFinal {
                    try write(claim: claim, finishedAt: finishedAt)
                } else {
                    #expect(throws: DatabaseError.self) { try write(claim: claim, finishedAt: finishedAt) }
                }
            }
        }
    }

    @Test func theTableRefusesAStateThatTheMachineDoesNotKnow() throws {
        let run = try CommittedRun()
        #expect(throws: DatabaseError.self) {
            try run.ledger.pool.write { try $0.execute(sql: "UPDATE message SET state = 'lost'") }
        }
    }

    /// GRDB's pool chooses `NORMAL` for itself, which does not wait for the disk at a commit.
    @Test func commitsOfTheLedgerWaitForTheDisk() throws {
        let run = try CommittedRun()
        let level = try run.ledger.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == 2, "2 is FULL")
        #expect(try run.ledger.pool.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
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
        // Asked long before anything is due, so that every moment is the message's own.
        func nextDue(_ endpoints: [String]) throws -> Instant? {
            let limits = Dictionary(uniqueKeysWithValues: endpoints.map { ($0, EndpointLimits()) })
            return try run.outbox.waits(limits, now: Instant(seconds: 0)).compactMap(\.nextAt).min()
        }
        let due = try #require(try nextDue(["crm"]))
        #expect((4...6).contains(due.seconds - CommittedRun.now.seconds))
        #expect(try nextDue(["crm", "files"]) == CommittedRun.now)
        #expect(try nextDue(["nobody"]) == nil)
    }

    @Test func openCountsAgreeWithAllCounts() throws {
        let run = try CommittedRun(runs: ["run-1", "run-2"])
        _ = try run.claim(limit: 3)
        try run.deliver(down)
        let open = try run.outbox.openCounts()
        #expect(open == (try run.outbox.counts().filter { !$0.state.isFinal }))
        #expect(Set(open.map(\.state)) == [.pending, .sending, .retry])
    }

    /// What a courier asks before it sends, and in its loop, must not cost more where a million messages wait: every
    /// answer comes from an index, in the index's order.
    @Test func aCouriersQuestionsAreAnsweredByIndexes() throws {
        let run = try CommittedRun()
        func plan(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> String {
            try run.ledger.pool.read {
                try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                    .map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
        let plans = [
            try plan(OutboxQuestions.due, ["crm", 5, 9]), try plan(OutboxQuestions.late, [5, 9]),
            try plan(OutboxQuestions.openCounts), try plan(OutboxQuestions.waitingCounts),
            try plan(OutboxQuestions.nextDue, ["crm"]), try plan(OutboxQuestions.claimed, ["courier-1"]),
            try plan(OutboxQuestions.inDoubt),
        ]
        let indexes = [
            "message_due", "message_expiry", "message_open", "message_due", "message_due", "message_open",
            "message_open",
        ]
        for (plan, index) in zip(plans, indexes) {
            #expect(plan.contains(index), "\(plan)")
            #expect(!plan.contains("SCAN message;") && !plan.hasSuffix("SCAN message"), "\(plan)")
        }
        // No sorting of what may be a million rows, and no look at the rows themselves to count them.
        for plan in plans[...4] { #expect(!plan.contains("TEMP B-TREE"), "\(plan)") }
        for plan in plans[2...4] { #expect(plan.contains("COVERING INDEX"), "\(plan)") }
    }
}
