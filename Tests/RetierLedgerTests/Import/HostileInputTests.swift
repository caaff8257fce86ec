import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Files as brands send them: each row that cannot be read exactly is rejected with its code, and nothing else is.
struct HostileInputTests {
    @Test(arguments: [
        ("O1,M1,2026-01-31,1e9", "bad-amount"),
        ("O1,M1,2026-01-31,\"1,234.50\"", "bad-amount"),
        ("O1,M1,2026-01-31,12.345", "bad-amount"),
        ("O1,M1,2026-01-31,", "empty"),
        ("O1,M1,2026-01-31,+5", "bad-amount"),
        ("O1,M1,2026-01-31,5.", "bad-amount"),
        ("O1,M1,2026-01-31,.5", "bad-amount"),
        ("O1,M1,2026-01-31, 5", "bad-amount"),
        ("O1,M1,2026-01-31,99999999999999999999", "bad-amount"),
        ("O1,M1,2026-01-31,NaN", "bad-amount"),
        ("O1,M1,2026-01-31,０", "bad-amount"),
        ("O1,M1,1969-12-31,5", "time-out-of-range"),
        ("O1,M1,9999-12-31,5", "time-out-of-range"),
        ("O1,M1,2026-06-02T00:00:01Z,5", "time-out-of-range"),
        ("O1,M1,2026-02-29,5", "bad-time"),
        ("O1,M1,2026-13-01,5", "bad-time"),
        ("O1,M1,31/01/2026,5", "bad-time"),
        ("O1,M1,1769817600,5", "bad-time"),
        ("O1,M1,2026-01-31T25:00:00Z,5", "bad-time"),
        ("O1,M1,2026-01-31T08:00:00Zulu,5", "bad-time"),
        ("O1,M1,,5", "empty"),
        (",M1,2026-01-31,5", "empty"),
        ("O1,,2026-01-31,5", "no-owner"),
        ("O1,M1,2026-01-31", "column-count"),
        ("O1,M1,2026-01-31,5,6", "column-count"),
        ("O\u{1},M1,2026-01-31,5", "control-character"),
        ("\"O\n1\",M1,2026-01-31,5", "control-character"),
        ("O\u{0}1,M1,2026-01-31,5", "zero-byte"),
        ("O1,M\"1,2026-01-31,5", "stray-quote"),
        ("\"O1\"x,M1,2026-01-31,5", "stray-quote"),
        (String(repeating: "x", count: 129) + ",M1,2026-01-31,5", "too-long"),
    ])
    func unreadableOrderIsRejectedAndItsNeighboursAreKept(row: String, code: String) throws {
        let fixture = try ImportFixture()
        let header = "order_id,member_id,ordered_at,amount\n"
        let report = try fixture.load(.orders, header + "A,M1,2026-01-30,1\n\(row)\nB,M1,2026-01-30,2\n")
        #expect(report.read == 3 && report.new == 2 && report.rejected == 1)
        let rejects = try fixture.folder.read("file.csv.rejected.csv")
        #expect(rejects.hasPrefix("line,code,reason,order_id,member_id,ordered_at,amount\n3,\(code),"))
        #expect(rejects.hasSuffix(",\(row)\n"))
        #expect(try fixture.rows("SELECT order_id FROM member_order ORDER BY 1") == ["A", "B"])
        #expect(try fixture.rows("SELECT member_id FROM member") == ["M1"])
    }

    @Test func invalidUTF8IsRejectedAsItIs() throws {
        let fixture = try ImportFixture()
        let bytes =
            Array("order_id,member_id,ordered_at,amount\nO1,M".utf8) + [0xC3, 0x28] + Array(",2026-01-31,5".utf8)
        let path = try fixture.folder.write(bytes, to: "file.csv")
        #expect(try fixture.loadFile(.orders, path).rejected == 1)
        let rejects = try Data(contentsOf: URL(fileURLWithPath: path + ".rejected.csv"))
        #expect(rejects.range(of: Data([0x4D, 0xC3, 0x28, 0x2C])) != nil)
        #expect(rejects.range(of: Data("2,not-utf8,".utf8)) != nil)
    }

