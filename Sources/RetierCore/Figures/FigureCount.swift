/// Counts what a refresh looked like.
///
/// Whole numbers only: the same members give the same figures in any order.
package struct FigureCount {
    /// An amount beyond this counts as this in the standard deviation, so that squares of it can be summed.
    private static let greatestDifference = Int128(1) << 49

    /// Days in which a purchase makes a member active.
    package static let activeDays = 30

    let facts: FactTable
    let outcome: TieringOutcome
    let model: TieringModel
    let tierIDs: [String]
    let sources: FigureSources
    var figures = RunFigures()

    private init(facts: FactTable, outcome: TieringOutcome, model: TieringModel, sources: FigureSources) {
        self.facts = facts
        self.outcome = outcome
        self.model = model
        self.sources = sources
        tierIDs = model.ladder.tiers.map(\.id)
    }

    /// The figures of a refresh.
    package static func figures(
        facts: FactTable, outcome: TieringOutcome, model: TieringModel, sources: FigureSources = FigureSources()
    ) -> RunFigures {
        var count = FigureCount(facts: facts, outcome: outcome, model: model, sources: sources)
        count.countTiers()
        count.measureSpread()
        count.countStages()
        count.countProfiles()
        count.countScores()
        count.countClusters()
        count.countNearCuts()
        count.countDistances()
        count.countMoves()
        count.countCauses()
        count.measureFit()
        count.countPredictions()
        count.countAnswers()
        return count.figures
    }

    var scores: ScoreTable { outcome.scores }
    var standing: StandingTable { outcome.standing }

    private mutating func countTiers() {
        var members = [Int](repeating: 0, count: tierIDs.count)
        var (scored, pending, orders) = (members, members, members)
        var spend = [Int128](repeating: 0, count: tierIDs.count)
        var (unearned, active) = (0, 0)
        for row in 0..<facts.count {
            let tier = Int(standing.tier[row])
            members[tier] += 1
            if standing.pendingRuns[row] > 0 { pending[tier] += 1 }
            if outcome.rawTiers[row] != standing.tier[row] { unearned += 1 }
            guard scores.isScored[row] else { continue }
            scored[tier] += 1
            if facts.daysSincePurchase(row) < FigureCount.activeDays { active += 1 }
            orders[tier] += Int(facts.windowOrders[row])
            spend[tier] += Int128(facts.windowTotal[row])
        }
        figures.add(.whole, of: .members, is: facts.count)
        figures.add(.whole, of: .scored, is: scored.reduce(0, +))
        figures.add(.whole, of: .unearned, is: unearned)
        figures.add(.whole, of: .active, is: active)
        figures.add(.whole, of: .spend, is: spend.reduce(0, +))
        figures.add(.whole, of: .orders, is: orders.reduce(0, +))
        for (tier, id) in tierIDs.enumerated() {
            figures.add(.tier, id, of: .members, is: members[tier])
            figures.add(.tier, id, of: .scored, is: scored[tier])
            figures.add(.tier, id, of: .pending, is: pending[tier])
            figures.add(.tier, id, of: .spend, is: spend[tier])
            figures.add(.tier, id, of: .orders, is: orders[tier])
        }
    }

    /// Mean and standard deviation of what members with a purchase spent, both rounded to minor units.
    private mutating func measureSpread() {
        let rows = scores.isScored.indices.filter { scores.isScored[$0] }
        guard !rows.isEmpty else { return }
        let count = Int128(rows.count)
        let sum = rows.reduce(Int128(0)) { $0 + Int128(facts.windowTotal[$1]) }
        let mean = sum / count
        let greatest = FigureCount.greatestDifference
        let squares = rows.reduce(UInt128(0)) { total, row in
            let difference = min(max(Int128(facts.windowTotal[row]) - mean, -greatest), greatest)
            return total + UInt128(difference * difference)
        }
        figures.append(Figure(.whole, of: .meanSpend, is: Int64(clamping: mean)))
        let deviation = (squares / UInt128(count)).squareRoot()
        figures.append(Figure(.whole, of: .spendDeviation, is: Int64(clamping: deviation)))
    }

    private mutating func countStages() {
        let stages = LifecycleStage.allCases
        var members = [Int](repeating: 0, count: tierIDs.count * stages.count)
        for row in 0..<facts.count {
            members[Int(standing.tier[row]) * stages.count + Int(standing.stage[row])] += 1
        }
        for (tier, id) in tierIDs.enumerated() {
            for stage in stages {
                figures.add(.stage, id, stage.name, is: members[tier * stages.count + Int(stage.rawValue)])
            }
        }
    }

    /// The mean rank of each tier's members in every dimension that has a weight, over those who have a rank in it.
    private mutating func countProfiles() {
        for dimension in outcome.calibration.weights.used {
            let ranks = scores.ranks[dimension.rawValue]
            var sums = [Int](repeating: 0, count: tierIDs.count)
            var ranked = sums
            for row in ranks.indices where scores.isScored[row] && ranks[row] >= 0 {
                sums[Int(standing.tier[row])] += Int(ranks[row])
                ranked[Int(standing.tier[row])] += 1
            }
            for (tier, id) in tierIDs.enumerated() where ranked[tier] > 0 {
                let mean = sums[tier] / ranked[tier]
                figures.append(Figure(.profile, id, dimension.name, of: .rank, is: Int64(mean)))
            }
        }
    }
}

/// What the figures of a refresh read besides its outcome.
package struct FigureSources: Sendable {
    /// By row: the tiers that the member left in one of the last `FlapReport.patience` refreshes, as bits by ladder
    /// position; empty where nobody moved.
    package var leftTiers: [UInt64]
    /// By row: what the member has spent since the refresh before; nil where there was none.
    package var spendSince: FactColumn?
    /// By row: the member's latest NPS answer since the refresh before, in millionths; nil where nobody asks.
    package var answers: FactColumn?
    /// Nil where nothing is predicted.
    package var predictions: PredictionTable?
    /// Nil where members are not clustered.
    package var clusters: ClusterTable?
    /// What numbers are counted in.
    package var measures: MeasureText
    /// Those of the currency.
    package var decimals: Int

    package init(
        leftTiers: [UInt64] = [], spendSince: FactColumn? = nil, answers: FactColumn? = nil,
        predictions: PredictionTable? = nil, clusters: ClusterTable? = nil, measures: MeasureText = MeasureText(),
        decimals: Int = 2
    ) {
        self.leftTiers = leftTiers
        self.spendSince = spendSince
        self.answers = answers
        self.predictions = predictions
        self.clusters = clusters
        self.measures = measures
        self.decimals = decimals
    }
}
