/// Finds the moves of members against what the last refresh left, with the numbers behind them.
struct TransitionDetection {
    let facts: FactTable
    let scores: ScoreTable
    let previous: StandingTable?
    let model: TieringModel
    let calibration: Calibration

    /// Appends a member's moves: at most one between tiers, then at most one between stages.
    ///
    /// A member without a tier so far is enrolled and nothing else, so that a first run reports no lapses.
    func append(row: Int, assignment: TierAssignment, stage: LifecycleStage, to transitions: inout [Transition]) {
        guard let previous, let held = previous.heldTier(row) else {
            let cut = calibration.entryScores[assignment.tier]
            let reason = TransitionReason(
                scoreAfter: scores.composite[row], cut: cut, daysSincePurchase: daysSincePurchase(row))
            transitions.append(
                Transition(
                    row: row, kind: .enrolled, fromTier: nil, toTier: assignment.tier, fromStage: nil, toStage: stage,
                    reason: reason))
            return
        }
        let stageBefore = LifecycleStage(rawValue: previous.stage[row]) ?? stage
        if let (kind, cut) = tierMove(row: row, held: held, assignment: assignment, previous: previous) {
            transitions.append(
                Transition(
                    row: row, kind: kind, fromTier: held, toTier: assignment.tier, fromStage: stageBefore,
                    toStage: stage,
                    reason: reason(row: row, kind: kind, cut: cut, assignment: assignment, previous: previous)))
        }
        if let kind = stageMove(row: row, from: stageBefore, to: stage) {
            let cut = calibration.entryScores[assignment.tier]
            transitions.append(
                Transition(
                    row: row, kind: kind, fromTier: held, toTier: assignment.tier, fromStage: stageBefore,
                    toStage: stage,
                    reason: reason(row: row, kind: kind, cut: cut, assignment: assignment, previous: previous)))
        }
    }

    /// The move between tiers and the line that decided it.
    ///
    /// A slide is reported once: in the run in which the score stops earning the tier that the rule still keeps.
    private func tierMove(
        row: Int, held: Int, assignment: TierAssignment, previous: StandingTable
    ) -> (Transition.Kind, cut: Int32)? {
        if assignment.tier < held { return (.promoted, calibration.entryScores[assignment.tier]) }
        if assignment.tier > held { return (.demoted, model.stability.keepingLine(cut: calibration.entryScores[held])) }
        guard assignment.rawTier > held, previous.composite[row] >= calibration.entryScores[held] else { return nil }
        return (.slid, calibration.entryScores[held])
    }

    private func stageMove(row: Int, from before: LifecycleStage, to stage: LifecycleStage) -> Transition.Kind? {
        switch (before, stage) {
        case (.dormant, .lost): .lapsed
        case (_, .dormant) where !before.isSilent, (_, .lost) where !before.isSilent: .lapsed
        case _ where before.isSilent && !stage.isSilent && facts.hasPurchase(row): .returned
        default: nil
        }
    }

    private func reason(
        row: Int, kind: Transition.Kind, cut: Int32, assignment: TierAssignment, previous: StandingTable
    ) -> TransitionReason {
        let before = SIMD4(
            previous.ranks[0][row], previous.ranks[1][row], previous.ranks[2][row], previous.ranks[3][row])
        let after = scores.ranks(of: row)
        let rises = kind == .promoted || kind == .returned
        let dimension = model.weights.decidingDimension(from: before, to: after, rises: rises)
        return TransitionReason(
            scoreBefore: model.weights.composite(of: before).composite, scoreAfter: scores.composite[row], cut: cut,
            dimension: dimension, rankBefore: dimension.map { before[$0.rawValue] } ?? 0,
            rankAfter: dimension.map { after[$0.rawValue] } ?? 0, runsBelow: assignment.runsBelow,
            daysSincePurchase: daysSincePurchase(row))
    }

    private func daysSincePurchase(_ row: Int) -> Int? {
        facts.hasPurchase(row) ? facts.daysSincePurchase(row) : nil
    }
}

extension ScoreWeights {
    /// The dimension whose contribution moved most in one direction; nil where none did, the earlier one of equals.
    func decidingDimension(from before: SIMD4<Int32>, to after: SIMD4<Int32>, rises: Bool) -> Dimension? {
        var best: (dimension: Dimension, change: Int)?
        for dimension in Dimension.allCases {
            let change = self[dimension] * (Int(after[dimension.rawValue]) - Int(before[dimension.rawValue]))
            let directed = rises ? change : -change
            if directed > (best?.change ?? 0) { best = (dimension, directed) }
        }
        return best?.dimension
    }
}