    @Test(arguments: [
        ("2026-01-31", 1_769_788_800), ("2026-01-31T08:00:00Z", 1_769_846_400),
        ("2026-01-31T08:00:00+08:00", 1_769_817_600), ("2026-01-31T08:00:00-0330", 1_769_859_000),
        ("2026-01-31 08:00:00", 1_769_817_600), ("2026-01-31T08:00", 1_769_817_600),
        ("2026-01-31T08:00:00.999Z", 1_769_846_400), ("2026-01-31T08:00:00,5+08", 1_769_817_600),
        ("1970-01-01T08:00:00+08:00", 0), ("2026-06-02T00:00:00Z", 1_780_358_400),
    ])
    func timeIsReadInTheBrandsZone(text: String, seconds: Int) throws {
        let fixture = try ImportFixture()
        try fixture.load(.orders, "order_id,member_id,ordered_at,amount\nO,M,\"\(text)\",-0.05\n")
        #expect(try fixture.rows("SELECT at, amount FROM member_order") == ["\(seconds)|-5"])
    }

    @Test func localTimesAroundAClockChangeFollowTheZone() throws {
        // Europe/Berlin 2024: +1 until 2024-03-31T01:00Z, +2 until 2024-10-27T01:00Z (IANA tz database).
        var fixture = try ImportFixture()
        fixture.zone = ZoneRules(
            name: "Europe/Berlin", changes: [1_711_846_800, 1_729_990_800], offsets: [3600, 7200, 3600])
        let times = ["2024-03-31 01:59:59", "2024-03-31 02:30:00", "2024-03-31 03:00:00", "2024-10-27 02:30:00"]
        let rows = times.enumerated().map { "O\($0.offset),M,\($0.element),1\n" }.joined()
        try fixture.load(.orders, "order_id,member_id,ordered_at,amount\n" + rows)
        #expect(
            try fixture.rows("SELECT at FROM member_order ORDER BY order_id")
                == ["1711846799", "1711848600", "1711846800", "1729989000"])
    }

    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
    func lineEndsAndByteOrderMarkDoNotMatter(lineEnd: String, mark: String) throws {
        let fixture = try ImportFixture()
        let lines = [
            "member_id,joined_at,city,note", "M1,2025-01-01,\"Xi'an, \"\"old\"\" town\",\"two\(lineEnd)lines\"", "",
            "M2,2025-01-02,,",
        ]
        for (name, tail) in [("a.csv", lineEnd), ("b.csv", "")] {
            try fixture.load(.members, mark + lines.joined(separator: lineEnd) + tail, name: name)
        }
        let note = lineEnd == "\n" ? "two\\nlines" : "two\\u000d\\nlines"
        #expect(
            try fixture.rows("SELECT member_id, attributes FROM member ORDER BY 1")
                == ["M1|{\"city\":\"Xi'an, \\\"old\\\" town\",\"note\":\"\(note)\"}", "M2|-"])
    }

    @Test func linesAreCountedThroughQuotedLineBreaks() throws {
        let fixture = try ImportFixture()
        try fixture.load(.members, "member_id,joined_at,note\nA,2025-01-01,\"x\n\ny\"\n\nB,never,\nC,2025-01-01,z")
        #expect(try fixture.folder.read("file.csv.rejected.csv").contains("\n6,bad-time,"))
    }

    @Test(arguments: [
        ("", "file.csv:1: the file is empty"),
        ("\u{FEFF}", "file.csv:1: the file is empty"),
        ("order_id,member_id,ordered_at\n", "file.csv:1: orders need the column amount"),
        ("order_id,source,ordered_at,amount\n", "member_id (or source and external_id)"),
        ("order_id,order_id,member_id,ordered_at,amount\n", "names column \"order_id\" twice"),
        ("order_id,member_id,ordered_at,amount\rO1,M1,2026-01-31,5\r", "CR alone"),
        ("o\u{0}r\u{0}d\u{0}", "the header cannot be read"),
        (
            "order_id,member_id,ordered_at,amount\nO1,M1,2026-01-31,5\nO2,\"M1,2026-01-31,5\n",
            "file.csv:3: a quoted field"
        ),
    ])
    func unusableFileIsRefusedWithItsPlace(text: String, message: String) throws {
        let fixture = try ImportFixture()
        let path = try fixture.folder.write(text, to: "file.csv")
        let error = try #require(fixture.failure(.orders, path))
        #expect(error.code == .badData && error.message.contains(message), "\(error.message)")
        #expect(!error.hint.isEmpty && !error.message.contains("M1"))
        #expect(try fixture.contents().isEmpty)
        #expect(try fixture.rows("SELECT * FROM import_file").isEmpty)
    }

    @Test func missingFileAndFolderAreNamed() throws {
        let fixture = try ImportFixture()
        let missing = try #require(fixture.failure(.orders, fixture.folder.path("none.csv")))
        #expect(missing.code == .badData && missing.message.contains("none.csv: No such file"))
        let folder = try #require(fixture.failure(.orders, fixture.folder.path))
        #expect(folder.message.contains("is a directory"))
    }

    @Test func recordThatNeverEndsIsRefused() throws {
        let fixture = try ImportFixture()
        let text = "order_id,member_id,ordered_at,amount\nO1,\"" + String(repeating: "x,y\n", count: 3 << 20)
        let error = try #require(fixture.failure(.orders, try fixture.folder.write(text, to: "file.csv")))
        #expect(error.message.contains("file.csv:2: a record of more than 8 MiB"))
    }

    @Test func gzipIsReadAndACutOffOneLoadsNothing() throws {
        let fixture = try ImportFixture()
        var generator = SeededGenerator(seed: 5)
        let rows = (0..<20_000).map { "O\($0),M\(generator.draw(in: 1...999)),2026-01-31,\($0).00\n" }
        let path = try fixture.folder.write(
            "order_id,member_id,ordered_at,amount\n" + rows.joined(), to: "orders.csv")
        #expect(try runProcess("gzip", [path]).status == 0)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
        for length in [whole.count / 2, whole.count - 4] {
            let cut = try fixture.folder.write(Array(whole[..<length]), to: "cut.csv.gz")
            let error = try #require(fixture.failure(.orders, cut))
            #expect(error.code == .badData && error.message.contains("cut off"), "\(error.message)")
        }
        var broken = whole
        for index in 5000..<5100 { broken[index] ^= 0xFF }
        #expect(fixture.failure(.orders, try fixture.folder.write(broken, to: "broken.csv.gz")) != nil)
        #expect(try fixture.contents().isEmpty)
        #expect(try fixture.loadFile(.orders, path + ".gz").new == 20_000)
    }

    @Test(arguments: [
        ("1990-02-29", nil as String?), ("1992-02-29", "229"), ("02-29", "229"), ("2-29", nil), ("13-01", nil),
        ("1990-12-31", "1231"), ("", "-"),
    ])
    func birthdayIsMonthAndDay(text: String, stored: String?) throws {
        let fixture = try ImportFixture()
        let report = try fixture.load(.members, "member_id,joined_at,birthday\nM,2025-01-01,\(text)\n")
        #expect(report.rejected == (stored == nil ? 1 : 0))
        #expect(try fixture.rows("SELECT birthday FROM member") == (stored.map { [$0] } ?? []))
    }

    @Test func foreignHeadersAreMappedAndUnknownOnesNamed() throws {
        let fixture = try ImportFixture()
        let text = "No,Customer,When,Total,member_id\nO1,M1,2026-01-31,5,ignored\n"
        let mapping = ["order_id": "No", "member_id": "Customer", "ordered_at": "When", "amount": "Total"]
        #expect(try fixture.load(.orders, text, mapping: mapping).new == 1)
        #expect(try fixture.rows("SELECT member_id FROM member") == ["M1"])
        let path = fixture.folder.path("file.csv")
        let missing = try #require(fixture.failure(.orders, path, mapping: ["order_id": "Nr"]))
        #expect(missing.code == .usage && missing.message.contains("\"Nr\"") && missing.hint.contains("Customer"))
        let unknown = try #require(fixture.failure(.orders, path, mapping: ["colour": "No"]))
        #expect(unknown.code == .usage && unknown.message.contains("colour"))
    }
}
