/// The scores of one day with what they came from.
package struct Scoring: Sendable {
    package var table: ScoreTable
    /// By `Dimension.rawValue`: how the dimension turns numbers into ranks; distances are read off these.
    package var scales: [DimensionScale?]
    /// How many members are scored.
    package var scoredCount: Int
    /// The weights that counted: those asked for, without dimensions that tell nobody apart.
    package var weights: ScoreWeights
    package var flaws: [Dimension: DimensionRanking.Flaw]

    package init(
        table: ScoreTable, scales: [DimensionScale?], scoredCount: Int, weights: ScoreWeights,
        flaws: [Dimension: DimensionRanking.Flaw] = [:]
    ) {
        self.table = table
        self.scales = scales
        self.scoredCount = scoredCount
        self.weights = weights
        self.flaws = flaws
    }
}

extension DimensionRanking {
    /// The composite of every member by some weights.
    ///
    /// A dimension that is missing or the same for all counts with weight 0; where that leaves none, the weights count
    /// as they are.
    package func scoring(_ wanted: ScoreWeights, workers: Workers = .single) -> Scoring {
        var weights = wanted
        for dimension in flaws.keys { weights[dimension] = 0 }
        if weights.sum == 0 { weights = wanted }
        let used = weights.used.filter { !table.ranks[$0.rawValue].isEmpty }
        let parts = workers.chunks(of: table.isScored.count) { [weights, table] rows in
            // Column by column: that is how memory likes it. Ranks of who is not scored are 0.
            var means = [RankMean](repeating: RankMean(), count: rows.count)
            for dimension in used {
                let (ranks, weight) = (table.ranks[dimension.rawValue], weights[dimension])
                for row in rows { means[row - rows.lowerBound].add(ranks[row], weight: weight) }
            }
            return means.map(\.value)
        }
        var result = Scoring(
            table: table, scales: scales, scoredCount: rows.count, weights: weights, flaws: flaws)
        result.table.composite = Array(joining: parts)
        return result
    }
}

extension ScoreTable {
    /// Scores every member with a purchase: RFM quintiles, the eight segments, mid-ranks and their weighted composite.
    package static func scoring(
        _ facts: FactTable, weights: ScoreWeights, rules: DimensionRules = DimensionRules(),
        further: [String: [Int64]] = [:]
    ) -> Scoring {
        DimensionRanking(
            facts, source: MeasureSource(facts, further: further), rules: rules, used: weights.used
        ).scoring(weights)
    }

    /// The ranks of one row, by `Dimension.rawValue`; `unranked` where there is none.
    package func ranks(of row: Int) -> SIMD8<Int32> { ScoreTable.row(row, of: ranks, absent: ScoreTable.unranked) }

    static func row(_ row: Int, of columns: [[Int32]], absent: Int32) -> SIMD8<Int32> {
        var values = SIMD8(repeating: absent)
        for index in columns.indices where !columns[index].isEmpty { values[index] = columns[index][row] }
        return values
    }
}

extension FactTable {
    /// Days from the last purchase to the day of the facts: RFM's `r_days`.
    ///
    /// The member must have a purchase.
    package func daysSincePurchase(_ row: Int) -> Int { Int(asOf.number) - Int(lastPurchase[row]) }
}
