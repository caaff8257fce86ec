import Foundation
package import RetierCore
package import RetierLedger

/// A calibration that was learned, beside the one in force: what freezing it changes.
package struct Learning: Sendable {
    package var learned: Calibration
    /// Nil where nothing was learned for the present configuration yet.
    package var current: Calibration?
    package var ladder: TierLadder
    /// Members of the learning date, and how many of them earn a higher or a lower tier by what was learned.
    package var members: Int
    package var higher: Int
    package var lower: Int

    /// Learns from the members of a day; stores nothing.
    package static func compare(asOf day: Day, in workspace: Workspace) throws -> Learning {
        let planner = Planner(workspace)
        let model = workspace.programme.tiering
        let facts = try planner.facts(asOf: day)
        let (learned, sources) = try planner.learned(from: facts)
        let current = try workspace.ledger.newestCalibration(modelDigest: model.modelDigest)
        var learning = Learning(
            learned: learned, current: current, ladder: model.ladder, members: facts.count, higher: 0, lower: 0)
        guard let current else { return learning }
        func earned(_ calibration: Calibration) throws -> [UInt8] {
            try Tiering.observe(
                facts: facts, previous: nil, model: model, calibration: calibration, sources: sources
            ).rawTiers
        }
        for (before, after) in zip(try earned(current), try earned(learned)) {
            if after < before { learning.higher += 1 }
            if after > before { learning.lower += 1 }
        }
        return learning
    }

    /// Learns from the members of a day and freezes that: the next refresh uses it.
    ///
    /// One run at a time: under the brand's lease, recorded in the audit trail with whose word it was.
    package static func learn(asOf day: Day, in workspace: Workspace, operatorName: String) throws -> Learning {
        let owner = LeaseOwner.current(id: UUID().uuidString)
        let clock = workspace.clock
        return try workspace.ledger.withLease("run", owner: owner, now: { clock.now }) { _ in
            let learning = try compare(asOf: day, in: workspace)
            try workspace.ledger.store(
                learning.learned, tiers: learning.ladder.tiers.map(\.id), operatorName: operatorName, now: clock.now)
            return learning
        }
    }
}

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
