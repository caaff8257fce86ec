import GRDB
package import RetierCore

/// Which messages a person wants to be tried again.
package enum ReplayChoice: Hashable, Sendable {
    /// These, each of which must be exhausted or rejected.
    case messages([String])
    /// Every exhausted or rejected one of an endpoint, of a run, of both, or of the whole outbox; without those that
    /// were rejected before any attempt, because no message can carry their actions.
    case all(endpoint: String?, run: String?)
}

extension Outbox {
    /// Makes messages that the receiver did not take pending again: the same id and body, a fresh schedule.
    ///
    /// All of them or, after an error, none. Nothing is sent here.
    ///
    /// - Returns: how many.
    /// - Throws: `RetierError` of code `usage` where a message, run or endpoint is unknown or a message was taken.
    package func replay(_ choice: ReplayChoice, operatorName: String, now: Instant) throws -> Int {
        try change { database, writer in
            let ids = try chosen(by: choice, in: database)
            var detail = JSONObject()
            detail.add("operator", operatorName)
            for id in ids {
                guard var row = try OutboxRow.fetch(id: id, in: database) else { continue }
                try writer.apply(
                    .replay, to: &row, kind: AuditKind(rawValue: "replay.asked"), detail: detail.json, at: now)
            }
            return ids.count
        }
    }

    private func chosen(by choice: ReplayChoice, in database: Database) throws -> [String] {
        switch choice {
        case .messages(let wanted):
            let ids = Array(Set(wanted)).sorted()
            let wrong = try ids.compactMap { id -> String? in
                guard let row = try OutboxRow.fetch(id: id, in: database) else { return "\(id) is unknown" }
                guard [.exhausted, .rejected].contains(row.state) else { return "\(id) is \(row.state.rawValue)" }
                return row.entry.attempts > 0 ? nil : "\(id) can never be sent"
            }
            guard wrong.isEmpty else {
                throw RetierError(
                    .usage, "only exhausted and rejected messages can be replayed: " + wrong.joined(separator: ", "),
                    hint: "nothing was changed; retier audit --state exhausted names the messages")
            }
            return ids
        case .all(let endpoint, let run):
            try require(endpoint, column: "endpoint", in: database)
            try require(run, column: "run", in: database)
            return try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM message
                    WHERE state IN ('exhausted', 'rejected') AND attempts > 0
                        AND endpoint = IFNULL(?, endpoint) AND run = IFNULL(?, run)
                    ORDER BY run, position, id
                    """, arguments: [endpoint, run])
        }
    }

    private func require(_ value: String?, column: String, in database: Database) throws {
        guard let value else { return }
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE \(column) = ?)"
        guard try Bool.fetchOne(database, sql: sql, arguments: [value]) ?? false else {
            throw RetierError(
                .usage, "no message is of the \(column) \(value)", hint: "retier status names runs and endpoints")
        }
    }
}
