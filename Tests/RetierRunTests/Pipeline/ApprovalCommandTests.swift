import Foundation
import RetierTestSupport
import Testing

/// Plans that need a person's word before they are applied, as an operator sees them.
@Suite struct ApprovalCommandTests {
    private static func playbook(_ id: String, cost: String, step: String = "") -> String {
        """
        playbook: \(id)
        title: \(id)
        version: 1
        on: daily
        priority: grow
        when: days_since_order >= 20
        once_per: P1D
        steps:
          - {id: s, do: coupon, via: ceo-office, cost: \(cost)\(step)}

        """
    }

    /// Three members, to each of whom every playbook sends every day.
    private func bench(_ playbooks: [String: String], _ approvals: String) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "language: zh", "language: en")
        let text = try bench.read("retier.yaml")
        let start = try #require(text.range(of: "approvals:\n")?.upperBound)
        let end = try #require(text.range(of: "\nimports:")?.lowerBound)
        try bench.write(text.replacingCharacters(in: start..<end, with: approvals), to: "retier.yaml")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for (name, text) in playbooks { try bench.write(text, to: "playbooks/\(name).yaml") }
        try bench.load("members", "member_id,joined_at\n" + ["a", "b", "c"].map { "\($0),2026-01-01\n" }.joined())
        try bench.load(
            "orders",
            "order_id,member_id,ordered_at,amount\n"
                + ["a", "b", "c"].map { "o-\($0),\($0),2026-09-10,9.00\n" }.joined())
        return bench
    }

    private func plan(_ bench: CommandBench, _ day: Int) throws -> String {
        try bench.must(["plan", "daily", "--as-of", "2026-10-\(day)"])
        return bench.path("var/plans/daily-2026-10-\(day).plan")
    }

    /// Three actions of each cost come to 30.00: at the threshold, and one cent above it.
    @Test func aPlanAboveTheThresholdIsAppliedOnceItsDigestIsApproved() throws {
        let bench = try bench(["p": Self.playbook("p", cost: "10.00")], "  cost_above: 30.00\n")
        try bench.must(["apply", try plan(bench, 10)])
        try bench.edit("retier.yaml", "cost_above: 30.00", "cost_above: 29.99")
        let (path, other) = (try plan(bench, 11), bench.folder.path("other.plan"))
        let refused = try bench.retier(["apply", path])
        #expect(refused.status == 4)
        #expect(refused.errors.contains("cost: the plan costs CNY 30.00, and above CNY 29.99 it needs approval"))
        #expect(refused.errors.contains("retier approve \(path) --brand \(bench.brand) --reason TEXT"))
        #expect(try bench.ledger().lines("SELECT count(*), max(period) FROM run") == ["1|2026-10-10"])
        // Another plan needs its own word.
        try bench.edit("playbooks/p.yaml", "version: 1", "version: 2")
        try bench.must(["plan", "daily", "--as-of", "2026-10-11", "-o", other])
        let unused = try bench.retier(["approve", other, "--playbook", "p", "--reason", "x"])
        #expect(unused.status == 64 && unused.errors.contains("nothing waits for approval in the plan about p"))
        try bench.must(["approve", other, "--reason", "spring campaign"])
        try bench.edit("playbooks/p.yaml", "version: 2", "version: 1")
        #expect(try bench.retier(["apply", path]).status == 4)
        let approved = try bench.must(["approve", path, "--reason", "agreed with finance"])
        #expect(approved.errors.contains("approved as it is: retier apply"))
        try bench.must(["apply", path])
        #expect(try bench.ledger().lines("SELECT count(*) FROM decision WHERE verdict = 'send'") == ["6"])
        #expect(
            try bench.ledger().lines(
                """
                SELECT subject, detail ->> 'cost', detail ->> 'limit', detail ->> 'operator', detail ->> 'reason'
                FROM audit WHERE kind = 'approval.used'
                """) == ["cost|3000|2999|operator-li|agreed with finance"])
        try bench.must(["audit", "verify"])
        let shown = try bench.must(["show", path])
        #expect(shown.output.contains("needs approval > approved by operator-li at "))
        #expect(shown.output.contains(": agreed with finance"))
        let report = try bench.must(["report"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let page = try String(contentsOfFile: report, encoding: .utf8)
        #expect(page.contains("Plans that were approved:") && page.contains("agreed with finance"))
        #expect(!page.contains("spring campaign"))
    }

    @Test func aRunThatNeedsAWordCommitsNothingAndIsAppliedAfterIt() throws {
        let bench = try bench(["p": Self.playbook("p", cost: "10.00")], "  playbook_cost_above: 5.00\n")
        let run = try bench.retier(["run", "daily", "--as-of", "2026-10-10"])
        #expect(run.status == 4 && run.errors.contains("playbook-cost: playbook p costs CNY 30.00"))
        #expect(try bench.ledger().lines("SELECT count(*) FROM message") == ["0"])
        let path = bench.path("var/plans/daily-2026-10-10.plan")
        try bench.must(["approve", path, "--playbook", "p", "--reason", "ok"])
        try bench.must(["run", "daily", "--as-of", "2026-10-10"])
        #expect(try bench.ledger().lines("SELECT count(*) FROM decision WHERE verdict = 'send'") == ["3"])
        let late = try bench.retier(["approve", path, "--reason", "ok"])
        #expect(late.status == 64 && late.errors.contains("nothing waits for approval in the plan"))
    }

    /// What stands in the folder at the brand's first run is not new, also where it has sent nothing yet.
    @Test func aNewPlaybookThatCostsSomethingNeedsAWordBeforeItsFirstSends() throws {
        let waiting = Self.playbook("later", cost: "3.00").replacingOccurrences(of: ">= 20", with: ">= 32")
        let bench = try bench(
            ["p": Self.playbook("p", cost: "10.00"), "later": waiting], "  new_playbooks: costly\n")
        try bench.must(["apply", try plan(bench, 10)])
        try bench.write(Self.playbook("free", cost: "0.00"), to: "playbooks/free.yaml")
        try bench.must(["apply", try plan(bench, 11)])
        try bench.must(["apply", try plan(bench, 12)])
        #expect(
            try bench.ledger().lines("SELECT id, substr(run, 5, 16) FROM known_playbook ORDER BY id") == [
                "free|daily_2026-10-11", "later|daily_2026-10-10", "p|daily_2026-10-10",
            ])
        try bench.write(Self.playbook("fresh", cost: "0.01"), to: "playbooks/fresh.yaml")
        // A change of a known playbook is not new.
        try bench.edit("playbooks/p.yaml", "version: 1", "version: 2")
        let path = try plan(bench, 13)
        let refused = try bench.retier(["apply", path])
        #expect(refused.status == 4)
        #expect(refused.errors.contains("new-playbook: playbook fresh is new and costs CNY 0.03"))
        #expect(!refused.errors.contains("playbook p"))
        #expect(try bench.must(["show", path]).output.contains("its first sends need approval > not approved"))
        try bench.must(["approve", path, "--playbook", "fresh", "--reason", "tested with staff"])
        try bench.must(["apply", path])
        try bench.must(["apply", try plan(bench, 14)])
    }

    /// One word serves both: the plan is applied as it is, and what it defers goes with the next.
    @Test func approvingDeferredActionsDoesNotMakeTheirOwnPlanStale() throws {
        let bench = try bench(
            [
                "p": Self.playbook("p", cost: "10.00"),
                "l3": Self.playbook("l3", cost: "1.00", step: ", approval: required"),
            ],
            "  cost_above: 5.00\n")
        let path = try plan(bench, 10)
        let word = try bench.must(["approve", path, "--reason", "both"])
        #expect(word.errors.contains("3 action(s) approved") && word.errors.contains("approved as it is"))
        try bench.must(["apply", path])
        let next = try plan(bench, 11)
        let sends = try bench.must(["show", next, "--format", "csv", "--playbook", "l3"]).output
        #expect(sends.components(separatedBy: ",send,selected,").count == 4)
    }
}
