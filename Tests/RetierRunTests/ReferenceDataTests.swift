import GRDB
import RetierCore
import RetierLedger
import RetierRun
import RetierStatistics
import RetierTestSupport
import Testing

/// `retier members` against numbers that pandas and lifetimes computed for public data (see Tests/Fixtures/README.md).
@Suite struct ReferenceDataTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var folder: String
        var suffix: String
        var day: String

        var testDescription: String { "\(folder) \(day)" }
    }

    static let cases = [
        Case(folder: "cdnow", suffix: ".csv.gz", day: "1997-09-30"),
        Case(folder: "cdnow", suffix: ".csv.gz", day: "1998-03-31"),
        Case(folder: "cdnow/sample", suffix: ".csv", day: "1997-09-30"),
        Case(folder: "cdnow/sample", suffix: ".csv", day: "1998-03-31"),
        Case(folder: "cdnow/sample", suffix: ".csv", day: "1998-06-30"),
        Case(folder: "online-retail-2010", suffix: ".csv.gz", day: "2010-08-31"),
        Case(folder: "online-retail-2010", suffix: ".csv.gz", day: "2010-11-30"),
    ]

    @Test(arguments: cases)
    func everyColumnEqualsTheReference(_ dataSet: Case) throws {
        let listing = try listedRows(dataSet)
        let reference = try Fixtures.rows("\(dataSet.folder)/reference-\(dataSet.day)\(dataSet.suffix)")
        #expect(listing.count == reference.count)
        #expect(reference.count > 2_000)
        let exact = [
            "member_id", "r_days", "f_days", "m_total", "frequency", "recency_w", "T_w", "r_score", "f_score",
            "m_score", "segment8",
        ]
        for (ours, theirs) in zip(listing, reference) {
            for column in exact where ours[column] != theirs[column] {
                Issue.record("\(theirs["member_id"] ?? "") \(column): \(ours[column] ?? "") != \(theirs[column] ?? "")")
            }
            let difference = try monetary(ours) - monetary(theirs)
            #expect(abs(difference) <= 1, "monetary of \(theirs["member_id"] ?? "")")
        }
        try PredictionColumns(isFlat: dataSet.folder == "online-retail-2010").expect(listing, equal: reference)
    }

    @Test func referenceCheckSeesAChangedOrder() throws {
        let dataSet = Case(folder: "cdnow/sample", suffix: ".csv", day: "1997-09-30")
        let listing = try listedRows(dataSet, raisingFirstOrder: true)
        let reference = try Fixtures.rows("\(dataSet.folder)/reference-\(dataSet.day)\(dataSet.suffix)")
        let differing = zip(listing, reference).filter { $0["m_total"] != $1["m_total"] }
        #expect(differing.count == 1)
    }

    /// Millionths of `monetary`, whose sixth decimal pandas rounds from a binary fraction and we from an exact one.
    private func monetary(_ row: [String: String]) throws -> Int64 {
        try #require(Money(text: row["monetary"] ?? "", decimals: 6)).minorUnits
    }

    private func listedRows(_ dataSet: Case, raisingFirstOrder: Bool = false) throws -> [[String: String]] {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(path: folder.path("retier.db"))
        try ReferenceDataTests.load(dataSet, into: ledger)
        if raisingFirstOrder {
            try ledger.pool.write {
                try $0.execute(
                    sql: """
                        UPDATE member_order SET amount = amount + 1
                        WHERE order_id = (SELECT min(order_id) FROM member_order)
                        """)
                try LedgerPacks.write($0)
            }
        }
        let asOf = try #require(Day(iso: dataSet.day))
        let facts = try ledger.facts(asOf: asOf, window: nil, zone: .utc)
        let ladder = TierLadder(tiers: [
            Tier(id: "core", title: LocalizedText("core"), entry: .topShare(2_000)),
            Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
        ])
        let outcome = try Tiering.run(
            facts: facts, previous: nil, model: TieringModel(ladder: ladder), calibration: nil)
        var bytes: [UInt8] = []
        let learned = LearnedLifetime.learned(
            from: facts, decimals: 2, settings: LifetimeSettings(), workers: .threads(2))
        let listing = MemberListing(
            facts: facts, outcome: outcome, ladder: ladder, currency: Currency(code: "USD"),
            predictions: .predicting(facts, by: learned, decimals: 2, workers: .threads(2)))
        try listing.write(.csv) { bytes.append(contentsOf: $0) }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.removeFirst() == MemberListing.columns.joined(separator: ","))
        return lines.map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(MemberListing.columns, cells))
        }
    }

    /// Writes the CSV straight into the tables, so that this test does not lean on the importer.
    private static func load(_ dataSet: Case, into ledger: Ledger) throws {
        var keys: [String: Int64] = [:]
        try ledger.pool.write { database in
            // Keys in another order than ids: nothing may lean on their agreeing.
            let members = try Fixtures.rows("\(dataSet.folder)/members\(dataSet.suffix)")
            for (index, row) in members.reversed().enumerated() {
                let id = row["member_id"] ?? ""
                keys[id] = Int64(index + 1)
                try database.execute(
                    sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, ?, unixepoch(?))",
                    arguments: [index + 1, id, row["joined_at"]])
            }
            for row in try Fixtures.rows("\(dataSet.folder)/orders\(dataSet.suffix)") {
                let amount = Money(text: row["amount"] ?? "")?.minorUnits
                try database.execute(
                    sql: "INSERT INTO member_order (member, at, order_id, amount) VALUES (?, unixepoch(?), ?, ?)",
                    arguments: [keys[row["member_id"] ?? ""], row["ordered_at"], row["order_id"], amount])
            }
            try LedgerPacks.write(database)
        }
    }
}
