/// Everything that is known of the members of a run, by column: what conditions are matched on, and what the
/// `MemberSnapshot` of any row is put together from.
package struct MemberColumns: Sendable {
    let facts: FactTable
    let outcome: TieringOutcome
    /// Nil where nothing uses one.
    let predictions: PredictionTable?
    /// Those of the currency.
    let decimals: Int
    /// Nil where members are not clustered.
    let clusters: ClusterTable?
    /// By attribute name, by row; only the names that the brand uses.
    let attributes: [String: [String?]]
    /// Nil where no condition asks for them.
    let consents: ConsentTable?
    private let lastTier: Int
    private let isScoreTier: [Bool]
    /// Where the moves and signals of each row begin, and those of the last one end.
    private let transitionStarts: [UInt32]
    let roads: TierRoads

    /// `decimals` are those of the currency; only predictions need them.
    package init(
        facts: FactTable, outcome: TieringOutcome, predictions: PredictionTable? = nil, clusters: ClusterTable? = nil,
        decimals: Int = 2, attributes: [String: [String?]] = [:], consents: ConsentTable? = nil
    ) {
        self.facts = facts
        self.outcome = outcome
        self.predictions = predictions
        self.clusters = clusters
        self.decimals = decimals
        self.attributes = attributes
        self.consents = consents
        isScoreTier = outcome.ladder.tiers.map { $0.entry.yardstick == .score }
        lastTier = outcome.calibration.entryCuts.count - 1
        transitionStarts = MemberColumns.starts(of: outcome.transitions, count: facts.count)
        roads = TierRoads(outcome)
    }

    private static func starts(of transitions: [Transition], count: Int) -> [UInt32] {
        var starts = [UInt32](repeating: 0, count: count + 1)
        for transition in transitions { starts[transition.row + 1] += 1 }
        for row in 0..<count { starts[row + 1] += starts[row] }
        return starts
    }

    var scores: ScoreTable {
        @inline(__always) _read { yield outcome.scoring.table }
    }

    /// The ladder position of a row; the last one for a member who has no tier yet (joined after the last refresh).
    func tier(of row: Int) -> Int { outcome.standing.heldTier(row) ?? lastTier }

    /// The moves and signals of one row.
    func transitions(of row: Int) -> ArraySlice<Transition> {
        outcome.transitions[Int(transitionStarts[row])..<Int(transitionStarts[row + 1])]
    }

    /// The snapshot of one row.
    ///
    /// A member who has no tier yet (joined after the last refresh) appears in the last one, held since joining.
    package func snapshot(of row: Int) -> MemberSnapshot {
        var snapshot = snapshotWithoutDistances(of: row)
        snapshot.contributions = outcome.scoring.weights.contributions(of: scores.ranks(of: row))
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

    /// The same snapshot without what is dear and asked for few members: distances to tiers, and contributions.
    package func snapshotWithoutDistances(of row: Int) -> MemberSnapshot {
        let scores = scores
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
            transitions: Array(transitions(of: row)))
        snapshot.furtherFacts = facts.furtherFacts(of: row)
        snapshot.tags = facts.tags.isEmpty ? 0 : facts.tags[row]
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
        for (name, values) in attributes {
            if let value = values[row] { snapshot.attributes[name] = value }
        }
        if let consents { snapshot.consents = consents.granted(row: row) }
        guard snapshot.tier > 0, isScored else { return snapshot }
        let next = snapshot.tier - 1
        if isScoreTier[next] { snapshot.nextTierCut = Int32(clamping: outcome.calibration.entryCuts[next]) }
        return snapshot
    }

    private func day(_ number: Int32) -> Day? { number == FactTable.noDay ? nil : Day(number: number) }
}
