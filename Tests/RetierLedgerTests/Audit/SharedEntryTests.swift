import Foundation
import GRDB
import RetierCore
import RetierLedger
import Testing

/// Messages to which the same happens share an entry of the audit trail.
@Suite struct SharedEntryTests {
    private func entries(_ run: CommittedRun) throws -> [String] {
        try run.ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT kind || ': ' || subject FROM audit WHERE number > 1 ORDER BY number")
        }
    }

    private func report(_ message: String, _ verdict: DeliveryOutcome.Verdict, after seconds: Int64 = 1)
        -> DeliveryReport
    {
        DeliveryReport(
            messageID: message, event: .outcome(DeliveryOutcome(verdict, code: "x", httpStatus: 200, leftUs: true)),
            at: CommittedRun.now.adding(seconds: seconds))
    }

    private func record(_ reports: [DeliveryReport], in run: CommittedRun) throws {
        try run.outbox.exchange(
            reports: reports, requests: [], owner: "courier-1", policies: CommittedRun.policies, now: CommittedRun.now)
    }

    private static let committed = "message.pending: run-1-msg-0 run-1-msg-1 run-1-msg-2"
    private static let claimed = "message.sending: run-1-msg-0 run-1-msg-1"

    @Test func whatHappensToAllAtOnceIsSaidOnce() throws {
        let run = try CommittedRun()
        _ = try run.claim()
        try record([report("run-1-msg-1", .delivered), report("run-1-msg-0", .delivered)], in: run)
        #expect(
            try entries(run) == [Self.committed, Self.claimed, "message.delivered: run-1-msg-1 run-1-msg-0"])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test(arguments: [
        ("another verdict", DeliveryOutcome.Verdict.rejected, Int64(1)), ("another moment", .delivered, 2),
    ])
    func whatIsNotTheSameIsSaidApart(what: String, verdict: DeliveryOutcome.Verdict, seconds: Int64) throws {
        let run = try CommittedRun()
        _ = try run.claim()
        try record(
            [report("run-1-msg-0", .delivered), report("run-1-msg-1", verdict, after: seconds)], in: run)
        #expect(
            try entries(run) == [
                Self.committed, Self.claimed, "message.delivered: run-1-msg-0",
                "message.\(verdict.rawValue): run-1-msg-1",
            ], "\(what)")
        #expect(try Audit(run.ledger).verify() == [])
    }

    /// The last entry that names a message is the one that counts, also where others share it.
    @Test(arguments: ["run-1-msg-0", "run-1-msg-1"], ["state = 'rejected'", "http_status = 204", "attempts = 2"])
    func aChangedMessageAmongManyIsFound(message: String, change: String) throws {
        let run = try CommittedRun()
        _ = try run.claim()
        try record([report("run-1-msg-0", .delivered), report("run-1-msg-1", .delivered)], in: run)
        try run.ledger.pool.write {
            try $0.execute(sql: "UPDATE message SET \(change) WHERE id = ?", arguments: [message])
        }
        let findings = try Audit(run.ledger).verify()
        #expect(findings.map(\.problem) == [.changedMessage] && findings.map(\.subject) == [message])
    }

    @Test func aMessageStruckFromASharedEntryBreaksTheChain() throws {
        let run = try CommittedRun()
        _ = try run.claim()
        try run.ledger.pool.write { database in
            try database.execute(
                sql: """
                    DROP TRIGGER audit_is_append_only_update;
                    UPDATE audit SET subject = 'run-1-msg-0' WHERE kind = 'message.sending';
                    """)
        }
        let problems = try Audit(run.ledger).verify().map(\.problem)
        #expect(problems.contains(.brokenChain) && problems.contains(.changedMessage))
    }

    /// A run of any size: an entry names a thousand messages at most.
    @Test func manyMessagesAreSeveralEntries() throws {
        let run = try CommittedRun(runs: [])
        try run.ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run
                        (id, kind, period, as_of, plan_digest, committed_at, members, sends, reach, demotions, cost,
                            tally)
                    VALUES ('big', 'refresh', 'big', 20000, 'digest', 0, 0, 0, 0, 0, 0, '{}')
                    """)
            for position in 0..<2_001 {
                try NewMessage(
                    id: "msg-\(1_000_000 + position)", run: "big", endpoint: "crm", position: position,
                    part: MessagePart(body: Array("{}".utf8), actions: 1), dueAt: CommittedRun.now,
                    notAfter: CommittedRun.now
                ).insert(in: database)
            }
            try AuditTrail.appendCommit(ofRun: "big", at: CommittedRun.now, in: database)
        }
        let counts = try entries(run).map { $0.split(separator: " ").count - 1 }
        #expect(counts == [1_000, 1_000, 1])
        #expect(try Audit(run.ledger).verify() == [])
    }

    /// All there is to know of an attempt under way is in its message's row.
    @Test func anAttemptIsARowOnceItHasEnded() throws {
        let run = try CommittedRun()
        let attempts = "SELECT number || ' ' || started_at || ' ' || ended_at FROM delivery_attempt"
        _ = try run.claim(limit: 1)
        #expect(try run.ledger.pool.read { try String.fetchAll($0, sql: attempts) } == [])
        try record([report("run-1-msg-0", .delivered, after: 7)], in: run)
        let now = CommittedRun.now.seconds
        #expect(try run.ledger.pool.read { try String.fetchAll($0, sql: attempts) } == ["1 \(now) \(now + 7)"])
    }
}
