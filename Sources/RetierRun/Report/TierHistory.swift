import RetierLedger

/// Members by tier after each of the last refreshes, found by taking back one refresh's moves after the other.
///
/// Members who have left the ledger since are in none of the counts.
struct TierHistory: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var run: ReportFigures.Run
        /// By tier, highest first.
        var counts: [Int]

        var total: Int { counts.reduce(0, +) }
    }

    /// Newest first; shorter than the runs where the moves contradict the standings.
    let entries: [Entry]

    /// - Parameters:
    ///   - counts: members of each tier after the newest refresh.
    ///   - refreshes: newest first.
    init(tiers: [String], counts: [Int], refreshes: [ReportFigures.Run], moves: [ReportFigures.Move]) {
        let movesOfRun = Dictionary(grouping: moves, by: \.run)
        var entries: [Entry] = []
        var current = counts
        for run in refreshes {
            entries.append(Entry(run: run, counts: current))
            guard let matrix = MoveMatrix(tiers: tiers, moves: movesOfRun[run.id] ?? []) else { break }
            current = tiers.indices.map { current[$0] - matrix.into($0) + matrix.outOf($0) }
            guard current.allSatisfy({ $0 >= 0 }) else { break }
        }
        self.entries = entries
    }
}
