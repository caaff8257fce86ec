import RetierTestSupport
import Testing

/// Growth is judged without what incidents bring, in the run and in the one before it.
@Suite struct IncidentGuardTests {
    private static let greeting = """
        playbook: greeting
        title: Greeting
        version: 1
        on: daily
        priority: base
        when: {all: ["r_days == 1"]}
        steps: [{id: greet, do: coupon, via: crm, template: incident/notice, cost: 1.00}]

        """

    /// Ten members order on the 11th and on the 12th, 110 on the 13th; all 150 log in while the system fails.
    private func bench() throws -> CommandBench {
        let bench = try IncidentTests.bench([Self.greeting, IncidentTests.notice, IncidentTests.grant])
        for amount in ["action", "reach", "cost"] {
            try bench.edit("retier.yaml", "guards:\n", "guards:\n  max_\(amount)_growth: 300%\n")
        }
        try bench.edit("retier.yaml", "  max_action_growth: off\n", "")
        let members = (100..<250).map { "m\($0)" }
        try bench.load("members", "member_id,joined_at\n" + members.map { "\($0),2024-01-01\n" }.joined())
        let days = [(11, members[..<10]), (12, members[10..<20]), (13, members[20..<130])]
        try bench.load(
            "orders",
            "order_id,member_id,ordered_at,amount\n"
                + days.flatMap { day, buyers in buyers.map { "d\(day)\($0),\($0),2024-10-\(day)T20:00,10.00\n" } }
                .joined())
        try bench.load(
            "events",
            "event_id,member_id,occurred_at,kind\n" + members.map { "in\($0),\($0),2024-10-12T10:00,login\n" }.joined())
        return bench
    }

    @Test func aDayOfAnIncidentNeitherIsGrowthNorHidesAny() throws {
        let bench = try bench()
        try IncidentTests.run(bench, 12...12)
        try IncidentTests.open(bench)
        // 153 are told, and that is no growth, though all three amounts are sixteen times those of the day before.
        try IncidentTests.run(bench, 13...13)
        let kinds = """
            SELECT day - (SELECT min(day) FROM decision), playbook, count(*) FROM decision WHERE verdict = 'send'
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        #expect(try bench.ledger().lines(kinds) == ["0|greeting|10", "1|greeting|12", "1|notice|153"])
        _ = try IncidentTests.close(bench)
        let run = try bench.retier(["run", "daily", "--as-of", "2024-10-14"])
        #expect(run.status == 4)
        for sentence in [
            "action-growth: 110 actions would be sent after 12 in the last run",
            "reach-growth: 110 members would be reached after 12 in the last run",
            "cost-growth: the cost is CNY 110.00 after CNY 12.00 in the last run",
        ] { #expect(run.errors.contains(sentence), "\(run.errors)") }
    }
}
