package import RetierCore

extension PredictionTable {
    /// Predicts the next 13 weeks of every member with a purchase; `decimals` are those of the currency.
    package static func predicting(
        _ facts: FactTable, by learned: LearnedLifetime, decimals: Int, workers: Workers
    ) -> PredictionTable {
        var table = PredictionTable(count: facts.count)
        switch learned.method {
        case .naive:
            for row in 0..<facts.count where facts.hasPurchase(row) {
                table.purchases[row] = Int64(facts.recentDays(row)) * 1_000_000_000
            }
        case .bgNBD, .mbgNBD: table.fillPurchases(facts, learned, workers)
        }
        table.fillValues(facts, learned, decimals: decimals)
        return table
    }

    private mutating func fillPurchases(_ facts: FactTable, _ learned: LearnedLifetime, _ workers: Workers) {
        let kind: PurchaseModel.Kind = learned.method == .bgNBD ? .bgNBD : .mbgNBD
        guard let model = learned.purchases?.model(kind) else { return }
        let histories = PurchaseHistories(facts)
        let expected = model.expectations(histories, workers: workers).map { ($0 * 1e9).wholeNumber }
        let alive = model.chances(histories, workers: workers)
        let churn = learned.churn?.model(.mbgNBD).chances(histories, workers: workers)
        for (row, place) in histories.row.enumerated() where place >= 0 {
            let place = Int(place)
            purchases[row] = expected[place]
            self.alive[row] = (alive[place] * 1e6).wholeNumber
            if let churn {
                churnRisk[row] = 1_000_000 - (churn[place] * 1e6).wholeNumber
            } else if kind == .mbgNBD || histories.repeats[place] > 0 {
                churnRisk[row] = 1_000_000 - self.alive[row]
            }
        }
    }

    private mutating func fillValues(_ facts: FactTable, _ learned: LearnedLifetime, decimals: Int) {
        let unit = CurrencyUnit(decimals: decimals)
        let model = learned.values.map { ValueModel(p: $0.p, q: $0.q, v: $0.v) }
        for row in 0..<facts.count where facts.hasPurchase(row) {
            let observed = ObservedValue(facts, row: row, unit: unit)
            let mean =
                model?.expected(repeats: Double(observed.repeats), observed: observed.mean)
                ?? (observed.mean > 0 ? observed.mean : learned.meanValue)
            averageValue[row] = (mean * 1e6).wholeNumber
            guard purchases[row] != PredictionTable.missing else { continue }
            value[row] = (Double(purchases[row]) * 1e-9 * mean * 1e6).wholeNumber
        }
    }
}

extension PurchaseModel {
    /// Purchase days to expect in the next 13 weeks, and probability of being active, of each member with a purchase.
    package func predicted(_ histories: PurchaseHistories, workers: Workers) -> [(purchases: Double, alive: Double)] {
        let (purchases, alive) = (expectations(histories, workers: workers), chances(histories, workers: workers))
        return histories.row.compactMap { $0 < 0 ? nil : (purchases[Int($0)], alive[Int($0)]) }
    }

    /// Purchase days to expect in the next 13 weeks, of each row.
    func expectations(_ histories: PurchaseHistories, workers: Workers) -> [Double] {
        let weeks = Double(FactTable.horizonDays) / PurchaseHistories.daysPerWeek
        return map(histories, workers) { expectedPurchases(repeats: $0, recency: $1, age: $2, weeks: weeks) }
    }

    /// Probabilities of being active, of each row.
    func chances(_ histories: PurchaseHistories, workers: Workers) -> [Double] {
        map(histories, workers) { alive(repeats: $0, recency: $1, age: $2) }
    }

    private func map(
        _ histories: PurchaseHistories, _ workers: Workers, _ value: @Sendable (Double, Double, Double) -> Double
    ) -> [Double] {
        workers.chunks(of: histories.count, length: 2_048) { rows in
            rows.map { row in
                value(
                    Double(histories.repeats[row]), Double(histories.recency[row]) / PurchaseHistories.daysPerWeek,
                    Double(histories.age[row]) / PurchaseHistories.daysPerWeek)
            }
        }.flatMap { $0 }
    }
}

extension Double {
    /// The nearest whole number, held inside the range; predictions are never negative or not a number.
    var wholeNumber: Int64 { self < 9.2e18 ? Int64(rounded()) : Int64.max }
}
