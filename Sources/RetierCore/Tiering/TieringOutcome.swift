/// Everything that tiering found out about the members of a `FactTable`, in its row order.
package struct TieringOutcome: Sendable {
    package var scoring: Scoring
    package var calibration: Calibration
    /// The ladder that was climbed.
    package let ladder: TierLadder
    package var standing: StandingTable
    /// The ladder position that each member earns by themselves.
    package var rawTiers: [UInt8]
    /// By row; for a member at most one move between tiers, then at most one between stages, then signals.
    package var transitions: [Transition] = []
    package var warnings: [TieringWarning] = []
    package var distance: TierDistance

    package var scores: ScoreTable { scoring.table }

    init(scoring: Scoring, source: MeasureSource, calibration: Calibration, model: TieringModel) {
        ladder = model.ladder
        self.scoring = scoring
        self.calibration = calibration
        let count = scoring.table.composite.count
        standing = StandingTable(count: count)
        standing.calibration = calibration.version
        rawTiers = Array(repeating: 0, count: count)
        standing.composite = scoring.table.composite
        distance = TierDistance(scoring, source: source, calibration: calibration, model: model)
    }

    /// Adds clusters that were learned after the tiers were decided; a frozen calibration becomes a further version by
    /// that, with the same cuts and weights.
    package mutating func adopt(clusters: [LearnedNumber], version: Int) {
        calibration.clusters = clusters
        calibration.version = version
        standing.calibration = version
    }

    /// Writes down where some neighbouring members stand.
    mutating func place(_ places: [MemberPlace], from first: Int) {
        for (row, place) in zip(first..., places) {
            rawTiers[row] = place.rawTier
            standing.tier[row] = place.tier
            standing.since[row] = place.since
            standing.stage[row] = place.stage.rawValue
            standing.pendingRuns[row] = place.pendingRuns
            standing.holds[row] = place.hold
        }
    }
}

extension StandingTable {
    /// Takes this run's ranks for members who earn their tier and keeps the earlier ones for the others.
    mutating func keepReferenceRanks(from previous: StandingTable?, scores: ScoreTable, rawTiers: [UInt8]) {
        ranks = scores.ranks
        guard let previous else { return }
        for row in tier.indices where rawTiers[row] > tier[row] && previous.heldTier(row) != nil {
            for dimension in ranks.indices where !ranks[dimension].isEmpty {
                let earlier = previous.ranks[dimension]
                ranks[dimension][row] = earlier.isEmpty ? ScoreTable.unranked : earlier[row]
            }
        }
    }
}
