import GRDB
package import RetierCore

/// A message of which nobody can know whether it arrived.
package struct Doubt: Hashable, Sendable {
    package var messageID: String
    package var run: String
    package var endpoint: String
    package var actions: Int
    package var attempts: Int
    package var code: String?
    /// When the first attempt began that may have arrived.
    package var since: Instant?
}

extension Outbox {
    /// The messages in doubt, by run and id.
    package func doubts() throws -> [Doubt] {
        try ledger.pool.read { database in
            try Row.fetchAll(database, sql: OutboxQuestions.inDoubt).map { row in
                Doubt(
                    messageID: row[0], run: row[1], endpoint: row[2], actions: row[3], attempts: row[4], code: row[5],
                    since: (row[6] as Int64?).map(Instant.init(seconds:)))
            }
        }
    }

    /// Takes a person's word on a message in doubt, and records whose word it was.
    ///
    /// - Throws: `RetierError` of code `usage` where there is no such message in doubt.
    package func resolve(
        _ messageID: String, as resolution: OutboxEvent.Resolution, operatorName: String, now: Instant
    ) throws {
        try change { database, writer in
            guard var row = try OutboxRow.fetch(id: messageID, in: database), row.state == .inDoubt else {
                throw RetierError(
                    .usage, "message \(messageID) is not in doubt", hint: "retier doubts lists those that are")
            }
            var detail = JSONObject()
            detail.add("resolution", resolution.rawValue)
            detail.add("operator", operatorName)
            try writer.apply(
                .resolve(resolution), to: &row, kind: AuditKind(rawValue: "doubt.resolved"), detail: detail.json,
                at: now)
        }
    }
}
