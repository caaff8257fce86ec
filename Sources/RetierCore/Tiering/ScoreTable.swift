/// Scores of every member of a `FactTable`, by column and in the same row order.
///
/// Members without a purchase are not scored: their RFM scores are 0, their composite 0, `isScored` false.
package struct ScoreTable: Sendable {
    /// Whether the member has a purchase on or before the day.
    package var isScored: [Bool]
    /// RFM scores 1...5 (5 best), tie-fair; 0 where not scored.
    package var recency: [UInt8]
    package var frequency: [UInt8]
    package var monetary: [UInt8]
    /// `Segment8` raw values; meaningless where not scored.
    package var segment: [UInt8]
    /// Tie-fair mid-rank of each dimension in millionths, 0...1,000,000, higher is better; indexed by
    /// `Dimension.rawValue`.
    package var ranks: [[Int32]]
    /// What each dimension adds to the composite, in millionths; they sum to it exactly.
    package var contributions: [[Int32]]
    /// Composite score in millionths, 0...1,000,000.
    package var composite: [Int32]

    package init(count: Int) {
        isScored = Array(repeating: false, count: count)
        recency = Array(repeating: 0, count: count)
        frequency = recency
        monetary = recency
        segment = recency
        let column = [Int32](repeating: 0, count: count)
        ranks = Array(repeating: column, count: Dimension.allCases.count)
        contributions = ranks
        composite = column
    }
}
