extension Calibration {
    /// An entry score that nobody reaches.
    package static let unreachable: Int32 = 1_000_001

    /// Learns the entry cuts of a ladder from the scores of one day.
    ///
    /// A share or count picks the composite of the k-th best scored member (a share of N is rounded up); everybody
    /// with an equal score enters too. The last tier's cut is 0. Throws `badData` where a tier must be learned and
    /// nobody is scored, `badConfiguration` where a lower tier would be harder to enter than a higher one.
    package static func learned(from scores: ScoreTable, on day: Day, model: TieringModel) throws -> Calibration {
        try model.ladder.validate()
        let composites = scores.isScored.indices.filter { scores.isScored[$0] }.map { Int64(scores.composite[$0]) }
        let column = RankedColumn.ranking(composites).column
        var entryScores: [Int32] = []
        for tier in model.ladder.tiers {
            entryScores.append(try tier.entry.cut(among: column, tier: tier.id, day: day))
        }
        for index in entryScores.indices.dropFirst() where entryScores[index] > entryScores[index - 1] {
            let (upper, lower) = (model.ladder.tiers[index - 1].id, model.ladder.tiers[index].id)
            throw RetierError(
                .badConfiguration,
                "tier '\(lower)' is harder to enter (score \(entryScores[index].points)) than '\(upper)' above it "
                    + "(score \(entryScores[index - 1].points)) with the members of \(day)",
                hint: "swap the two tiers or change their entry rules: cuts must fall from the top of the ladder down")
        }
        return Calibration(learnedOn: day, modelDigest: model.modelDigest, entryScores: entryScores)
    }

    /// The highest tier that a score earns by itself; the last one earns everybody.
    package func tier(for composite: Int32) -> Int {
        for (index, cut) in entryScores.enumerated() where composite >= cut { return index }
        return max(entryScores.count - 1, 0)
    }
}

extension Tier.Entry {
    fileprivate func cut(among column: RankedColumn, tier: String, day: Day) throws -> Int32 {
        let best: Int
        switch self {
        case .everyone: return 0
        case .score(let millionths): return Int32(clamping: millionths)
        case .topShare(let basisPoints): best = (column.count * basisPoints + 9_999) / 10_000
        case .topCount(let count): best = min(count, column.count)
        }
        guard column.count > 0 else {
            throw RetierError(
                .badData,
                "the entry cut of tier '\(tier)' cannot be learned on \(day): no member has a purchase by then",
                hint: "import members and orders first, or name another learning date")
        }
        guard best > 0 else { return Calibration.unreachable }
        // The k-th best is the largest value that at least k members have or exceed.
        let place = column.upTo.partitioningIndex { column.count - Int($0) < best }
        return Int32(column.values[place])
    }
}

extension TierLadder {
    /// Throws `badConfiguration` where the ladder cannot place every member.
    package func validate() throws {
        guard (1...64).contains(tiers.count) else {
            throw RetierError(
                .badConfiguration, "the ladder has \(tiers.count) tiers", hint: "give it 1 to 64 tiers, highest first")
        }
        for (index, tier) in tiers.enumerated() where (tier.entry == .everyone) != (index == tiers.count - 1) {
            throw RetierError(
                .badConfiguration,
                tier.entry == .everyone
                    ? "tier '\(tier.id)' takes everyone but is not the last of the ladder"
                    : "the last tier '\(tier.id)' does not take everyone",
                hint: "let the last tier, and only it, take everyone")
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
