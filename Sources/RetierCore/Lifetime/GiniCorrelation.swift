extension BackTest {
    /// How well a forecast puts members in order of what came: Gini's correlation in millionths, 1,000,000 at best.
    ///
    /// The sum of what came times the tie-fair mid-rank of the forecast, against the same with the best order
    /// (Schechtman and Yitzhaki, A Measure of Association Based on Gini's Mean Difference, 1987; normalised Gini
    /// elsewhere). It asks whether those come first who buy most. Spearman's correlation would blame a forecast for
    /// telling apart members who then do the same, nothing: most members, of most brands. 0 where everybody did the
    /// same.
    package static func rankCorrelation(of forecast: [Int64], with actual: [Int64]) -> Int {
        let best = rankedSum(by: actual, of: actual)
        guard best > 0 else { return 0 }
        return Int(rankedSum(by: forecast, of: actual) * 1_000_000 / best)
    }

    /// The sum over members of a value times the member's centred mid-rank in a column.
    private static func rankedSum(by column: [Int64], of values: [Int64]) -> Int128 {
        let (ranked, places) = RankedColumn.ranking(column)
        var sum: Int128 = 0
        for (place, value) in zip(places, values) {
            let position = 2 * ranked.worse(at: Int(place)) + ranked.equal(at: Int(place)) - ranked.count
            sum += Int128(position) * Int128(value)
        }
        return sum
    }
}
