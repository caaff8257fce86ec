import RetierCore
import Testing

/// Ten years of monthly runs: whatever their day, everybody enters once in every period of `once_per`, never twice.
@Suite struct MonthArithmeticTests {
    /// A month's run: on its day, or on the last one of a month without such a day.
    private static func runDay(_ day: Int, month: Int, year: Int) -> Day {
        let length = [2: year % 4 == 0 ? 29 : 28, 4: 30, 6: 30, 9: 30, 11: 30][month] ?? 31
        return RetierCoreTests.day("\(year)-\(month.padded(to: 2))-\(min(day, length).padded(to: 2))")
    }

    private static let runs = (2023...2032).flatMap { year in (1...12).map { (year, $0) } }

    @Test(arguments: [1, 15, 29, 30, 31], [1, 2, 3, 6, 12])
    func aMonthlyRunSkipsNobodyAndDoublesNobody(day: Int, months: Int) {
        // Members who come in any month, so that periods begin everywhere.
        let members = (0..<months).map { "m\($0)" }
        var world = World.single([.sample("p", oncePer: "P\(months)M")])
        world.members = Dictionary(uniqueKeysWithValues: members.map { ($0, 0) })
        var entered: [String: [Int]] = [:]
        for (number, (year, month)) in Self.runs.enumerated() {
            world.asOf = Self.runDay(day, month: month, year: year)
            world.matches = members.enumerated().filter { $0.offset <= number }.map {
                World.Match(member: $0.element, playbook: "p")
            }
            let decided = world.decide()
            #expect(Set(decided.values.map(\.verdict.reason)).isSubset(of: [.selected, .oncePer]))
            for (key, decision) in decided where decision.verdict.reason == .selected {
                entered[key.member, default: []].append(number)
                world.history.append(
                    .init(member: key.member, playbook: "p", channel: "sms", day: world.asOf, fillsCap: true))
            }
            // What is older than a run has to remember is forgotten, as by the ledger.
            let horizon = SendHistory.horizon(asOf: world.asOf, playbooks: world.playbooks, channels: [])
            world.history.removeAll { $0.day < horizon }
        }
        for (position, member) in members.enumerated() {
            #expect(entered[member] == Array(stride(from: position, to: Self.runs.count, by: months)), "\(member)")
        }
    }

    /// The same for a calendar cap, which counts by the month that a run's day is in, whatever the day.
    @Test(arguments: [1, 15, 29, 30, 31])
    func aMonthlyCapHasAPlaceForEveryMonthlyRun(day: Int) {
        var world = World.single([.sample("p")])
        world.caps = [FrequencyCap(id: "month", max: 1, window: .calendar(CalendarPeriod(months: 1)))]
        for (year, month) in Self.runs {
            world.asOf = Self.runDay(day, month: month, year: year)
            #expect(world.verdict("p")?.reason == .selected, "\(world.asOf)")
            world.history = [
                .init(member: "m1", playbook: "p", channel: "sms", day: world.asOf, fillsCap: true)
            ]
            #expect(world.verdict("p")?.reason == .frequencyCap, "\(world.asOf)")
        }
    }

    /// A member who matches every day enters on the day of the month of the last entry, or on the month's last day.
    @Test(arguments: [1, 15, 29, 30, 31])
    func aDailyRunEntersOnceAMonth(day: Int) {
        var world = World.single([.sample("p", oncePer: "P1M")])
        var last = Self.runDay(day, month: 1, year: 2023).adding(days: -1)
        let end = RetierCoreTests.day("2032-12-31")
        var months: [Int: Int] = [:]
        while last < end {
            last = last.adding(days: 1)
            world.asOf = last
            guard world.verdict("p")?.reason == .selected else { continue }
            world.history = [.init(member: "m1", playbook: "p", channel: "sms", day: last, fillsCap: true)]
            months[last.components.year * 12 + last.components.month, default: 0] += 1
        }
        #expect(months.count == 120 && months.values.allSatisfy { $0 == 1 })
    }

    /// XML Schema Part 2, appendix E: months are added first, then days; its example is the first line.
    @Test(arguments: [
        ("2000-03-30", "P1M1D", "2000-05-01"), ("2026-01-30", "P1M1D", "2026-03-01"),
        ("2024-01-30", "P1M1D", "2024-03-01"), ("2026-01-31", "P2W", "2026-02-14"),
    ])
    func monthsAreAddedBeforeDays(from: String, period: String, to: String) {
        #expect(CalendarPeriod(iso: period)?.after(RetierCoreTests.day(from)) == RetierCoreTests.day(to))
    }

    /// Of the years that end a century every fourth is a leap year; the numbers are those of Python's `datetime`.
    @Test(arguments: [("1900", nil), ("2000", 11_016), ("2100", nil), ("2400", 157_113)] as [(String, Int32?)])
    func aCenturyIsALeapYearEveryFourthTime(year: String, number: Int32?) {
        #expect(Day(iso: "\(year)-02-29")?.number == number)
        let last = number == nil ? "28" : "29"
        #expect(CalendarPeriod(months: 1).after(RetierCoreTests.day("\(year)-01-31")) == Day(iso: "\(year)-02-\(last)"))
    }
}
