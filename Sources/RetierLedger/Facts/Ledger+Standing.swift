package import RetierCore

extension Ledger {
    /// Reads where the last committed refresh left the members of a table; nil where there has been no refresh.
    ///
    /// A member without a row, and one whose tier is no longer in the ladder, has no tier.
    package func standing(for facts: FactTable, ladder: TierLadder) throws -> StandingTable? {
        let connection = try ReadConnection(path: path)
        try connection.execute("BEGIN")
        let refresh = try connection.prepare(
            "SELECT calibration FROM run WHERE kind = 'refresh' ORDER BY committed_at DESC, rowid DESC LIMIT 1")
        guard try refresh.step() else { return nil }
        let reader = StandingReader(roster: MemberRoster(of: facts), tiers: ladder.tiers.map(\.id))
        var table = StandingTable(count: facts.count)
        table.calibration = refresh.isNull(0) ? nil : Int(refresh.integer(0))
        try reader.readStandings(connection, into: &table)
        try reader.readHolds(connection, into: &table)
        return table
    }
}

/// Puts rows in the order of the ledger's keys where the members of a table are.
private struct StandingReader {
    let roster: MemberRoster
    let tiers: [String]

    func readStandings(_ connection: ReadConnection, into table: inout StandingTable) throws {
        var (tierNames, stageNames) = (FewTexts(), FewTexts())
        func stage(_ name: String) -> UInt16 {
            UInt16((LifecycleStage.allCases.first { $0.name == name } ?? .new).rawValue)
        }
        let ranks = Dimension.allCases.map { "rank_\($0.name)" }.joined(separator: ", ")
        let statement = try connection.prepare(
            "SELECT member, tier, since, pending_runs, stage, score, \(ranks) FROM standing ORDER BY member")
        try forEachMember(of: statement) { row in
            guard let tier = tier(statement, 1, &tierNames) else { return }
            table.tier[row] = UInt8(tier)
            table.since[row] = Int32(truncatingIfNeeded: statement.integer(2))
            table.pendingRuns[row] = UInt8(clamping: statement.integer(3))
            table.stage[row] = UInt8(stageNames.position(of: statement.utf8(4), new: stage))
            table.composite[row] = Int32(truncatingIfNeeded: statement.integer(5))
            for dimension in table.ranks.indices {
                let column = 6 + Int32(dimension)
                let rank = statement.integer(column)
                // NULL reads as 0.
                if rank == 0, statement.isNull(column) { continue }
                if table.ranks[dimension].isEmpty {
                    table.ranks[dimension] = Array(repeating: ScoreTable.unranked, count: table.tier.count)
                }
                table.ranks[dimension][row] = Int32(truncatingIfNeeded: rank)
            }
        }
    }

    func readHolds(_ connection: ReadConnection, into table: inout StandingTable) throws {
        let statement = try connection.prepare(
            """
            SELECT member, rule, runs, below_since, last_fall, valid_until, baseline, ruled_tier, ruled_since
            FROM hold ORDER BY member
            """)
        var tierNames = FewTexts()
        func day(_ column: Int32) -> Int32 {
            statement.isNull(column) ? FactTable.noDay : Int32(truncatingIfNeeded: statement.integer(column))
        }
        try forEachMember(of: statement) { row in
            var hold = HoldState()
            hold.rule =
                statement.isNull(1) ? nil : TierRule(name: statement.text(1))
            hold.runs = UInt8(clamping: statement.integer(2))
            hold.belowSince = day(3)
            hold.lastFall = day(4)
            hold.validUntil = day(5)
            hold.baseline = tier(statement, 6, &tierNames)
            hold.ruledTier = tier(statement, 7, &tierNames)
            hold.ruledSince = day(8)
            table.holds[row] = hold
        }
    }

    /// The ladder position of a tier; nil where the ladder has no such tier any more.
    private func tier(_ statement: ReadStatement, _ column: Int32, _ names: inout FewTexts) -> Int? {
        guard !statement.isNull(column) else { return nil }
        let position = names.position(of: statement.utf8(column)) { name in
            UInt16(tiers.firstIndex(of: name) ?? Int(UInt16.max))
        }
        return position == UInt16.max ? nil : Int(position)
    }

    private func forEachMember(of statement: ReadStatement, _ body: (Int) throws -> Void) throws {
        var position = 0
        while try statement.step() {
            let key = statement.integer(0)
            while position < roster.keysInOrder.count, roster.keysInOrder[position] < key { position += 1 }
            guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key else { continue }
            try body(Int(roster.rowsInOrder[position]))
        }
    }
}
