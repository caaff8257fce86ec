import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct LedgerStandingTests {
    private let folder: TemporaryFolder
    private let ledger: Ledger
    private let ladder = TierLadder(tiers: [
        Tier(id: "gold", title: LocalizedText("gold"), entry: .topCount(1)),
        Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
    ])

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(path: folder.path("retier.db"))
        try ledger.pool.write {
            try $0.execute(
                sql: """
                    INSERT INTO member (key, member_id, joined_at) VALUES
                        (5, 'a', 0), (4, 'b', 0), (3, 'c', 0), (2, 'd', NULL);
                    """)
        }
    }

    private func addRun(_ kind: String) throws {
        try ledger.pool.write {
            try $0.execute(
                sql: """
                    INSERT INTO run
                        (id, kind, period, as_of, plan_digest, committed_at, members, sends, reach, demotions, cost,
                            tally)
                    VALUES (?, ?, '2024-06', 0, '', 0, 0, 0, 0, 0, 0, '')
                    """, arguments: ["run-\(kind)", kind])
        }
    }

    @Test func withoutARefreshThereIsNoStanding() throws {
        let facts = try ledger.facts(asOf: Day(number: 1), window: nil, zone: .utc)
        #expect(try ledger.standing(for: facts, ladder: ladder) == nil)
        try addRun("daily")
        #expect(try ledger.standing(for: facts, ladder: ladder) == nil)
    }

    @Test func standingsComeInTheRowsOfTheTable() throws {
        try addRun("refresh")
        try ledger.pool.write {
            try $0.execute(
                sql: """
                    INSERT INTO standing VALUES
                        (5, 'gold', 19000, 1, 'cooling', 900000, 1, 2, 3, 4, NULL, NULL, NULL, NULL),
                        (3, 'platinum', 19001, 0, 'lost', 800000, 5, 6, 7, 8, NULL, NULL, NULL, NULL),
                        (2, 'gold', 19002, 0, 'new', 700000, 9, 9, 9, 9, NULL, NULL, NULL, NULL);
                    """)
        }
        let facts = try ledger.facts(asOf: Day(number: 1), window: nil, zone: .utc)
        let standing = try #require(try ledger.standing(for: facts, ladder: ladder))
        #expect(standing.tier == [0, StandingTable.noTier, StandingTable.noTier])
        #expect(standing.since[0] == 19_000)
        #expect(standing.pendingRuns[0] == 1)
        #expect(standing.stage[0] == LifecycleStage.cooling.rawValue)
        #expect(standing.composite[0] == 900_000)
        #expect(standing.ranks(of: 0) == SIMD8(1, 2, 3, 4, -1, -1, -1, -1))
        #expect(standing.ranks.map(\.isEmpty) == [false, false, false, false, true, true, true, true])
    }

    @Test func theNewestCalibrationOfAModelIsRead() throws {
        try addRun("refresh")
        #expect(try ledger.newestCalibration(modelDigest: "m1") == nil)
        #expect(try ledger.nextCalibrationVersion() == 1)
        let lifetime = [LearnedNumber("r", Int64(bitPattern: (0.24259452).bitPattern))]
        let older = Calibration(version: 1, learnedOn: Day(number: 20), modelDigest: "m1", entryCuts: [900_000, 0])
        let newer = Calibration(
            version: 2, learnedOn: Day(number: 10), modelDigest: "m1", entryCuts: [700_000, 0], lifetime: lifetime,
            clusters: [LearnedNumber("1.spend", -5)])
        let other = Calibration(version: 3, learnedOn: Day(number: 30), modelDigest: "m2", entryCuts: [1, 0])
        try ledger.pool.write { database in
            for (calibration, run) in [(older, "run-refresh"), (newer, nil), (other, "run-refresh")] {
                try calibration.insert(into: database, tiers: ladder.tiers.map(\.id), run: run)
            }
        }
        #expect(try ledger.newestCalibration(modelDigest: "m1") == newer)
        #expect(try ledger.calibration(version: 1) == older)
        #expect(try ledger.calibration(version: 4) == nil)
        #expect(try ledger.nextCalibrationVersion() == 4)
    }

    /// Moves between tiers of the last four refreshes count, all of a member's; others do not.
    @Test func leftTiersAreThoseBeforeRecentMoves() throws {
        try ledger.pool.write { database in
            for (number, moves) in [
                "(5, 'promoted', 'base')", "(4, 'promoted', 'base'), (5, 'slid', 'gold')", "(4, 'demoted', 'gold')",
                "(3, 'enrolled', NULL), (4, 'promoted', 'base')",
                "(3, 'demoted', 'platinum')",
            ].enumerated() {
                try database.execute(
                    sql: """
                        INSERT INTO run
                            (id, kind, period, as_of, plan_digest, committed_at, members, sends, reach, demotions, cost,
                                tally)
                        VALUES ('run-\(number)', 'refresh', 'p\(number)', \(number), '', 0, 0, 0, 0, 0, 0, '');
                        INSERT INTO "transition"
                        SELECT 'run-\(number)', column1, column2, column3, 'base', 'active', 'active', ''
                        FROM (VALUES \(moves));
                        """)
            }
        }
        let facts = try ledger.facts(asOf: Day(number: 1), window: nil, zone: .utc)
        // Members a, b, c; the promotion of a is five refreshes ago, the tier before c's fall is gone.
        #expect(try ledger.leftTiers(for: facts, ladder: ladder) == [0, 0b11, 0])
    }

    @Test func whereNobodyMovedThereAreNoLeftTiers() throws {
        try addRun("refresh")
        let facts = try ledger.facts(asOf: Day(number: 1), window: nil, zone: .utc)
        #expect(try ledger.leftTiers(for: facts, ladder: ladder).isEmpty)
    }
}
