import Foundation
import GRDB
import RetierCore
import RetierTestSupport

@testable import RetierLedger

/// A ledger in a folder of its own, and what tests ask of it.
struct ImportFixture {
    let folder: TemporaryFolder
    let ledger: Ledger
    var tuning = ImportTuning()
    var maxRejectedShare = 10_000
    var zone = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])
    var currency = Currency(code: "CNY")
    /// 2026-06-01T00:00:00Z.
    var now = Instant(seconds: 1_780_272_000)

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(path: folder.path("retier.db"))
    }

    /// Everything small, so that little data takes the paths of much data, and ids collide all the time.
    static func small() throws -> ImportFixture {
        var fixture = try ImportFixture()
        fixture.tuning = ImportTuning(
            runBytes: 600, lookupsBeforeLoading: 3, symbolsInMemory: 2, idHash: { StableHash.of(bytes: $0) & 7 })
        return fixture
    }

    @discardableResult
    func load(
        _ kind: ImportKind, _ text: String, name: String = "file.csv", mapping: [String: String] = [:]
    ) throws -> ImportReport {
        try loadFile(kind, try folder.write(text, to: name), mapping: mapping)
    }

    @discardableResult
    func loadFile(_ kind: ImportKind, _ path: String, mapping: [String: String] = [:]) throws -> ImportReport {
        let options = ImportOptions(
            mapping: mapping, zone: zone, currency: currency, maxRejectedShare: maxRejectedShare, now: now)
        let report = try ledger.importFile(kind, at: path, options: options, tuning: tuning)
        precondition(report.read == report.new + report.updated + report.unchanged + report.rejected)
        return report
    }

    /// One line a row, values joined by `|`, NULL as `-`.
    func rows(_ sql: String) throws -> [String] {
        try ledger.pool.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { value in
                    switch value.storage {
                    case .null: "-"
                    case .int64(let number): String(number)
                    case .double(let number): String(number)
                    case .string(let text): text
                    case .blob(let data): data.base64EncodedString()
                    }
                }.joined(separator: "|")
            }
        }
    }

    /// All data tables with texts in place of integer keys.
    func contents() throws -> [String] {
        let owner = """
            ifnull(m.member_id, (SELECT source || ':' || external_id FROM identity i WHERE i.member = m.key))
            """
        func symbol(_ column: String) -> String { "(SELECT text FROM symbol WHERE key = \(column))" }
        return try rows("SELECT 'member', member_id, joined_at, birthday, attributes FROM member ORDER BY 2")
            + rows(
                """
                SELECT 'identity', source, external_id, m.member_id FROM identity
                JOIN member m ON m.key = member ORDER BY 2, 3
                """)
            + rows(
                """
                SELECT 'order', order_id, \(owner), at, amount, discount, \(symbol("coupon")), \(symbol("category")),
                \(symbol("channel")), \(symbol("status")) FROM member_order JOIN member m ON m.key = member ORDER BY 2
                """)
            + rows(
                """
                SELECT 'event', event_id, \(owner), at, \(symbol("kind")), value, ref
                FROM member_event JOIN member m ON m.key = member ORDER BY 2
                """)
            + rows(
                """
                SELECT 'consent', \(owner), channel, purpose, at, came_as, granted, proof
                FROM consent JOIN member m ON m.key = member ORDER BY 2, 3, 4, 5, 6
                """)
    }

    func digests() throws -> [String] { try rows("SELECT * FROM data_digest ORDER BY kind") }

    /// All data, its digests and its symbols, to be compared before and after.
    func everything() throws -> [String] {
        try contents() + digests() + rows("SELECT 'symbol', text FROM symbol ORDER BY text")
    }

    /// Every id has exactly one slot, and every slot one row.
    func slotsMatchRows() throws -> Bool {
        for noun in ["order", "event"] {
            let slots = try rows("SELECT member, at FROM \(noun)_key ORDER BY 1, 2")
            let places = try rows("SELECT member, at FROM member_\(noun) ORDER BY 1, 2")
            if slots != places { return false }
        }
        return true
    }

    /// The members whose packs do not hold what their rows hold.
    func packDifferences() throws -> [String] { try ledger.pool.read(LedgerPacks.differences) }

    /// What a refused import says.
    func failure(_ kind: ImportKind, _ path: String, mapping: [String: String] = [:]) -> RetierError? {
        do {
            _ = try loadFile(kind, path, mapping: mapping)
            return nil
        } catch {
            return error as? RetierError
        }
    }
}
