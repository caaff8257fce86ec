import Synchronization

/// The messages that a courier has claimed and not yet reported, as its claims left them: reporting need not read them
/// again.
///
/// Only what is committed is held, and whoever writes from it checks that the row is still so.
final class HeldMessages: Sendable {
    private let rows = Mutex<[String: OutboxRow]>([:])

    /// Hands over one row a report and forgets it; nil where it is not known.
    func take(for reports: [DeliveryReport]) -> [OutboxRow?] {
        rows.withLock { rows in reports.map { rows.removeValue(forKey: $0.messageID) } }
    }

    /// Call it after the commit of the claims.
    func hold(_ claimed: [OutboxRow]) {
        rows.withLock { rows in
            for row in claimed { rows[row.id] = row }
        }
    }
}
