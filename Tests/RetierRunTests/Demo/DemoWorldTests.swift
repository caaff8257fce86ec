import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierRun

@Suite struct DemoWorldTests {
    private static let world = DemoWorld(members: 600)

    /// The rows of a written file as fields; the demo's values need no quotes.
    private func rows(_ file: DemoFiles.File) throws -> [[String]] {
        let text = try String(contentsOf: URL(fileURLWithPath: file.path), encoding: .utf8)
        let lines = text.split(separator: "\n").dropFirst()
        #expect(lines.count == file.rows)
        return lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test func sameSeedWritesTheSameBytes() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        let other = try TemporaryFolder()
        let day = DemoSchedule.seeded.lastDay
        try DemoWorld(seed: 7, members: 60).write(through: day, to: first.path)
        try DemoWorld(seed: 7, members: 60).write(through: day, to: second.path)
        try DemoWorld(seed: 8, members: 60).write(through: day, to: other.path)
        for name in ["members.csv", "orders.csv", "events.csv", "consents.csv"] {
            #expect(try first.read(name) == second.read(name))
            #expect(try first.read(name) != other.read(name))
        }
    }

    @Test func incrementsAddUpToTheWhole() throws {
        let folder = try TemporaryFolder()
        let days = DemoSchedule.seeded.refreshDays
        let whole = try rows(Self.world.write(through: days[2], to: folder.path("whole")).orders)
        var parts: [[String]] = []
        var after: Day?
        for day in days {
            let files = try Self.world.write(after: after, through: day, to: folder.path(day.description))
            parts += try rows(files.orders)
            after = day
        }
        #expect(parts == whole)
        #expect(Set(whole.map { $0[0] }).count == whole.count, "order ids are unique")
    }

    @Test func everyRowBelongsToAMemberWhoHasJoined() throws {
        let folder = try TemporaryFolder()
        let files = try Self.world.write(through: Self.world.lastDay, to: folder.path)
        let members = try rows(files.members)
        #expect(members.count == 600)
        let joined = Dictionary(uniqueKeysWithValues: members.map { ($0[0], $0[1]) })
        let orders = try rows(files.orders)
        let orderIDs = Set(orders.map { $0[0] })
        for order in orders {
            let since = try #require(joined[order[1]])
            #expect(since < order[2])
            #expect((order[3].first == "-") == (order[8] == "returned"))
        }
        for event in try rows(files.events) {
            #expect(try #require(joined[event[1]]) <= event[2])
            #expect(event[5].isEmpty || orderIDs.contains(event[5]))
        }
        for consent in try rows(files.consents) { #expect(try #require(joined[consent[0]]) <= consent[4]) }
    }

    @Test func consentsAreGrantedRefusedWithdrawnAndForbidden() throws {
        let folder = try TemporaryFolder()
        let consents = try rows(Self.world.write(through: Self.world.lastDay, to: folder.path).consents)
        let granted = consents.count { $0[2] == "marketing" && $0[3] == "true" }
        let refused = consents.count { $0[3] == "false" && $0[5] == "join-form" }
        let withdrawn = consents.count { $0[5] == "reply-T" }
        let never = consents.count { $0[1] == DemoWorld.neverContact.channel }
        #expect(granted > refused * 5)
        #expect(refused > 0 && withdrawn > 0 && never > 0)
    }

    /// Purchase days of each member up to a day.
    private func purchases(_ orders: [[String]], through day: Day) throws -> [String: [Day]] {
        var days: [String: Set<Day>] = [:]
        for order in orders where order[8] == "paid" {
            let bought = try #require(Day(iso: order[2].prefix(10)))
            if bought <= day { days[order[1], default: []].insert(bought) }
        }
        return days.mapValues { $0.sorted() }
    }

    /// The stage as `LifecycleRules` words it, worked out anew here.
    private func stage(of days: [Day], on day: Day, _ rules: LifecycleRules) -> LifecycleStage {
        let silence = day.days(since: days[days.count - 1])
        let gap = days.count > 1 ? days[days.count - 1].days(since: days[days.count - 2]) : 0
        if silence >= rules.lostDays { return .lost }
        if silence >= rules.dormantDays { return .dormant }
        if silence < rules.newDays, gap >= rules.dormantDays { return .returned }
        if day.days(since: days[0]) < rules.newDays { return .new }
        return silence >= rules.coolingDays ? .cooling : .active
    }

    @Test func everyLifecycleStageOccursAtEachRefresh() throws {
        let folder = try TemporaryFolder()
        let orders = try rows(Self.world.write(through: Self.world.lastDay, to: folder.path).orders)
        let rules = LifecycleRules()
        for day in DemoSchedule.seeded.refreshDays {
            var counts: [LifecycleStage: Int] = [:]
            for days in try purchases(orders, through: day).values {
                let stage = stage(of: days, on: day, rules)
                counts[stage, default: 0] += 1
            }
            for stage in LifecycleStage.allCases {
                #expect(counts[stage, default: 0] >= 5, "\(stage) on \(day)")
            }
        }
    }
}

@Suite struct DemoScheduleTests {
    private func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }

    @Test(arguments: [
        // CDNOW ends on a month-end; the gift wholesaler of 2010 does not.
        ("1997-01-01", "1998-06-30", ["1998-04-30", "1998-05-31", "1998-06-30"]),
        ("2009-12-01", "2010-12-09", ["2010-09-30", "2010-10-31", "2010-11-30"]),
        ("2026-01-10", "2026-03-02", ["2026-01-31", "2026-02-28"]),
        ("2026-03-03", "2026-03-20", ["2026-03-20"]),
        ("2025-01-01", "2025-03-31", ["2025-01-31", "2025-02-28", "2025-03-31"]),
    ])
    func proposesMonthEndsThatTheOrdersReach(first: String, last: String, expected: [String]) throws {
        let schedule = DemoSchedule(firstOrder: try day(first), lastOrder: try day(last))
        #expect(schedule.refreshDays.map(\.description) == expected)
    }

    @Test func aWishedDayIsTheLastRefresh() throws {
        let schedule = DemoSchedule(
            firstOrder: try day("1997-01-01"), lastOrder: try day("1998-06-30"), asOf: try day("1998-03-15"))
        #expect(schedule.refreshDays.map(\.description) == ["1998-01-15", "1998-02-15", "1998-03-15"])
    }

    @Test func daysBetweenRefreshesLeaveBothOut() throws {
        let schedule = DemoSchedule.seeded
        #expect(schedule.firstDay.description == "2023-08-01")
        #expect(schedule.refreshDays.map(\.description) == ["2026-08-01", "2026-09-01", "2026-10-01"])
        let days = schedule.days(between: schedule.refreshDays[0], and: schedule.refreshDays[1])
        #expect(days.first?.description == "2026-08-02")
        #expect(days.last?.description == "2026-08-31")
        #expect(days.count == 30)
    }
}
