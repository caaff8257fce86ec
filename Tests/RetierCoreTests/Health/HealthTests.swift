import RetierCore
import RetierTestSupport
import Testing

@Suite struct HealthTests {
    @Test(arguments: [
        // Everybody as foretold; the two highest changed places; upside down.
        ([0, 1, 1, 2], [9, 5, 4, 1] as [Int64], 10_000, 3_750, 10_000),
        ([0, 1, 1, 2], [5, 9, 4, 1], 5_000, 3_750, 2_000),
        ([0, 1], [1, 9], 0, 5_000, -10_000),
        // Nobody spent: each tier agrees with what a lot would give it.
        ([0, 1, 1, 2], [0, 0, 0, 0], 3_750, 3_750, 0),
        // One seat and two equal candidates, one of whom holds it: both agree by half.
        ([0, 1, 1], [7, 7, 0], 6_667, 5_556, 2_500),
        // The same with both candidates below: nobody of them holds the seat, and the rest fill the other two.
        ([1, 1, 0], [7, 7, 0], 3_333, 5_556, -5_000),
    ])
    func theFitCountsMembersWhoseTierCameTrue(tiers: [Int], spends: [Int64], fit: Int, chance: Int, kappa: Int) {
        let found = TieringFit(tiers: tiers, spends: spends, tierCount: 3)
        #expect((found.share, found.chance, found.kappa) == (fit, chance, kappa))
    }

    @Test func aFitNeedsMembersAndTiers() {
        let nobody = TieringFit(tiers: [], spends: [], tierCount: 3)
        #expect((nobody.share, nobody.chance, nobody.kappa) == (nil, nil, nil))
        let oneTier = TieringFit(tiers: [2, 2], spends: [1, 5], tierCount: 3)
        #expect((oneTier.share, oneTier.chance, oneTier.kappa) == (10_000, 10_000, nil))
    }

    @Test(arguments: 1...40)
    func tiesAreWorthTheirAverageDraw(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = generator.draw(in: 1...12)
        let tiers = (0..<count).map { _ in generator.draw(in: 0...2) }
        let spends = (0..<count).map { _ in Int64(generator.draw(in: 0...3)) }
        let fit = try #require(TieringFit(tiers: tiers, spends: spends, tierCount: 3).share)
        // The average over many orders of the tied.
        let slots = tiers.sorted()
        let rounds = 3_000
        var agreeing = 0
        for _ in 0..<rounds {
            let order = generator.shuffled(Array(0..<count)).enumerated()
                .sorted { (spends[$0.element], $1.offset) > (spends[$1.element], $0.offset) }.map(\.element)
            agreeing += order.indices.count { tiers[order[$0]] == slots[$0] }
        }
        #expect(abs(Double(agreeing) / Double(rounds * count) - Double(fit) / 10_000) < 0.03, "seed \(generator.seed)")
    }

    @Test func aChangeIsTakenBackWithinFourRuns() {
        func report(_ changes: [(member: Int64, run: Int, from: Int, to: Int)]) -> FlapReport {
            FlapReport(
                changes: changes.map { TierChange(member: $0.member, run: $0.run, from: $0.from, to: $0.to) },
                memberDays: 1_461)
        }
        // Down and up again four runs later: one change taken back. Five runs later: none.
        #expect(report([(1, 3, 0, 1), (1, 7, 1, 0)]).takenBack == 1)
        #expect(report([(1, 3, 0, 1), (1, 8, 1, 0)]).takenBack == 0)
        // By way of another tier, and not by somebody else.
        #expect(report([(1, 5, 2, 0), (1, 3, 0, 1), (1, 4, 1, 2)]).takenBack == 1)
        #expect(report([(1, 3, 0, 1), (2, 4, 1, 0)]).takenBack == 0)
        let restless = report([(1, 1, 0, 1), (1, 2, 1, 0), (1, 3, 0, 1), (2, 1, 1, 2)])
        #expect((restless.changes, restless.takenBack) == (4, 2))
        #expect((restless.changesPerYear, restless.takenBackShare) == (1_000, 5_000))
        // Rounded to the nearest: one change in 800 days are 0.45656 a year.
        #expect(FlapReport(changes: 1, takenBack: 0, memberDays: 800).changesPerYear == 457)
        let quiet = FlapReport(changes: [], memberDays: 0)
        #expect((quiet.changesPerYear, quiet.takenBackShare) == (nil, nil))
    }

    /// As many changes take one back as are taken back: the report may be written run by run.
    @Test(arguments: 1...40)
    func countingEitherSideOfAFlapIsTheSame(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var changes: [TierChange] = []
        for member in 0..<20 {
            var tier = generator.draw(in: 0...3)
            for run in 1...30 where generator.draw(in: 0...2) == 0 {
                let next = generator.draw(in: 0...3)
                if next != tier { changes.append(TierChange(member: Int64(member), run: run, from: tier, to: next)) }
                tier = next
            }
        }
        let report = FlapReport(changes: generator.shuffled(changes), memberDays: 1)
        let returned = changes.count { change in changes.contains { $0.takesBack(change) } }
        #expect(report.takenBack == returned, "seed \(generator.seed)")
        // The other way round, as figures of a run count: the tiers that a member left in the last four runs.
        let byRun = changes.count { change in
            let left = changes.filter {
                $0.member == change.member && (change.run - FlapReport.patience..<change.run).contains($0.run)
            }
            return left.contains { $0.from == change.to }
        }
        #expect(report.takenBack == byRun && report.takenBack > 0, "seed \(generator.seed)")
    }
}

extension FlapReport {
    /// The share of changes that were taken back, in basis points; nil where nobody changed.
    var takenBackShare: Int? { Share.basisPoints(takenBack, of: changes) }
}
