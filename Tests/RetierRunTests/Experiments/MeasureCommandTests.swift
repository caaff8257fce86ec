import Foundation
import GRDB
import RetierCore
import RetierTestSupport
import Testing

/// `retier measure` from the first assignment to the planned day.
@Suite struct MeasureCommandTests {
    /// A brand of 3,000 members, all of whom one playbook greets; of those who are greeted 30 % order within a month,
    /// of control 10 %, of whom a fifth is kept.
    private static func bench(_ experiment: String, members: Int = 3_000) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        for name in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/" + name))
        }
        try bench.write(
            """
            playbook: greet
            title: {zh: 问候, en: Greet}
            version: 1
            on: daily
            priority: grow
            when: {all: [days_since_joined >= 0]}
            once_per: P1Y
            steps:
              - {id: s1, do: care, via: service-desk, cost: 1.00}
            goal: {event: order, within: P30D}
            experiment: \(experiment)
            """, to: "playbooks/greet.yaml")
        var people = "member_id,joined_at\n"
        var orders = "order_id,member_id,ordered_at,amount\n"
        for number in 0..<members {
            people += "m\(number),2025-01-01\n"
            orders += "b\(number),m\(number),2025-12-15T12:00:00Z,\(number % 90 + 10).00\n"
        }
        try bench.must(["import", "members", bench.folder.write(people, to: "members.csv")])
        try bench.must(["import", "orders", bench.folder.write(orders, to: "before.csv")])
        try bench.must(["run", "refresh", "--as-of", "2025-12-31"])
        try bench.must(["run", "daily", "--as-of", "2026-01-01"])
        return bench
    }

    /// Orders after the assignment, by what the ledger says of each member's group.
    private static func order(_ bench: CommandBench, last: String = "2026-03-31") throws {
        var orders = "order_id,member_id,ordered_at,amount\nz,m0,\(last)T12:00:00Z,1.00\n"
        let groups = try bench.ledger().lines(
            """
            SELECT member_id, is_control FROM assignment JOIN member ON member.key = assignment.member
            WHERE experiment = 'greet' ORDER BY member_id
            """)
        for (place, line) in groups.enumerated() {
            let isControl = line.hasSuffix("1")
            guard place % 10 < (isControl ? 1 : 3) else { continue }
            let id = line.split(separator: "|")[0]
            orders += "a\(place),\(id),2026-01-\(10 + place % 15)T12:00:00Z,\(place % 70 + 20).50\n"
        }
        try bench.must(["import", "orders", bench.folder.write(orders, to: "after.csv")])
    }

    private static func table(_ text: String) -> [[String: String]] {
        var lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let head = lines.removeFirst().map(String.init)
        return lines.map { Dictionary(uniqueKeysWithValues: zip(head, $0.map(String.init))) }
    }

    @Test func theEarlyLookIsWiderAndThePlannedDayDecidesForGood() throws {
        let bench = try Self.bench("{holdout: 20%, until: 2026-02-15}")
        // Nobody's window has ended.
        let first = try bench.must(["measure", "--as-of", "2026-01-20", "--format", "csv"])
        #expect(Self.table(first.output).map { $0["verdict"] } == ["too-few", "too-few", "too-few"])
        #expect(first.errors.contains("2026-02-15") && first.errors.contains("数据太少"))
        try Self.order(bench)
        let early = Self.table(try bench.must(["measure", "--as-of", "2026-02-01", "--format", "csv"]).output)
        let late = Self.table(try bench.must(["measure", "--as-of", "2026-02-15", "--format", "csv"]).output)
        let later = Self.table(try bench.must(["measure", "--as-of", "2026-03-31", "--format", "csv"]).output)
        #expect(early.map { $0["look"] } == ["early", "early", "early"] && early.allSatisfy { $0["p"] == "" })
        #expect(late.map { $0["look"] } == ["decision", "decision", "decision"])
        #expect(late == later, "after the planned day the result stays what it was")
        #expect(late.map { $0["outcome"] } == ["order", "spend", "spend-capped"])
        for (one, other) in zip(early, late) {
            #expect(one["difference"] == other["difference"])
            let widths = [one, other].map { (Double($0["high"] ?? "") ?? 0) - (Double($0["low"] ?? "") ?? 0) }
            #expect(widths[0] > widths[1] * 1.3 && widths[1] > 0)
        }
        // The shares of the orders above, within the rounding of whole members.
        let goal = late[0]
        #expect(abs((Double(goal["value"] ?? "") ?? 0) - 0.3) < 0.03)
        #expect(abs((Double(goal["baseline_value"] ?? "") ?? 0) - 0.1) < 0.04)
        #expect(goal["verdict"] == "higher" && goal["arm"] == "*" && goal["baseline"] == "control")
        #expect(Int(goal["members"] ?? "").map { $0 + (Int(goal["baseline_members"] ?? "") ?? 0) } == 3_000)
        #expect(late[1]["variance_reduction"]?.isEmpty == false && late[0]["variance_reduction"] == "")
    }

    @Test func peopleReadATableAndProgramsJSON() throws {
        let bench = try Self.bench("{holdout: 20%, until: 2026-02-15}", members: 1_200)
        try Self.order(bench)
        let run = try bench.must(["measure", "--as-of", "2026-03-31"])
        #expect(run.output.contains("95% 区间") && run.output.contains("更高") && run.output.contains("全部实验组 / 对照组"))
        #expect(run.errors.contains("分组比例正常"))
        try bench.edit("retier.yaml", "language: zh", "language: en")
        let english = try bench.must(["measure", "--as-of", "2026-03-31", "--playbook", "greet"])
        #expect(english.output.contains("95% interval") && english.output.contains("higher"))
        #expect(english.errors.contains("the sample ratio holds"))
        let json = try bench.must(["measure", "--as-of", "2026-03-31", "--format", "json"]).output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let rows = try #require(object["measurements"] as? [[String: Any]])
        #expect(object["format_version"] as? Int == 1 && rows.count == 3)
        #expect(
            (rows[0]["difference"] as? Double).map { $0 > 0.1 } == true && rows[0]["verdict"] as? String == "higher")
        let before = try bench.ledger().dump()
        try bench.must(["measure"])
        #expect(try bench.ledger().dump() == before, "measuring writes nothing")
        let unknown = try bench.retier(["measure", "--playbook", "nobody"])
        #expect(unknown.status == 64 && unknown.errors.contains("greet"))
    }

    /// Two of three control members lost: nothing is compared, and the exit code tells a script.
    @Test func aLostControlGroupStopsEverything() throws {
        let bench = try Self.bench("{holdout: 20%}", members: 1_200)
        try Self.order(bench)
        try DatabaseQueue(path: bench.path("var/retier.db")).write { database in
            try database.execute(
                sql: """
                    DROP TRIGGER assignment_is_kept;
                    DELETE FROM assignment WHERE is_control = 1 AND member % 3 > 0
                    """)
        }
        let run = try bench.retier(["measure", "--as-of", "2026-03-31", "--format", "csv"])
        #expect(run.status == 4 && run.errors.contains("sample ratio"))
        #expect(Self.table(run.output).allSatisfy { $0["verdict"] == "sample-ratio" && $0["difference"] == "" })
    }

    /// The pilot widens, the shares change, the title and the file are renamed: nobody who is in a group leaves it.
    @Test func nobodyMovesWhateverChanges() throws {
        let bench = try Self.bench("{pilot: 20%, holdout: 20%, arms: {a: 1, b: 1}}", members: 800)
        func groups() throws -> [String: String] {
            let lines = try bench.ledger().lines("SELECT member, is_control || coalesce(arm, '-') FROM assignment")
            return Dictionary(lines.map { ($0.split(separator: "|").map(String.init)[0], $0) }) { first, _ in first }
        }
        let pilot = try groups()
        // 4 * sqrt(800 * 0.2 * 0.8) = 45.
        #expect(abs(pilot.count - 160) < 45)
        #expect(Set(pilot.values.map { $0.split(separator: "|")[1] }) == ["1-", "0a", "0b"])
        let path = bench.path("playbooks/greet.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try FileManager.default.removeItem(atPath: path)
        try bench.write(
            text.replacingOccurrences(
                of: "{pilot: 20%, holdout: 20%, arms: {a: 1, b: 1}}", with: "{holdout: 60%, arms: {b: 9, a: 0, c: 3}}"
            ).replacingOccurrences(of: "{zh: 问候, en: Greet}", with: "Renamed").replacingOccurrences(
                of: "once_per: P1Y", with: "once_per: P1D"), to: "playbooks/renamed.yaml")
        try bench.must(["run", "daily", "--as-of", "2026-01-02"])
        let all = try groups()
        #expect(all.count == 800)
        for (member, group) in pilot { #expect(all[member] == group) }
        // Whoever was treated or held out is so in every later run.
        #expect(
            try bench.ledger().lines(
                """
                SELECT count(*) FROM decision d JOIN assignment a ON a.member = d.member AND a.experiment = d.playbook
                WHERE a.is_control <> (d.verdict = 'hold_out') AND d.verdict IN ('send', 'hold_out')
                    OR d.arm IS NOT a.arm AND d.verdict = 'send'
                """) == ["0"])
        // The arm that is gone is missed: 4, the members are counted, nothing is planned.
        try bench.edit("playbooks/renamed.yaml", "a: 0, ", "")
        let run = try bench.retier(["plan", "daily", "--as-of", "2026-01-03"])
        #expect(run.status == 4 && run.errors.contains("weight 0") && run.errors.contains("member(s)"), "\(run.errors)")
    }

    @Test func theProgrammesControlGetsNothingAndIsMeasured() throws {
        let bench = try Self.bench("{holdout: 10%}", members: 600)
        try bench.edit("retier.yaml", "guards:", "control: {share: 25%, within: P30D}\nguards:")
        try bench.edit("playbooks/greet.yaml", "once_per: P1Y", "once_per: P1D")
        try bench.must(["run", "daily", "--as-of", "2026-01-02"])
        let held = try bench.ledger().lines("SELECT count(*) FROM decision WHERE reason = 'programme-control'")
        // 4 * sqrt(600 * 0.25 * 0.75) = 42.
        #expect(abs((Int(held[0]) ?? 0) - 150) < 42)
        let rows = Self.table(try bench.must(["measure", "--format", "csv"]).output)
        #expect(Set(rows.compactMap { $0["experiment"] }) == ["*", "greet"])
        try bench.must(["audit", "verify"])
    }

    /// The section of the report has the listing's numbers, the tiers' answers, and the health metrics of experiments.
    @Test func theReportShowsTheSameNumbers() throws {
        let bench = try Self.bench("{holdout: 20%, until: 2026-02-15}", members: 1_200)
        let page = bench.folder.path("report.html")
        func report() throws -> String {
            try bench.must(["report", "-o", page])
            return try String(contentsOfFile: page, encoding: .utf8)
        }
        let early = try report()
        #expect(early.contains("策略提升与区间") && early.contains("数据太少") && early.contains("greet"))
        try Self.order(bench)
        try bench.must(["run", "daily", "--as-of", "2026-02-20"])
        let late = try report()
        let table = try bench.must(["measure", "--as-of", "2026-02-20"]).output.split(separator: "\n")
        let order = try #require(table.first { $0.contains("下单") })
        let words = order.split(separator: " ")
        for word in words where word.contains("%") { #expect(late.contains(word), "\(word)") }
        #expect(words.count { $0.contains("%") } == 5 && late.contains("更高"))
        #expect(late.contains("各层级的响应") && late.contains("置信序列"))
        // 30 % against 10 %.
        let uplift = try #require(
            late.firstMatch(of: #/核心指标提升<span class="id">[^<]*</span></th><td class="n">([^<]*)%/#))
        #expect(abs((Double(uplift.1) ?? 0) - 200) < 90)
        #expect(try report() == late, "the same ledger gives the same page")
    }
}
