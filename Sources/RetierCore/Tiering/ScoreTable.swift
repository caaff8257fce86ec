/// Scores of every member of a `FactTable`, by column and in the same row order.
///
/// Members without a purchase are not scored: their RFM scores are 0, their composite 0, `isScored` false.
package struct ScoreTable: Sendable {
    /// The rank of a member of whom nothing is known in a dimension.
    package static let unranked: Int32 = -1

    /// Whether the member has a purchase on or before the day.
    package var isScored: [Bool]
    /// RFM scores 1...5 (5 best), tie-fair; 0 where not scored.
    package var recency: [UInt8]
    package var frequency: [UInt8]
    package var monetary: [UInt8]
    /// `Segment8` raw values; meaningless where not scored.
    package var segment: [UInt8]
    /// Tie-fair mid-rank of each dimension in millionths, 0...1,000,000, higher is better, or `unranked`; indexed by
    /// `Dimension.rawValue`, empty for a dimension that is not used.
    package var ranks: [[Int32]]
    /// Composite score in millionths, 0...1,000,000.
    package var composite: [Int32]

    package init(count: Int) {
        isScored = Array(repeating: false, count: count)
        recency = Array(repeating: 0, count: count)
        frequency = recency
        monetary = recency
        segment = recency
        composite = Array(repeating: 0, count: count)
        ranks = Array(repeating: [], count: Dimension.allCases.count)
    }
}
