import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierRun

/// What the refreshes of the demonstration show: members who move in every way, month after month.
@Suite struct DemoMovementTests {
    private static let model = TieringModel(
        window: CalendarPeriod(iso: "P1Y"),
        ladder: TierLadder(tiers: [
            Tier(id: "core", title: LocalizedText("core"), entry: .topShare(500)),
            Tier(id: "potential", title: LocalizedText("potential"), entry: .topShare(2_000)),
            Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
        ]))

    private struct Order {
        var day: Day
        var amount: Int64
        var isDiscounted: Bool
    }

    private func fields(_ path: String) throws -> [[String]] {
        let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Facts as of a day, without a ledger.
    private func facts(_ orders: [String: [Order]], joined: [(id: String, day: Day)], asOf: Day) -> FactTable {
        let members = joined.filter { $0.day <= asOf }.sorted { $0.id < $1.id }
        var table = FactTable(
            asOf: asOf, memberIDs: PackedStrings(members.map(\.id)), keys: members.indices.map(Int64.init))
        for (row, member) in members.enumerated() {
            table.joined[row] = member.day.number
            var fold = FactAccumulator(asOf: asOf, windowStart: Self.model.window?.before(asOf))
            for order in orders[member.id] ?? [] {
                fold.add(day: order.day.number, amount: order.amount, isDiscounted: order.isDiscounted)
            }
            table[row] = fold.finish()
        }
        return table
    }

    /// The standing of one run in the rows of the next.
    private func carried(_ standing: StandingTable, from old: FactTable, to new: FactTable) -> StandingTable {
        var result = StandingTable(count: new.count)
        for row in 0..<new.count {
            guard let before = old.memberIDs.sortedIndex(of: new.memberIDs[row]) else { continue }
            result.tier[row] = standing.tier[before]
            result.since[row] = standing.since[before]
            result.pendingRuns[row] = standing.pendingRuns[before]
            result.stage[row] = standing.stage[before]
            result.composite[row] = standing.composite[before]
            for dimension in result.ranks.indices where !standing.ranks[dimension].isEmpty {
                if result.ranks[dimension].isEmpty {
                    result.ranks[dimension] = Array(repeating: ScoreTable.unranked, count: result.tier.count)
                }
                result.ranks[dimension][row] = standing.ranks[dimension][before]
            }
            result.holds[row] = standing.holds[before]
        }
        return result
    }

    @Test func threeRefreshesMoveMembersInEveryWay() throws {
        let folder = try TemporaryFolder()
        let schedule = DemoSchedule.seeded
        let files = try DemoWorld(members: 2_000).write(through: schedule.lastDay, to: folder.path)
        let joined = try fields(files.members.path).map { (id: $0[0], day: try #require(Day(iso: $0[1].prefix(10)))) }
        var orders: [String: [Order]] = [:]
        for row in try fields(files.orders.path) {
            let order = Order(
                day: try #require(Day(iso: row[2].prefix(10))), amount: try #require(Money(text: row[3])).minorUnits,
                isDiscounted: !row[6].isEmpty)
            orders[row[1], default: []].append(order)
        }

        var counts: [Transition.Kind: Int] = [:]
        var previous: (facts: FactTable, outcome: TieringOutcome)?
        for day in schedule.refreshDays {
            let table = facts(orders, joined: joined, asOf: day)
            let standing = previous.map { carried($0.outcome.standing, from: $0.facts, to: table) }
            let outcome = try Tiering.run(
                facts: table, previous: standing, model: Self.model, calibration: previous?.outcome.calibration)
            for transition in outcome.transitions { counts[transition.kind, default: 0] += 1 }
            // At each later refresh somebody rises, slides, falls silent and comes back.
            for kind in [Transition.Kind.promoted, .slid, .lapsed, .returned] where previous != nil {
                #expect(outcome.transitions.count { $0.kind == kind } >= 5, "\(kind) on \(day)")
            }
            previous = (table, outcome)
        }
        // Only the third refresh can confirm a fall.
        #expect(counts[.demoted, default: 0] >= 5, "\(counts)")
        #expect(counts[.enrolled, default: 0] > 1_500)
    }
}
