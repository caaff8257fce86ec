import RetierCore
import RetierTestSupport
import Testing

/// The stability rule on real orders, against a published measurement of the same rules by another program.
///
/// Online Retail 2010: four tiers by the spend of the last 91 days, in 39 weekly runs from 2010-03-02; cuts at 50, 80
/// and 95 % of the members with spend at the first run. All 4,383 members are watched in all runs.
@Suite struct HysteresisTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var name: String
        var keepShare = 10_000
        var runs = 1
        var dwell: Stability.Dwell?
        var recuts = false
        /// Changes in a member-year in hundredths, changes undone and member-runs off the raw tier in percent.
        var expected: (changes: Int, undone: Int, differing: Int)

        var testDescription: String { name }
    }

    private static let rules = [
        Rule(name: "fixed cuts, none", expected: (232, 23, 0)),
        Rule(name: "cuts recomputed each run", recuts: true, expected: (246, 27, 2)),
        Rule(name: "down only below 90 %", keepShare: 9_000, expected: (215, 19, 1)),
        Rule(name: "down only below 80 %", keepShare: 8_000, expected: (199, 15, 2)),
        Rule(name: "down after 2 runs", runs: 2, expected: (209, 18, 2)),
        Rule(name: "down after 4 runs", runs: 4, expected: (179, 11, 5)),
        Rule(name: "90 % and 2 runs", keepShare: 9_000, runs: 2, expected: (196, 15, 3)),
        Rule(name: "90 % and 4 runs", keepShare: 9_000, runs: 4, expected: (170, 9, 6)),
        Rule(
            name: "90 %, 2 runs, 13 runs dwell", keepShare: 9_000, runs: 2, dwell: .runs(13), expected: (158, 5, 7)),
        Rule(name: "80 % and 4 runs", keepShare: 8_000, runs: 4, expected: (160, 8, 7)),
    ]
    private static let runCount = 39

    /// Every member's spend in the 91 days up to each run, in pence.
    private static let spends: [[Int64]] = {
        let members = (try? Fixtures.rows("online-retail-2010/members.csv.gz")) ?? []
        let rows = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1["member_id"] ?? "", $0) })
        let first = Day(year: 2010, month: 3, day: 2)?.number ?? 0
        var spends = Array(repeating: [Int64](repeating: 0, count: members.count), count: runCount)
        for order in (try? Fixtures.rows("online-retail-2010/orders.csv.gz")) ?? [] {
            guard let row = rows[order["member_id"] ?? ""], let amount = Double(order["amount"] ?? ""),
                let day = Day(iso: (order["ordered_at"] ?? "").prefix(10))?.number
            else { continue }
            for run in 0..<runCount {
                let end = first + Int32(run) * 7
                if day <= end, day > end - 91 { spends[run][row] += Int64((amount * 100).rounded()) }
            }
        }
        return spends
    }()

    /// The quantiles of the spends that are positive, interpolated, rounded up to whole pence.
    private static func cuts(_ spends: [Int64]) -> [Int64] {
        let active = spends.filter { $0 > 0 }.sorted()
        let cuts = [95, 80, 50].map { percent in
            let (below, rest) = (percent * (active.count - 1)).quotientAndRemainder(dividingBy: 100)
            let step = Int(active[below + 1] - active[below]) * rest
            return active[below] + Int64((step + 99) / 100)
        }
        return cuts + [0]
    }

    private static func earned(_ value: Int64, _ cuts: [Int64]) -> Int { cuts.firstIndex { value >= $0 } ?? 3 }

    @Test(arguments: rules)
    func changesAreThoseOfTheMeasurement(rule: Rule) throws {
        let spends = Self.spends
        let members = try #require(spends.first?.count)
        #expect(members == 4_383)
        let stability = Stability(
            keepShare: rule.keepShare, confirmingRuns: rule.runs, maxStepsDown: 3, dwell: rule.dwell)
        let fixed = Self.cuts(spends[0])
        var held = spends[0].map { TierAssignment.Held(tier: Self.earned($0, fixed), since: 0) }
        var changes: [TierChange] = []
        var differing = 0
        for run in 1..<Self.runCount {
            let cuts = rule.recuts ? Self.cuts(spends[run]) : fixed
            for row in 0..<members {
                let spend = spends[run][row]
                let assignment = TierAssignment(
                    earned: Self.earned(spend, cuts), held: held[row], day: Day(number: Int32(run) * 7),
                    stability: stability
                ) { spend >= stability.keepingLine(cut: cuts[$0]) }
                if assignment.tier != held[row].tier {
                    changes.append(TierChange(member: Int64(row), run: run, from: held[row].tier, to: assignment.tier))
                }
                held[row] = TierAssignment.Held(
                    tier: assignment.tier, since: assignment.since, pendingRuns: assignment.pendingRuns,
                    state: assignment.state)
                if assignment.tier != Self.earned(spend, fixed) { differing += 1 }
            }
        }
        let report = FlapReport(changes: changes, memberDays: members * 7 * (Self.runCount - 1))
        let perYear = try #require(report.changesPerYear)
        let undone = try #require(report.takenBackShare)
        // The measurement is rounded to 0.01 changes and whole percents; the runs' first day is not in it.
        #expect(abs(perYear - rule.expected.changes * 10) <= 20, "\(rule.name): \(perYear)")
        #expect(abs(undone - rule.expected.undone * 100) <= 100, "\(rule.name): \(undone)")
        let share = differing * 10_000 / (members * Self.runCount)
        #expect(abs(share - rule.expected.differing * 100) <= 100, "\(rule.name): \(share)")
    }
}
