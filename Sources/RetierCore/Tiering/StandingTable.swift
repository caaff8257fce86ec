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
    /// Dimension ranks of the last run in which the score earned the tier, or `ScoreTable.unranked`; empty for
    /// dimensions that are not used.
    ///
    /// The reason of a fall compares with them.
    package var ranks: [[Int32]]
    package var holds: [HoldState]
    /// The version of the calibration that decided it.
    package var calibration: Int?

    package init(count: Int) {
        tier = Array(repeating: StandingTable.noTier, count: count)
        since = Array(repeating: FactTable.noDay, count: count)
        pendingRuns = Array(repeating: 0, count: count)
        stage = Array(repeating: LifecycleStage.new.rawValue, count: count)
        composite = Array(repeating: 0, count: count)
        ranks = Array(repeating: [], count: Dimension.allCases.count)
        holds = Array(repeating: HoldState(), count: count)
    }

    /// The ladder position of a row, or nil where the member has no tier.
    package func heldTier(_ row: Int) -> Int? { tier[row] == StandingTable.noTier ? nil : Int(tier[row]) }

    /// The ranks of one row, by `Dimension.rawValue`.
    package func ranks(of row: Int) -> SIMD8<Int32> { ScoreTable.row(row, of: ranks, absent: ScoreTable.unranked) }

    /// What the rules held before a run, a tier that a person set left aside.
    func held(_ row: Int) -> TierAssignment.Held? {
        guard let tier = heldTier(row) else { return nil }
        var state = holds[row]
        let ruled = state.ruledTier
        let start = ruled == nil ? since[row] : state.ruledSince
        state.ruledTier = nil
        state.ruledSince = FactTable.noDay
        return TierAssignment.Held(
            tier: ruled ?? tier, since: start, pendingRuns: Int(pendingRuns[row]), state: state)
    }
}
