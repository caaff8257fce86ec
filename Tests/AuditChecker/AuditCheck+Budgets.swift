/// Whether budgets paid no more than they had.
extension AuditCheck {
    var overspentBudgets: [Finding] {
        limits.budgets.flatMap { budget in
            let sends = records.filter { $0.mayReach && isIn($0, budget) }
            return Set(sends.map(\.day)).compactMap { day -> Finding? in
                let counted = sends.filter { isIn(budget.window, $0.day, of: day) }
                let (taken, limit) =
                    switch budget.limit {
                    case .cost(let most): (counted.reduce(0) { $0 + $1.cost }, most)
                    case .actions(let most): (counted.count, most)
                    }
                guard taken > limit else { return nil }
                return Finding(
                    rule: .budget, subject: budget.id,
                    what: "took \(taken) of \(limit) by \(CalendarDay.text(day))")
            }
        }
    }

    /// Whether a budget counts what was sent.
    package func isIn(_ record: AuditRecord, _ budget: AuditLimits.Budget) -> Bool {
        (budget.playbooks.isEmpty || budget.playbooks.contains(record.playbook))
            && (budget.tiers.isEmpty || budget.tiers.contains(record["tier"]))
            && (budget.channels.isEmpty || budget.channels.contains(record["channel"]))
            && (budget.tags.isEmpty || !budget.tags.isDisjoint(with: record.tags))
    }
}
