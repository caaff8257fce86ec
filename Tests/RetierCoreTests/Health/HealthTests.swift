import RetierCore
import RetierTestSupport
import Testing

@Suite struct HealthTests {
    private func standing(_ members: [(tier: Int?, stage: LifecycleStage)]) -> StandingTable {
        var table = StandingTable(count: members.count)
        for (row, member) in members.enumerated() {
            table.tier[row] = member.tier.map { UInt8($0) } ?? StandingTable.noTier
            table.stage[row] = member.stage.rawValue
        }
        return table
    }

    @Test func theMatrixHoldsEverybodyOnce() {
        let before = standing([
            (0, .active), (1, .active), (1, .cooling), (1, .dormant), (2, .lost), (2, .active), (nil, .new),
            (1, .active),
        ])
        let after = standing([
            (0, .active), (0, .active), (2, .active), (1, .lost), (1, .returned), (2, .active), (2, .new), (1, .active),
        ])
        let matrix = TierMatrix(before: before, after: after, tierCount: 3)
        #expect(matrix.members(from: .tier(1), to: .tier(0)) == 1)
        #expect(matrix.members(from: .tier(1), to: .tier(2)) == 1)
        #expect(matrix.members(from: .lost, to: .tier(1)) == 1)
        #expect((matrix.new, matrix.returned, matrix.lost) == (1, 1, 1))
        #expect((matrix.before(.tier(1)), matrix.after(.tier(1))) == (4, 2))
        // Of four one rose, one fell, one was lost, one stayed.
        #expect((matrix.upwardRate(from: 1), matrix.rate(from: 1, to: 2)) == (2_500, 2_500))
        #expect(matrix.upwardRate(from: 0) == 0)
        // Five stood in a tier before and after; two of them in another one.
        #expect(matrix.movedShare == 4_000)
        let first = TierMatrix(before: nil, after: after, tierCount: 3)
        #expect((first.new, first.before(.outside), first.movedShare) == (7, 8, nil))
        #expect(first.rate(from: 0, to: 1) == nil)
    }

    @Test func theVarianceIsExact() throws {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, variance 4.
        let spread = ValueSpread([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(spread.variance == 4)
        let large = ValueSpread(Array(repeating: [9_999_999_999_999, -9_999_999_999_999], count: 50_000).joined())
        #expect(large.variance == Int128(9_999_999_999_999) * 9_999_999_999_999)
        #expect(ValueSpread([0, 0, 4, 4, 4, 4, 8, 8]).change(since: spread) == 10_000)
        #expect(spread.change(since: ValueSpread([3, 3])) == nil)
        #expect(ValueSpread([]).variance == nil)
    }

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

    @Test func contributionsNameMembersAndMoney() {
        let contribution = TierContribution(
            tiers: [0, 1, 1, nil, 2], money: [700, 200, 150, 999, -50], tierCount: 3)
        #expect(contribution.members == [1, 2, 1])
        #expect((0..<3).map { contribution.memberShare($0) } == [2_500, 5_000, 2_500])
        #expect((0..<3).map { contribution.moneyShare($0) } == [7_000, 3_500, -500])
        #expect(TierContribution(tiers: [0], money: [-1], tierCount: 1).moneyShare(0) == nil)
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
