import RetierCore
import RetierLedger

/// Members by tier after each of the last refreshes.
struct TierHistory: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var run: ReportFigures.Run
        /// By tier, highest first.
        var counts: [Int]

        var total: Int { counts.reduce(0, +) }
    }

    /// Newest first.
    let entries: [Entry]

    /// `refreshes` newest first.
    init(tiers: [String], refreshes: [ReportFigures.Run]) {
        entries = refreshes.map { run in
            Entry(run: run, counts: tiers.map { run.figures.count(.tier, $0) })
        }
    }
}
