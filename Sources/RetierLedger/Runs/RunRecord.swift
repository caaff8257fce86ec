import GRDB
package import RetierCore

/// A committed run.
package struct RunRecord: Hashable, Sendable {
    package var id: String
    package var kind: Playbook.Trigger
    package var period: String
    package var asOf: Day
    package var planDigest: String
    package var committedAt: Instant
    package var members: Int
    package var sends: Int
    /// Members who got an action.
    package var reach: Int
    package var demotions: Int
    package var cost: Money
    /// The version of the calibration that it used.
    package var calibration: Int?
    /// Row counts and digests of what its plan was made from.
    package var inputs: [PlanInput]
}

extension Ledger {
    /// The run that was committed last, of one kind or of any; nil before the first.
    package func lastRun(kind: Playbook.Trigger? = nil) throws -> RunRecord? {
        try pool.read { database in
            try RunRecord.fetch(
                database, "kind = coalesce(?, kind) ORDER BY committed_at DESC, rowid DESC LIMIT 1", [kind?.rawValue]
            ).first
        }
    }

    /// All runs, the last committed first.
    package func runs() throws -> [RunRecord] {
        try pool.read { try RunRecord.fetch($0, "TRUE ORDER BY committed_at DESC, rowid DESC", []) }
    }

    /// The run of a kind and period, which exists at most once; nil where it has not been committed.
    package func run(kind: Playbook.Trigger, period: String) throws -> RunRecord? {
        try pool.read { try RunRecord.fetch($0, kind: kind, period: period) }
    }

    package func run(id: String) throws -> RunRecord? {
        try pool.read { try RunRecord.fetch($0, "id = ?", [id]).first }
    }
}

extension RunRecord {
    /// The SQL condition, begun by AND, that a column names a run committed before another one; empty for any.
    ///
    /// Ids of runs have no quotation marks: they are made of kinds, periods and digests.
    static func condition(_ column: String, before run: RunRecord?) -> String {
        run.map { run in
            """
            AND \(column) IN (SELECT r.id FROM run r JOIN run last ON last.id = '\(run.id)'
                WHERE (r.committed_at, r.rowid) < (last.committed_at, last.rowid))
            """
        } ?? ""
    }

    static func fetch(_ database: Database, kind: Playbook.Trigger, period: String) throws -> RunRecord? {
        try fetch(database, "kind = ? AND period = ?", [kind.rawValue, period]).first
    }

    static func fetch(_ database: Database, _ clause: String, _ arguments: StatementArguments) throws -> [RunRecord] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM run WHERE \(clause)", arguments: arguments)
        return try rows.map { row in
            let id: String = row["id"]
            let kind: String = row["kind"]
            return RunRecord(
                id: id, kind: Playbook.Trigger(rawValue: kind) ?? .daily, period: row["period"],
                asOf: Day(number: row["as_of"]), planDigest: row["plan_digest"],
                committedAt: Instant(seconds: row["committed_at"]), members: row["members"], sends: row["sends"],
                reach: row["reach"], demotions: row["demotions"], cost: Money(minorUnits: row["cost"]),
                calibration: row["calibration"], inputs: try inputs(database, run: id))
        }
    }

    private static func inputs(_ database: Database, run: String) throws -> [PlanInput] {
        let sql = "SELECT name, digest, count FROM run_input WHERE run = ? ORDER BY name"
        return try Row.fetchAll(database, sql: sql, arguments: [run]).map {
            PlanInput(name: $0[0], digest: $0[1], count: $0[2])
        }
    }
}
