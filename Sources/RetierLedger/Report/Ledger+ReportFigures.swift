import GRDB
package import RetierCore

extension Ledger {
    /// Reads what the health report shows, in one snapshot of the ledger.
    ///
    /// - Parameter dataUntil: orders at or after this moment do not count as the newest one; nil counts all.
    package func reportFigures(dataUntil: (@Sendable (Day) -> Instant)? = nil) throws -> ReportFigures {
        try pool.read { database in
            var figures = ReportFigures()
            figures.refreshes = try ReportQueries.refreshes(database)
            figures.scope = try ReportQueries.scope(database, from: figures.refreshes.first)
            let start = figures.scope.last?.committedAt.seconds ?? 0
            figures.verdicts = try ReportQueries.verdicts(database, since: start)
            figures.messages = try ReportQueries.messages(database, since: start)
            figures.olderMessages = try ReportQueries.openMessages(database, before: start)
            figures.troubles = try ReportQueries.troubles(database, since: start)
            figures.imports = try ReportQueries.imports(database)
            figures.rowCounts = try ReportQueries.rowCounts(database)
            figures.waiting = try ReportQueries.waiting(database)
            let until = figures.scope.first.flatMap { run in dataUntil?(run.asOf) }
            figures.newestOrder = try ReportQueries.newestOrder(database, until: until)
            figures.calibration = try ReportQueries.calibration(database, run: figures.refreshes.first?.id)
            return figures
        }
    }
}

/// The report's SQL.
///
/// Every query is one ordered pass with a small result, so a million members are no burden.
private enum ReportQueries {
    static func refreshes(_ database: Database) throws -> [ReportFigures.Run] {
        try runs(
            database, "WHERE kind = 'refresh' ORDER BY as_of DESC, committed_at DESC LIMIT ?",
            [ReportFigures.refreshLimit])
    }

    static func scope(_ database: Database, from refresh: ReportFigures.Run?) throws -> [ReportFigures.Run] {
        try runs(
            database, "WHERE committed_at >= ? ORDER BY committed_at DESC, as_of DESC, id",
            [refresh?.committedAt.seconds ?? 0])
    }

    private static func runs(
        _ database: Database, _ clause: String, _ arguments: StatementArguments
    ) throws -> [ReportFigures.Run] {
        let sql = "SELECT id, kind, period, as_of, plan_digest, committed_at, members, sends, demotions, cost FROM run "
        return try Row.fetchAll(database, sql: sql + clause, arguments: arguments).map { row in
            ReportFigures.Run(
                id: row["id"], kind: row["kind"], period: row["period"], asOf: Day(number: row["as_of"]),
                planDigest: row["plan_digest"], committedAt: Instant(seconds: row["committed_at"]),
                members: row["members"], sends: row["sends"], demotions: row["demotions"],
                cost: Money(minorUnits: row["cost"]), figures: try figures(database, run: row["id"]),
                approvals: try Approval.fetchAll(database, plan: row["plan_digest"]))
        }
    }

    static func verdicts(_ database: Database, since start: Int64) throws -> [ReportFigures.Verdicts] {
        let sql = """
            SELECT playbook, version, verdict, reason, COUNT(*) AS candidates,
                SUM(run.kind = 'refresh') AS of_refresh, SUM(decision.cost) AS cost
            FROM run JOIN decision ON decision.run = run.id WHERE run.committed_at >= ?
            GROUP BY playbook, version, verdict, reason ORDER BY playbook, version, verdict, reason
            """
        return try Row.fetchAll(database, sql: sql, arguments: [start]).map { row in
            ReportFigures.Verdicts(
                playbook: row["playbook"], version: row["version"], verdict: row["verdict"], reason: row["reason"],
                candidates: row["candidates"], ofRefresh: row["of_refresh"], cost: Money(minorUnits: row["cost"]))
        }
    }

    static func messages(_ database: Database, since start: Int64) throws -> [ReportFigures.Messages] {
        try messages(database, runs: "run.committed_at >= ?", start)
    }

    static func openMessages(_ database: Database, before start: Int64) throws -> [ReportFigures.Messages] {
        try messages(
            database, runs: "run.committed_at < ?",
            states: "WHERE state IN ('withheld', 'pending', 'sending', 'awaiting', 'retry', 'in_doubt')", start)
    }

