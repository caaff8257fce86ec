import RetierBrand
package import RetierCore

extension Learning {
    /// Every learned value beside the one in force.
    package func rows(currency: Currency) -> RowListing {
        var listing = RowListing(
            "calibration", columns: [("what", .text), ("name", .text), ("now", .text), ("learned", .text)])
        listing.append(["version", nil, current.map { String($0.version) }, String(learned.version)])
        listing.append(["learned_on", nil, current?.learnedOn.description, learned.learnedOn.description])
        for (index, tier) in ladder.tiers.enumerated() where tier.entry.yardstick.hasCut {
            func text(_ calibration: Calibration) -> String {
                tier.entry.text(ofCut: calibration.entryCuts[index], currency: currency)
            }
            listing.append(["cut", tier.id, current.map(text), text(learned)])
        }
        for dimension in Dimension.allCases {
            let (before, after) = (current?.weights.share(of: dimension), learned.weights.share(of: dimension))
            guard before ?? "0%" != "0%" || after != "0%" else { continue }
            listing.append(["weight", dimension.name, before, after])
        }
        if current != nil {
            listing.append(["moves", "higher", nil, share(higher)])
            listing.append(["moves", "lower", nil, share(lower)])
        }
        return listing
    }

    private func share(_ count: Int) -> String {
        let basisPoints = members > 0 ? Int64(count) * 10_000 / Int64(members) : 0
        return "\(count) (\(Money(minorUnits: basisPoints).text(decimals: 2))%)"
    }
}

extension Tier.Entry.Yardstick {
    fileprivate var hasCut: Bool { self != .rule && self != .nothing }
}

extension Tier.Entry {
    /// A cut as people write it: a score in points, money, or a number in the fact's own unit.
    package func text(ofCut cut: Int64, currency: Currency) -> String {
        switch yardstick {
        case .score, .nothing: Int32(clamping: cut).points
        case .measure("m_total"): Money(minorUnits: cut).text(in: currency)
        case .measure(let name): "\(name) \(cut)"
        case .rule: condition?.text ?? ""
        }
    }
}

extension ScoreWeights {
    /// A dimension's part of the sum in percent with up to two decimals.
    fileprivate func share(of dimension: Dimension) -> String {
        guard sum > 0 else { return "0%" }
        return Decimal6.text(Int64(self[dimension] * 10_000 / sum) * 10_000) + "%"
    }
}
