import GRDB
import RetierCore
import RetierLedger
import Testing

/// A withdrawn incident takes back what has not left, and nothing else.
@Suite struct WithdrawnIncidentTests {
    /// Registers an incident, says that what was sent to these members is about it, and withdraws it.
    private func withdraw(from ledger: Ledger, actionsOf members: [String], now: Instant) throws -> IncidentChange {
        let incident = Incident(id: "i", kind: "app", from: Instant(seconds: 5), registeredAt: now)
        try ledger.register(StoredIncident(incident, reason: "r", operatorName: "o"), now: now)
        for member in members {
            try ledger.pool.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO incident_action SELECT 'i', run, action_id
                        FROM decision JOIN member ON key = member WHERE member_id = ? AND verdict = 'send'
                        """, arguments: [member])
            }
        }
        return try ledger.change(incident: "i", by: .withdraw, reason: "false alarm", operatorName: "o", now: now)
    }

    private func states(_ ledger: Ledger) throws -> [String] {
        try ledger.pool.read { try String.fetchAll($0, sql: "SELECT state FROM message ORDER BY position") }
    }

    /// One list carries the actions of m1 and m2, another one that of m4: a list goes back whole or not at all.
    @Test(arguments: [
        (["m4"], ["pending", "cancelled"], 0), (["m1"], ["pending", "pending"], 1),
        (["m1", "m4"], ["pending", "cancelled"], 1), (["m1", "m2"], ["cancelled", "pending"], 0),
        (["m1", "m2", "m4"], ["cancelled", "cancelled"], 0),
    ])
    func aListWithOtherActionsStays(members: [String], expected: [String], kept: Int) throws {
        let world = try PlanWorld()
        _ = try world.commit(world.write())
        #expect(try world.strings("SELECT actions FROM message ORDER BY position") == ["2", "1"])
        let change = try withdraw(from: world.ledger, actionsOf: members, now: world.now)
        #expect(try states(world.ledger) == expected)
        #expect(change.cancelled == expected.count { $0 == "cancelled" } && change.kept == kept)
    }

    /// Two messages were tried at one endpoint and are to be tried again; the third, at another one, was not.
    @Test(arguments: [
        (DeliveryOutcome(.retry, code: "http-503", httpStatus: 503, leftUs: true), "cancelled", 0),
        (DeliveryOutcome(.ambiguous, code: "timeout", leftUs: true), "retry", 2),
    ])
    func whatMayHaveLeftIsNotCancelled(outcome: DeliveryOutcome, expected: String, kept: Int) throws {
        let run = try CommittedRun()
        #expect(try run.deliver(outcome) == [.retry, .retry])
        let change = try withdraw(from: run.ledger, actionsOf: ["m-a", "m-b"], now: CommittedRun.now)
        #expect(try states(run.ledger) == [expected, expected, "cancelled"])
        #expect(change.cancelled == 3 - kept && change.kept == kept)
    }
}
