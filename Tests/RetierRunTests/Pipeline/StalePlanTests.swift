import Foundation
import RetierTestSupport
import Testing

/// A plan whose inputs have changed is refused, with what changed and what that does; so is one that a guard stops.
@Suite struct StalePlanTests {
    enum Change: String, CaseIterable, Sendable {
        case order, member, consent, playbook, newPlaybook, template, configuration

        var input: String {
            switch self {
            case .order: "orders changed"
            case .member: "members changed"
            case .consent: "consents changed"
            case .playbook, .newPlaybook: "playbooks changed"
            case .template: "templates changed"
            case .configuration: "configuration changed"
            }
        }

        /// Whether somebody would get something else.
        var hasEffect: Bool { self != .template && self != .consent }

        func make(in bench: CommandBench, _ world: SampleWorld) throws {
            func load(_ kind: String, _ text: String) throws {
                try bench.must(["import", kind, try bench.folder.write(text, to: "change.csv")])
            }
            switch self {
            case .order: try load("orders", "order_id,member_id,ordered_at,amount\nO1-0,M10002,2026-10-31,99999.00\n")
            case .member: try load("members", "member_id,joined_at\nM00001,2026-10-01\n")
            case .consent:
                try load("consents", "member_id,channel,purpose,granted,at\nM10003,sms,other,true,2026-01-01\n")
            case .playbook:
                try bench.edit("playbooks/silent-others.yaml", "days_since_order <= 365", "days_since_order <= 200")
            case .newPlaybook:
                let text = try bench.read("playbooks/core-welcome.yaml")
                try bench.write(
                    text.replacingOccurrences(of: "playbook: core-welcome", with: "playbook: core-again"),
                    to: "playbooks/again.yaml")
            case .template: try bench.edit("templates/core/greeting.zh.mustache", "。", "！")
            case .configuration: try bench.edit("retier.yaml", "entry: {top: 5%}", "entry: {top: 12%}")
            }
        }
    }

    @Test(arguments: Change.allCases)
    func aChangedInputIsNamedWithItsEffect(_ change: Change) throws {
        let world = SampleWorld(seed: 30, members: 80)
        let bench = try CommandBench.loaded(world)
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try change.make(in: bench, world)
        let before = try bench.ledger().dump()
        for _ in 1...2 {
            let run = try bench.retier(["apply", bench.refreshPlan()])
            #expect(run.status == 4 && run.output.isEmpty, "exit \(run.status)")
            #expect(run.errors.contains("the plan is stale: \(change.input)"), "\(run.errors)")
            let effect =
                change.hasEffect ? "candidates would be added" : "the same members would get the same actions"
            #expect(run.errors.contains("planned anew, ") && run.errors.contains(effect), "\(run.errors)")
        }
        #expect(try bench.ledger().dump() == before)
        // A new plan is applied.
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan()])
    }

    @Test func aRunBetweenPlanAndApplyMakesThePlanStale() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 31, members: 80))
        try bench.must(["run", "refresh", "--as-of", "2026-09-30"])
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["run", "daily", "--as-of", "2026-10-31"])
        let run = try bench.retier(["apply", bench.refreshPlan()])
        #expect(run.status == 4 && run.errors.contains("standing changed"), "\(run.errors)")
    }

    @Test func aPlanIsAppliedInItsOwnBrandOnly() throws {
        let world = SampleWorld(seed: 32, members: 30)
        let (one, other) = (try CommandBench.loaded(world), try CommandBench.loaded(world))
        try other.edit("retier.yaml", "brand: sunfield", "brand: moonfield")
        try one.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let run = try other.retier(["apply", one.refreshPlan()])
        #expect(run.status == 78 && run.errors.contains("of brand sunfield, this is moonfield"), "\(run.errors)")
        #expect(try other.ledger().number("SELECT count(*) FROM run") == 0)
    }

    @Test(arguments: [
        ("zh", "max_data_age: P7D", "max_data_age: P7D", "2026-11-20", "stale-data", "最近一笔订单距今 20 天，上限 7 天"),
        ("en", "max_data_age: P7D", "max_data_age: P7D", "2026-11-20", "stale-data", "the newest order is 20 days old"),
        ("zh", "max_actions: off", "max_actions: 3", "2026-10-31", "actions", "上限 3"),
        ("en", "max_actions: off", "max_actions: 3", "2026-10-31", "actions", "the limit is 3"),
        ("en", "max_action_share: off", "max_action_share: 1%", "2026-10-31", "action-share", "of the members"),
        ("en", "max_cost: off", "max_cost: 1.00", "2026-10-31", "cost", "the cost is CNY"),
        ("zh", "max_cost: off", "max_reach: 3", "2026-10-31", "reach", "名会员，上限 3"),
        (
            "en", "max_cost: off", "sources: {till: {kind: orders, files: pos-*, max_age: P2D}}", "2026-10-31",
            "stale-source", "no file of the source till was ever imported"
        ),
    ])
    func aGuardRefusesPlanRunAndApplyUntilItIsOverruled(
        language: String, off: String, limit: String, day: String, id: String, words: String
    ) throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 33, members: 80))
        try bench.edit("retier.yaml", "language: zh", "language: \(language)")
        try bench.edit("retier.yaml", off, limit)
        let before = try bench.ledger().dump()
        let plan = bench.folder.path("a.plan")
        let wrong = id == "cost" ? "actions" : "cost"
        for line in [
            ["plan", "refresh", "--as-of", day, "-o", plan], ["apply", plan], ["run", "refresh", "--as-of", day],
            ["apply", plan, "--override", "\(wrong)=because"],
        ] {
            let run = try bench.retier(line)
            #expect(run.status == 4, "\(line): exit \(run.status)")
            #expect(run.errors.contains("\(id): ") && run.errors.contains(words), "\(line): \(run.errors)")
            #expect(run.output.isEmpty == (line[0] != "plan"), "\(line): \(run.output)")
        }
        #expect(try bench.ledger().dump() == before)
        try bench.must(["apply", plan, "--override", "\(id)=checked with Li = fine"])
        let trail = try bench.ledger().lines("SELECT subject, detail FROM audit WHERE kind = 'guard.overridden'")
        #expect(trail.count == 1 && trail[0].hasPrefix("\(id)|"))
        #expect(trail[0].contains("checked with Li = fine") && trail[0].contains("operator-li"))
        #expect(try bench.must(["audit", "verify"]).status == 0)
    }
}
