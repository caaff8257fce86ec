/// One number's way into a tier, or out of it: the smallest change of it alone that is enough, member by member.
package struct TierPath: Sendable {
    /// Where the tier looks at the score: the dimension that is made of the number.
    struct Score: Sendable {
        var dimension: Dimension
        var column: RankedColumn
        var weights: ScoreWeights
        var table: ScoreTable
    }

    let measure: Measure
    let line: Int64
    let rises: Bool
    let source: MeasureSource
    let score: Score?

    /// The smallest change for one member; nil where none is enough, or nothing is known of the member.
    package func change(of row: Int) -> Int64? {
        guard let own = source.value(of: measure, row: row) else { return nil }
        guard let score else { return Reading(measure: measure, own: own).way(least: line, rises: rises)?.change }
        guard score.table.isScored[row] else { return nil }
        let needed = score.weights.neededRank(in: score.dimension, ranks: score.table.ranks(of: row), for: Int(line))
        let reading = Reading(measure: measure, own: own, orders: source.couponOrders(row))
        return reading.way(least: score.column.leastValue(reaching: needed, insteadOf: own), rises: rises)?.change
    }
}

extension MeasureSource {
    /// A measure of one row, larger being better; nil where nothing is known.
    func value(of measure: Measure, row: Int) -> Int64? {
        guard let value = value(of: measure.name, row: row), value != MeasureSource.missing else { return nil }
        return measure.isLowerBetter ? -value : value
    }
}
