extension FigureCount {
    /// What the members of each tier are predicted to be worth in the next 13 weeks.
    mutating func countPredictions() {
        guard let predictions = sources.predictions else { return }
        var members = [Int](repeating: 0, count: tierIDs.count)
        var value = [Int128](repeating: 0, count: tierIDs.count)
        for row in predictions.value.indices where predictions.value[row] != PredictionTable.missing {
            members[Int(standing.tier[row])] += 1
            value[Int(standing.tier[row])] += Int128(predictions.value[row])
        }
        // Predictions are in millionths of the currency's unit.
        let unit = (sources.decimals..<6).reduce(Int128(1)) { product, _ in product * 10 }
        for (tier, id) in tierIDs.enumerated() {
            figures.add(.tier, id, of: .predicted, is: members[tier])
            figures.add(.tier, id, of: .predictedValue, is: (value[tier] + unit / 2) / unit)
        }
    }

    /// Promoters, passives and detractors by their latest answer on a scale from 0 to 10; other answers do not count.
    ///
    /// The net promoter score is promoters less detractors, of all who answered (Reichheld, "The one number you need to
    /// grow", 2003).
    mutating func countAnswers() {
        guard let answers = sources.answers else { return }
        let (promoter, passive, most): (Int64, Int64, Int64) = (9_000_000, 7_000_000, 10_000_000)
        let given = answers.values.filter { $0 >= 0 && $0 <= most }
        figures.add(.whole, of: .promoters, is: given.count { $0 >= promoter })
        figures.add(.whole, of: .passives, is: given.count { $0 >= passive && $0 < promoter })
        figures.add(.whole, of: .detractors, is: given.count { $0 < passive })
    }
}
