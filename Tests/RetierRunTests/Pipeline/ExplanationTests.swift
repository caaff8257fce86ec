import Foundation
import RetierBrand
import RetierCore
import RetierLedger
import RetierRun
import RetierTestSupport
import Testing

/// `explain` says what the engine decided: for every member and playbook, before and after runs, also of old runs.
@Suite struct ExplanationTests {
    private static func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }

    private func open(_ bench: CommandBench) throws -> Workspace { try Workspace.open(BrandFolder(path: bench.brand)) }

    /// One decision as both sides tell it.
    private struct Word: Hashable {
        var step: String
        var verdict: String
        var reason: String
        var evidence: String
        var until: Day?
    }

    /// What the plan of a run says, by member and playbook.
    private func words(of plan: Plan) -> [String: [String: Set<Word>]] {
        var words: [String: [String: Set<Word>]] = [:]
        for row in 0..<plan.memberIDs.count { words[plan.memberIDs[row]] = [:] }
        for decision in plan.decisions {
            let playbook = plan.playbooks[decision.playbook]
            let word = Word(
                step: playbook.steps[decision.step].id, verdict: decision.verdict.outcome.rawValue,
                reason: decision.verdict.reason.rawValue, evidence: decision.verdict.evidenceJSON,
                until: decision.verdict.until)
            words[plan.memberIDs[decision.row], default: [:]][playbook.id, default: []].insert(word)
        }
        return words
    }

    private func expectSame(
        _ workspace: Workspace, _ plan: Plan, run: String?, _ world: SampleWorld, comment: String
    ) throws {
        let words = words(of: plan)
        for member in world.memberIDs {
            guard let wanted = words[member] else {
                // Who joined later is not in the run.
                #expect(throws: RetierError.self) { try Explanation.explain(member, in: workspace, run: run) }
                continue
            }
            let explanation = try Explanation.explain(member, in: workspace, run: run)
            #expect(explanation.playbooks.map(\.playbook.id) == plan.playbooks.map(\.id))
            for part in explanation.playbooks {
                let decided = wanted[part.playbook.id] ?? []
                // In a case the clock decides, and in a daily run so it does for the playbooks of refreshes.
                if part.cases.isEmpty, part.playbook.trigger == plan.header.kind {
                    #expect(
                        part.trace.result == !decided.isEmpty, "\(comment): \(member) \(part.playbook.id) trace")
                }
                let told = part.steps.map {
                    Word(
                        step: $0.step, verdict: $0.verdict, reason: $0.reason, evidence: $0.evidence, until: $0.until)
                }
                #expect(
                    Set(told) == decided && told.count == decided.count, "\(comment): \(member) \(part.playbook.id)")
                #expect(!explanation.disagrees(part), "\(comment): \(member) \(part.playbook.id)")
                guard part.playbook.trigger == plan.header.kind, part.cases.isEmpty else { continue }
                let reasons = Dictionary(decided.map { ($0.step, $0.reason) }) { first, _ in first }
                #expect(part.rules.map(\.step) == part.playbook.steps.map(\.id))
                for rules in part.rules {
                    let first = rules.findings.verdict.reason.rawValue
                    #expect(
                        decided.isEmpty || reasons[rules.step] == first,
                        "\(comment): \(member) \(part.playbook.id) \(rules.step): \(first)")
                }
            }
        }
    }

    @Test func beforeTheFirstRunItIsWhatARefreshWouldDecide() throws {
        var generator = SeededGenerator(seed: 80)
        for _ in 0..<3 {
            let world = SampleWorld(seed: generator.next() % 100_000, members: 40)
            let bench = try CommandBench.loaded(world)
            let workspace = try open(bench)
            let plan = try Planner(workspace).plan(.refresh, asOf: world.lastDay).plan
            try expectSame(workspace, plan, run: nil, world, comment: "seed \(world.seed), before")
            withExtendedLifetime(bench) {}
        }
    }

    /// Whether the refreshes' plan files are still where `plan` writes them by default.
    @Test(arguments: [true, false])
    func everyRunIsExplainedAsItWasDecided(keepsPlans: Bool) throws {
        var generator = SeededGenerator(seed: 81)
        let world = SampleWorld(seed: generator.next() % 100_000, members: 40)
        let bench = try CommandBench.loaded(world)
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        let workspace = try open(bench)
        var decided: [(run: String, plan: Plan, day: String)] = []
        for (kind, day) in [
            (Playbook.Trigger.refresh, "2026-06-30"), (.daily, "2026-07-10"), (.refresh, "2026-07-31"),
            (.daily, "2026-08-01"), (.refresh, "2026-08-31"), (.refresh, "2026-09-30"), (.daily, "2026-10-15"),
            (.refresh, "2026-10-31"),
        ] {
            let plan = try Planner(workspace).plan(kind, asOf: Self.day(day)).plan
            let path = keepsPlans ? [] : ["-o", bench.folder.path("\(kind)-\(day).plan")]
            try bench.must(["plan", kind.rawValue, "--as-of", day] + path)
            let period = PlanHeader.period(of: kind, asOf: try Self.day(day))
            let file = keepsPlans ? bench.path("var/plans/\(kind.rawValue)-\(period).plan") : path[1]
            try bench.must(["apply", file, "--no-deliver"])
            let run = try #require(try workspace.ledger.lastRun()).id
            decided.append((run, plan, day))
            try expectSame(workspace, plan, run: run, world, comment: "seed \(world.seed), \(day) at once")
        }
        for (run, plan, day) in decided {
            try expectSame(workspace, plan, run: run, world, comment: "seed \(world.seed), \(day) afterwards")
        }
        let last = try #require(decided.last)
        try expectSame(workspace, last.plan, run: nil, world, comment: "seed \(world.seed), by default")
        withExtendedLifetime(bench) {}
    }

    @Test(arguments: Language.allCases)
    func theWordsAreTheRecordedOnes(language: Language) throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 82, members: 50))
        try bench.edit("retier.yaml", "language: zh", "language: \(language.rawValue)")
        let before = try bench.must(["explain", "M10001"]).output
        try bench.must(["plan", "refresh", "--as-of", "2026-09-30"])
        try bench.must(["apply", bench.refreshPlan("2026-09"), "--override", "stale-data=test"])
        try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
        let member = try #require(try open(bench).ledger.memberWithMostHistory())
        let after = try bench.must(["explain", member]).output
        let earlier = try bench.ledger().lines("SELECT id FROM run WHERE period = '2026-09'")
        let one = try bench.must(["explain", member, "--playbook", "core-welcome", "--run"] + earlier).output
        let whyNot = try bench.must(["explain", member, "--why-not", "core-welcome", "--run"] + earlier).output
        #expect(try bench.retier(["explain", member, "--why-not", "a", "--playbook", "b"]).status == 64)
        let text = [before, after, one, whyNot].joined(separator: "\n----\n")
        // When it was delivered, and names that hang on the configuration's digest.
        let stable = text.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#, with: "TIME")
            .replacing(#/(run_[a-z]+_[0-9-]+_)[0-9a-f]{8}/#) { "\($0.output.1)DIGEST" }
            .replacing(#/msg_[a-z2-7]{26}/#, with: "msg_ID")
        expectGolden(
            stable, "explain.\(language.rawValue).txt", testFile: Fixtures.path("commands/ExplanationTests.swift"))
    }
}
