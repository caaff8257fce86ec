import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Data on standard output, words on standard error; JSON parses and carries its version; CSV keeps its columns.
@Suite struct OutputTests {
    private struct World {
        var bench: CommandBench
        var plan: String
        var run: String
    }

    /// A brand with a refresh that was applied and delivered.
    private func world() throws -> World {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importWorld(SampleWorld(seed: 5, members: 80))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let plan = bench.path("var/plans/refresh-2026-10.plan")
        let words = try bench.must(["apply", plan]).errors
        let run = try #require(words.split(separator: " ").first { $0.hasPrefix("run_") }).dropLast()
        return World(bench: bench, plan: plan, run: String(run))
    }

    private func object(_ text: String) throws -> [String: Any] {
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["format_version"] as? Int == 1)
        return json
    }

    @Test func everyJSONParsesAndCarriesItsVersion() throws {
        let world = try world()
        let bench = world.bench
        let show = try object(try bench.must(["show", world.plan, "--format", "json"]).output)
        let decisions = try #require(show["decisions"] as? [[String: Any]])
        #expect(decisions.count > 20 && (show["transitions"] as? [Any])?.count == 80)
        #expect((show["inputs"] as? [Any])?.count == 16 && show["members"] as? Int == 80)
        let audit = try object(try bench.must(["audit", "--format", "json"]).output)
        let actions = try #require(audit["actions"] as? [[String: Any]])
        #expect(
            Set(actions.compactMap { $0["action_id"] as? String })
                == Set(decisions.compactMap { $0["action_id"] as? String }))
        let members = try object(try bench.must(["members", "--all", "--format", "json"]).output)
        let ids = (members["members"] as? [[String: Any]])?.compactMap { $0["member_id"] as? String }
        #expect(Set(ids ?? []) == Set(SampleWorld(seed: 5, members: 80).memberIDs))
        let status = try object(try bench.must(["status", "--json"]).output)
        #expect(status["complete"] as? Bool == true && (status["runs"] as? [Any])?.count == 1)
    }

    @Test func everyCSVKeepsItsColumnsWhateverTheIDs() throws {
        let world = try world()
        for line in [
            ["show", world.plan, "--format", "csv"], ["audit", "--format", "csv"],
            ["members", "--all", "--format", "csv"],
        ] {
            let run = try world.bench.must(line)
            let script = """
                import csv, sys
                rows = list(csv.reader(sys.stdin))
                print(len(rows) > 20 and len({len(row) for row in rows}) == 1,
                    any('a,"' in cell for row in rows for cell in row))
                """
            let check = try runProcess("python3", ["-c", script], ProcessOptions(input: run.output))
            #expect(check.output == "True True\n", "\(line): \(check.errors)")
        }
    }

    @Test func wordsGoToStandardErrorAndDataToStandardOutput() throws {
        let world = try world()
        let bench = world.bench
        // What says something and what prints something.
        let silent = [
            ["show", world.plan], ["explain", "M10001"], ["status"], ["audit"], ["doubts"], ["schema", "playbook"],
        ]
        for line in silent { #expect(try bench.must(line).errors.isEmpty, "\(line) says something") }
        let words = [["check"], ["deliver"], ["apply", world.plan], ["run", "refresh", "--as-of", "2026-10-31"]]
        for line in words {
            let run = try bench.must(line)
            #expect(run.output.isEmpty && !run.errors.isEmpty, "\(line) prints \(run.output)")
        }
        let verify = try bench.must(["audit", "verify"])
        #expect(verify.output.hasPrefix(world.run + "\t") && verify.errors.contains("holds"))
        let report = try bench.must(["report"])
        #expect(report.output.hasSuffix(".html\n") && report.errors.isEmpty)
        #expect(FileManager.default.fileExists(atPath: String(report.output.dropLast())))
    }

    @Test func neitherTheTrailNorFileNamesNorWordsShowMemberData() throws {
        let world = try world()
        let bench = world.bench
        let sql = "SELECT group_concat(subject || detail || kind) FROM audit"
        let trail = try runProcess("sqlite3", [bench.path("var/retier.db"), sql]).output
        #expect(trail.count > 500)
        for id in SampleWorld(seed: 5, members: 80).memberIDs + [SampleWorld.mark] {
            #expect(!trail.contains(id), "the audit trail names \(id)")
        }
        let names = bench.files("var")
        #expect(names.contains { $0.hasPrefix("outgoing/") })
        #expect(!names.contains { $0.contains("M10") || $0.contains("会员") || $0.contains(SampleWorld.mark) })
        // Names of members are attributes: no shipped template uses them, so no message holds one.
        for name in names where name.hasSuffix(".json") {
            #expect(!(try bench.read("var/" + name)).contains(SampleWorld.mark))
        }
    }

    @Test func auditFiltersNarrowTheList() throws {
        let world = try world()
        let bench = world.bench
        func count(_ filter: [String]) throws -> Int {
            let text = try bench.must(["audit", "--format", "json"] + filter).output
            return try #require(try object(text)["actions"] as? [Any]).count
        }
        let all = try count([])
        let states = try ["delivered", "defer", "suppress", "hold_out"].map { try count(["--state", $0]) }
        #expect(states.reduce(0, +) == all && states[0] > 0)
        #expect(try count(["--run", world.run]) == all)
        #expect(try count(["--run", "run_none"]) == 0)
        #expect(try count(["--since", "2026-01-01"]) == all)
        #expect(try count(["--since", "2099-01-01"]) == 0)
        let ofPlaybook = try count(["--playbook", "core-welcome"])
        #expect(ofPlaybook > 0 && ofPlaybook < all)
    }

    @Test(arguments: [
        ("UPDATE message_body SET body = CAST(replace(CAST(body AS TEXT), 'core', 'cora') AS BLOB)", "body"),
        ("UPDATE decision SET reason = 'selected', cost = cost + 1 WHERE rowid = 1", "decision"),
        ("UPDATE standing SET score = score + 1 WHERE rowid = 1", ""),
        ("DROP TRIGGER audit_is_append_only_update; UPDATE audit SET at = at + 1 WHERE number = 2", "audit"),
        ("DROP TRIGGER audit_is_append_only_delete; DELETE FROM audit WHERE number = 3", "audit"),
    ])
    func aLedgerThatWasChangedByHandIsFound(sql: String, what: String) throws {
        let world = try world()
        _ = try runProcess("sqlite3", [world.bench.path("var/retier.db"), sql])
        let run = try world.bench.retier(["audit", "verify"])
        guard !what.isEmpty else {
            // Standings move with every refresh: the trail covers what does not.
            run.expectSuccess()
            return
        }
        run.expectFailure(65, saying: "the audit trail does not hold", output: true)
        #expect(run.output.contains(world.run), "\(run.output)")
    }

    @Test func aReaderThatStopsReadingDoesNotMakeAnError() throws {
        let world = try world()
        let program = Repository.builtProgram("retier")
        let run = try runProcess(
            "bash", ["-c", "set -o pipefail; '\(program)' show '\(world.plan)' --format json | head -c 10"],
            ProcessOptions(environment: ["RETIER_BRAND": world.bench.brand]))
        #expect(run.errors.isEmpty && run.output == "{\"format_v")
    }
}
