package import RetierCore

/// What was known of the members of a `FactTable` 13 and 26 weeks before its day, row by row.
///
/// The naive forecast and the back-test need it.
package struct PastPurchases: Sendable {
    /// 13 weeks before the day of the facts.
    package let asOf: Day
    /// Last purchase day by then, or `FactTable.noDay`.
    package private(set) var lastPurchase: [Int32]
    /// Distinct purchase days by then, and by 13 weeks earlier.
    package private(set) var purchaseDays: [Int32]
    package private(set) var earlierDays: [Int32]

    /// Takes them from the tables of those days; members without a row there had bought nothing.
    package init(_ facts: FactTable, before: FactTable, earlier: FactTable?) {
        asOf = before.asOf
        lastPurchase = facts.aligned(before, \.lastPurchase, absent: FactTable.noDay)
        purchaseDays = facts.aligned(before, \.purchaseDays, absent: 0)
        earlierDays =
            earlier.map { facts.aligned($0, \.purchaseDays, absent: 0) } ?? Array(repeating: 0, count: facts.count)
    }

    /// The histories as they were then.
    func histories(_ facts: FactTable) -> PurchaseHistories {
        PurchaseHistories(facts.count) { row in
            guard purchaseDays[row] > 0 else { return nil }
            let first = facts.firstPurchase[row]
            return (purchaseDays[row] - 1, lastPurchase[row] - first, asOf.number - first)
        }
    }
}

extension FactTable {
    /// A column of another day's table in the rows of this one; both are in order of member ids.
    fileprivate func aligned(_ other: FactTable, _ column: KeyPath<FactTable, [Int32]>, absent: Int32) -> [Int32] {
        let values = other[keyPath: column]
        var place = 0
        return keys.map { key in
            guard place < values.count, other.keys[place] == key else { return absent }
            place += 1
            return values[place - 1]
        }
    }
}
