import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct LedgerFactsTests {
    private let folder: TemporaryFolder
    private let ledger: Ledger

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(path: folder.path("retier.db"))
    }

    private func execute(_ sql: String) throws {
        try ledger.pool.write { database in
            try database.execute(sql: sql)
            try LedgerPacks.write(database)
        }
    }

    private func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }

    @Test func anEmptyLedgerGivesAnEmptyTable() throws {
        let facts = try ledger.facts(asOf: try day("2024-06-30"), window: nil, zone: .utc)
        #expect(facts.count == 0)
        #expect(facts.census == FactCensus())
    }

    @Test func rowsComeInOrderOfIdBytesWhateverTheKeys() throws {
        try execute(
            """
            INSERT INTO member (key, member_id, joined_at, birthday) VALUES
                (30, 'b', 0, 229), (-2, '会员', 0, NULL), (7, 'B', 0, 1231), (9, 'a', 0, NULL), (8, 'b0', 0, NULL);
            INSERT INTO member_order (member, at, order_id, amount) VALUES
                (-2, 86400, 'o1', 100), (7, 86400, 'o2', 200), (30, 86400, 'o3', 300), (30, 172800, 'o4', -50);
            """)
        let facts = try ledger.facts(asOf: try day("1970-01-31"), window: nil, zone: .utc)
        #expect((0..<facts.count).map { facts.memberIDs[$0] } == ["B", "a", "b", "b0", "会员"])
        #expect(facts.keys == [7, 9, 30, 8, -2])
        #expect(facts.birthday == [1_231, 0, 229, 0, 0])
        #expect(facts.windowTotal == [200, 0, 250, 0, 100])
        #expect(facts.lastPurchase == [1, FactTable.noDay, 1, FactTable.noDay, 1])
    }

    @Test func whoWaitsOrJoinsLaterHasNoRowButIsCounted() throws {
        try execute(
            """
            INSERT INTO member (key, member_id, joined_at) VALUES
                (1, 'a', 86400), (2, 'unjoined', NULL), (3, NULL, NULL), (4, 'later', 950400), (5, NULL, 86400);
            INSERT INTO member_order (member, at, order_id, amount) VALUES
                (1, 90000, 'o1', 1), (2, 90000, 'o2', 1), (3, 172800, 'o3', 1), (4, 86400, 'o4', 1),
                (77, 0, 'o5', 1), (1, 864000, 'o6', 1), (1, 863999, 'o7', 1);
            """)
        let facts = try ledger.facts(asOf: Day(number: 9), window: nil, zone: .utc)
        #expect((0..<facts.count).map { facts.memberIDs[$0] } == ["a"])
        #expect(facts.purchaseDays == [2])
        var census = FactCensus()
        census.orders = 6
        census.newestOrder = Day(number: 9)
        census.waitingMembers = 3
        census.futureMembers = 1
        census.waitingOrders = 4
        #expect(facts.census == census)
    }

    @Test func daysAreThoseOfTheBrandsZone() throws {
        // 2024-01-01T15:59:59Z is still the first of January in Shanghai, a second later it is the second.
        try execute(
            """
            INSERT INTO member (key, member_id, joined_at) VALUES (1, 'a', unixepoch('2024-01-01T16:00:00Z'));
            INSERT INTO member_order (member, at, order_id, amount, discount, coupon) VALUES
                (1, unixepoch('2024-01-01T15:59:59Z'), 'o1', 100, NULL, NULL),
                (1, unixepoch('2024-01-01T16:00:00Z'), 'o2', 200, 10, NULL),
                (1, unixepoch('2024-01-02T15:59:59Z'), 'o3', 400, 0, 1),
                (1, unixepoch('2024-01-02T16:00:00Z'), 'o4', 800, 5, 1);
            """)
        let shanghai = try ZoneRules(systemNamed: "Asia/Shanghai")
        let first = try ledger.facts(asOf: try day("2024-01-01"), window: nil, zone: shanghai)
        #expect(first.count == 0)
        let second = try ledger.facts(asOf: try day("2024-01-02"), window: nil, zone: shanghai)
        #expect(second.windowTotal == [700])
        #expect(second.purchaseDays == [2])
        #expect(second.windowCouponOrders == [2])
        let windowed = try ledger.facts(asOf: try day("2024-01-02"), window: CalendarPeriod(days: 1), zone: shanghai)
        #expect(windowed.windowTotal == [600])
        #expect(windowed.repeatTotal == [600])
        #expect(windowed.purchaseDays == [2])
    }

    /// Draws a ledger with shuffled keys and compares each row with a fold over a plain query.
    @Test(arguments: 1...3)
    func theScanEqualsAPlainFoldOnAnyNumberOfThreads(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = 9_000
        let keys = generator.shuffled(Array(1...count))
        var orders: [Int: [(at: Int, amount: Int, isDiscounted: Bool)]] = [:]
        try ledger.pool.write { database in
            for (index, key) in keys.enumerated() {
                try database.execute(
                    sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, ?, ?)",
                    arguments: [key * 3, "m\(index.padded(to: 6))", generator.draw(in: 0...120) * 86_400])
                for number in 0..<generator.draw(in: 0...4) {
                    let order = (
                        at: generator.draw(in: 0...120) * 86_400 + number, amount: generator.draw(in: -50...500),
                        isDiscounted: generator.draw(in: 0...3) == 0
                    )
                    orders[index, default: []].append(order)
                    try database.execute(
                        sql: "INSERT INTO member_order (member, at, order_id, amount, coupon) VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            key * 3, order.at, "o\(index)-\(number)", order.amount, order.isDiscounted ? 5 : nil,
                        ])
                }
            }
            try LedgerPacks.write(database)
        }
        let asOf = Day(number: 100)
        let window = CalendarPeriod(days: 40)
        let two = try ledger.facts(asOf: asOf, window: window, zone: .utc, threads: 2)
        #expect(two.count > 7_000)
        // Every order is met once: those of members and those of members who join later.
        let met = orders.values.joined().filter { $0.at < 101 * 86_400 }.count
        #expect(two.census.orders == met, "seed \(generator.seed)")
        let known = Set((0..<two.count).compactMap { Int(two.memberIDs[$0].dropFirst()) })
        let waiting = orders.filter { !known.contains($0.key) }.values.joined().filter { $0.at < 101 * 86_400 }.count
        #expect(two.census.waitingOrders == waiting, "seed \(generator.seed)")
        for row in 0..<two.count {
            let index = try #require(Int(two.memberIDs[row].dropFirst()))
            var accumulator = FactAccumulator(asOf: asOf, windowStart: Day(number: 60))
            for order in (orders[index] ?? []).sorted(by: { $0.at < $1.at }) {
                accumulator.add(
                    day: Int32(order.at / 86_400), amount: Int64(order.amount), isDiscounted: order.isDiscounted)
            }
            #expect(two[row] == accumulator.finish(), "row \(row) seed \(generator.seed)")
        }
        for threads in [1, 3] {
            let other = try ledger.facts(asOf: asOf, window: window, zone: .utc, threads: threads)
            #expect(other.memberIDs == two.memberIDs)
            #expect(other.census == two.census)
            #expect((0..<two.count).allSatisfy { other[$0] == two[$0] }, "threads \(threads) seed \(generator.seed)")
        }
    }

    @Test func aDamagedFileIsAnErrorAndNotAShortTable() throws {
        try ledger.pool.write { database in
            for key in 1...3_000 {
                try database.execute(
                    sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, ?, 0)", arguments: [key, "m\(key)"])
                try database.execute(
                    sql: "INSERT INTO member_order (member, at, order_id, amount) VALUES (?, 0, ?, 1)",
                    arguments: [key, "order-\(key)"])
            }
            try LedgerPacks.write(database)
        }
        try ledger.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        // Overwrite the root of the tree of the orders' packs with noise.
        let page = try ledger.pool.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'order_pack'")
        }
        let script = """
            import sys
            with open(sys.argv[1], 'r+b') as file:
                file.seek((int(sys.argv[2]) - 1) * 4096)
                file.write(b'\\x07' * 4096)
            """
        let run = try runProcess("python3", ["-c", script, ledger.path, "\(try #require(page))"])
        #expect(run.status == 0)
        let error = try #require(throws: RetierError.self) {
            try ledger.facts(asOf: Day(number: 9), window: nil, zone: .utc)
        }
        #expect(error.code == .badData)
    }

    @Test(arguments: 1...8) func aPackThatEndsEarlyIsAnError(length: Int) throws {
        try execute(
            """
            INSERT INTO member (key, member_id, joined_at) VALUES (1, 'a', 0);
            INSERT INTO member_order (member, at, order_id, amount) VALUES (1, 700000000, 'o1', 1000000);
            """)
        try ledger.pool.write {
            let whole = try #require(try Data.fetchOne($0, sql: "SELECT rows FROM order_pack"))
            try #require(whole.count == 9)
            try $0.execute(sql: "UPDATE order_pack SET rows = ?", arguments: [whole.prefix(length)])
        }
        let error = try #require(throws: RetierError.self) {
            try ledger.facts(asOf: Day(number: 20_000), window: nil, zone: .utc)
        }
        #expect(error.code == .badData)
    }

    @Test func absurdAmountsAreRefused() throws {
        try execute(
            """
            INSERT INTO member (key, member_id, joined_at) VALUES (1, 'a', 0);
            INSERT INTO member_order (member, at, order_id, amount) VALUES
                (1, 1, 'o1', 9223372036854775807), (1, 2, 'o2', 1);
            """)
        let error = try #require(throws: RetierError.self) {
            try ledger.facts(asOf: Day(number: 9), window: nil, zone: .utc)
        }
        #expect(error.code == .badData)
    }
}
