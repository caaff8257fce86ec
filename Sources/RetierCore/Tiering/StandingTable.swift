/// Where every member stands in the ladder, by column, in the row order of the `FactTable` it belongs to.
///
/// It is both what the last run left (input) and what a run decides (output).
package struct StandingTable: Sendable {
    /// Marks a member who has no tier yet.
    package static let noTier = UInt8.max

    /// Position in the ladder (0 highest), or `noTier`.
    package var tier: [UInt8]
    /// Day on which the member entered the tier.
    package var since: [Int32]
    /// Consecutive runs below the line that keeps the tier.
    package var pendingRuns: [UInt8]
    /// `LifecycleStage` raw values.
    package var stage: [UInt8]
    /// Composite score of the run in millionths.
    package var composite: [Int32]
    /// Dimension ranks of the last run in which the score earned the tier: what the reason of a fall compares with.
    package var ranks: [[Int32]]

    package init(count: Int) {
        tier = Array(repeating: StandingTable.noTier, count: count)
        since = Array(repeating: FactTable.noDay, count: count)
        pendingRuns = Array(repeating: 0, count: count)
        stage = Array(repeating: LifecycleStage.new.rawValue, count: count)
        composite = Array(repeating: 0, count: count)
        ranks = Array(repeating: composite, count: Dimension.allCases.count)
    }
}
