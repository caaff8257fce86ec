import GRDB
import RetierCore

/// A row of the `endpoint_health` table with the endpoint's recent calls, and the one place that reads and writes them.
struct EndpointRow {
    var endpoint: String
    var gate: EndpointGate

    static let columns = """
        endpoint, state, since, code, trips, open_until, held_since, held_until, hold_code, failures, probe, \
        throttlings, under_way
        """

    init(endpoint: String, gate: EndpointGate = EndpointGate()) {
        self.endpoint = endpoint
        self.gate = gate
    }

    /// The calls are not read yet.
    init(_ row: Row) throws {
        endpoint = row[0]
        let name: String = row[1]
        guard let state = EndpointHealth.State(rawValue: name) else {
            throw RetierError(
                .badData, "endpoint \(endpoint) is in an unknown state", hint: "run retier audit verify")
        }
        func moment(_ column: Int) -> Instant? { (row[column] as Int64?).map(Instant.init(seconds:)) }
        var health = EndpointHealth(
            state: state, since: moment(2), code: row[3], failures: row[9], trips: row[4], openUntil: moment(5),
            probe: row[10], throttlings: row[11])
        if let since = moment(6), let until = moment(7) {
            health.hold = EndpointHealth.Hold(since: since, until: until, code: row[8] ?? "")
        }
        gate = EndpointGate(health: health, uses: RateUses(underWay: row[12]))
    }

    static func fetchAll(in database: Database) throws -> [EndpointRow] {
        let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM endpoint_health ORDER BY endpoint")
        return try Row.fetchAll(statement).map { try EndpointRow($0) }
    }

    /// Reads the calls of an endpoint.
    mutating func loadUses(in database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT at, calls FROM rate_use WHERE endpoint = ?")
        let ended = try Row.fetchAll(statement, arguments: [endpoint]).map { row in
            RateUses.Second(at: Instant(seconds: row[0]), calls: row[1])
        }
        gate.uses = RateUses(ended: ended, underWay: gate.uses.underWay)
    }

    func writeHealth(in database: Database) throws {
        let health = gate.health
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO endpoint_health (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
        statement.setUncheckedArguments([
            endpoint, health.state.rawValue, health.since?.seconds, health.code, health.trips,
            health.openUntil?.seconds, health.hold?.since.seconds, health.hold?.until.seconds, health.hold?.code,
            health.failures, health.probe, health.throttlings, gate.uses.underWay,
        ])
        try statement.execute()
    }

    /// Replaces the calls that were read before by those that are known now.
    func writeUses(instead before: RateUses, in database: Database) throws {
        let delete = try database.cachedStatement(sql: "DELETE FROM rate_use WHERE endpoint = ? AND at = ?")
        let put = try database.cachedStatement(sql: "INSERT OR REPLACE INTO rate_use VALUES (?, ?, ?)")
        let kept = Set(gate.uses.ended.map(\.at))
        for second in before.ended where !kept.contains(second.at) {
            try delete.execute(arguments: [endpoint, second.at.seconds])
        }
        let known = Set(before.ended)
        for second in gate.uses.ended where !known.contains(second) {
            try put.execute(arguments: [endpoint, second.at.seconds, second.calls])
        }
    }

    /// The columns that change only together with an entry in the audit trail.
    var auditText: String {
        let health = gate.health
        var detail = JSONObject()
        detail.add("state", health.state.rawValue)
        detail.add("since", health.since?.seconds)
        detail.add("code", health.code)
        detail.add("trips", Int64(health.trips))
        detail.add("open_until", health.openUntil?.seconds)
        detail.add("held_since", health.hold?.since.seconds)
        detail.add("held_until", health.hold?.until.seconds)
        detail.add("hold_code", health.hold?.code)
        return detail.json
    }

    /// `operatorName` is the person whose word it was, where it was one's.
    func auditDetail(operatorName: String?) -> String {
        var detail = JSONObject()
        detail.add("endpoint", json: auditText)
        detail.add("operator", operatorName)
        return detail.json
    }
}
