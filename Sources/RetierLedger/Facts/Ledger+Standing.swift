package import RetierCore

extension Ledger {
    /// Reads where the last committed refresh left the members of a table; nil where there has been no refresh.
    ///
    /// A member without a row, and one whose tier is no longer in the ladder, has no tier.
    package func standing(for facts: FactTable, ladder: TierLadder) throws -> StandingTable? {
        let connection = try ReadConnection(path: path)
        try connection.execute("BEGIN")
        let refreshed = try connection.integer("SELECT EXISTS (SELECT 1 FROM run WHERE kind = 'refresh')")
        guard refreshed == 1 else { return nil }
        let roster = MemberRoster(of: facts)
        let tiers = ladder.tiers.map { Array($0.id.utf8) }
        let stages = LifecycleStage.allCases.map { Array($0.name.utf8) }
        var table = StandingTable(count: facts.count)
        let statement = try connection.prepare(
            """
            SELECT member, tier, since, pending_runs, stage, score,
                rank_spend, rank_frequency, rank_recency, rank_price_sensitivity
            FROM standing ORDER BY member
            """)
        var position = 0
        while try statement.step() {
            let key = statement.integer(0)
            while position < roster.keysInOrder.count, roster.keysInOrder[position] < key { position += 1 }
            guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key else { continue }
            let row = Int(roster.rowsInOrder[position])
            guard let tier = tiers.firstIndex(where: { $0.elementsEqual(statement.utf8(1)) }) else { continue }
            table.tier[row] = UInt8(tier)
            table.since[row] = Int32(truncatingIfNeeded: statement.integer(2))
            table.pendingRuns[row] = UInt8(clamping: statement.integer(3))
            table.stage[row] = UInt8(stages.firstIndex { $0.elementsEqual(statement.utf8(4)) } ?? 0)
            table.composite[row] = Int32(truncatingIfNeeded: statement.integer(5))
            for dimension in Dimension.allCases {
                let rank = statement.integer(6 + Int32(dimension.rawValue))
                table.ranks[dimension.rawValue][row] = Int32(truncatingIfNeeded: rank)
            }
        }
        return table
    }
}
