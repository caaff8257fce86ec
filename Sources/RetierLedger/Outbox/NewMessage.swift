import Foundation
package import GRDB
package import RetierCore

/// A message that enters the outbox, with its body.
package struct NewMessage: Sendable {
    package var id: String
    package var run: String
    package var endpoint: String
    /// One-based, within the run and endpoint.
    package var position: Int
    package var part: MessagePart
    /// When it may leave first.
    package var dueAt: Instant
    /// The last moment at which sending makes sense.
    package var notAfter: Instant
    /// The quiet windows that it keeps, as `QuietTerm.text`; nil for none.
    package var quiet: String?

    /// True where the canary of its run keeps it back.
    package var isWithheld = false

    package init(
        id: String, run: String, endpoint: String, position: Int, part: MessagePart, dueAt: Instant, notAfter: Instant,
        quiet: String? = nil
    ) {
        self.id = id
        self.run = run
        self.endpoint = endpoint
        self.position = position
        self.part = part
        self.dueAt = dueAt
        self.notAfter = notAfter
        self.quiet = quiet
    }

    /// Inserts the message and returns its number: pending, withheld, or rejected at once where it cannot be sent.
    ///
    /// The audit trail learns of it with its run.
    @discardableResult
    package func insert(in database: Database) throws -> Int64 {
        let message = try BoundStatement(
            """
            INSERT INTO message (id, run, endpoint, position, form, body_digest, actions, next_at, not_after, state,
                code, finished_at, quiet)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: database)
        message.bind(1, id)
        message.bind(2, run)
        message.bind(3, endpoint)
        message.bind(4, Int64(position))
        message.bind(5, part.form.rawValue)
        message.bind(6, AuditTrail.digest(of: part.body))
        message.bind(7, Int64(part.actions))
        message.bind(8, dueAt.seconds)
        message.bind(9, notAfter.seconds)
        message.bind(10, (part.refusal == nil ? (isWithheld ? OutboxState.withheld : .pending) : .rejected).rawValue)
        message.bind(11, part.refusal)
        message.bind(12, part.refusal == nil ? nil : dueAt.seconds)
        message.bind(13, quiet)
        try message.run()
        let body = try BoundStatement("INSERT INTO message_body (message, body) VALUES (?, ?)", in: database)
        let key = database.lastInsertedRowID
        body.bind(1, key)
        try part.body.withUnsafeBytes { bytes in
            body.bindBlob(2, bytes)
            try body.run()
        }
        return key
    }
}
