import GRDB
import RetierCore
import Testing

@testable import RetierLedger

/// Which steps are settled for a member and an incident, by what earlier runs made of them.
@Suite struct IncidentHistoryTests {
    private static let kind = IncidentKind(id: "app", title: LocalizedText("App"), affects: ["order"])
    private let world: CommittedRun

    /// Two runs decided the step s1 for one member, the first because of an incident.
    init() throws {
        world = try CommittedRun(runs: ["run-1", "run-2"])
        try change(
            """
            INSERT INTO incident VALUES ('i', 'app', 'open', 5, NULL, 'r', 'o', \(CommittedRun.now.seconds), NULL);
            INSERT INTO incident_action VALUES ('i', 'run-1', 'run-1-action-0')
            """)
    }

    private func change(_ sql: String) throws { try world.ledger.pool.write { try $0.execute(sql: sql) } }

    private func deliver(_ run: String, _ state: String, finished: String = "5", doubtful: String = "NULL") throws {
        try change(
            """
            UPDATE message SET state = '\(state)', finished_at = \(finished), doubtful_since = \(doubtful)
            WHERE id = '\(run)-msg-0'
            """)
    }

    private func table(before: RunRecord? = nil) throws -> (table: IncidentTable, row: Int) {
        let facts = try world.ledger.facts(asOf: Day(number: 20_001), window: nil, zone: .utc)
        let table = try world.ledger.incidentTable(of: facts, kinds: [Self.kind], zone: .utc, before: before)
        return (table, try #require(facts.memberIDs.sortedIndex(of: "m-b")))
    }

    private func isSettled() throws -> Bool {
        let step = Playbook.Step(id: "s1", level: 1, action: "care", via: "sms")
        let playbook = Playbook(
            id: "welcome", title: LocalizedText("w"), version: 1, trigger: .daily, priority: .base,
            condition: .all([]), steps: [step])
        let (table, row) = try table()
        return table.settledSteps(of: "i", row: row, playbook: playbook) == ["s1"]
    }

    /// What was taken back or expired before any attempt is decided again; what may have left is not.
    @Test(arguments: [
        ("delivered", "5", "NULL", true), ("pending", "NULL", "NULL", true), ("exhausted", "5", "NULL", true),
        ("rejected", "5", "NULL", true), ("expired", "5", "4", true), ("expired", "5", "NULL", false),
        ("cancelled", "5", "NULL", false),
    ])
    func whatMayHaveLeftIsNeverDecidedAgain(
        state: String, finished: String, doubtful: String, isSettled expected: Bool
    ) throws {
        try deliver("run-1", state, finished: finished, doubtful: doubtful)
        #expect(try isSettled() == expected)
    }

    /// What a receiver refused stays the one that `retier replay` sends; what was taken back is decided again.
    @Test(arguments: [("not-a-friend", true), (RefusalRow.withdrawn, false)])
    func anActionTakenBackIsDecidedAgainARefusedOneIsNot(code: String, expected: Bool) throws {
        try deliver("run-1", "delivered")
        try change("INSERT INTO action_refusal VALUES ('run-1-msg-0', 's', 'run-1-action-0', '\(code)')")
        #expect(try isSettled() == expected)
    }

    /// Neither control groups nor what was given up are asked again; what waits or was displaced is.
    @Test(arguments: [
        ("hold_out", ReasonCode.controlGroup, true), ("suppress", .tooLate, true), ("suppress", .noConsent, false),
        ("defer", .budget, false),
    ])
    func whatWasNotSentIsSettledByItsReason(verdict: String, reason: ReasonCode, expected: Bool) throws {
        try change(
            """
            UPDATE decision SET verdict = '\(verdict)', reason = '\(reason.rawValue)', message = NULL
            WHERE action_id = 'run-1-action-0'
            """)
        #expect(try isSettled() == expected)
    }

    /// Of several decisions one that settles is enough, whichever came first.
    @Test(arguments: [("cancelled", "delivered"), ("delivered", "cancelled")])
    func oneSendOfSeveralDecisionsSettles(first: String, second: String) throws {
        try change("INSERT INTO incident_action VALUES ('i', 'run-2', 'run-2-action-0')")
        try deliver("run-1", first)
        try deliver("run-2", second)
        #expect(try isSettled())
        try deliver(first == "delivered" ? "run-1" : "run-2", "cancelled")
        #expect(try !isSettled())
    }

    /// Seconds are the finest that the ledger knows: what was registered in the second of a commit may have been known.
    @Test(arguments: [(0, ["i"]), (1, [])] as [(Int64, [String])])
    func aRunOfThePastKnowsWhatWasRegisteredBeforeIt(secondsLater: Int64, expected: [String]) throws {
        try change("UPDATE incident SET registered_at = registered_at + \(secondsLater)")
        let runs = try world.ledger.pool.read { try RunRecord.fetch($0, "id = ?", ["run-2"]) }
        let run = try #require(runs.first)
        #expect(try table(before: run).table.items.map(\.incident.id) == expected)
    }
}
