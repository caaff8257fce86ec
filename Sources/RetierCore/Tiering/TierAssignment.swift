/// Which tier one member holds after a run, and how close they are to losing it.
package struct TierAssignment: Hashable, Sendable {
    /// Ladder position held after the run (0 highest), and what the score alone would give.
    package var tier: Int
    package var rawTier: Int
    /// Consecutive runs below the keeping line of `tier`, this one included; 0 after a move.
    package var pendingRuns: Int
    /// What `pendingRuns` had reached when the member moved down; equal to `pendingRuns` otherwise.
    package var runsBelow: Int

    /// Applies the stability rule to a score and the tier held so far (nil for none).
    ///
    /// Up at once. Down only after the score was below `keepShare` of the held tier's cut in `confirmingRuns`
    /// consecutive runs, by at most `maxStepsDown` tiers, never past a tier whose keeping line the score still
    /// meets, and never below what the score earns. A run at or above the line starts the count anew.
    package init(composite: Int32, held: Int?, pendingRuns: Int, calibration: Calibration, stability: Stability) {
        rawTier = calibration.tier(for: composite)
        self.pendingRuns = 0
        runsBelow = 0
        guard let held, rawTier > held else {
            tier = rawTier
            return
        }
        tier = held
        guard stability.isBelowLine(composite, cut: calibration.entryScores[held]) else { return }
        runsBelow = pendingRuns + 1
        guard runsBelow >= stability.confirmingRuns else {
            self.pendingRuns = runsBelow
            return
        }
        var steps = stability.maxStepsDown
        while steps > 0, tier < rawTier, stability.isBelowLine(composite, cut: calibration.entryScores[tier]) {
            tier += 1
            steps -= 1
        }
    }
}

extension Stability {
    /// Whether a score is too low to keep a tier: below `keepShare` of its cut, in whole numbers.
    package func isBelowLine(_ composite: Int32, cut: Int32) -> Bool {
        Int(composite) * 10_000 < Int(cut) * keepShare
    }

    /// The lowest score in millionths that keeps a tier with this cut.
    package func keepingLine(cut: Int32) -> Int32 { Int32((Int(cut) * keepShare + 9_999) / 10_000) }
}
