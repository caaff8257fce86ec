import Foundation
import RetierTestSupport
import Testing

/// Budgets as an operator sees them: in plans, after deliveries, cancellations and new limits.
@Suite struct BudgetCommandTests {
    private static let calls = """
        playbook: calls
        title: Calls
        version: 1
        on: daily
        priority: base
        when: days_since_order >= 30
        once_per: P90D
        stop_when: [order]
        steps:
          - {id: l1, level: L1, do: call, via: ceo-office, cost: 20.00, tags: [call]}
          - {id: l2, level: L2, after: P30D, do: benefit, via: ceo-office}

        """

    /// Three members who bought last on 10 September.
    private func bench(_ playbooks: [String], _ settings: String) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "guards:", settings + "\nguards:")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for (number, text) in playbooks.enumerated() { try bench.write(text, to: "playbooks/\(number).yaml") }
        try load(bench, "members", "member_id,joined_at\n" + ["a", "b", "c"].map { "\($0),2026-01-01\n" }.joined())
        try load(
            bench, "orders",
            "order_id,member_id,ordered_at,amount\n"
                + ["a", "b", "c"].map { "o-\($0),\($0),2026-09-10,9.00\n" }.joined())
        return bench
    }

    private func load(_ bench: CommandBench, _ kind: String, _ text: String) throws {
        try bench.must(["import", kind, try bench.folder.write(text, to: "data/\(UUID().uuidString).csv")])
    }

    private struct Shown: Decodable {
        struct Line: Decodable, Equatable {
            var budget, unit, from, until, limit, used_before, settled, reserved, left: String
            var paid, unpaid: Int
        }
        struct Pair: Decodable, Equatable {
            var playbook, pushes_out: String
            var candidates: Int
        }
        var budgets: [Line]
        var displacements: [Pair]
    }

    private func plan(_ bench: CommandBench, _ kind: String, _ day: String) throws -> Shown {
        try bench.must(["plan", kind, "--as-of", day])
        let period = kind == "refresh" ? String(day.prefix(7)) : day
        let shown = try bench.must(["show", bench.path("var/plans/\(kind)-\(period).plan"), "--format", "json"])
        return try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8))
    }

    private func line(
        before: String, settled: String = "0.00", reserved: String, left: String, _ paid: Int, _ unpaid: Int
    ) -> Shown.Line {
        Shown.Line(
            budget: "talk", unit: "CNY", from: "2026-10-01", until: "2026-10-31", limit: "45.00", used_before: before,
            settled: settled, reserved: reserved, left: left, paid: paid, unpaid: unpaid)
    }

    @Test func aPlanReservesDeliverySettlesAndWhatIsCancelledIsGivenBack() throws {
        let bench = try bench([Self.calls], "budgets:\n  talk: {amount: 45.00, per: P1M, tags: [call]}\n")
        #expect(
            try plan(bench, "daily", "2026-10-10").budgets == [
                line(before: "0.00", reserved: "40.00", left: "5.00", 2, 1)
            ])
        let path = bench.path("var/plans/daily-2026-10-10.plan")
        let table = try bench.must(["show", path]).output
        #expect(table.contains("talk") && table.contains("2026-10-01..2026-10-31"))
        try bench.must(["apply", path, "--no-deliver"])
        #expect(
            try plan(bench, "daily", "2026-10-11").budgets == [
                line(before: "40.00", reserved: "0.00", left: "5.00", 0, 1)
            ])
        // The call to a has not left: it is cancelled, and its money pays for c.
        try load(bench, "orders", "order_id,member_id,ordered_at,amount\nback,a,2026-10-11,5.00\n")
        #expect(
            try plan(bench, "daily", "2026-10-12").budgets == [
                line(before: "20.00", reserved: "20.00", left: "5.00", 1, 0)
            ])
        try bench.must(["run", "daily", "--as-of", "2026-10-12"])
        #expect(
            try plan(bench, "daily", "2026-10-13").budgets == [
                line(before: "40.00", settled: "40.00", reserved: "0.00", left: "5.00", 0, 0)
            ])
        #expect(
            try bench.ledger().lines("SELECT verdict, reason FROM decision WHERE step = 'l1' ORDER BY day, action_id")
                .sorted() == ["defer|budget", "send|selected", "send|selected", "send|selected"])
        try bench.must(["report"])
        let report = try #require(bench.files("var/reports").first { $0.hasSuffix(".html") })
        #expect(try bench.read("var/reports/\(report)").contains("<span class=\"id\">2026-10-01 – 2026-10-31</span>"))
        try bench.must(["audit", "verify"])
    }

    /// A budget of a tier counts by the tier that members had when it was decided.
    @Test func tiersAreFrozenWithTheDecision() throws {
        let playbook = Self.calls.replacingOccurrences(of: "on: daily", with: "on: refresh")
            .replacingOccurrences(of: "  - {id: l2, level: L2, after: P30D, do: benefit, via: ceo-office}\n", with: "")
            .replacingOccurrences(of: "level: L1, ", with: "")
        let bench = try bench(
            [playbook], "budgets:\n  talk: {amount: 45.00, per: P1M, tiers: [core, potential, base]}\n")
        try bench.must(["run", "refresh", "--as-of", "2026-10-10"])
        #expect(try bench.ledger().lines("SELECT DISTINCT tier IS NULL FROM decision") == ["0"])
        #expect(
            try bench.ledger().lines(
                "SELECT sum(d.tier = s.tier) = count(*) FROM decision d JOIN standing s USING (member)") == ["1"])
        try bench.must(["run", "daily", "--as-of", "2026-10-11"])
        #expect(
            try plan(bench, "daily", "2026-10-12").budgets == [
                line(before: "40.00", settled: "40.00", reserved: "0.00", left: "5.00", 0, 0)
            ])
    }

    @Test func aPlanSaysWhichPlaybookPushesOutWhich() throws {
        func playbook(_ id: String, _ priority: String) -> String {
            """
            playbook: \(id)
            title: \(id)
            version: 1
            on: refresh
            priority: \(priority)
            when: days_since_order >= 30
            steps: [{id: s1, do: coupon, via: ceo-office}]

            """
        }
        let bench = try bench(
            [playbook("first", "protect"), playbook("second", "grow"), playbook("third", "base")],
            "caps:\n  week: {max: 2, per: P7D}\n")
        let shown = try plan(bench, "refresh", "2026-10-10")
        #expect(
            shown.displacements == [
                .init(playbook: "first", pushes_out: "third", candidates: 3),
                .init(playbook: "second", pushes_out: "third", candidates: 3),
            ])
        let text = try bench.must(["show", bench.path("var/plans/refresh-2026-10.plan")]).output
        #expect(text.contains("pushes out") && text.contains("third"))
        try bench.must(["run", "refresh", "--as-of", "2026-10-10"])
        try bench.must(["report"])
        let report = try #require(bench.files("var/reports").first { $0.hasSuffix(".html") })
        #expect(try bench.read("var/reports/\(report)").contains("剧本之间的挤占"))
    }

    /// L2 of an escalation is the benefit that suits the member best of those that the budget can pay.
    @Test func theSecondLevelIsTheBestBenefitThatTheBudgetCanPay() throws {
        let ladder = """
            playbook: ladder
            title: Ladder
            version: 1
            on: daily
            priority: protect
            when: days_since_order >= 30
            once_per: P90D
            stop_when: [order]
            steps:
              - {id: l1, level: L1, do: care, via: service-desk}
              - id: l2
                level: L2
                after: P3D
                do: benefit
                via: ceo-office
                with: {benefit: none}
                choose:
                  - {id: card, cost: 10.00, with: {benefit: CARD10}}
                  - {id: tasting, suits: [tea], cost: 30.00, with: {benefit: TEA30}}
            budget: {amount: 50.00, per: P1M}

            """
        let bench = try bench([ladder], "tags:\n  tea: {title: Tea, when: orders >= 1}\n")
        for day in 10...12 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        try bench.must(["plan", "daily", "--as-of", "2026-10-13"])
        try bench.must(["apply", bench.path("var/plans/daily-2026-10-13.plan"), "--no-deliver"])
        let evidence = { (key: String) in "coalesce(json_extract(evidence, '$.\(key)'), '')" }
        #expect(
            try bench.ledger().lines(
                """
                SELECT reason, choice, cost, \(evidence("suits")), \(evidence("unaffordable")),
                    \(evidence("passed_over"))
                FROM decision WHERE step = 'l2' AND verdict = 'send' ORDER BY choice, member
                """) == [
                    "selected|card|1000||tasting ladder|", "selected|card|1000||tasting ladder|",
                    "selected|tasting|3000|tea||card",
                ])
        // What was chosen is what leaves.
        let bodies = try bench.ledger().lines(
            "SELECT CAST(body AS TEXT) FROM message_body JOIN message ON key = message WHERE state = 'pending'"
        ).joined()
        #expect(bodies.contains(#""benefit":"TEA30","choice":"tasting""#))
        #expect(bodies.contains(#""benefit":"CARD10","choice":"card""#) && !bodies.contains("none"))
        try bench.must(["deliver"])
        let run = try bench.ledger().lines("SELECT id FROM run ORDER BY as_of DESC LIMIT 1")
        let explained = try bench.must(["explain", "a", "--run"] + run).output
        #expect(explained.contains("choice") && explained.contains("passed_over"), "\(explained)")
        #expect(try plan(bench, "daily", "2026-10-14").budgets.map(\.used_before) == ["50.00"])
        try bench.must(["audit", "verify"])
    }
}
