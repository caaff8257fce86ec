import GRDB
package import RetierCore

extension Ledger {
    /// What the runs of a kind that were committed last came to without what they did about incidents, the last first:
    /// a failure is no habit, so that neither its day nor the day after it tells what is usual.
    package func usualAmounts(kind: Playbook.Trigger, count: Int) throws -> [PlanAmounts] {
        try pool.read { database in
            try RunRecord.fetch(
                database, "kind = ? ORDER BY committed_at DESC, rowid DESC LIMIT ?", [kind.rawValue, count]
            ).map { try $0.amountsWithoutIncidents(database) }
        }
    }
}

extension RunRecord {
    fileprivate func amountsWithoutIncidents(_ database: Database) throws -> PlanAmounts {
        let amounts = PlanAmounts(actions: sends, reach: reach, demotions: demotions, cost: cost)
        let isAboutAny = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM incident_action WHERE run = ?)", arguments: [id])
        guard isAboutAny == true else { return amounts }
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*), count(DISTINCT d.member), ifnull(sum(d.cost), 0)
                FROM decision d LEFT JOIN incident_action i ON i.run = d.run AND i.action_id = d.action_id
                WHERE d.run = ? AND d.verdict = 'send' AND i.action_id IS NULL
                """, arguments: [id])
        guard let row else { return amounts }
        return PlanAmounts(
            actions: row[0], reach: row[1], demotions: demotions, cost: Money(minorUnits: row[2]))
    }
}
