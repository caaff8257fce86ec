/// Finds the moves of members against what the last refresh left, with the numbers behind them.
struct TransitionDetection: Sendable {
    let facts: FactTable
    let scores: ScoreTable
    let weights: ScoreWeights
    let previous: StandingTable?
    let model: TieringModel
    let judge: LadderJudge

    /// Appends the moves that led a member to a place: at most one between tiers, then at most one between stages, then
    /// signals.
    ///
    /// A member without a tier so far is enrolled; in a first run that is all, so that it reports no lapses.
    func append(row: Int, _ place: MemberPlace, runsBelow: Int, to transitions: inout [Transition]) {
        let (tier, stage, rule) = (Int(place.tier), place.stage, place.hold.rule)
        guard let previous, let held = previous.heldTier(row) else {
            let reason = TransitionReason(
                scoreAfter: scores.composite[row], cut: judge.cut(tier), measured: judge.measured(tier, row),
                basis: basis(of: tier), rule: rule, daysSincePurchase: daysSincePurchase(row))
            transitions.append(
                Transition(
                    row: row, kind: .enrolled, fromTier: nil, toTier: tier, fromStage: nil, toStage: stage,
                    reason: reason))
            if previous != nil { appendSignals(row: row, place, before: stage, to: &transitions) }
            return
        }
        let before = LifecycleStage(rawValue: previous.stage[row]) ?? stage
        func add(_ kind: Transition.Kind, deciding: Int, cut: Int64, rule: TierRule?) {
            let reason = reason(
                row: row, kind: kind, deciding: deciding, cut: cut, rule: rule, runsBelow: runsBelow,
                previous: previous)
            transitions.append(
                Transition(
                    row: row, kind: kind, fromTier: held, toTier: tier, fromStage: before, toStage: stage,
                    reason: reason))
        }
        let ended = previous.holds[row].ruledTier != nil && rule != .override
        if tier < held {
            add(.promoted, deciding: tier, cut: judge.cut(tier), rule: ended ? .overrideEnded : rule)
        } else if tier > held {
            add(.demoted, deciding: held, cut: judge.keepingLine(held), rule: ended ? .overrideEnded : rule)
        } else if place.rawTier > place.tier, isNews(previous.holds[row].rule), rule != .override {
            add(.slid, deciding: tier, cut: judge.cut(tier), rule: rule)
        }
        if let kind = stageMove(row: row, from: before, to: stage) {
            add(kind, deciding: tier, cut: judge.cut(tier), rule: rule)
        }
        appendSignals(row: row, place, before: before, to: &transitions)
    }

    /// A slide is reported once: in the run in which a member stops earning the tier that a rule still keeps.
    private func isNews(_ before: TierRule?) -> Bool { before == nil || before == .stepsUp }

    private func stageMove(row: Int, from before: LifecycleStage, to stage: LifecycleStage) -> Transition.Kind? {
        switch (before, stage) {
        case (.dormant, .lost): .lapsed
        case (_, .dormant) where !before.isSilent, (_, .lost) where !before.isSilent: .lapsed
        case _ where before.isSilent && !stage.isSilent && facts.hasPurchase(row): .returned
        default: nil
        }
    }

    private func reason(
        row: Int, kind: Transition.Kind, deciding: Int, cut: Int64, rule: TierRule?, runsBelow: Int,
        previous: StandingTable
    ) -> TransitionReason {
        let (before, after) = (previous.ranks(of: row), scores.ranks(of: row))
        let rises = kind == .promoted || kind == .returned
        let dimension = weights.decidingDimension(from: before, to: after, rises: rises)
        return TransitionReason(
            scoreBefore: weights.composite(of: before), scoreAfter: scores.composite[row], cut: cut,
            measured: judge.measured(deciding, row), basis: basis(of: deciding), rule: rule, dimension: dimension,
            rankBefore: dimension.map { before[$0.rawValue] } ?? 0,
            rankAfter: dimension.map { after[$0.rawValue] } ?? 0, runsBelow: runsBelow,
            daysSincePurchase: daysSincePurchase(row))
    }

    private func basis(of tier: Int) -> TransitionReason.Basis {
        switch model.ladder.tiers[tier].entry.yardstick {
        case .score, .nothing: .score
        case .measure("m_total"): .spend
        case .measure: .measure
        case .rule: .rule
        }
    }

    private func daysSincePurchase(_ row: Int) -> Int? {
        facts.hasPurchase(row) ? facts.daysSincePurchase(row) : nil
    }
}

// Signals: high value that just showed, read from ranks and not from tiers.
extension TransitionDetection {
    /// Appends potential gold and newly high potential.
    ///
    /// Neither is seen in a member who is dormant or lost. A rank is newly high where it is at least `signals.high` now
    /// and was below when the member's tier was last earned. Potential gold is that in any used dimension but
    /// potential, for a member below the top tier who did not move and has no fall held back; newly high potential is
    /// that in the dimension potential, for a member who joined since the last refresh too.
    private func appendSignals(
        row: Int, _ place: MemberPlace, before: LifecycleStage, to transitions: inout [Transition]
    ) {
        let (tier, stage) = (Int(place.tier), place.stage)
        // The ranks of whoever is silent rise only because others fell.
        guard !stage.isSilent else { return }
        let held = previous?.heldTier(row)
        let ranks = scores.ranks(of: row)
        let earlier = held == nil ? nil : previous?.ranks(of: row)
        func add(_ kind: Transition.Kind, _ dimension: Dimension) {
            let reason = TransitionReason(
                scoreAfter: scores.composite[row], cut: Int64(model.signals.high),
                measured: Int64(ranks[dimension.rawValue]), basis: .rank, dimension: dimension,
                rankBefore: earlier?[dimension.rawValue] ?? 0, rankAfter: ranks[dimension.rawValue],
                daysSincePurchase: daysSincePurchase(row))
            transitions.append(
                Transition(
                    row: row, kind: kind, fromTier: held, toTier: tier, fromStage: before, toStage: stage,
                    reason: reason))
        }
        func isNewlyHigh(_ dimension: Dimension, unknownIsLow: Bool) -> Bool {
            guard ranks[dimension.rawValue] >= model.signals.high else { return false }
            guard let old = earlier?[dimension.rawValue] else { return unknownIsLow }
            return old >= 0 && old < model.signals.high
        }
        if held == tier, tier > 0, place.rawTier == place.tier, weights.sum > 0 {
            let risen = weights.used.filter { $0 != .potential && isNewlyHigh($0, unknownIsLow: false) }
            let most = risen.max {
                weights[$0] < weights[$1] || (weights[$0] == weights[$1] && $0.rawValue > $1.rawValue)
            }
            if let most { add(.potentialGold, most) }
        }
        if isNewlyHigh(.potential, unknownIsLow: true) { add(.highPotential, .potential) }
    }
}
