import RetierBrand
package import RetierCore
import RetierStatistics

extension Learning {
    /// Every learned value beside the one in force.
    package func rows(currency: Currency, language: Language) -> RowListing {
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
        if let current {
            listing.append(["drift", "weights", nil, percent(current.weights.drift(to: learned.weights))])
            listing.append(["moves", "higher", nil, share(higher, of: members)])
            listing.append(["moves", "lower", nil, share(lower, of: members)])
        }
        if let clusters { append(clusters, to: &listing, language: language) }
        return listing
    }

    /// Clusters by number, with name and share; how far their centres lie from those in force.
    private func append(_ clusters: ClusterChange, to listing: inout RowListing, language: Language) {
        let (before, after) = (clusters.current ?? [], clusters.learned ?? [])
        func text(_ summaries: [ClusterSummary], _ index: Int) -> String? {
            guard summaries.indices.contains(index) else { return nil }
            return "\(summaries[index].name(language)) (\(percent(summaries[index].share)))"
        }
        for index in 0..<max(before.count, after.count) {
            listing.append(["cluster", String(index + 1), text(before, index), text(after, index)])
        }
        for (index, drift) in clusters.drift.enumerated() {
            listing.append(["drift", "cluster \(index + 1)", nil, "\(Decimal6.text(drift / 10_000 * 10_000)) sd"])
        }
        guard !clusters.drift.isEmpty else { return }
        listing.append(["moves", "cluster", nil, share(clusters.moved, of: clusters.members)])
    }

    private func percent(_ basisPoints: Int) -> String { Decimal6.text(Int64(basisPoints) * 10_000) + "%" }

    private func share(_ count: Int, of members: Int) -> String {
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
        case .measure(let name): "\(name) \(MeasureText(currency: currency).plain(cut, of: name))"
        case .rule: condition?.text ?? ""
        }
    }
}

extension ScoreWeights {
    /// How much of the whole weight moves from some dimensions to others, in basis points.
    fileprivate func drift(to other: ScoreWeights) -> Int {
        func shares(_ weights: ScoreWeights) -> [Int] {
            Dimension.allCases.map { weights.sum > 0 ? weights[$0] * 10_000 / weights.sum : 0 }
        }
        return WeightDrift.basisPoints(from: shares(self), to: shares(other))
    }

    /// A dimension's part of the sum in percent with up to two decimals.
    fileprivate func share(of dimension: Dimension) -> String {
        guard sum > 0 else { return "0%" }
        return Decimal6.text(Int64(self[dimension] * 10_000 / sum) * 10_000) + "%"
    }
}
