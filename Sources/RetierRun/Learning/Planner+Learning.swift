import RetierCore
import RetierLedger

/// What the members of a day taught, and what was read on the way.
struct Lesson {
    /// Under the next version; nothing is stored.
    var calibration: Calibration
    var sources: TieringSources
    /// Nil where the programme has no clusters.
    var clustering: MemberClustering?
    /// What should be known of it: dimensions and columns that tell nobody apart, too few members, ...
    var warnings: [TieringWarning] = []
}

extension Planner {
    /// The calibration of a run: a refresh takes the newest of the present model, a daily run that of the last refresh.
    ///
    /// Where there is none it is learned from the named date's facts; nil lets this run's date teach it.
    func calibration(
        of model: TieringModel, for kind: Playbook.Trigger, asOf: Day, version: Int?
    ) throws -> Calibration? {
        let ofRefresh = kind == .daily ? try ledger.lastRun(kind: .refresh)?.calibration : nil
        if let version = version ?? ofRefresh,
            let used = try ledger.calibration(version: version), used.modelDigest == model.modelDigest
        {
            return used
        }
        if let newest = try ledger.newestCalibration(modelDigest: model.modelDigest) { return newest }
        guard let day = model.learnedOn, day != asOf else { return nil }
        return try learned(from: try facts(asOf: day)).calibration
    }

    /// What the members of a day teach: cuts, weights, parameters of the lifetime model, clusters.
    func learned(from facts: FactTable) throws -> Lesson {
        let lifetime = Lifetime(facts, programme: programme, calibration: nil, threads: threads)
        let sources = try sources(facts, knowledge: try knowledge(of: facts), predictions: lifetime?.predictions)
        var (calibration, scoring) = try learned(from: facts, sources: sources)
        calibration.lifetime = lifetime?.learned.numbers ?? []
        var lesson = Lesson(calibration: calibration, sources: sources, warnings: scoring.warnings)
        guard let settings = programme.clusters else { return lesson }
        let clustering = clustering(
            facts, scores: scoring.table, predictions: lifetime?.predictions, settings)
        let (model, reason) = try clustering.learned(on: facts.asOf, after: try earlierClusters(settings))
        lesson.calibration.clusters = model?.learnedNumbers ?? []
        lesson.clustering = clustering
        lesson.warnings += model?.warnings ?? [reason].compactMap(\.self)
        return lesson
    }

    /// Weights and entry cuts as the members of a table teach them, with the scores that they make.
    func learned(from facts: FactTable, sources: TieringSources) throws -> (calibration: Calibration, scoring: Scoring)
    {
        let model = programme.tiering
        let ranking = Tiering.ranking(facts: facts, model: model, sources: sources, workers: .threads(threads))
        let weights = model.learnedWeights(from: ranking)
        let scoring = ranking.scoring(weights, workers: .threads(threads))
        let calibration = try Calibration.learned(
            from: scoring, source: sources.measures(of: facts), on: facts.asOf, model: model, weights: weights,
            version: sources.nextVersion)
        return (calibration, scoring)
    }
}
