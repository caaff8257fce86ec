import GRDB
package import RetierCore

/// A row of the `incident` table, and the one place that reads and writes it.
package struct StoredIncident: Hashable, Sendable {
    package var value: Incident
    package var reason: String
    package var operatorName: String

    package init(_ value: Incident, reason: String, operatorName: String) {
        self.value = value
        self.reason = reason
        self.operatorName = operatorName
    }

    /// All there ever were, by their beginnings, then ids.
    static func all(in database: Database) throws -> [StoredIncident] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, kind, state, from_at, until_at, reason, operator, registered_at, closed_at
                FROM incident ORDER BY from_at, id
                """)
        return try rows.map { row in
            func instant(_ column: Int) -> Instant? { (row[column] as Int64?).map(Instant.init(seconds:)) }
            var value = Incident(
                id: row[0], kind: row[1], from: Instant(seconds: row[3]), registeredAt: Instant(seconds: row[7]))
            guard let state = Incident.State(rawValue: row[2]) else {
                throw RetierError(
                    .badData, "incident \(value.id) is in an unknown state", hint: "run retier audit verify")
            }
            (value.state, value.until, value.closedAt) = (state, instant(4), instant(8))
            return StoredIncident(value, reason: row[5], operatorName: row[6])
        }
    }

    func save(in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
                    state = excluded.state, until_at = excluded.until_at, reason = excluded.reason,
                    operator = excluded.operator, closed_at = excluded.closed_at
                """,
            arguments: [
                value.id, value.kind, value.state.rawValue, value.from.seconds, value.until?.seconds, reason,
                operatorName, value.registeredAt.seconds, value.closedAt?.seconds,
            ])
    }

    /// What the audit trail says of the incident as it stands.
    var detail: String {
        var detail = JSONObject()
        detail.add("kind", value.kind)
        detail.add("from", value.from.description)
        detail.add("until", value.until?.description)
        detail.add("reason", reason)
        detail.add("operator", operatorName)
        return detail.json
    }
}

extension PlanInput {
    /// The incidents as an input of plans.
    static func incidents(_ database: Database) throws -> PlanInput {
        var hash = StableHash()
        let all = try StoredIncident.all(in: database)
        for incident in all {
            let value = incident.value
            let moments = [value.from, value.until, value.closedAt, value.registeredAt].map { $0?.description ?? "" }
            for text in [value.id, value.kind, value.state.rawValue] + moments {
                hash.update(text)
                hash.update(byte: 0)
            }
        }
        return PlanInput(
            name: "incidents", digest: Ledger.hexadecimal(Int64(bitPattern: hash.finalized())), count: all.count)
    }
}
