import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Exit codes 65 and 78: what was imported, planned or written by hand is wrong, and says where, without showing it.
@Suite struct BadInputTests {
    private static let mark = SampleWorld.mark

    struct BadFile: Sendable, CustomTestStringConvertible {
        var kind: String
        var what: String
        var text: String
        var words: String
        var testDescription: String { "\(kind): \(what)" }
    }

    static let files = [
        BadFile(kind: "members", what: "empty", text: "", words: "empty"),
        BadFile(kind: "members", what: "an orders file", text: "order_id,member_id,ordered_at,amount\n", words: ":1:"),
        BadFile(
            kind: "orders", what: "a members file", text: "member_id,joined_at,name\nM1,2026-01-01,\(mark)\n",
            words: "orders need the columns"),
        BadFile(
            kind: "members", what: "no header", text: "\(mark)1,2026-01-01\n\(mark)2,2026-01-01\n",
            words: ":1: the first line names none of the columns"),
        BadFile(
            kind: "members", what: "too many bad rows",
            text: "member_id,joined_at,name\nM1,2026-01-01,x\nM2,\(mark),x\nM3,\(mark),y\n", words: "rows are rejected"
        ),
        BadFile(
            kind: "orders", what: "too many bad amounts",
            text: "order_id,member_id,ordered_at,amount\nO1,M1,2026-01-01,\(mark)\n", words: "rejected.csv"),
        BadFile(
            kind: "members", what: "UTF-16", text: "m\0e\0m\0b\0e\0r\0_\0i\0d\0,\0\(mark)\0", words: "UTF-16"),
        BadFile(kind: "members", what: "a binary file", text: "SQLite format 3\0\u{1}\u{2}\(mark)", words: ":1:"),
    ]

    @Test(arguments: files)
    func aBadFileLoadsNothingAndShowsNothing(_ file: BadFile) throws {
        let bench = try CommandBench()
        let path = try bench.folder.write(file.text, to: "data/\(file.kind).csv")
        try bench.retier(["import", file.kind, path]).expectFailure(65, saying: file.words)
        let status = try bench.must(["status", "--json"]).output
        #expect(status.contains(#"{"table":"members","rows":0}"#) && status.contains(#"{"table":"orders","rows":0}"#))
    }

    @Test func aMissingFileAndATruncatedArchiveAreBadData() throws {
        let bench = try CommandBench()
        try bench.retier(["import", "members", "/nowhere.csv"]).expectFailure(65, saying: "No such file")
        try bench.retier(["import", "members", bench.brand]).expectFailure(65, saying: "directory")
        let path = try bench.folder.write(SampleWorld(seed: 2, members: 400).members.text, to: "members.csv")
        _ = try runProcess("gzip", [path])
        let whole = try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path + ".gz"))
        try bench.retier(["import", "members", path + ".gz"]).expectFailure(65, saying: "members.csv.gz")
        #expect(try bench.must(["status", "--json"]).output.contains(#"{"table":"members","rows":0}"#))
    }

    @Test func whatIsNoPlanIsBadData() throws {
        let bench = try CommandBench()
        let empty = try bench.folder.write("", to: "empty.plan")
        let text = try bench.folder.write("member_id,\(Self.mark)\n", to: "text.plan")
        for path in [empty, text, bench.brand, "/nowhere.plan", bench.path("var/retier.db")] {
            try bench.must(["status"])
            for line in [["show", path], ["apply", path]] {
                let run = try bench.retier(line)
                #expect(run.status == 65, "\(line): exit \(run.status) \(run.errors)")
                Marks.expectUnseen(in: run, "\(line)")
            }
        }
        try bench.retier(["show", text]).expectFailure(65, saying: "not a plan file")
        try bench.retier(["show", empty]).expectFailure(65, saying: "not a plan file")
    }

    /// A flipped byte either changes nothing that a plan says (unused bytes of a page) or is found.
    @Test func aFlippedByteOfAPlanIsFound() throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importWorld(SampleWorld(seed: 3, members: 60))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let plan = bench.path("var/plans/refresh-2026-10.plan")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: plan)))
        // When messages may leave depends on the moment of asking.
        func told(_ output: String) -> String { output.replacing(/"forecast":\{.*?\]\}/, with: "") }
        let sound = told(try bench.must(["show", plan, "--format", "json"]).output)
        var generator = SeededGenerator(seed: 4)
        var found = 0
        for _ in 0..<60 {
            var damaged = bytes
            let position = generator.draw(in: 0...(bytes.count - 1))
            damaged[position] ^= UInt8(1 << generator.draw(in: 0...7))
            let path = try bench.folder.write(damaged, to: "damaged.plan")
            let run = try bench.retier(["show", path, "--format", "json"])
            if run.status == 0 {
                #expect(told(run.output) == sound, "byte \(position), seed \(generator.seed)")
            } else {
                found += 1
                #expect(
                    run.status == 65 && run.output.isEmpty, "byte \(position), seed \(generator.seed): \(run.errors)")
                Marks.expectUnseen(in: run, "byte \(position)")
            }
        }
        #expect(found > 10, "seed \(generator.seed)")
        // A changed decision is found by apply as well.
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("core-welcome"))
        let forged = try bench.folder.write(bytes, to: "forged.plan")
        _ = try runProcess("sqlite3", [forged, "UPDATE step SET cost = cost + 1 WHERE position = 1"])
        try bench.retier(["apply", forged]).expectFailure(65, saying: "step was changed")
    }

    @Test func brokenFilesOfTheBrandAreNamedWithTheirPlaces() throws {
        let bench = try CommandBench()
        try bench.write("playbook: x\n  when: [\n", to: "playbooks/a.yaml")
        try bench.edit("playbooks/birthday.yaml", "birthday_in_days <= 3", "birthday_in_dais <= 3")
        try bench.edit("templates/care/l1.zh.mustache", "{{", "{{nonsense}}{{")
        for line in [["check"], ["plan", "refresh"], ["run", "daily"], ["deliver"], ["members"]] {
            let run = try bench.retier(line)
            let words = line == ["check"] ? run.output : run.errors
            #expect(run.status == 78, "\(line): exit \(run.status)")
            for place in ["playbooks/a.yaml:2:", "playbooks/birthday.yaml:12:", "templates/care/l1.zh.mustache:"] {
                #expect(words.contains(place), "\(line) does not name \(place): \(words)")
            }
            #expect(words.contains("birthday_in_days"), "\(line) does not name the nearest field")
        }
        #expect(!FileManager.default.fileExists(atPath: bench.path("var/retier.db")))
    }

    @Test func aSecretInTheConfigurationIsRefusedAndNotShown() throws {
        let bench = try CommandBench()
        try bench.edit(
            "retier.yaml", "{kind: file, directory: var/outgoing/crm}",
            "{kind: webhook, url: https://crm.example.com/x, secret: whsec_\(Marks.secret)}")
        try bench.retier(["check"]).expectFailure(78, saying: "error", output: true)
        try bench.retier(["deliver"]).expectFailure(78, saying: "retier.yaml:")
        try bench.edit("retier.yaml", "secret: whsec_\(Marks.secret)}", "secret: \"whsec_\(Marks.secret)}")
        try bench.retier(["check"]).expectFailure(78, output: true)
    }
}
