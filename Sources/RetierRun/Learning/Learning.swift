package import RetierCore
import RetierLedger

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
    /// Nil where the programme has no clusters.
    package var clusters: ClusterChange?
    /// What should be known of what was learned.
    package var warnings: [TieringWarning]

    /// Learns from the members of a day; stores nothing.
    package static func compare(asOf day: Day, in workspace: Workspace) throws -> Learning {
        let planner = Planner(workspace)
        let model = workspace.programme.tiering
        let facts = try planner.facts(asOf: day)
        let lesson = try planner.learned(from: facts)
        let (learned, sources) = (lesson.calibration, lesson.sources)
        let current = try workspace.ledger.newestCalibration(modelDigest: model.modelDigest)
        var learning = Learning(
            learned: learned, current: current, ladder: model.ladder, members: facts.count, higher: 0, lower: 0,
            clusters: ClusterChange(lesson, current: current), warnings: lesson.warnings)
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
        try workspace.holdingLease { _ in
            let learning = try compare(asOf: day, in: workspace)
            try workspace.ledger.store(
                learning.learned, tiers: learning.ladder.tiers.map(\.id), operatorName: operatorName,
                now: workspace.clock.now)
            return learning
        }
    }
}
