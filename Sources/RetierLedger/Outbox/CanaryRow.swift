import GRDB
import RetierCore

/// The rows of the `canary` and `canary_sample` tables.
enum CanaryRow {
    static let hasOpen = "SELECT EXISTS (SELECT 1 FROM canary WHERE state = 'open')"

    private static let columns =
        "run, state, share, max_failed, not_before, opened_at, decided_at, ended, failed"

    /// In the order of their runs.
    static func fetchAll(_ condition: String, in database: Database) throws -> [Canary] {
        try Row.fetchAll(database, sql: "SELECT \(columns) FROM canary WHERE \(condition) ORDER BY rowid").map { row in
            guard let state = CanaryState(rawValue: row[1]) else { throw OutboxRow.damage(row[0]) }
            let ended: Int? = row[7]
            return Canary(
                run: row[0], state: state, share: row[2], maxFailed: row[3], notBefore: Instant(seconds: row[4]),
                openedAt: Instant(seconds: row[5]), decidedAt: (row[6] as Int64?).map(Instant.init(seconds:)),
                tally: ended.map { CanaryTally(ended: $0, failed: row[8]) })
        }
    }

    static func insert(_ canary: Canary, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO main.canary (\(columns)) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
            arguments: [
                canary.run, canary.state.rawValue, canary.share, canary.maxFailed, canary.notBefore.seconds,
                canary.openedAt.seconds,
            ])
    }

    /// Opens the canary of a run that is being committed.
    static func open(
        _ settings: CanarySettings, run: String, withheld: Int, at now: Instant, in database: Database
    ) throws {
        let canary = Canary(
            run: run, share: settings.share ?? 0, maxFailed: settings.maxFailed,
            notBefore: now.adding(seconds: Int64(settings.waitSeconds)), openedAt: now)
        try insert(canary, in: database)
        try AuditTrail.append(
            kind: .canary(canary.state.rawValue), subject: run, detail: detail(of: canary, messages: withheld),
            run: run, at: now, in: database)
    }

    /// - Parameter message: its number.
    static func insert(sample message: Int64, of run: String, in database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO main.canary_sample VALUES (?, ?)")
        try statement.execute(arguments: [run, message])
    }

    static func update(_ canary: Canary, in database: Database) throws {
        try database.execute(
            sql: "UPDATE canary SET state = ?, decided_at = ?, ended = ?, failed = ? WHERE run = ?",
            arguments: [
                canary.state.rawValue, canary.decidedAt?.seconds, canary.tally?.ended, canary.tally?.failed, canary.run,
            ])
    }

    /// How the sample of a run fares: reads the messages of the sample only.
    static func tally(of run: String, in database: Database) throws -> CanaryTally {
        let row = try Row.fetchOne(
            database,
            sql: """
                WITH sample AS (
                    SELECT state, code, m.actions,
                        (SELECT count(DISTINCT action_id) FROM action_refusal r
                            WHERE r.message = m.id AND action_id <> '' AND r.code = 'withdrawn') AS withdrawn,
                        (SELECT count(DISTINCT action_id) FROM action_refusal r
                            WHERE r.message = m.id AND action_id <> '' AND r.code <> 'withdrawn') AS refused
                    FROM canary_sample s CROSS JOIN message m ON m.key = s.message WHERE s.run = ?),
                judged AS (
                    SELECT actions - withdrawn AS actions, CASE state
                        WHEN 'delivered' THEN min(refused, actions - withdrawn) ELSE actions - withdrawn END AS failed
                    FROM sample
                    WHERE state IN ('delivered', 'rejected', 'exhausted', 'in_doubt', 'expired')
                        AND NOT (state = 'expired' AND code = 'quiet-hours'))
                SELECT (SELECT count(*) FROM sample WHERE state IN ('pending', 'sending', 'awaiting', 'retry')),
                    coalesce(sum(actions), 0), coalesce(sum(failed), 0) FROM judged
                """, arguments: [run])
        return CanaryTally(open: row?[0] ?? 0, ended: row?[1] ?? 0, failed: row?[2] ?? 0)
    }

    static func standing(of canary: Canary, in database: Database) throws -> CanaryStanding {
        let sample = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM canary_sample WHERE run = ?", arguments: [canary.run])
        let withheld = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM message WHERE state = 'withheld' AND run = ?",
            arguments: [canary.run])
        return CanaryStanding(
            canary: canary, tally: try canary.tally ?? tally(of: canary.run, in: database), sample: sample ?? 0,
            withheld: withheld ?? 0)
    }

    /// For the audit trail.
    static func detail(
        of canary: Canary, messages: Int, word: (reason: String, operatorName: String)? = nil
    ) -> String {
        var detail = vouched(
            share: canary.share, maxFailed: canary.maxFailed, ended: canary.tally?.ended, failed: canary.tally?.failed)
        detail.add("messages", Int64(messages))
        detail.add("reason", word?.reason)
        detail.add("operator", word?.operatorName)
        return detail.json
    }

    /// What an entry says of the row, which it begins with.
    private static func vouched(share: Int, maxFailed: Int, ended: Int?, failed: Int?) -> JSONObject {
        var detail = JSONObject()
        detail.add("share", Int64(share))
        detail.add("max_failed", Int64(maxFailed))
        detail.add("ended", ended.map(Int64.init))
        detail.add("failed", failed.map(Int64.init))
        return detail
    }

    /// Whether the canary of a run is as the last entry about it says; without an entry there must be none.
    ///
    /// How it began and its sample are in the digests of the run.
    static func agrees(with entry: AuditEntry?, run: String, in database: Database) throws -> Bool {
        let row = try Row.fetchOne(
            database, sql: "SELECT state, decided_at, share, max_failed, ended, failed FROM canary WHERE run = ?",
            arguments: [run])
        guard let row, let entry else { return row == nil && entry == nil }
        let state: String = row[0]
        let decidedAt = state == CanaryState.open.rawValue ? nil : entry.at.seconds
        let detail = vouched(share: row[2], maxFailed: row[3], ended: row[4], failed: row[5])
        return entry.kind == .canary(state) && row[1] == decidedAt
            && entry.detail.hasPrefix(detail.json.dropLast() + ",")
    }
}
