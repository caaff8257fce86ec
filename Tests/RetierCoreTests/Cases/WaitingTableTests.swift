import RetierCore
import Testing

/// Which deferred actions a daily run takes up: members who became one may both wait for the same.
@Suite struct WaitingTableTests {
    private static let playbooks = [Playbook.sample("calls", steps: [step("s1"), step("s2")])]

    /// May be sent for ten days.
    private static func step(_ id: String) -> Playbook.Step {
        Playbook.Step(id: id, action: "care", via: "sms", notAfter: CalendarPeriod(days: 10))
    }

    private static func action(_ step: String, since: Int, first: Int) -> (row: Int, value: WaitingAction) {
        let eve = day("2026-10-31")
        return (
            1,
            WaitingAction(playbook: "calls", step: step, since: eve.adding(days: since), first: eve.adding(days: first))
        )
    }

    @Test(arguments: [
        // The day of the run in November, and what it takes up: step, since when, until when.
        (4, []), (5, ["s1 3..13"]), (13, ["s1 3..13"]), (14, ["s1 3..13", "s2 3..13"]), (30, ["s1 3..13", "s2 3..13"]),
    ])
    func ofTwoThatWaitForTheSameTheEarlierDaysCount(today: Int, taken: [String]) {
        // Of the first step one has waited longer, and the other one's day comes earlier.
        let actions = [
            Self.action("s1", since: 3, first: 9), Self.action("s1", since: 4, first: 5),
            Self.action("s2", since: 3, first: 20),
        ]
        for actions in [actions, actions.reversed()] {
            let table = WaitingTable(
                count: 2, actions: actions, playbooks: Self.playbooks, asOf: day("2026-11-01").adding(days: today - 1))
            let found = table[1].map { item in
                func number(_ day: Day) -> Int { day.days(since: RetierCoreTests.day("2026-11-01")) + 1 }
                return "s\(item.step + 1) \(number(item.since))..\(number(item.last))"
            }
            #expect(found == taken)
        }
    }
}
