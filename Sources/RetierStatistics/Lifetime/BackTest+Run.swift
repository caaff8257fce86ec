package import RetierCore

extension BackTest {
    /// Fits the configured model to what was known 13 weeks ago, and compares its prediction and the naive one with
    /// what has come since.
    ///
    /// Nil where that past is too short or too thin for a fit.
    package static func run(
        _ facts: FactTable, settings: LifetimeSettings, workers: Workers
    ) -> BackTest? {
        let histories = PurchaseHistories(past: facts)
        guard histories.shortcomings(settings).isEmpty,
            let fit = PurchaseModel.fit(settings.model.kind, to: histories, workers: workers)
        else { return nil }
        let expected = fit.model.expectations(histories, workers: workers)
        let members = (0..<facts.count).filter { facts.pastDays[$0] > 0 }
        let model = members.map { (expected[Int(histories.row[$0])] * 1e9).wholeNumber }
        let naive = members.map { Int64(facts.pastDays[$0] - facts.earlierDays[$0]) * 1_000_000_000 }
        let actual = members.map { Int64(facts.recentDays($0)) }
        return BackTest(
            asOf: facts.asOf.adding(days: -Int(FactTable.horizonDays)), members: members.count,
            model: Forecast(model, of: actual),
            naive: Forecast(naive, of: actual), actual: Int(actual.reduce(0, +)),
            deciles: deciles(model, actual))
    }

    /// Sums of tenths of the members in order of the prediction; members with equal ones are in order of their ids.
    private static func deciles(_ predicted: [Int64], _ actual: [Int64]) -> [Decile] {
        let order = RadixOrder(predicted.map { UInt64($0) }).rows
        return (0..<10).map { tenth in
            let rows = order[order.count * tenth / 10..<order.count * (tenth + 1) / 10]
            let sum = rows.reduce(Int64(0)) { $0 + predicted[Int($1)] }
            return Decile(
                members: rows.count, predicted: Int((sum + 500) / 1_000),
                actual: rows.reduce(0) { $0 + Int(actual[Int($1)]) })
        }
    }
}

extension BackTest.Forecast {
    /// Compares predictions in billionths of purchase days with purchase days.
    fileprivate init(_ predicted: [Int64], of actual: [Int64]) {
        let errors = zip(predicted, actual).reduce(Int64(0)) { $0 + abs($1.0 - $1.1 * 1_000_000_000) / 1_000 }
        let members = Int64(max(actual.count, 1))
        self.init(
            meanError: Int(errors / members),
            rankCorrelation: BackTest.rankCorrelation(of: predicted, with: actual),
            total: Int((predicted.reduce(0, +) + 500) / 1_000))
    }
}
