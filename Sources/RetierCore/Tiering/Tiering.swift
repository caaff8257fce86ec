/// From facts to scores, tiers and transitions: one pure, whole-number computation.
package enum Tiering {
    /// Decides a refresh: scores everybody, applies the stability rules to what the last refresh left, finds the moves.
    ///
    /// `calibration` is the frozen one of this model; nil learns it from these facts with the configured weights, which
    /// must then be of the model's learning date. Throws `badConfiguration` or `badData` where cuts cannot be learned
    /// or do not fit the model. The result depends on the set of members only.
    package static func run(
        facts: FactTable, previous: StandingTable?, model: TieringModel, calibration: Calibration?,
        sources: TieringSources = TieringSources(), workers: Workers = .single
    ) throws -> TieringOutcome {
        var (outcome, judge) = try judged(
            facts: facts, model: model, calibration: calibration, sources: sources, workers: workers)
        let detection = TransitionDetection(
            facts: facts, scores: outcome.scores, weights: outcome.scoring.weights, previous: previous, model: model,
            judge: judge)
        let isChangeover =
            model.stability.changes == .movers && previous?.calibration != nil
            && previous?.calibration != outcome.calibration.version
        let overrides = sources.overrides.filter { $0.until >= facts.asOf }
        let parts = workers.chunks(of: facts.count) { [judge] rows in
            var part = (places: [MemberPlace](), transitions: [Transition]())
            part.places.reserveCapacity(rows.count)
            var next = overrides.partitioningIndex { $0.row >= rows.lowerBound }
            for row in rows {
                var held = previous?.held(row)
                let earned = judge.earned(row)
                if isChangeover, let tier = held?.tier { held?.state.baseline = earned == tier ? nil : earned }
                let assignment = TierAssignment(earned: earned, held: held, day: facts.asOf, stability: model.stability)
                { judge.keeps($0, row) }
                let isOverridden = next < overrides.count && overrides[next].row == row
                let place = MemberPlace(
                    assignment, stage: model.lifecycle.stage(of: facts, row: row),
                    override: isOverridden ? overrides[next] : nil, previous: previous, row: row, on: facts.asOf)
                if isOverridden { next += 1 }
                part.places.append(place)
                detection.append(row: row, place, runsBelow: assignment.runsBelow, to: &part.transitions)
            }
            return part
        }
        var first = 0
        for part in parts {
            outcome.place(part.places, from: first)
            first += part.places.count
        }
        outcome.transitions = Array(joining: parts.map(\.transitions))
        outcome.standing.keepReferenceRanks(from: previous, scores: outcome.scores, rawTiers: outcome.rawTiers)
        outcome.addWarnings()
        return outcome
    }

    /// Looks at members between refreshes: today's scores and stages beside the tiers that the last refresh left.
    ///
    /// Nobody moves: there are no transitions, and who joined since the last refresh has no tier yet.
    package static func observe(
        facts: FactTable, previous: StandingTable?, model: TieringModel, calibration: Calibration?,
        sources: TieringSources = TieringSources(), workers: Workers = .single
    ) throws -> TieringOutcome {
        var (outcome, judge) = try judged(
            facts: facts, model: model, calibration: calibration, sources: sources, workers: workers)
        if let previous { outcome.standing = previous }
        for row in 0..<facts.count {
            outcome.rawTiers[row] = UInt8(judge.earned(row))
            outcome.standing.stage[row] = model.lifecycle.stage(of: facts, row: row).rawValue
        }
        return outcome
    }

    /// Ranks the members in the dimensions of a model: what weights are learned from.
    package static func ranking(
        facts: FactTable, model: TieringModel, sources: TieringSources = TieringSources(), workers: Workers = .single
    ) -> DimensionRanking {
        DimensionRanking(
            facts, source: sources.measures(of: facts), rules: model.dimensions, used: model.weights.used,
            workers: workers)
    }

    private static func judged(
        facts: FactTable, model: TieringModel, calibration: Calibration?, sources: TieringSources, workers: Workers
    ) throws -> (TieringOutcome, LadderJudge) {
        let source = sources.measures(of: facts)
        let scoring = ranking(facts: facts, model: model, sources: sources, workers: workers)
            .scoring(calibration?.weights ?? model.weights, workers: workers)
        let calibration = try calibration ?? learned(scoring, source: source, on: facts.asOf, model, sources)
        guard calibration.entryCuts.count == model.ladder.tiers.count, calibration.modelDigest == model.modelDigest
        else {
            throw RetierError(
                .badConfiguration,
                "the calibration learned on \(calibration.learnedOn) belongs to another ladder or other weights",
                hint: "run retier learn for the present configuration")
        }
        let outcome = TieringOutcome(scoring: scoring, source: source, calibration: calibration, model: model)
        let judge = try LadderJudge(
            ladder: model.ladder, calibration: calibration, stability: model.stability, scores: scoring.table,
            source: source, rules: fulfilledRules(of: model.ladder, facts: facts, outcome: outcome, sources: sources))
        return (outcome, judge)
    }

    private static func learned(
        _ scoring: Scoring, source: MeasureSource, on day: Day, _ model: TieringModel, _ sources: TieringSources
    ) throws -> Calibration {
        if let named = model.learnedOn, named != day {
            throw RetierError(
                .badConfiguration, "entry cuts are to be learned on \(named), not on \(day)",
                hint: "learn them from the facts of \(named) first")
        }
        return try Calibration.learned(
            from: scoring, source: source, on: day, model: model, weights: model.weights,
            version: sources.nextVersion)
    }

    /// Who fulfils the conditions of tiers, by ladder position.
    private static func fulfilledRules(
        of ladder: TierLadder, facts: FactTable, outcome: TieringOutcome, sources: TieringSources
    ) -> [Int: [Bool]] {
        let rules = ladder.tiers.enumerated().compactMap { index, tier in
            tier.entry.condition.map { (index: index, condition: $0) }
        }
        guard !rules.isEmpty else { return [:] }
        let columns = MemberColumns(
            facts: facts, outcome: outcome, predictions: sources.predictions, decimals: sources.decimals,
            attributes: sources.attributes)
        var member = MemberRow(columns: columns, row: 0)
        var fulfilled: [Int: [Bool]] = [:]
        for rule in rules {
            fulfilled[rule.index] = (0..<facts.count).map { row in
                member.row = row
                return rule.condition.holds(for: member)
            }
        }
        return fulfilled
    }
}

/// What tiering reads besides the columns of a `FactTable`.
package struct TieringSources: Sendable {
    /// Facts and predictions by name, each by row.
    package var measures: [String: [Int64]]
    /// Tiers that people set, by row, at most one a row.
    package var overrides: [TierOverride]
    /// The version of a calibration that is learned on the way.
    package var nextVersion: Int
    /// For tiers entered by a condition; nil where nothing is predicted.
    package var predictions: PredictionTable?
    /// Those of the currency; only predictions need them.
    package var decimals: Int
    /// By attribute name, by row: what tiers entered by a condition may ask.
    package var attributes: [String: [String?]]

    package init(
        measures: [String: [Int64]] = [:], overrides: [TierOverride] = [], nextVersion: Int = 1,
        predictions: PredictionTable? = nil, decimals: Int = 2, attributes: [String: [String?]] = [:]
    ) {
        self.measures = measures
        self.overrides = overrides
        self.nextVersion = nextVersion
        self.predictions = predictions
        self.decimals = decimals
        self.attributes = attributes
    }

    package func measures(of facts: FactTable) -> MeasureSource { MeasureSource(facts, further: measures) }
}
