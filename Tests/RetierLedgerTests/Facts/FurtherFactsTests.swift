import GRDB
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Further facts of real files, against what SQLite says of the same rows.
@Suite struct FurtherFactsTests {
    private let fixture: ImportFixture
    private var ledger: Ledger { fixture.ledger }
    private static let asOf = Day(number: 20_500)

    init() throws {
        var fixture = try ImportFixture()
        fixture.zone = .utc
        self.fixture = fixture
    }

    private func facts(
        _ names: [String], window: CalendarPeriod? = nil, statuses: [String] = [], threads: Int = 2
    ) throws -> FactTable {
        let catalogue = FactCatalogue.standard
        let wanted = try names.map { try #require(catalogue.reference(named: $0)) }
        return try ledger.facts(
            asOf: Self.asOf, window: window, zone: .utc,
            selection: FactSelection(wanted: Set(wanted), uncountedStatuses: statuses), threads: threads)
    }

    private func column(_ name: String, _ table: FactTable) throws -> [Int64] {
        let reference = try #require(FactCatalogue.standard.reference(named: name))
        return try #require(table[reference]).values
    }

    @Test func nothingIsReadThatNothingAskedFor() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\n")
        #expect(try facts([]).further.isEmpty)
        let table = try facts(["visits"])
        #expect(table.further.filter { $0 != nil }.count == 1)
        #expect(try column("visits", table) == [0])
    }

