import RetierCore

/// Repeat purchase days of a member and their mean value in units of the currency.
package struct ObservedValue: Sendable {
    package var repeats: Int32
    package var mean: Double

    package init(repeats: Int32, mean: Double) {
        self.repeats = repeats
        self.mean = mean
    }

    init(_ facts: FactTable, row: Int, unit: CurrencyUnit) {
        repeats = max(facts.purchaseDays[row] - 1, 0)
        mean = repeats > 0 ? Double(facts.repeatTotal[row]) / Double(repeats) / unit.minorUnits : 0
    }
}

/// A currency's unit in minor units: 100 where it has two decimals.
struct CurrencyUnit: Sendable {
    let minorUnits: Double

    init(decimals: Int) { minorUnits = (0..<max(decimals, 0)).reduce(1.0) { unit, _ in unit * 10 } }
}
