package import RetierCore

extension Ledger {
    /// By row of a table: the tiers that the member left by a move in one of the last refreshes, as bits by ladder
    /// position; empty where nobody moved.
    ///
    /// Who moves back there takes that move back, see `TierChange.takesBack`. A tier that is no longer in the ladder
    /// has no bit.
    package func leftTiers(for facts: FactTable, ladder: TierLadder) throws -> [UInt64] {
        let connection = try ReadConnection(path: path)
        try connection.execute("BEGIN")
        let roster = MemberRoster(of: facts)
        let tiers = ladder.tiers.map { Array($0.id.utf8) }
        var left: [UInt64] = []
        for run in try connection.recentRefreshes(FlapReport.patience) {
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
                guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key,
                    let tier = tiers.firstIndex(where: { $0.elementsEqual(statement.utf8(1)) })
                else { continue }
                if left.isEmpty { left = Array(repeating: 0, count: facts.count) }
                left[Int(roster.rowsInOrder[position])] |= 1 << UInt64(tier)
            }
        }
        return left
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
