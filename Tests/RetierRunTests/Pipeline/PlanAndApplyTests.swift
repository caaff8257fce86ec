import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// A plan writes nothing; apply does exactly the file; twice is once.
@Suite struct PlanAndApplyTests {
    @Test func planningWritesNothingIntoTheLedger() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 20, members: 60))
        let before = try bench.ledger().dump()
        for line in ["refresh", "daily"] { try bench.must(["plan", line, "--as-of", "2026-10-31"]) }
        try bench.must(["show", bench.refreshPlan()])
        try bench.must(["members", "--as-of", "2026-10-31"])
        try bench.must(["explain", "M10001"])
        #expect(try bench.ledger().dump() == before)
        #expect(bench.files("var/outgoing").isEmpty)
    }

    private static let planned = """
        member_id, playbook, version, step, level, type, channel, endpoint, arm, verdict, reason, facts,
        evidence, until, cost
        """

    @Test func applyDoesExactlyTheFile() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 21, members: 120))
        for (kind, day, period) in [
            ("refresh", "2026-09-30", "2026-09"), ("daily", "2026-10-01", "2026-10-01"),
            ("refresh", "2026-10-31", "2026-10"),
        ] {
            try bench.must(["plan", kind, "--as-of", day])
            let path = bench.path("var/plans/\(kind)-\(period).plan")
            let (plan, before) = (try DatabaseFile(path), try bench.ledger().dump())
            try bench.must(["apply", path, "--no-deliver"])
            let ledger = try bench.ledger()
            let run = try #require(try ledger.lines("SELECT id FROM run WHERE period = '\(period)'").first)
            #expect(
                try ledger.lines(
                    """
                    SELECT \(Self.planned), day FROM decision JOIN member ON member.key = decision.member
                    WHERE run = '\(run)' ORDER BY member_id, playbook, step
                    """)
                    == plan.lines(
                        """
                        SELECT \(Self.planned), (SELECT julianday(value) - 2440587.5 FROM meta WHERE key = 'as_of')
                        FROM decision_list ORDER BY member_id, playbook, step
                        """
                    ).map { $0.hasSuffix(".0") ? String($0.dropLast(2)) : $0 })
            let moves = "member_id, kind, from_tier, to_tier, from_stage, to_stage, reason"
            #expect(
                try ledger.lines(
                    """
                    SELECT \(moves) FROM "transition" JOIN member ON member.key = "transition".member
                    WHERE run = '\(run)' ORDER BY member_id, kind
                    """) == plan.lines("SELECT \(moves) FROM transition_list ORDER BY member_id, kind"))
            let place = """
                member_id, tier, since, pending_runs, stage, score, rank_spend, rank_frequency, rank_recency,
                rank_price_sensitivity
                """
            if kind == "refresh" {
                #expect(
                    try ledger.lines(
                        "SELECT \(place) FROM standing JOIN member ON member.key = standing.member ORDER BY member_id")
                        == plan.lines("SELECT \(place) FROM standing_list ORDER BY member_id"))
            } else {
                #expect(try ledger.dump()["standing"] == before["standing"])
            }
            try expectMessages(of: run, carry: plan, in: ledger)
            for table in ["member", "member_order", "member_event", "consent", "data_digest", "import_file"] {
                #expect(try ledger.dump()[table] == before[table], "\(table) changed")
            }
        }
        #expect(try bench.must(["audit", "verify"]).errors.contains("3 runs"))
    }

    /// Every sent action is in exactly one message of its endpoint, with its texts, and nothing else is.
    private func expectMessages(of run: String, carry plan: DatabaseFile, in ledger: DatabaseFile) throws {
        let sent = try plan.lines(
            """
            SELECT endpoint, member_id, playbook, step, coalesce(title, '-'), coalesce(text, '-')
            FROM decision_list WHERE verdict = 'send' ORDER BY member_id, playbook, step
            """)
        let carried = try ledger.lines(
            """
            SELECT m.endpoint, a.value ->> 'member_id', a.value ->> 'playbook', a.value ->> 'step',
                coalesce(a.value ->> 'title', '-'), coalesce(a.value ->> 'text', '-')
            FROM message m JOIN message_body b ON b.message = m.key,
                json_each(CAST(b.body AS TEXT), '$.data.actions') a
            WHERE m.run = '\(run)' ORDER BY 2, 3, 4
            """)
        #expect(sent == carried && Set(sent).count == sent.count)
        let ids = try ledger.lines(
            """
            SELECT a.value ->> 'action_id', a.value ->> 'member_id', a.value ->> 'playbook', a.value ->> 'step'
            FROM message m JOIN message_body b ON b.message = m.key,
                json_each(CAST(b.body AS TEXT), '$.data.actions') a
            WHERE m.run = '\(run)' ORDER BY 1
            """)
        #expect(
            try ids
                == ledger.lines(
                    """
                    SELECT action_id, member_id, playbook, step
                    FROM decision JOIN member ON member.key = decision.member
                    WHERE run = '\(run)' AND verdict = 'send' ORDER BY 1
                    """))
        #expect(
            try ledger.number("SELECT coalesce(sum(actions), 0) FROM message WHERE run = '\(run)'") == sent.count)
        #expect(try ledger.number("SELECT count(*) FROM message WHERE run = '\(run)' AND state <> 'pending'") == 0)
    }

    @Test func aPeriodIsDoneOnceAndSaysSo() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 22, members: 60))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["plan", "refresh", "--as-of", "2026-10-30", "-o", bench.path("other.plan")])
        try bench.must(["apply", bench.refreshPlan()])
        let before = try bench.ledger().dump()
        let outgoing = bench.files("var/outgoing")
        #expect(outgoing.count > 1)
        for line in [
            ["apply", bench.refreshPlan()], ["apply", bench.refreshPlan(), "--no-deliver"],
            ["apply", bench.path("other.plan")], ["run", "refresh", "--as-of", "2026-10-31"],
            ["run", "refresh", "--as-of", "2026-10-02"], ["plan", "refresh", "--as-of", "2026-10-15"], ["deliver"],
        ] {
            let run = try bench.must(line)
            #expect(line == ["deliver"] || run.errors.contains("nothing to"), "\(line): \(run.errors)")
            #expect(try bench.ledger().dump() == before, "\(line) changed the ledger")
            #expect(bench.files("var/outgoing") == outgoing, "\(line) sent something")
        }
        #expect(try bench.must(["apply", bench.path("other.plan")]).errors.contains("another plan of this period"))
    }

    @Test func aRefreshDoesNotGoBackBehindTheLastOne() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 24, members: 30))
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
        let before = try bench.ledger().dump()
        for line in ["plan", "run"] {
            let run = try bench.retier([line, "refresh", "--as-of", "2026-09-30"])
            #expect(run.status == 64 && run.errors.contains("go back behind run_refresh_2026-10"), "\(run.errors)")
            #expect(run.output.isEmpty)
        }
        #expect(try bench.ledger().dump() == before)
        // A daily run that was missed may be made up for; looking back is free.
        try bench.must(["run", "daily", "--as-of", "2026-10-30"])
        try bench.must(["members", "--as-of", "2026-09-30"])
        try bench.must(["run", "refresh", "--as-of", "2026-11-01"])
    }

    @Test func aPlanReplacesAPlanAndNothingElse() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 25, members: 30))
        let configuration = try bench.read("retier.yaml")
        let refresh = ["plan", "refresh", "--as-of", "2026-10-31", "-o"]
        for name in ["retier.yaml", "var/retier.db", "var"] {
            let run = try bench.retier(refresh + [bench.path(name)])
            #expect(run.status == 64 && run.errors.contains("is not a plan"), "\(name): \(run.errors)")
        }
        #expect(try bench.read("retier.yaml") == configuration)
        try bench.must(["plan", "daily", "--as-of", "2026-10-31", "-o", bench.path("a.plan")])
        try bench.must(refresh + [bench.path("a.plan")])
        try bench.write("", to: "empty.plan")
        try bench.must(refresh + [bench.path("empty.plan")])
        let plans = try ["a.plan", "empty.plan"].map { try Data(contentsOf: URL(fileURLWithPath: bench.path($0))) }
        #expect(plans[0] == plans[1])
    }

    @Test func theTallyBalancesForRandomWorlds() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<5 {
            let seed = generator.next() % 100_000
            let bench = try CommandBench.loaded(SampleWorld(seed: seed, members: generator.draw(in: 1...90)))
            for kind in ["refresh", "daily"] {
                let text = try bench.must(["plan", kind, "--as-of", "2026-10-31"]).output
                let name = kind == "refresh" ? "2026-10" : "2026-10-31"
                let plan = try DatabaseFile(bench.path("var/plans/\(kind)-\(name).plan"))
                func count(_ verdict: String) throws -> Int {
                    try plan.number("SELECT count(*) FROM decision_list WHERE verdict = '\(verdict)'")
                }
                let all = try plan.number("SELECT count(*) FROM decision")
                let parts = try ["send", "defer", "suppress", "hold_out"].map(count)
                #expect(parts.reduce(0, +) == all, "seed \(seed)")
                #expect(
                    try plan.number(
                        "SELECT count(*) FROM (SELECT DISTINCT member_id, playbook, step FROM decision_list)")
                        == all, "seed \(seed)")
                let sentence = "\(all) 候选 = \(parts[0]) 发送 + \(parts[1]) 延后 + \(parts[2]) 抑制 + \(parts[3]) 留出对照"
                #expect(text.contains(all == 0 ? "没有候选动作" : sentence), "seed \(seed): \(text)")
            }
        }
    }
}
