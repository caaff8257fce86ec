/// From facts to scores, tiers and transitions: one pure, whole-number computation.
package enum Tiering {
    /// Decides a refresh: scores everybody, applies the stability rule to what the last refresh left, finds the moves.
    ///
    /// `calibration` is the frozen one of this model; nil learns it from these facts, which must then be of the model's
    /// learning date (`Calibration.learned` on that day's facts otherwise). Throws `badConfiguration` or `badData`
    /// where cuts cannot be learned or do not fit the model. The result depends on the set of members only.
    package static func run(
        facts: FactTable, previous: StandingTable?, model: TieringModel, calibration: Calibration?
    ) throws -> TieringOutcome {
        var outcome = try scored(facts: facts, model: model, calibration: calibration)
        let detection = TransitionDetection(
            facts: facts, scores: outcome.scores, previous: previous, model: model, calibration: outcome.calibration)
        for row in 0..<facts.count {
            let held = previous?.heldTier(row)
            let assignment = TierAssignment(
                composite: outcome.effectiveComposite(row), held: held,
                pendingRuns: held == nil ? 0 : Int(previous?.pendingRuns[row] ?? 0), calibration: outcome.calibration,
                stability: model.stability)
            let stage = model.lifecycle.stage(of: facts, row: row)
            outcome.rawTiers[row] = UInt8(assignment.rawTier)
            outcome.standing.tier[row] = UInt8(assignment.tier)
            outcome.standing.pendingRuns[row] = UInt8(clamping: assignment.pendingRuns)
            outcome.standing.stage[row] = stage.rawValue
            outcome.standing.composite[row] = outcome.scores.composite[row]
            let isKept = held == assignment.tier
            outcome.standing.since[row] = isKept ? previous?.since[row] ?? facts.asOf.number : facts.asOf.number
            detection.append(row: row, assignment: assignment, stage: stage, to: &outcome.transitions)
        }
        outcome.standing.keepReferenceRanks(from: previous, scores: outcome.scores, rawTiers: outcome.rawTiers)
        outcome.addWarnings(ladder: model.ladder, weights: model.weights)
        return outcome
    }

    /// Looks at members between refreshes: today's scores and stages beside the tiers that the last refresh left.
    ///
    /// Nobody moves: there are no transitions, and who joined since the last refresh has no tier yet.
    package static func observe(
        facts: FactTable, previous: StandingTable?, model: TieringModel, calibration: Calibration?
    ) throws -> TieringOutcome {
        var outcome = try scored(facts: facts, model: model, calibration: calibration)
        if let previous { outcome.standing = previous }
        for row in 0..<facts.count {
            outcome.rawTiers[row] = UInt8(outcome.calibration.tier(for: outcome.effectiveComposite(row)))
            outcome.standing.stage[row] = model.lifecycle.stage(of: facts, row: row).rawValue
        }
        return outcome
    }

    private static func scored(facts: FactTable, model: TieringModel, calibration: Calibration?) throws
        -> TieringOutcome
    {
        let scoring = ScoreTable.scoring(facts, weights: model.weights)
        let calibration = try calibration ?? learnedCalibration(scoring.table, on: facts.asOf, model: model)
        guard calibration.entryScores.count == model.ladder.tiers.count, calibration.modelDigest == model.modelDigest
        else {
            throw RetierError(
                .badConfiguration,
                "the entry cuts learned on \(calibration.learnedOn) belong to another ladder or other weights",
                hint: "learn the cuts again for the present configuration")
        }
        return TieringOutcome(scoring: scoring, calibration: calibration, weights: model.weights)
    }

    private static func learnedCalibration(_ scores: ScoreTable, on day: Day, model: TieringModel) throws -> Calibration
    {
        if let named = model.learnedOn, named != day {
            throw RetierError(
                .badConfiguration, "entry cuts are to be learned on \(named), not on \(day)",
                hint: "learn them from the facts of \(named) first")
        }
        return try Calibration.learned(from: scores, on: day, model: model)
    }
}

/// Everything that tiering found out about the members of a `FactTable`, in its row order.
package struct TieringOutcome: Sendable {
    package var scoring: Scoring
    package var calibration: Calibration
    package var standing: StandingTable
    /// The ladder position that each score alone would give.
    package var rawTiers: [UInt8]
    /// By row; at most one move between tiers and then one between stages a member.
    package var transitions: [Transition] = []
    package var warnings: [TieringWarning] = []
    package var distance: TierDistance

    package var scores: ScoreTable { scoring.table }

    init(scoring: Scoring, calibration: Calibration, weights: ScoreWeights) {
        self.scoring = scoring
        self.calibration = calibration
        let count = scoring.table.composite.count
        standing = StandingTable(count: count)
        rawTiers = Array(repeating: 0, count: count)
        distance = TierDistance(scoring, weights: weights)
    }

    /// The composite, or -1 for a member without a purchase: below every cut, so in the last tier.
    fileprivate func effectiveComposite(_ row: Int) -> Int32 {
        scoring.table.isScored[row] ? scoring.table.composite[row] : -1
    }
}

extension StandingTable {
    /// The ladder position of a row, or nil where the member has no tier.
    package func heldTier(_ row: Int) -> Int? { tier[row] == StandingTable.noTier ? nil : Int(tier[row]) }

    /// Takes this run's ranks for members whose score earns their tier and keeps the earlier ones for the others.
    fileprivate mutating func keepReferenceRanks(from previous: StandingTable?, scores: ScoreTable, rawTiers: [UInt8]) {
        ranks = scores.ranks
        guard let previous else { return }
        for row in tier.indices where rawTiers[row] > tier[row] {
            for dimension in ranks.indices { ranks[dimension][row] = previous.ranks[dimension][row] }
        }
    }
}
