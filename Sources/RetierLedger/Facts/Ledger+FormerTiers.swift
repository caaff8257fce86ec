package import RetierCore

extension Ledger {
    /// How many refreshes back a move counts as recent.
    package static let recentRefreshes = FlapReport.patience

    /// By row of a table: the tier before the member's last move between tiers in one of the last four refreshes, or
    /// `StandingTable.noTier`; empty where nobody moved.
    ///
    /// Who moves back there takes that move back. A tier that is no longer in the ladder counts as none.
    package func formerTiers(for facts: FactTable, ladder: TierLadder) throws -> [UInt8] {
        let connection = try ReadConnection(path: path)
        try connection.execute("BEGIN")
        let roster = MemberRoster(of: facts)
        let tiers = ladder.tiers.map { Array($0.id.utf8) }
        var former: [UInt8] = []
        // Oldest refresh first: a later move of the same member replaces an earlier one.
        for run in try connection.recentRefreshes(Ledger.recentRefreshes).reversed() {
            let statement = try connection.prepare(
                """
                SELECT member, from_tier FROM "transition" INDEXED BY transition_between_tiers
                WHERE run = ? AND (kind = 'promoted' OR kind = 'demoted') ORDER BY member
                """)
            try statement.bind(run, at: 1)
            var position = 0
            while try statement.step() {
                let key = statement.integer(0)
                while position < roster.keysInOrder.count, roster.keysInOrder[position] < key { position += 1 }
                guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key else { continue }
                if former.isEmpty { former = Array(repeating: StandingTable.noTier, count: facts.count) }
                let tier = tiers.firstIndex { $0.elementsEqual(statement.utf8(1)) }
                former[Int(roster.rowsInOrder[position])] = tier.map { UInt8($0) } ?? StandingTable.noTier
            }
        }
        return former
    }
}

extension ReadConnection {
    /// The ids of the last refreshes, newest first.
    fileprivate func recentRefreshes(_ count: Int) throws -> [String] {
        let statement = try prepare(
            "SELECT id FROM run WHERE kind = 'refresh' ORDER BY as_of DESC, committed_at DESC LIMIT \(count)")
        var runs: [String] = []
        while try statement.step() { runs.append(statement.text(0)) }
        return runs
    }
}
