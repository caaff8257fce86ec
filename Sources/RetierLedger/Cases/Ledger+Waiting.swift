import GRDB
package import RetierCore

/// Keeps what refreshes deferred until a daily run takes it up again.
///
/// Decides nothing: the decisions of committed plans are what changes it.
enum WaitingCommit {
    /// After so many days what no run took up is forgotten: its playbook is gone or paused.
    private static let longestDays: Int32 = 90

    /// Forgets what waits for members who came back since; returns how many actions that are.
    static func withdraw(
        _ names: [String: [String]], _ signs: CaseSigns, zone: ZoneRules, in database: Database,
        record: (_ action: String, _ detail: String) throws -> Void
    ) throws -> Int {
        var count = 0
        let rows = try Row.fetchAll(
            database, sql: "SELECT member, playbook, since, action_id, step FROM waiting_action ORDER BY action_id")
        for row in rows {
            let (playbook, since, action): (String, Int32, String) = (row[1], row[2], row[3])
            let day = Day(number: since)
            // It waits as a case does: what ends a case ends it.
            let waiting = CaseRow(
                MemberCase(id: action, playbook: playbook, isEscalation: false, isShadow: false, opened: day),
                member: row[0], run: "", signsAfter: zone.start(of: day.adding(days: 1)).seconds - 1)
            guard let sign = try signs.first(of: waiting, names: names[playbook] ?? []) else { continue }
            try database.execute(
                sql: "DELETE FROM waiting_action WHERE member = ? AND playbook = ? AND step = ?",
                arguments: [row[0] as Int64, playbook, row[4] as String])
            var detail = JSONObject()
            detail.add("playbook", playbook)
            detail.add("cause", sign.cause)
            try record(action, detail.json)
            count += 1
        }
        return count
    }

    static func run(_ run: String, _ header: PlanHeader, in database: Database) throws {
        try joinMerged(in: database)
        // In a refresh everything is decided anew; a daily run decides what it takes up. Without its name SQLite takes
        // the index of the run and reads all the run's decisions for each row.
        try database.execute(
            sql: """
                DELETE FROM main.waiting_action WHERE since < ? OR EXISTS (
                    SELECT 1 FROM main.decision d INDEXED BY decision_of_member
                    WHERE d.run = ? AND d.member = waiting_action.member
                        AND d.playbook = waiting_action.playbook AND d.step = waiting_action.step
                        AND (d.verdict <> 'defer' OR ?))
                """,
            arguments: [header.asOf.number - longestDays, run, header.kind == .refresh])
        let deferred = """
            SELECT member, playbook, step, day, max(coalesce(until, 0), day + 1), action_id FROM main.decision
            WHERE run = ? AND reason IN ('displaced', 'frequency-cap', 'budget', 'needs-approval')
            """
        switch header.kind {
        case .refresh:
            try database.execute(sql: "INSERT INTO main.waiting_action \(deferred)", arguments: [run])
        case .daily:
            try database.execute(
                sql: """
                    WITH d(member, playbook, step, day, first, action) AS (\(deferred))
                    UPDATE main.waiting_action SET first = d.first FROM d
                    WHERE d.member = waiting_action.member AND d.playbook = waiting_action.playbook
                        AND d.step = waiting_action.step
                    """, arguments: [run])
        }
    }
}

extension WaitingCommit {
    /// What waits for merged members waits for the one who is kept, once: the decisions about it are that member's.
    private static func joinMerged(in database: Database) throws {
        guard let connection = database.sqliteConnection else { return }
        let merges = try MergeMap(connection)
        guard !merges.isEmpty else { return }
        for other in try Int64.fetchAll(database, sql: "SELECT DISTINCT member FROM main.waiting_action")
        where merges.root(of: other) != other {
            try database.execute(
                sql: """
                    INSERT INTO main.waiting_action
                    SELECT ?, playbook, step, since, first, action_id FROM main.waiting_action WHERE member = ?
                    ON CONFLICT DO UPDATE SET since = min(since, excluded.since), first = min(first, excluded.first)
                    """, arguments: [merges.root(of: other), other])
            try database.execute(sql: "DELETE FROM main.waiting_action WHERE member = ?", arguments: [other])
        }
    }
}

extension Ledger {
    /// What refreshes deferred for these members, each with its row.
    ///
    /// - Parameters:
    ///   - keys: the ledger's key of each row's member, as in `FactTable.keys`.
    ///   - merged: `FactTable.mergedKeys`.
    package func waitingActions(
        keys: [Int64], merged: [MergedKey] = []
    ) throws -> [(row: Int, value: WaitingAction)] {
        let rows = try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT member, playbook, step, since, first FROM waiting_action")
        }
        guard !rows.isEmpty else { return [] }
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        return rows.compactMap { row in
            rowOfKey[row[0]].map {
                (
                    $0,
                    WaitingAction(
                        playbook: row[1], step: row[2], since: Day(number: row[3]), first: Day(number: row[4]))
                )
            }
        }
    }
}
