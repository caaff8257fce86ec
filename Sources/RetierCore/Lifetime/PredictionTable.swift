/// What is predicted of every member for the next 13 weeks, by column and in the row order of a `FactTable`.
///
/// Whole numbers, so that the last bits of another machine's mathematics do not show. `missing` where nothing is known
/// of a member (no purchase yet), or the method says nothing.
package struct PredictionTable: Sendable {
    package static let missing = Int64.min

    /// Probability that the member will ever buy again, millionths; under BG/NBD it is 1 for members who bought once.
    package var alive: [Int64]
    /// Probability that the member has left, millionths: from MBG/NBD, or from BG/NBD for members who bought again.
    package var churnRisk: [Int64]
    /// Purchase days to expect, billionths.
    package var purchases: [Int64]
    /// Value of a purchase day to expect, millionths of the currency's unit.
    package var averageValue: [Int64]
    /// Value of the purchases to expect, not discounted, millionths of the currency's unit.
    package var value: [Int64]

    package var count: Int { value.count }

    package init(count: Int) {
        alive = Array(repeating: PredictionTable.missing, count: count)
        churnRisk = alive
        purchases = alive
        averageValue = alive
        value = alive
    }
}

extension PredictionTable {
    /// A prediction of every row in the table's own unit, by its name in conditions; nil for another name.
    package func values(named name: String) -> [Int64]? {
        switch Prediction.allCases.first(where: { $0.name == name }) {
        case .alive: alive
        case .churnRisk: churnRisk
        case .purchases: purchases
        case .averageValue: averageValue
        case .value: value
        case nil: nil
        }
    }
}
