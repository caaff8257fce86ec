package import RetierCore

/// Learned weights of dimensions, held within bounds and blended with fixed ones.
package struct WeightLearning: Hashable, Sendable {
    package var scheme: WeightScheme
    /// What a learned weight may be, in basis points of the whole.
    package var lowest: Int
    package var highest: Int
    /// The learned part in basis points; the rest are the fixed weights.
    package var learnedPart: Int

    package init(scheme: WeightScheme, lowest: Int = 500, highest: Int = 5_000, learnedPart: Int = 5_000) {
        self.scheme = scheme
        self.lowest = lowest
        self.highest = highest
        self.learnedPart = learnedPart
    }

    /// Whole weights in basis points, one a column, that sum to 10,000; all 0 where no column tells members apart.
    ///
    /// Columns must be on one scale, 0 or larger: `ColumnScale`, or the mid-ranks of the score. A missing dimension
    /// has weight 0, and so has one that is the same for all members, with a warning; the others share the whole.
    /// Learned proportions are held within the bounds, then mixed with the `fixed` ones (one a column, any scale), and
    /// rounded once, at the end: another machine's logarithm shows only where a weight lies within its last bits of
    /// a half basis point.
    package func learned(from columns: [WeightColumn], fixed: [Int]) -> (
        weights: [Int], warnings: [TieringWarning]
    ) {
        let informative = columns.indices.filter { columns[$0].values.map(WeightLearning.varies) ?? false }
        let values = informative.compactMap { columns[$0].values }
        let raw = scheme.proportions(of: values, axes: informative.map { columns[$0].axis })
        let learned = bounded(raw)
        let given = informative.map { Double(max(0, fixed[$0])) }
        let sum = given.reduce(0, +)
        let part = sum > 0 ? Double(learnedPart) / 10_000 : 1
        var mixed = [Double](repeating: 0, count: columns.count)
        for (place, column) in informative.enumerated() {
            mixed[column] = part * learned[place] + (1 - part) * (sum > 0 ? given[place] / sum : 0)
        }
        return (WholeShares.of(mixed, total: 10_000), warnings(columns, informative: informative))
    }

    /// The proportions scaled and held within the bounds, so that they sum to 1.
    ///
    /// All that lie between the bounds keep their proportions to each other. Bounds that cannot hold for so many or so
    /// few columns give way to equal weights.
    func bounded(_ proportions: [Double]) -> [Double] {
        let even = 1 / Double(max(1, proportions.count))
        let low = min(Double(lowest) / 10_000, even)
        let high = max(Double(highest) / 10_000, even)
        // Proportions of 0 follow the others last.
        let raised = proportions.map { max($0, 1e-12) }
        func held(_ scale: Double) -> [Double] { raised.map { min(max($0 * scale, low), high) } }
        var (lower, upper) = (0.0, 1e13)
        for _ in 0..<200 {
            let middle = (lower + upper) / 2
            if held(middle).reduce(0, +) < 1 { lower = middle } else { upper = middle }
        }
        return held(upper)
    }

    private static func varies(_ column: [Double]) -> Bool { column.contains { $0 != column[0] } }

    private func warnings(_ columns: [WeightColumn], informative: [Int]) -> [TieringWarning] {
        columns.enumerated().compactMap { index, column in
            let title = column.title
            guard column.values != nil else {
                return TieringWarning(
                    code: "missing-dimension", subject: column.name,
                    message: LocalizedText(
                        zh: "没有「\(title.chinese)」的数据，权重由其余维度分担",
                        en: "there are no data for \(title.english): the other dimensions share its weight"))
            }
            guard !informative.contains(index) else { return nil }
            return TieringWarning(
                code: "constant-dimension", subject: column.name,
                message: LocalizedText(
                    zh: "「\(title.chinese)」对所有会员相同，权重为 0",
                    en: "\(title.english) is the same for all members: its weight is 0"))
        }
    }
}

/// How far two sets of weights lie apart.
package enum WeightDrift {
    /// Half the sum of the absolute differences, in basis points: the share of the whole weight that moved from some
    /// dimensions to others (total variation distance), 0...10,000.
    ///
    /// Both sets sum to 10,000 and have the same order of dimensions.
    package static func basisPoints(from old: [Int], to new: [Int]) -> Int {
        zip(old, new).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
}
