import RetierCore
import RetierLedger

extension Ledger {
    func sendHistory(keys: [Int64], since: Day) throws -> SendHistory {
        try earlierSends(keys: keys, since: since, asOf: since).history
    }

    func budgetUse(of budgets: [Budget], asOf: Day) throws -> [String: BudgetUse] {
        try earlierSends(keys: [], since: asOf, budgets: budgets, asOf: asOf).budgetUse
    }
}
