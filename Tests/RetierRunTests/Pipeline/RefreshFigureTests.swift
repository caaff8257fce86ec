import RetierCore
import RetierLedger
import RetierRun
import RetierTestSupport
import Testing

/// Figures that need what happened between refreshes, from files to the stored run.
@Suite struct RefreshFigureTests {
    private func figure(_ bench: CommandBench, _ period: String, _ part: String, _ quantity: String) throws -> Int {
        let lines = try bench.ledger().lines(
            """
            SELECT coalesce(sum(value), 0) FROM run_figure JOIN run ON run.id = run
            WHERE period = '\(period)' AND part = '\(part)' AND quantity = '\(quantity)'
            """)
        return lines.first.flatMap { Int($0) } ?? -1
    }

    private func refresh(_ bench: CommandBench, _ day: String) throws {
        try bench.must(["plan", "refresh", "--as-of", day])
        try bench.must(["apply", bench.refreshPlan(String(day.prefix(7))), "--no-deliver"])
    }

    /// The latest answer of each member since the refresh before counts, once; of the first refresh those of a month.
    @Test func answersAreThoseSinceTheRefreshBefore() throws {
        let world = SampleWorld(seed: 90, members: 30)
        let bench = try CommandBench.loaded(world)
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        let members = world.memberIDs.filter { $0.hasPrefix("M") }
        let answers = [
            // The month up to 30 September: a promoter who changed their mind, a passive one, and nobody's business.
            (members[0], "2026-08-31", 0), (members[0], "2026-09-02", 3), (members[0], "2026-09-20", 9),
            (members[1], "2026-09-30", 8),
            // Since then.
            (members[0], "2026-10-01", 2), (members[1], "2026-10-02", 10), (members[2], "2026-10-31", 6),
        ]
        var text = "event_id,member_id,occurred_at,kind,value\n"
        for (index, answer) in answers.enumerated() {
            text += "nps\(index),\(answer.0),\(answer.1)T12:00:00Z,nps,\(answer.2)\n"
        }
        try bench.must(["import", "events", try bench.folder.write(text, to: "data/nps.csv")])
        try refresh(bench, "2026-09-30")
        try refresh(bench, "2026-10-31")
        let quantities = ["promoters", "passives", "detractors"]
        #expect(try quantities.map { try figure(bench, "2026-09", "whole", $0) } == [1, 1, 0])
        #expect(try quantities.map { try figure(bench, "2026-10", "whole", $0) } == [1, 0, 2])
        // Every member with a purchase is predicted, and tiers hold them all.
        let scored = try figure(bench, "2026-10", "whole", "scored")
        #expect(try figure(bench, "2026-10", "tier", "predicted") == scored && scored > 0)
        #expect(try bench.must(["report"]).status == 0)
        withExtendedLifetime(bench) {}
    }

    /// What the figures of each refresh say was taken back is what the flap report finds in all moves together.
    @Test func flapsOfTheRunsAreThoseOfTheWholeHistory() throws {
        let world = SampleWorld(seed: 91, members: 150)
        let bench = try CommandBench.loaded(world)
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "keep: 90%", "keep: 100%")
        try bench.edit("retier.yaml", "confirming_runs: 2", "confirming_runs: 1")
        let months = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31"]
        for day in months { try refresh(bench, day) }
        let ladder = try Workspace.open(BrandFolder(path: bench.brand)).programme.tiering.ladder
        let moves = try bench.ledger().lines(
            """
            SELECT member || ' ' || substr(period, 6) || ' ' || from_tier || ' ' || to_tier FROM "transition"
            JOIN run ON run.id = run WHERE "transition".kind IN ('promoted', 'demoted')
            """)
        let changes = moves.compactMap { line -> TierChange? in
            let words = line.split(separator: " ").map(String.init)
            guard let member = Int64(words[0]), let run = Int(words[1]), let from = ladder.index(of: words[2]),
                let to = ladder.index(of: words[3])
            else { return nil }
            return TierChange(member: member, run: run, from: from, to: to)
        }
        let report = FlapReport(changes: changes, memberDays: 1)
        let counted = try months.map { try figure(bench, String($0.prefix(7)), "undone", "members") }
        let causes = try months.map { try figure(bench, String($0.prefix(7)), "undone_cause", "members") }
        #expect(changes.count == moves.count && report.takenBack > 2)
        #expect(counted.reduce(0, +) == report.takenBack)
        #expect(causes == counted)
        withExtendedLifetime(bench) {}
    }
}
