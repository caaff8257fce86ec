/// Puts together the `MemberSnapshot` of any row of a run.
package struct SnapshotSource: Sendable {
    private let facts: FactTable
    private let outcome: TieringOutcome
    private let lastTier: Int
    /// Nil where nothing uses one.
    private let predictions: PredictionTable?
    private let decimals: Int
    /// Nil where members are not clustered.
    private let clusters: ClusterTable?
    private let isScoreTier: [Bool]

    /// `decimals` are those of the currency; only predictions need them.
    package init(
        facts: FactTable, outcome: TieringOutcome, predictions: PredictionTable? = nil, clusters: ClusterTable? = nil,
        decimals: Int = 2
    ) {
        self.facts = facts
        self.outcome = outcome
        self.predictions = predictions
        self.clusters = clusters
        self.decimals = decimals
        isScoreTier = outcome.ladder.tiers.map { $0.entry.yardstick == .score }
        lastTier = outcome.calibration.entryCuts.count - 1
    }

    /// The snapshot of one row, without attributes and consents: those are not facts of tiering.
    ///
    /// A member who has no tier yet (joined after the last refresh) appears in the last one, held since joining.
    package func snapshot(of row: Int) -> MemberSnapshot {
        var snapshot = snapshotWithoutDistances(of: row)
        addDistances(to: &snapshot, row: row)
        return snapshot
    }

    /// Adds the distance to the next tier and, where asked, to losing the present one; each costs some binary searches.
    package func addDistances(to snapshot: inout MemberSnapshot, row: Int, withLoss: Bool = true) {
        if snapshot.tier > 0 {
            let gap = outcome.distance.gap(entering: snapshot.tier - 1, row: row)
            snapshot.nextTier = gap
            snapshot.gapToNextTier = gap.change(of: "m_total").map(Money.init(minorUnits:))
            snapshot.purchasesToNextTier = gap.change(of: "f_days").map(Int.init)
        }
        if withLoss, snapshot.hasTier { snapshot.tierLoss = outcome.distance.gap(losing: snapshot.tier, row: row) }
    }

    /// The same snapshot with `gapToNextTier` and `purchasesToNextTier` still missing.
    package func snapshotWithoutDistances(of row: Int) -> MemberSnapshot {
        let scores = outcome.scoring.table
        let held = outcome.standing.heldTier(row)
        let isScored = scores.isScored[row]
        var snapshot = MemberSnapshot(
            asOf: facts.asOf, memberID: facts.memberIDs[row], joined: Day(number: facts.joined[row]),
            birthday: facts.birthday[row], firstPurchase: day(facts.firstPurchase[row]),
            lastPurchase: day(facts.lastPurchase[row]), windowDays: Int(facts.windowDays[row]),
            windowOrders: Int(facts.windowOrders[row]), windowTotal: Money(minorUnits: facts.windowTotal[row]),
            windowCouponOrders: Int(facts.windowCouponOrders[row]), recencyScore: Int(scores.recency[row]),
            frequencyScore: Int(scores.frequency[row]), monetaryScore: Int(scores.monetary[row]),
            segment: isScored ? Segment8(rawValue: scores.segment[row]) : nil, score: Int(scores.composite[row]),
            ranks: scores.ranks(of: row), tier: held ?? lastTier, rawTier: Int(outcome.rawTiers[row]),
            tierSince: Day(number: held == nil ? facts.joined[row] : outcome.standing.since[row]),
            stage: LifecycleStage(rawValue: outcome.standing.stage[row]) ?? .new,
            transitions: Array(outcome.transitions(of: row)))
        snapshot.furtherFacts = facts.furtherFacts(of: row)
        snapshot.tags = facts.tags.isEmpty ? 0 : facts.tags[row]
        snapshot.contributions = scores.contributions(of: row)
        snapshot.purchaseDays = Int(facts.purchaseDays[row])
        snapshot.previousPurchase = day(facts.previousPurchase[row])
        snapshot.pendingRuns = Int(outcome.standing.pendingRuns[row])
        snapshot.hold = outcome.standing.holds[row]
        snapshot.hasTier = held != nil
        if let predictions { snapshot.predictions = predictions.fields(of: row, decimals: decimals) }
        if let cluster = clusters?[row] {
            snapshot.cluster = cluster.number
            snapshot.clusterName = cluster.name
        }
        guard snapshot.tier > 0, isScored else { return snapshot }
        let next = snapshot.tier - 1
        if isScoreTier[next] { snapshot.nextTierCut = Int32(clamping: outcome.calibration.entryCuts[next]) }
        return snapshot
    }

    private func day(_ number: Int32) -> Day? { number == FactTable.noDay ? nil : Day(number: number) }
}

extension TieringOutcome {
    /// The moves and signals of one row.
    package func transitions(of row: Int) -> ArraySlice<Transition> {
        let start = transitions.partitioningIndex { $0.row >= row }
        var end = start
        while end < transitions.count, transitions[end].row == row { end += 1 }
        return transitions[start..<end]
    }
}
