import RetierCore
import RetierLedger

extension Planner {
    /// Gives members their clusters: those of the calibration, or, where it has none of the present settings and the
    /// run `learns`, those that these members teach, which makes a further version of it.
    func cluster(
        _ facts: FactTable, predictions: PredictionTable?, learns: Bool, outcome: inout TieringOutcome
    ) throws -> ClusterTable? {
        guard let settings = programme.clusters else { return nil }
        let clustering = clustering(facts, scores: outcome.scores, predictions: predictions, settings)
        var model = settings.frozen(in: outcome.calibration.clusters)
        if model == nil {
            guard learns else {
                outcome.warnings.append(settings.notYetLearned)
                return nil
            }
            let learned = try clustering.learned(on: facts.asOf, after: try earlierClusters(settings))
            outcome.warnings += [learned.reason].compactMap(\.self)
            model = learned.model
            if let model { outcome.adopt(clusters: model.learnedNumbers, version: try ledger.nextCalibrationVersion()) }
        }
        guard let model else { return nil }
        outcome.warnings += model.warnings
        return clustering.table(by: model)
    }

    /// The members of a table in the columns of the clusters.
    func clustering(
        _ facts: FactTable, scores: ScoreTable, predictions: PredictionTable?, _ settings: ClusterSettings
    ) -> MemberClustering {
        let source = ClusterSource(
            facts: facts, scores: scores, predictions: predictions, catalogue: programme.facts,
            decimals: programme.currency.decimals)
        return MemberClustering(settings, source: source, memberCount: facts.count, threads: threads)
    }

    /// Where the member of a row belongs and why; nil for a member without a cluster.
    func place(of row: Int, in view: RunView) -> (table: ClusterTable, place: ClusterPlace)? {
        guard let settings = programme.clusters, let table = view.clusters else { return nil }
        let clustering = clustering(
            view.facts, scores: view.outcome.scores, predictions: view.lifetime?.predictions, settings)
        return clustering.place(of: row, by: table.model).map { (table, $0) }
    }

    /// The clusters of the newest calibration, whose numbers new ones go on with; nil where it has none of these
    /// columns.
    func earlierClusters(_ settings: ClusterSettings) throws -> ClusterModel? {
        try ledger.calibration(version: try ledger.nextCalibrationVersion() - 1)
            .flatMap { ClusterModel(learnedNumbers: $0.clusters, facts: settings.facts) }
    }
}
