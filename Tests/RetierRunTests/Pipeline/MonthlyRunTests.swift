import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Fifteen monthly refreshes over the ends of a leap year and of a common one, as the timers make them: everybody gets
/// one action a month, whatever the day of the run, from the month of joining on.
@Suite struct MonthlyRunTests {
    private static let playbook = """
        playbook: monthly
        title: Monthly
        version: 1
        on: refresh
        priority: base
        when: days_since_joined >= 0
        once_per: P1M
        steps: [{id: s1, do: coupon, via: ceo-office}]

        """
    private static let joined = [
        "2023-05-01", "2024-01-15", "2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01", "2024-04-30", "2024-12-31",
        "2025-02-28",
    ]

    /// The last day of a month where it has none of that number, as the timers in the manual say it.
    private static func runDays(_ number: Int) -> [Day] {
        (0..<15).compactMap { month in
            let first = Day(number: 19_723).adding(months: month)  // 2024-01-01
            let last = first.adding(months: 1).adding(days: -1)
            return min(first.adding(days: number - 1), last)
        }
    }

    @Test(arguments: [
        (1, "Asia/Shanghai"), (15, "America/New_York"), (29, "Europe/Berlin"), (30, "Pacific/Apia"),
        (31, "America/St_Johns"),
    ])
    func everybodyGetsOneActionAMonth(number: Int, zone: String) throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "time_zone: Asia/Shanghai", "time_zone: \(zone)")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        try bench.write(Self.playbook, to: "playbooks/monthly.yaml")
        let rows = Self.joined.enumerated().map { "m\($0.offset),\($0.element)\n" }.joined()
        try bench.must([
            "import", "members", try bench.folder.write("member_id,joined_at\n" + rows, to: "data/members.csv"),
        ])
        try bench.must([
            "import", "orders",
            try bench.folder.write(
                "order_id,member_id,ordered_at,amount\no1,m0,2023-12-01,10.00\n", to: "data/orders.csv"),
        ])
        let days = Self.runDays(number)
        for day in days { try bench.must(["run", "refresh", "--as-of", day.description]) }
        // Running a period again changes nothing.
        try bench.must(["run", "refresh", "--as-of", "2025-03-31"])
        for (position, text) in Self.joined.enumerated() {
            let first = try #require(Day(iso: text))
            let sent = try bench.ledger().lines(
                """
                SELECT date(day * 86400, 'unixepoch') FROM decision JOIN member ON member.key = member
                WHERE member_id = 'm\(position)' AND verdict = 'send' ORDER BY day
                """)
            #expect(sent == days.filter { $0 >= first }.map(\.description), "joined \(text)")
        }
    }
}