    @Test func ordersOfUncountedStatusesCountForNothing() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\n")
        try fixture.load(
            .orders,
            """
            order_id,member_id,ordered_at,amount,status
            o1,a,2026-01-02,10.00,paid
            o2,a,2026-01-03,20.00,cancelled
            o3,a,2026-01-04,40.00,

            """)
        let all = try facts(["purchase_total"])
        #expect(try column("purchase_total", all) == [7_000])
        #expect(all.windowTotal == [7_000])
        let counted = try facts(["purchase_total"], statuses: ["void", "cancelled"])
        #expect(try column("purchase_total", counted) == [5_000])
        #expect(counted.windowTotal == [5_000])
        #expect(counted.purchaseDays == [2])
        #expect(counted.census.orders == 3)
    }

    @Test func answersAreNumbersAndWordsAreNone() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\nb,2026-01-01\n")
        try fixture.load(
            .events,
            """
            event_id,member_id,occurred_at,kind,value,ref
            e1,a,2026-01-02T10:00:00Z,nps,9,
            e2,a,2026-01-02T10:00:00Z,nps,7,
            e3,a,2026-01-03,nps,great,
            e4,a,2026-01-04,view,,oolong
            e5,a,2026-01-05,view,,matcha
            e6,a,2026-01-06,click,,oolong
            e7,a,2026-01-06,view,,

            """)
        let table = try facts(["nps_last", "nps_answers", "content_views", "content_topics"])
        // Of two answers at one moment the larger counts.
        #expect(try column("nps_last", table) == [9_000_000, FactColumn.missing])
        #expect(try column("nps_answers", table) == [2, 0])
        #expect(try column("content_views", table) == [4, 0])
        #expect(try column("content_topics", table) == [2, 0])
    }

    /// A few thousand members, so that there are several chunks; some without rows, some rows without members.
    @Test func columnsAgreeWithSQLiteWhateverTheThreads() throws {
        var generator = SeededGenerator(seed: 17)
        try fillAtRandom(&generator)
        let names = [
            "categories", "returns", "return_total", "largest_order", "lifetime_total", "full_price_share",
            "favourite_category_share", "visits", "visit_days", "days_since_visit", "content_topics",
        ]
        let table = try facts(names, window: CalendarPeriod(days: 200))
        #expect(table.count > 9_000)
        let start = 20_500 - 200
        let window = "at / 86400 > \(start) AND at / 86400 <= 20500"
        let kinds = "kind IN (SELECT key FROM symbol WHERE text IN ('visit', 'store_visit'))"
        let views = "kind IN (SELECT key FROM symbol WHERE text IN ('view', 'click', 'content_view'))"
        func orders(_ what: String, _ condition: String) -> String {
            "SELECT \(what) FROM member_order o WHERE o.member = m.key AND \(condition)"
        }
        func events(_ what: String, _ condition: String) -> String {
            "SELECT \(what) FROM member_event e WHERE e.member = m.key AND \(condition)"
        }
        func share(_ part: String, _ whole: String) -> String {
            "CASE WHEN \(whole) = 0 THEN NULL ELSE (\(part) * 2000000 + \(whole)) / (2 * \(whole)) END"
        }
        let favourite = """
            SELECT max(n) FROM (SELECT count(*) AS n FROM member_order o WHERE o.member = m.key
                AND o.category NOT NULL AND amount >= 0 AND \(window) GROUP BY category)
            """
        let expected = [
            "categories": orders("count(DISTINCT category)", "amount >= 0 AND \(window)"),
            "returns": orders("count(*)", "amount < 0 AND \(window)"),
            "return_total": orders("coalesce(sum(-amount), 0)", "amount < 0 AND \(window)"),
            "largest_order": orders("max(amount)", "amount >= 0 AND \(window)"),
            "lifetime_total": orders("coalesce(sum(amount), 0)", "at / 86400 <= 20500"),
            "full_price_share": orders(
                share("sum(coupon IS NULL AND coalesce(discount, 0) <= 0)", "count(*)"), "amount >= 0 AND \(window)"),
            "favourite_category_share": orders(
                share("(\(favourite))", "count(category)"), "amount >= 0 AND \(window)"),
            "visits": events("count(*)", "\(kinds) AND \(window)"),
            "visit_days": events("count(DISTINCT at / 86400)", "\(kinds) AND \(window)"),
            "days_since_visit": events("20500 - max(at / 86400)", "\(kinds) AND at / 86400 <= 20500"),
            "content_topics": events("count(DISTINCT ref)", "\(views) AND \(window)"),
        ]
        #expect(Set(expected.keys) == Set(names))
        for (name, sql) in expected {
            let values = try ledger.pool.read { database in
                try Int64?.fetchAll(
                    database,
                    sql: "SELECT (\(sql)) FROM member m WHERE joined_at NOT NULL ORDER BY member_id")
            }.map { $0 ?? FactColumn.missing }
            let found = try column(name, table)
            #expect(Set(found).count > 2, "\(name) is no test")
            let differing = found.indices.first { found[$0] != values[$0] }
            #expect(differing == nil, "\(name) row \(differing ?? 0) seed \(generator.seed)")
        }
        for threads in [1, 3] {
            let other = try facts(names, window: CalendarPeriod(days: 200), threads: threads)
            #expect(other.further == table.further, "threads \(threads)")
        }
    }

    private func fillAtRandom(_ generator: inout SeededGenerator) throws {
        var members = "member_id,joined_at\n"
        var orders = "order_id,member_id,ordered_at,amount,category,coupon,discount\n"
        var events = "event_id,member_id,occurred_at,kind,ref\n"
        func moment() -> String {
            let day = Day(number: Int32(20_500 - generator.draw(in: -3...500)))
            return "\(day)T\(generator.draw(in: 10...23)):00:00Z"
        }
        for index in 0..<10_000 {
            let id = "m\(index.padded(to: 6))"
            if generator.draw(in: 0...30) > 0 { members += "\(id),2020-01-01\n" }
            guard generator.draw(in: 0...2) > 0 else { continue }
            for number in 0..<generator.draw(in: 0...4) {
                let category = generator.pick(from: ["", "tea", "cup", "cake"])
                let coupon = generator.pick(from: ["", "", "c1"])
                let discount = generator.pick(from: ["", "0", "1.50"])
                orders += "o\(index)-\(number),\(id),\(moment()),\(generator.draw(in: -20...90)),"
                orders += "\(category),\(coupon),\(discount)\n"
            }
            for number in 0..<generator.draw(in: 0...3) {
                let kind = generator.pick(from: ["visit", "store_visit", "view", "login"])
                events += "e\(index)-\(number),\(id),\(moment()),\(kind),\(generator.pick(from: ["", "a", "b"]))\n"
            }
        }
        try fixture.load(.members, members)
        try fixture.load(.orders, orders)
        try fixture.load(.events, events)
    }
}