    /// An action that its receiver refused counts as rejected, whatever became of its message.
    private static func messages(
        _ database: Database, runs: String, states: String = "", _ moment: Int64
    ) throws -> [ReportFigures.Messages] {
        let sql = """
            WITH refused AS (
                SELECT message, COUNT(DISTINCT action_id) AS actions FROM action_refusal WHERE action_id <> ''
                GROUP BY message),
            part AS (
                SELECT endpoint, state, 1 AS messages, attempts,
                    message.actions - COALESCE(refused.actions, 0) AS actions
                FROM run JOIN message ON message.run = run.id LEFT JOIN refused ON refused.message = message.id
                WHERE \(runs)
                UNION ALL
                SELECT endpoint, 'rejected', 0, 0, refused.actions
                FROM run JOIN message ON message.run = run.id JOIN refused ON refused.message = message.id
                WHERE \(runs))
            SELECT endpoint, state, SUM(messages) AS messages, SUM(actions) AS actions, SUM(attempts) AS attempts
            FROM part \(states) GROUP BY endpoint, state ORDER BY endpoint, state
            """
        return try Row.fetchAll(database, sql: sql, arguments: [moment, moment]).map { row in
            ReportFigures.Messages(
                endpoint: row["endpoint"], state: row["state"], messages: row["messages"], actions: row["actions"],
                attempts: row["attempts"])
        }
    }

    static func troubles(_ database: Database, since start: Int64) throws -> [ReportFigures.Trouble] {
        let sql = """
            SELECT endpoint, state, http_status, code, COUNT(*) AS messages, SUM(actions) AS actions
            FROM run JOIN message ON message.run = run.id
            WHERE run.committed_at >= ? AND state IN ('rejected', 'retry', 'exhausted', 'in_doubt', 'expired')
            GROUP BY endpoint, state, http_status, code
            UNION ALL
            SELECT endpoint, 'rejected', http_status, action_refusal.code, COUNT(DISTINCT message.id),
                COUNT(DISTINCT action_refusal.action_id)
            FROM run JOIN message ON message.run = run.id JOIN action_refusal ON action_refusal.message = message.id
            WHERE run.committed_at >= ? AND action_refusal.action_id <> ''
            GROUP BY endpoint, http_status, action_refusal.code
            ORDER BY actions DESC, endpoint, state, http_status, code
            """
        return try Row.fetchAll(database, sql: sql, arguments: [start, start]).map { row in
            ReportFigures.Trouble(
                endpoint: row["endpoint"], state: row["state"], httpStatus: row["http_status"], code: row["code"],
                messages: row["messages"], actions: row["actions"])
        }
    }

    static func imports(_ database: Database) throws -> [ReportFigures.Import] {
        let sql = """
            SELECT kind, name, at, read, new, updated, unchanged, rejected
            FROM import_file ORDER BY at DESC, id DESC LIMIT ?
            """
        return try Row.fetchAll(database, sql: sql, arguments: [ReportFigures.importLimit]).map { row in
            ReportFigures.Import(
                kind: row["kind"], name: row["name"], at: Instant(seconds: row["at"]), read: row["read"],
                new: row["new"], updated: row["updated"], unchanged: row["unchanged"], rejected: row["rejected"])
        }
    }

    static func rowCounts(_ database: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(database, sql: "SELECT kind, count FROM data_digest")
        return Dictionary(rows.map { row in (row["kind"], row["count"]) }, uniquingKeysWith: { first, _ in first })
    }

    static func waiting(_ database: Database) throws -> Int {
        let sql = "SELECT COUNT(*) FROM member WHERE joined_at IS NULL"
        return try Int.fetchOne(database, sql: sql) ?? 0
    }

    /// `order_key` is the narrowest table that knows every order's time.
    static func newestOrder(_ database: Database, until: Instant?) throws -> Instant? {
        let sql = "SELECT MAX(at) FROM order_key WHERE at < ?"
        let newest = try Int64.fetchOne(database, sql: sql, arguments: [until?.seconds ?? Int64.max])
        return newest.map { Instant(seconds: $0) }
    }

    static func calibration(_ database: Database, run: String?) throws -> Calibration? {
        let sql = "SELECT calibration FROM run WHERE id = ?"
        guard let version = try Int.fetchOne(database, sql: sql, arguments: [run]) else { return nil }
        return try Calibration.fetch(database, version: version)
    }

    static func figures(_ database: Database, run: String) throws -> RunFigures {
        let sql = "SELECT part, subject, object, quantity, value FROM run_figure WHERE run = ? ORDER BY position"
        return RunFigures(
            try Row.fetchAll(database, sql: sql, arguments: [run]).compactMap { row in
                guard let part = Figure.Part(rawValue: row[0]), let quantity = Figure.Quantity(rawValue: row[3])
                else { return nil }
                return Figure(part, row[1], row[2], of: quantity, is: row[4])
            })
    }
}
