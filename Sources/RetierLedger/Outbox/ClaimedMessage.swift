package import Foundation
package import RetierCore
import Synchronization

/// A message that a courier has claimed and may send now: the claim is durable.
///
/// Or, with a `task`, one whose receiver is to be asked how its task stands.
package final class ClaimedMessage: Sendable {
    package let id: String
    package let run: String
    package let endpoint: String
    package let position: Int64
    package let attempt: Int
    package let notAfter: Instant
    /// The last moment at which it may leave before it has to wait: `notAfter`, or earlier where quiet hours come
    /// first.
    package let leaveBy: Instant
    package let form: MessageForm
    package let body: Data
    /// The receiver's name of the task to ask about; nil for a message to be sent.
    package let task: String?
    /// Ids of actions, and of people at the receiver, that it must leave without: their consent was withdrawn.
    package let withdrawn: [String]
    /// The row as the claim left it, so that its report need not read it again.
    private let row: Mutex<OutboxRow?>

    /// A claim.
    init(_ due: consuming DueMessage, leaveBy: Instant?) {
        let (row, notAfter) = (due.row, due.row.entry.notAfter)
        (id, run, endpoint, position) = (row.id, row.run, row.endpoint, row.position)
        (attempt, self.notAfter, self.leaveBy) = (row.entry.attempts, notAfter, min(leaveBy ?? notAfter, notAfter))
        (form, body, withdrawn, task) = (due.form, due.body, due.withdrawn, nil)
        self.row = Mutex(row)
    }

    /// A question about a task; nothing is claimed.
    init(task due: DueMessage) {
        let (task, entry) = (due.row, due.row.entry)
        (id, run, endpoint, position) = (task.id, task.run, task.endpoint, task.position)
        (attempt, notAfter, leaveBy) = (entry.attempts, entry.notAfter, entry.notAfter)
        (form, body, withdrawn, self.task) = (due.form, due.body, [], entry.reference ?? "")
        row = Mutex(nil)
    }

    /// Hands over the row, once; whoever writes from it checks that the message is still so.
    func takeRow() -> OutboxRow? { row.withLock { $0.take() } }
}

/// A message that is due, with what leaves.
struct DueMessage {
    var row: OutboxRow
    var form: MessageForm
    var body: Data
    /// See `ClaimedMessage.withdrawn`.
    var withdrawn: [String] = []

    /// Reads the current row of `OutboxQuestions.due` or `dueTasks`.
    ///
    /// - Parameter lastRun: the run of the row before, whose text it may share.
    init(_ statement: BoundStatement, after lastRun: String? = nil) throws {
        row = try OutboxRow(statement, after: lastRun)
        guard let form = MessageForm(rawValue: statement.text(OutboxRow.columnCount)) else {
            throw OutboxRow.damage(row.id)
        }
        self.form = form
        body = statement.data(OutboxRow.columnCount + 1)
    }
}
