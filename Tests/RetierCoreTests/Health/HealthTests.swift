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

    @Test func aChangeIsUndoneWithinFourRuns() {
        func report(_ changes: [(member: Int64, run: Int, from: Int, to: Int)]) -> FlapReport {
            FlapReport(
                changes: changes.map { TierChange(member: $0.member, run: $0.run, from: $0.from, to: $0.to) },
                memberDays: 1_461)
        }
        // Down and up again four runs later: one change undone. Five runs later: none.
        #expect(report([(1, 3, 0, 1), (1, 7, 1, 0)]).undone == 1)
        #expect(report([(1, 3, 0, 1), (1, 8, 1, 0)]).undone == 0)
        // By way of another tier, and not by somebody else.
        #expect(report([(1, 5, 2, 0), (1, 3, 0, 1), (1, 4, 1, 2)]).undone == 1)
        #expect(report([(1, 3, 0, 1), (2, 4, 1, 0)]).undone == 0)
        let restless = report([(1, 1, 0, 1), (1, 2, 1, 0), (1, 3, 0, 1), (2, 1, 1, 2)])
        #expect((restless.changes, restless.undone, restless.flappingMembers) == (4, 2, 1))
        #expect((restless.changesPerYear, restless.undoneShare) == (1_000, 5_000))
        let quiet = FlapReport(changes: [], memberDays: 0)
        #expect((quiet.changesPerYear, quiet.undoneShare) == (nil, nil))
    }
}
