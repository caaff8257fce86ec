extension Calibration {
    /// An entry score that nobody reaches.
    package static let unreachable: Int64 = 1_000_001

    /// Learns the entry cuts of a ladder from the scores of one day; `weights` are those that made the scores.
    ///
    /// A share or count picks the value of the k-th best member with a purchase (a share of N is rounded up); everybody
    /// with an equal one enters too. Throws `badData` where a tier must be learned and nobody is scored,
    /// `badConfiguration` where a lower tier would be harder to enter than a higher one that looks at the same.
    package static func learned(
        from scoring: Scoring, source: MeasureSource, on day: Day, model: TieringModel, weights: ScoreWeights,
        version: Int = 1
    ) throws -> Calibration {
        try model.ladder.validate()
        let scores = scoring.table
        let rows = scores.isScored.indices.filter { scores.isScored[$0] }
        var columns: [Tier.Entry.Yardstick: RankedColumn] = [:]
        func column(_ tier: Tier) throws -> RankedColumn {
            let yardstick = tier.entry.yardstick
            if let known = columns[yardstick] { return known }
            let values =
                tier.entry.measure.map { source.values(of: $0, rows: rows) }
                ?? rows.map { Int64(scores.composite[$0]) }
            guard let values else { throw tier.unknownMeasure }
            let column = RankedColumn.ranking(values.filter { $0 != MeasureSource.missing }).column
            columns[yardstick] = column
            return column
        }
        let cuts = try model.ladder.tiers.map { try $0.cut(on: day, among: column) }
        try model.ladder.checkOrder(of: cuts, on: day)
        return Calibration(
            version: version, learnedOn: day, modelDigest: model.modelDigest, entryCuts: cuts, weights: weights)
    }
}

extension Tier {
    var unknownMeasure: RetierError {
        RetierError(
            .badConfiguration, "tier '\(id)' is entered by '\(entry.measure ?? "")', which this run does not have",
            hint: "name a fact of the field catalogue, or turn on the model that predicts it")
    }

    fileprivate func cut(on day: Day, among column: (Tier) throws -> RankedColumn) throws -> Int64 {
        switch entry {
        case .everyone, .rule: return 0
        case .score(let millionths): return Int64(millionths)
        case .value(_, let least): return least
        case .topShare(let basisPoints), .topShareBy(_, let basisPoints):
            let column = try column(self)
            return try cut(on: day, best: (column.count * basisPoints + 9_999) / 10_000, of: column)
        case .topCount(let count), .topCountBy(_, let count):
            let column = try column(self)
            return try cut(on: day, best: min(count, column.count), of: column)
        }
    }

    private func cut(on day: Day, best: Int, of column: RankedColumn) throws -> Int64 {
        guard column.count > 0 else {
            throw RetierError(
                .badData,
                "the entry cut of tier '\(id)' cannot be learned on \(day): no member has a purchase by then",
                hint: "import members and orders first, or name another learning date")
        }
        guard best > 0 else { return entry.measure == nil ? Calibration.unreachable : Int64.max }
        // The k-th best is the largest value that at least k members have or exceed.
        let place = column.upTo.partitioningIndex { column.count - Int($0) < best }
        return column.values[place]
    }
}

extension TierLadder {
    /// Throws `badConfiguration` where a tier is harder to enter than one above it that looks at the same number.
    fileprivate func checkOrder(of cuts: [Int64], on day: Day) throws {
        var above: [Tier.Entry.Yardstick: Int] = [:]
        for (index, tier) in tiers.enumerated() {
            let yardstick = tier.entry.yardstick
            guard yardstick != .rule, yardstick != .nothing else { continue }
            if let upper = above[yardstick], cuts[index] > cuts[upper] {
                func text(_ cut: Int64) -> String {
                    yardstick == .score ? "score \(Int32(clamping: cut).points)" : "\(tier.entry.measure ?? "") \(cut)"
                }
                throw RetierError(
                    .badConfiguration,
                    "tier '\(tier.id)' is harder to enter (\(text(cuts[index]))) than '\(tiers[upper].id)' above it "
                        + "(\(text(cuts[upper]))) with the members of \(day)",
                    hint: "swap the two tiers or change their entry rules: cuts must fall from the top of the ladder "
                        + "down")
            }
            above[yardstick] = index
        }
    }
}

extension Int32 {
    /// Millionths as points of 100 with one to four decimals: 750,000 is `75.0`.
    package var points: String {
        let (whole, fraction) = Int(self).quotientAndRemainder(dividingBy: 10_000)
        var decimals = fraction.magnitude.padded(to: 4)
        while decimals.utf8.count > 1, decimals.hasSuffix("0") { decimals.removeLast() }
        return (self < 0 && whole == 0 ? "-" : "") + "\(whole).\(decimals)"
    }
}
