import GRDB
package import RetierCore

extension Ledger {
    /// What earlier runs have taken of each budget in the period that contains a day, by budget id.
    ///
    /// Whatever was decided to be sent counts, by the tier that its member had then, except what certainly did not
    /// leave or was refused: a plan reserves, delivery settles, and what is rejected, exhausted, cancelled or expired
    /// is given back.
    /// - Parameter before: leaves out this run and all later ones.
    package func budgetUse(
        of budgets: [Budget], asOf: Day, before: RunRecord? = nil
    ) throws -> [String: BudgetUse] {
        var uses = Dictionary(uniqueKeysWithValues: budgets.map { ($0.id, BudgetUse()) })
        let starts = budgets.map { $0.period(containing: asOf).first }
        guard let first = starts.min() else { return [:] }
        // Only sends have a message; the verdicts are those of the index `decision_entry`, which would not be used
        // otherwise.
        let sums = try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT d.playbook, d.channel, d.marks, d.tier, d.day, m.state = 'delivered' AS settled,
                        sum(d.cost), count(*)
                    FROM decision d JOIN message m ON m.id = d.message
                    WHERE d.verdict IN ('send', 'hold_out') AND d.day >= ? AND \(SendHistory.mayReach)
                        \(RunRecord.condition("d.run", before: before))
                    GROUP BY d.playbook, d.channel, d.marks, d.tier, d.day, settled
                    """, arguments: [first.number])
        }
        for sum in sums {
            let day = Day(number: sum[4])
            let marks = SendMarks(text: sum[2])
            for (budget, start) in zip(budgets, starts) where day >= start {
                guard budget.scope.covers(playbook: sum[0], channel: sum[1], tags: marks.tags, tier: sum[3]) else {
                    continue
                }
                let amount: Int64 = budget.isMoney ? sum[6] : sum[7]
                if sum[5] { uses[budget.id]?.settled += amount } else { uses[budget.id]?.open += amount }
            }
        }
        return uses
    }
}
