import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Random files against a naive model: a dictionary by id in which each row replaces the one before.
///
/// The tiny tuning sorts in runs of a few rows, lets every id collide with every eighth other and looks most texts up
/// in the ledger. Seeds are printed; `RETIER_SEED` replays one.
struct ImportModelTests {
    private struct Model {
        var rows: [String: String] = [:]
        var counts = ImportCounts()

        mutating func take(_ id: String, _ content: String) {
            counts.read += 1
            if let old = rows[id] {
                if old == content { counts.unchanged += 1 } else { counts.updated += 1 }
            } else {
                counts.new += 1
            }
            rows[id] = content
        }
    }

    private struct Draw {
        let line: String
        let id: String
        let stored: String
    }

    private static func order(_ generator: inout SeededGenerator, ids: Int) -> Draw {
        let id = "O\(generator.draw(in: 1...ids))"
        let day = generator.draw(in: 1...3)
        let cents = generator.draw(in: -2...2)
        let category = generator.pick(from: ["", "tea", "cups", "茶", "a\"b,c", "spoons"])
        let member = generator.draw(in: 1...4)
        let isByIdentity = generator.draw(in: 0...2) == 0
        let owner = isByIdentity ? ",wx,u\(member)" : "M\(member),,"
        let quoted = category.contains("\"") ? "\"a\"\"b,c\"" : category
        let amount = Money(minorUnits: Int64(cents)).text()
        let line = "\(id),\(owner),2026-01-0\(day)T00:00:00Z,\(amount),\(quoted)\n"
        let at = 1_767_225_600 + (day - 1) * 86_400
        let name = isByIdentity ? "wx:u\(member)" : "M\(member)"
        let stored = "order|\(id)|\(name)|\(at)|\(cents)|-|-|\(category.isEmpty ? "-" : category)|-|-"
        return Draw(line: line, id: id, stored: stored)
    }

    @Test(arguments: 1...40)
    func randomFilesOfOrdersMatchTheModel(number: Int) throws {
        var generator = SeededGenerator(seed: UInt64(number))
        let seed = generator.seed
        let fixture = try ImportFixture.small()
        let header = "order_id,member_id,source,external_id,ordered_at,amount,category\n"
        var model = Model()
        for file in 1...4 {
            let draws = (0..<generator.draw(in: 0...60)).map { _ in
                ImportModelTests.order(&generator, ids: number % 2 == 0 ? 12 : 90)
            }
            model.counts = ImportCounts()
            for draw in draws { model.take(draw.id, draw.stored) }
            let report = try fixture.load(.orders, header + draws.map(\.line).joined())
            #expect(report.counts == model.counts, "seed \(seed), file \(file)")
            let orders = try fixture.contents().filter { $0.hasPrefix("order|") }
            #expect(orders.sorted() == model.rows.values.sorted(), "seed \(seed), file \(file)")
            #expect(try fixture.slotsMatchRows(), "seed \(seed), file \(file)")
            #expect(try fixture.packDifferences() == [], "seed \(seed), file \(file)")
        }
        try expectDigestOfFreshImport(fixture, header, seed)
    }

    /// The digest is that of the rows in the ledger, whatever way they took there.
    private func expectDigestOfFreshImport(_ fixture: ImportFixture, _ header: String, _ seed: UInt64) throws {
        let fresh = try ImportFixture()
        let rows = try fixture.rows(
            """
            SELECT order_id, ifnull(m.member_id, ''), ifnull(i.source, ''), ifnull(i.external_id, ''),
                strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch'), printf('%.2f', amount / 100.0),
                ifnull('"' || replace((SELECT text FROM symbol WHERE key = category), '"', '""') || '"', '')
            FROM member_order JOIN member m ON m.key = member_order.member
            LEFT JOIN identity i ON i.member = m.key AND m.member_id IS NULL
            """)
        try fresh.load(.orders, header + rows.map { $0.replacing("|", with: ",") + "\n" }.joined())
        let sql = "SELECT * FROM data_digest WHERE kind = 'orders'"
        let expected = try fresh.rows(sql)
        #expect(try fixture.rows(sql) == expected, "seed \(seed)")
    }

    @Test(arguments: 1...20)
    func sorterReturnsWhatSortingInMemoryReturns(number: Int) throws {
        var generator = SeededGenerator(seed: UInt64(number))
        let seed = generator.seed
        let folder = try TemporaryFolder()
        let sorter = ExternalSorter(directory: folder.path, runBytes: [64, 1000, 100_000][number % 3])
        var expected: [(key: UInt64, payload: [UInt8])] = []
        for _ in 0..<generator.draw(in: 0...2000) {
            let key = number % 2 == 0 ? generator.next() : UInt64(generator.draw(in: 0...20))
            let size = generator.draw(in: 0...50) == 0 ? 5000 : generator.draw(in: 0...12)
            let payload = (0..<size).map { _ in UInt8(generator.draw(in: 0...3)) }
            expected.append((key, payload))
            try payload.withUnsafeBufferPointer { try sorter.add(key: key, payload: $0) }
        }
        expected.sort { $0.key != $1.key ? $0.key < $1.key : $0.payload.lexicographicallyPrecedes($1.payload) }
        var position = 0
        var isSame = true
        try sorter.drain { key, payload in
            isSame = isSame && expected[position].key == key && expected[position].payload == Array(payload)
            position += 1
        }
        #expect(isSame && position == expected.count, "seed \(seed)")
        #expect(try folder.files().isEmpty)
    }

    @Test func failureWhileDrainingEndsTheMerge() throws {
        struct Stop: Error {}
        let folder = try TemporaryFolder()
        let sorter = ExternalSorter(directory: folder.path, runBytes: 1 << 20)
        let payload = [UInt8](repeating: 7, count: 100)
        for key in 0..<100_000 {
            try payload.withUnsafeBufferPointer { try sorter.add(key: UInt64(key), payload: $0) }
        }
        var seen = 0
        #expect(throws: Stop.self) {
            try sorter.drain { _, _ in
                seen += 1
                if seen == 10 { throw Stop() }
            }
        }
        #expect(seen == 10)
    }
}
