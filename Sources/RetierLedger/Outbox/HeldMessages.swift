import Synchronization

/// The messages that a courier has claimed and not yet reported, as its claims left them: reporting need not read them
/// again.
///
/// Only what is committed is held, and whoever writes from it checks that the row is still so.
final class HeldMessages: Sendable {
    private let rows = Mutex<[String: OutboxRow]>([:])

    /// One row a report, nil where it is not known.
    func rows(of reports: [DeliveryReport]) -> [OutboxRow?] {
        rows.withLock { rows in reports.map { rows[$0.messageID] } }
    }

    /// Forgets what was reported and holds what was claimed, after the commit of both.
    func exchange(_ reports: [DeliveryReport], for claimed: [OutboxRow]) {
        rows.withLock { rows in
            for report in reports { rows[report.messageID] = nil }
            for row in claimed { rows[row.id] = row }
        }
    }
}
