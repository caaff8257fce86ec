import RetierCore
import RetierStatistics

extension TieringModel {
    /// The weights of a calibration: as configured, or learned from the members' ranks, bounded and blended, in basis
    /// points.
    ///
    /// A dimension that is missing or the same for all gets 0. Where nothing is known of a member in a dimension the
    /// member counts as average there. Where no dimension tells members apart the configured weights stay.
    func learnedWeights(from ranking: DimensionRanking) -> ScoreWeights {
        guard let scheme = weighting.method.scheme else { return weights }
        let used = weights.used
        let columns = used.map { dimension in
            WeightColumn(
                name: dimension.name, title: dimension.title,
                values: ranking.flaws[dimension] == .missing
                    ? nil
                    : ranking.rows.map { row in
                        let rank = ranking.table.ranks[dimension.rawValue][row]
                        return rank == ScoreTable.unranked ? 0.5 : Double(rank) / 1_000_000
                    })
        }
        let learning = WeightLearning(
            scheme: scheme, lowest: weighting.least, highest: weighting.most, learnedPart: weighting.blend)
        var learned = ScoreWeights.none
        for (dimension, weight) in zip(used, learning.learned(from: columns, fixed: used.map { weights[$0] }).weights) {
            learned[dimension] = weight
        }
        return learned.sum > 0 ? learned : weights
    }
}

extension Weighting.Method {
    /// Nil where nothing is learned.
    fileprivate var scheme: WeightScheme? {
        switch self {
        case .fixed: nil
        case .entropy: .entropy
        case .critic: .critic
        case .threeAxis: .threeAxis
        }
    }
}
