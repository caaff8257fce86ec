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
            figures.standings = try ReportQueries.standings(database)
            figures.grid = try ReportQueries.grid(database)
            figures.moves = try figures.refreshes.flatMap { try ReportQueries.moves(database, run: $0.id) }
            if let latest = figures.refreshes.first {
                figures.causes = try ReportQueries.causes(database, run: latest.id)
            }
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
            figures.cuts = try ReportQueries.cuts(database)
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
                cost: Money(minorUnits: row["cost"]))
        }
    }

    static func standings(_ database: Database) throws -> [ReportFigures.Standing] {
        let sql = """
            SELECT tier, stage, COUNT(*) AS members, SUM(pending_runs > 0) AS pending
            FROM standing GROUP BY tier, stage ORDER BY tier, stage
            """
        return try Row.fetchAll(database, sql: sql).map { row in
            ReportFigures.Standing(
                tier: row["tier"], stage: row["stage"], members: row["members"], pending: row["pending"])
        }
    }

    /// Members without a purchase have score 0 and no place in the grid.
    static func grid(_ database: Database) throws -> [ReportFigures.GridCell] {
        let sql = """
            SELECT MIN(rank_recency / 200000, 4) + 1 AS recency, MIN(rank_frequency / 200000, 4) + 1 AS frequency,
                COUNT(*) AS members, SUM(rank_spend) / COUNT(*) AS spend
            FROM standing WHERE score > 0 GROUP BY 1, 2 ORDER BY 1, 2
            """
        return try Row.fetchAll(database, sql: sql).map { row in
            ReportFigures.GridCell(
                recency: row["recency"], frequency: row["frequency"], members: row["members"],
                spendRank: row["spend"])
        }
    }

    static func moves(_ database: Database, run: String) throws -> [ReportFigures.Move] {
        let sql = """
            SELECT kind, from_tier, to_tier, COUNT(*) AS members
            FROM transition WHERE run = ? GROUP BY kind, from_tier, to_tier ORDER BY kind, from_tier, to_tier
            """
        return try Row.fetchAll(database, sql: sql, arguments: [run]).map { row in
            ReportFigures.Move(
                run: run, kind: row["kind"], fromTier: row["from_tier"], toTier: row["to_tier"],
                members: row["members"])
        }
    }

    static func causes(_ database: Database, run: String) throws -> [ReportFigures.Cause] {
        let sql = """
            SELECT kind, reason ->> '$.dimension' AS dimension, COUNT(*) AS members,
                COALESCE(SUM(reason ->> '$.rank_before'), 0) / COUNT(*) AS rank_before,
                COALESCE(SUM(reason ->> '$.rank_after'), 0) / COUNT(*) AS rank_after
            FROM transition WHERE run = ? AND kind IN ('promoted', 'demoted', 'slid') AND json_valid(reason)
            GROUP BY 1, 2 ORDER BY kind, members DESC, dimension
            """
        return try Row.fetchAll(database, sql: sql, arguments: [run]).map { row in
            ReportFigures.Cause(
                kind: row["kind"], dimension: row["dimension"], members: row["members"],
                rankBefore: row["rank_before"], rankAfter: row["rank_after"])
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
            states: "WHERE state IN ('pending', 'sending', 'awaiting', 'retry', 'in_doubt')", start)
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

    static func cuts(_ database: Database) throws -> [ReportFigures.Cut] {
        let sql = """
            SELECT v.name AS tier, c.learned_on, v.value AS entry_score
            FROM calibration c JOIN calibration_value v USING (version)
            WHERE v.part = 'cut' AND version = (
                SELECT calibration FROM run WHERE kind = 'refresh' ORDER BY committed_at DESC, rowid DESC LIMIT 1)
            ORDER BY v.position
            """
        return try Row.fetchAll(database, sql: sql).map { row in
            ReportFigures.Cut(
                tier: row["tier"], learnedOn: Day(number: row["learned_on"]), entryScore: row["entry_score"])
        }
    }
}
