/// The numbers that clusters are found on, by the name of the column, in the units of their fields.
package struct ClusterSource: Sendable {
    private let facts: FactTable
    private let scores: ScoreTable
    private let predictions: PredictionTable?
    private let catalogue: FactCatalogue
    private let decimals: Int

    /// `decimals` are those of the currency.
    package init(
        facts: FactTable, scores: ScoreTable, predictions: PredictionTable?, catalogue: FactCatalogue, decimals: Int
    ) {
        self.facts = facts
        self.scores = scores
        self.predictions = predictions
        self.catalogue = catalogue
        self.decimals = decimals
    }

    /// The rows of members with a purchase: the others have no cluster.
    package var rows: [Int] { (0..<facts.count).filter { facts.hasPurchase($0) } }

    /// The values of some rows in order, `ClusterFact.missing` where nothing is known.
    package func values(of fact: ClusterFact, rows: [Int]) -> [Int64] {
        if let dimension = fact.dimension { return ranks(of: dimension, rows: rows) }
        if let prediction = fact.prediction {
            let column = predictions?.column(prediction, decimals: decimals)
            return rows.map { row in
                guard let value = column?[row], value != PredictionTable.missing else { return ClusterFact.missing }
                return value
            }
        }
        if let reference = catalogue.reference(named: fact.name) {
            let column = facts[reference]
            return rows.map { column?[$0] ?? ClusterFact.missing }
        }
        // Dimensions rank members by a finer share than anybody reads.
        if fact.name == "coupon_share" { return rows.map(couponShare) }
        return MeasureSource(facts).values(of: fact.name, rows: rows) ?? rows.map { _ in ClusterFact.missing }
    }

    private func ranks(of dimension: Dimension, rows: [Int]) -> [Int64] {
        let ranks = scores.ranks[dimension.rawValue]
        return rows.map { row in
            guard !ranks.isEmpty, ranks[row] != ScoreTable.unranked else { return ClusterFact.missing }
            return Int64(ranks[row])
        }
    }

    /// Millionths, rounded to the nearest; missing without an order in the window.
    private func couponShare(_ row: Int) -> Int64 {
        let orders = Int64(facts.windowOrders[row])
        guard orders > 0 else { return ClusterFact.missing }
        return (Int64(facts.windowCouponOrders[row]) * 2_000_000 + orders) / (orders * 2)
    }
}
