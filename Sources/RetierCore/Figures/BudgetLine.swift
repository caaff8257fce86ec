/// The account of one budget in a run; amounts are minor units, or actions.
package struct BudgetLine: Hashable, Sendable {
    package var id: String
    /// Whether it limits what actions cost; their number otherwise.
    package var isMoney: Bool
    package var limit: Int64
    /// The first and the last day of the period.
    package var first: Day
    package var last: Day
    package var use: BudgetUse
    /// What the run takes, and with how many actions.
    package var reserved: Int64 = 0
    package var paid = 0
    /// Actions that wait for want of this budget.
    package var unpaid = 0
    /// Expected value for the cost of the last action that is paid and of the first that is not, thousandths.
    package var lastPaid: Int64?
    package var firstUnpaid: Int64?

    package init(_ budget: Budget, asOf: Day, use: BudgetUse) {
        id = budget.id
        isMoney = budget.isMoney
        limit = budget.amount
        (first, last) = budget.period(containing: asOf)
        self.use = use
    }

    /// What the run leaves; below 0 where earlier runs took more than the limit that holds now.
    package var left: Int64 { limit - use.total - reserved }
}

extension BudgetLine {
    private static let (money, actions) = ("money", "actions")

    /// The line as figures, which are stored with the run.
    package var figures: [Figure] {
        let kind = isMoney ? BudgetLine.money : BudgetLine.actions
        let values: [(Figure.Quantity, Int64?)] = [
            (.limit, limit), (.settled, use.settled), (.open, use.open), (.reserved, reserved), (.paid, Int64(paid)),
            (.unpaid, Int64(unpaid)), (.lastPaid, lastPaid), (.firstUnpaid, firstUnpaid),
            (.from, Int64(first.number)), (.until, Int64(last.number)),
        ]
        return values.compactMap { quantity, value in
            value.map { Figure(.budget, id, kind, of: quantity, is: $0) }
        }
    }

    fileprivate init?(_ id: String, in figures: RunFigures) {
        let kinds = [BudgetLine.money, BudgetLine.actions]
        guard let kind = kinds.first(where: { figures.value(.budget, id, $0, of: .limit) != nil }) else { return nil }
        func value(_ quantity: Figure.Quantity) -> Int64? { figures.value(.budget, id, kind, of: quantity) }
        func day(_ quantity: Figure.Quantity) -> Day { Day(number: Int32(clamping: value(quantity) ?? 0)) }
        self.id = id
        isMoney = kind == BudgetLine.money
        limit = value(.limit) ?? 0
        (first, last) = (day(.from), day(.until))
        use = BudgetUse(settled: value(.settled) ?? 0, open: value(.open) ?? 0)
        reserved = value(.reserved) ?? 0
        paid = Int(value(.paid) ?? 0)
        unpaid = Int(value(.unpaid) ?? 0)
        (lastPaid, firstUnpaid) = (value(.lastPaid), value(.firstUnpaid))
    }
}

extension RunFigures {
    /// The accounts of the run's budgets, by id.
    package var budgets: [BudgetLine] { subjects(of: .budget).compactMap { BudgetLine($0, in: self) } }
}
