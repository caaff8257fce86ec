extension FigureCount {
    /// Moves by tiers and kind, and those between tiers that take back a recent one.
    mutating func countMoves() {
        let (tiers, kinds) = (tierIDs.count, Transition.Kind.allCases)
        var moves = [Int](repeating: 0, count: (tiers + 1) * tiers * kinds.count)
        var undone = [Int](repeating: 0, count: tiers * tiers)
        var lost = undone
        for transition in outcome.transitions {
            let (from, to) = (transition.fromTier, transition.toTier)
            moves[((from.map { $0 + 1 } ?? 0) * tiers + to) * kinds.count + Int(transition.kind.rawValue)] += 1
            if let from, transition.kind == .lapsed, transition.toStage == .lost { lost[from * tiers + to] += 1 }
            if let from, takesBack(transition) { undone[from * tiers + to] += 1 }
        }
        for from in 0...tiers {
            let before = from == 0 ? "" : tierIDs[from - 1]
            for to in 0..<tiers {
                for kind in kinds {
                    let members = moves[(from * tiers + to) * kinds.count + Int(kind.rawValue)]
                    figures.add(.move, before, tierIDs[to], of: Figure.Quantity(kind), is: members)
                }
                guard from > 0 else { continue }
                figures.add(.move, before, tierIDs[to], of: .lost, is: lost[(from - 1) * tiers + to])
                figures.add(.undone, before, tierIDs[to], is: undone[(from - 1) * tiers + to])
            }
        }
    }

    /// Whether a move leads to a tier that the member left lately, as `FlapReport` counts it.
    private func takesBack(_ move: Transition) -> Bool {
        guard !sources.leftTiers.isEmpty, move.kind.changesTier, move.fromTier != nil else { return false }
        return sources.leftTiers[move.row] & 1 << UInt64(move.toTier) != 0
    }

    /// Why members moved: the dimension that their reasons name, with its mean ranks, and how many took a move back.
    mutating func countCauses() {
        struct Cause {
            var members = 0
            var rankBefore = 0
            var rankAfter = 0
        }
        for kind in [Transition.Kind.promoted, .demoted, .slid] {
            var causes: [Dimension?: Cause] = [:]
            var undone: [Dimension?: Int] = [:]
            for transition in outcome.transitions where transition.kind == kind {
                let reason = transition.reason
                causes[reason.dimension, default: Cause()].members += 1
                causes[reason.dimension, default: Cause()].rankBefore += Int(reason.rankBefore)
                causes[reason.dimension, default: Cause()].rankAfter += Int(reason.rankAfter)
                if takesBack(transition) { undone[reason.dimension, default: 0] += 1 }
            }
            for dimension in Dimension.allCases.map(Optional.some) + [nil] {
                guard let cause = causes[dimension] else { continue }
                let name = dimension?.name ?? ""
                figures.add(.cause, kind.name, name, is: cause.members)
                figures.add(.cause, kind.name, name, of: .rankBefore, is: cause.rankBefore / cause.members)
                figures.add(.cause, kind.name, name, of: .rankAfter, is: cause.rankAfter / cause.members)
                figures.add(.undoneCause, kind.name, name, is: undone[dimension] ?? 0)
            }
        }
    }
}

extension FigureCount {
    /// How well the tiers that members had before foretold what they have spent since.
    mutating func measureFit() {
        guard let spendSince = sources.spendSince else { return }
        var before = standing.tier
        for transition in outcome.transitions {
            before[transition.row] = transition.fromTier.map { UInt8($0) } ?? StandingTable.noTier
        }
        let rows = before.indices.filter { before[$0] != StandingTable.noTier }
        let fit = TieringFit(
            tiers: rows.map { Int(before[$0]) }, spends: rows.map { spendSince[$0] }, tierCount: tierIDs.count)
        guard let share = fit.share, let chance = fit.chance else { return }
        figures.append(Figure(.whole, of: .fit, is: Int64(share)))
        figures.append(Figure(.whole, of: .chance, is: Int64(chance)))
    }
}

extension Figure.Quantity {
    /// The quantity that counts moves of a kind.
    package init(_ kind: Transition.Kind) {
        switch kind {
        case .enrolled: self = .enrolled
        case .promoted: self = .promoted
        case .demoted: self = .demoted
        case .slid: self = .slid
        case .lapsed: self = .lapsed
        case .returned: self = .returned
        case .potentialGold: self = .potentialGold
        case .highPotential: self = .highPotential
        }
    }
}
