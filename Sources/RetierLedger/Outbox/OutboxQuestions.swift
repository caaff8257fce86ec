/// What a courier asks the `message` table, as SQL; tests look at how SQLite answers.
///
/// The conditions repeat those of the partial indexes word by word: otherwise SQLite would not use them.
package enum OutboxQuestions {
    /// Whether a message waits to leave, for its time, a courier or a canary: only such a one can be taken back.
    static let isWaiting = "(state = 'pending' OR state = 'retry' OR state = 'withheld')"

    /// What is due at an endpoint at a moment, oldest due first, with bodies: endpoint, moment, limit.
    package static let due = """
        SELECT \(OutboxRow.columns), form, body FROM message CROSS JOIN message_body ON message = key
        WHERE endpoint = ? AND state IN ('pending', 'retry') AND next_at <= ? ORDER BY next_at, position LIMIT ?
        """

    /// What waits and is too late at a moment: moment, limit.
    package static let late = """
        SELECT \(OutboxRow.columns) FROM message
        WHERE state IN ('pending', 'retry') AND not_after < ? ORDER BY not_after LIMIT ?
        """

    /// What is withheld and is too late at a moment: moment, limit.
    package static let lateWithheld = """
        SELECT \(OutboxRow.columns) FROM message WHERE state = 'withheld' AND not_after < ? ORDER BY not_after LIMIT ?
        """

    /// What the canary of a run withholds: run, limit.
    package static let withheld = """
        SELECT \(OutboxRow.columns) FROM message WHERE state = 'withheld' AND run = ? ORDER BY not_after LIMIT ?
        """

    /// Tasks that are due to be asked about, or past their last moment: endpoint, moment, moment, limit.
    package static let dueTasks = """
        SELECT \(OutboxRow.columns), form, body FROM message CROSS JOIN message_body ON message = key
        WHERE state = 'awaiting' AND endpoint = ? AND (next_at <= ? OR not_after < ?) ORDER BY next_at LIMIT ?
        """

    /// Tasks whose last moment was before a moment: moment, limit.
    package static let lateTasks = """
        SELECT \(OutboxRow.columns) FROM message WHERE state = 'awaiting' AND not_after < ? ORDER BY id LIMIT ?
        """

    /// The earliest moment at which a task of an endpoint is to be asked about: endpoint.
    package static let nextTaskDue = """
        SELECT MIN(MIN(next_at, not_after + 1)) FROM message WHERE state = 'awaiting' AND endpoint = ?
        """

    /// What another courier has claimed: the owner who asks.
    package static let claimed = """
        SELECT \(OutboxRow.columns) FROM message WHERE state = 'sending' AND claim <> ? ORDER BY id
        """

    /// Whether any action was ever taken back.
    static let hasTakenBack = """
        SELECT EXISTS (SELECT 1 FROM action_refusal INDEXED BY action_withdrawn WHERE code = 'withdrawn')
        """

    /// The actions of a message that were taken back: message.
    static let takenBack = """
        SELECT action_id FROM action_refusal INDEXED BY action_withdrawn WHERE message = ? AND code = 'withdrawn'
        ORDER BY action_id
        """

    /// Whom a message names only because of actions that were taken back: the message.
    static let peopleTakenBack = """
        SELECT recipient FROM message_recipient AS r WHERE message = ?1 GROUP BY recipient HAVING count(*) =
            sum(EXISTS (SELECT 1 FROM action_refusal AS a INDEXED BY action_withdrawn
                WHERE a.message = ?1 AND a.action_id = r.action_id AND a.code = 'withdrawn'))
        """

    /// What is in doubt.
    package static let inDoubt = """
        SELECT id, run, endpoint, actions, attempts, code, doubtful_since FROM message
        WHERE state = 'in_doubt' ORDER BY run, id
        """

    /// The earliest moment at which a waiting message of an endpoint is due: endpoint.
    package static let nextDue = "SELECT MIN(next_at) FROM message WHERE endpoint = ? AND state IN ('pending', 'retry')"

    /// By endpoint and state; without what waits.
    package static let openCounts = """
        SELECT endpoint, state, COUNT(*) FROM message
        WHERE state = 'sending' OR state = 'awaiting' OR state = 'in_doubt' GROUP BY state, endpoint
        """

    /// By endpoint: what is withheld.
    package static let withheldCounts = """
        SELECT endpoint, state, COUNT(*) FROM message WHERE state = 'withheld' GROUP BY endpoint
        """

    /// By endpoint: what waits, and how much of it was tried before.
    package static let waitingCounts = """
        SELECT endpoint, COUNT(*), SUM(state = 'retry') FROM message WHERE state IN ('pending', 'retry')
        GROUP BY endpoint
        """
}
