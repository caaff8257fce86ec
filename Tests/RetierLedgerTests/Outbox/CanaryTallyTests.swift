import GRDB
import RetierCore
import Testing

@testable import RetierLedger

/// What the sample of a canary tells, by the state of its message and by single actions: of three actions a, b, c.
@Suite struct CanaryTallyTests {
    private func tally(
        _ state: OutboxState, code: String = "x", refusals: [(subject: String, action: String, code: String)] = []
    ) throws -> CanaryTally {
        let run = try CommittedRun(samples: ["run-1": 0])
        return try run.ledger.pool.write { database in
            let isOver = [.delivered, .rejected, .exhausted, .cancelled, .expired].contains(state)
            try database.execute(
                sql: """
                    UPDATE message SET actions = 3, state = ?, code = ?, finished_at = ?, claim = ?
                    WHERE id = 'run-1-msg-0'
                    """,
                arguments: [state.rawValue, code, isOver ? 9 : nil, state == .sending ? "c" : nil])
            for refusal in refusals {
                try database.execute(
                    sql: "INSERT INTO action_refusal VALUES ('run-1-msg-0', ?, ?, ?)",
                    arguments: [refusal.subject, refusal.action, refusal.code])
            }
            return try CanaryRow.tally(of: "run-1", in: database)
        }
    }

    @Test(
        arguments: [
            (.pending, CanaryTally(open: 1)), (.sending, CanaryTally(open: 1)), (.awaiting, CanaryTally(open: 1)),
            (.retry, CanaryTally(open: 1)), (.delivered, CanaryTally(ended: 3)),
            (.rejected, CanaryTally(ended: 3, failed: 3)), (.exhausted, CanaryTally(ended: 3, failed: 3)),
            (.inDoubt, CanaryTally(ended: 3, failed: 3)), (.expired, CanaryTally(ended: 3, failed: 3)),
            (.cancelled, CanaryTally()),
        ] as [(OutboxState, CanaryTally)])
    func everyStateOfAMessageCounts(state: OutboxState, expected: CanaryTally) throws {
        #expect(try tally(state) == expected)
    }

    /// The receiver has no part in it.
    @Test func whatQuietHoursDropTellsNothing() throws {
        #expect(try tally(.expired, code: "quiet-hours") == CanaryTally())
        #expect(try tally(.rejected, code: "quiet-hours") == CanaryTally(ended: 3, failed: 3))
    }

    @Test func aRefusedActionFailedOnceHoweverOftenItIsNamed() throws {
        #expect(try tally(.delivered, refusals: [("s", "a", "no")]) == CanaryTally(ended: 3, failed: 1))
        let named = [("s", "a", "no"), ("t", "a", "never"), ("t", "b", "never"), ("who", "", "unknown")]
        #expect(try tally(.delivered, refusals: named) == CanaryTally(ended: 3, failed: 2))
    }

    /// What was taken back before it left is no part of the sample any more, whatever a receiver says of it.
    @Test func aWithdrawnActionTellsNothing() throws {
        let withdrawn = [("a", "a", "withdrawn"), ("b", "b", "withdrawn")]
        #expect(try tally(.delivered, refusals: withdrawn) == CanaryTally(ended: 1))
        #expect(try tally(.rejected, refusals: withdrawn) == CanaryTally(ended: 1, failed: 1))
        let both = withdrawn + [("s", "a", "no"), ("s", "c", "no")]
        #expect(try tally(.delivered, refusals: both) == CanaryTally(ended: 1, failed: 1))
    }
}
