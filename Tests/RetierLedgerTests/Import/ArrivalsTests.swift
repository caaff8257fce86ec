import GRDB
import RetierCore
import Testing

@testable import RetierLedger

@Suite struct ArrivalsTests {
    private let fixture: ImportFixture
    /// 2026-10-31 20:00 UTC, which is the first of November in Shanghai.
    private let evening = Instant(seconds: 1_793_476_800)

    init() throws {
        fixture = try ImportFixture()
        try fixture.ledger.pool.write { database in
            let files = [
                ("orders", "pos-1.csv", -3, 100), ("orders", "pos-2.csv", -2, 110), ("orders", "pos-3.csv", 0, 30),
                ("orders", "tmall-1.csv", -9, 7), ("events", "pos-4.csv", -1, 5),
            ]
            for (kind, name, days, read) in files {
                try database.execute(
                    sql: "INSERT INTO import_file (kind, name, at, read, new, updated, unchanged, rejected) "
                        + "VALUES (?, ?, ?, ?, ?, 0, 0, 0)",
                    arguments: [kind, name, evening.seconds + Int64(days) * 86_400, read, read])
            }
        }
    }

    private func arrivals(_ kind: String, _ files: String?, zone: ZoneRules = .utc) throws -> GuardMeasures.Arrivals? {
        try fixture.ledger.arrivals(
            of: [GuardLimits.Source(id: "s", kind: kind, files: files)], asOf: try #require(Day(iso: "2026-11-02")),
            zone: zone
        ).first
    }

    @Test func aSourceIsFilesOfItsKindAndNames() throws {
        let till = try arrivals("orders", "pos-*")
        #expect(till?.rows == [30, 110, 100] && till?.ageDays == 2)
        #expect(try arrivals("orders", nil)?.rows == [30, 110, 100, 7])
        #expect(try arrivals("orders", "tmall-?.csv")?.ageDays == 11)
        #expect(try arrivals("events", "pos-*")?.rows == [5])
    }

    @Test func theDayIsTheBrands() throws { #expect(try arrivals("orders", "pos-*", zone: fixture.zone)?.ageDays == 1) }

    @Test func everyKindOfFileCanBeWatched() {
        #expect(GuardLimits.Source.kinds == ImportKind.allCases.map(\.rawValue))
    }

    @Test func nothingEverCame() throws {
        let none = try arrivals("consents", nil)
        #expect(none?.ageDays == nil && none?.rows == [])
    }
}
