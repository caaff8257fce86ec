import RetierCore
import RetierTestSupport
import Testing

@Suite struct ScoringTests {
    @Test func membersWithoutAPurchaseAreNotScored() {
        let facts = Samples.facts([SampleMember(id: "a"), SampleMember(id: "b", last: 990, total: 5)])
        let scoring = ScoreTable.scoring(facts, weights: ScoreWeights())
        #expect(scoring.table.isScored == [false, true])
        #expect(scoring.scoredCount == 1)
        #expect(scoring.table.composite == [0, 500_000])
        #expect(scoring.table.recency == [0, 1])
    }

    @Test func moreRecentMoreFrequentAndFullPriceAreBetter() {
        let facts = Samples.facts([
            SampleMember(id: "a", last: 900, days: 1, orders: 4, coupons: 2, total: 1),
            SampleMember(id: "b", last: 990, days: 3, orders: 4, coupons: 1, total: 2),
        ])
        let table = ScoreTable.scoring(facts, weights: ScoreWeights()).table
        for dimension in ScoreWeights().used {
            #expect(table.ranks[dimension.rawValue] == [250_000, 750_000], "\(dimension)")
        }
        #expect(table.composite == [250_000, 750_000])
    }

    @Test(arguments: [
        (1, 3, 333_333, 1_000_000, false), (2, 6, 1, 3, true), (0, 0, 0, 9, true), (7, 7, 1, 1, true),
        (1_073_741_823, 2_147_483_647, 1_073_741_822, 2_147_483_645, false),
    ])
    func couponSharesCompareAsExactFractions(
        coupons: Int32, orders: Int32, otherCoupons: Int32, otherOrders: Int32, areEqual: Bool
    ) {
        let facts = Samples.facts([
            SampleMember(id: "a", last: 1, orders: orders, coupons: coupons),
            SampleMember(id: "b", last: 1, orders: otherOrders, coupons: otherCoupons),
        ])
        let ranks = ScoreTable.scoring(facts, weights: ScoreWeights()).table.ranks[Dimension.priceSensitivity.rawValue]
        #expect((ranks[0] == ranks[1]) == areEqual)
        let isLower = Int64(coupons) * Int64(otherOrders) < Int64(otherCoupons) * Int64(orders)
        if !areEqual { #expect((ranks[0] > ranks[1]) == isLower) }
    }

    @Test(arguments: 1...25)
    func contributionsSumToTheComposite(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let weights = ScoreWeights(
            spend: generator.draw(in: 1...97), frequency: generator.draw(in: 0...97),
            recency: generator.draw(in: 0...9), priceSensitivity: generator.draw(in: 0...3))
        let facts = Samples.facts(Samples.drawn(120, &generator))
        let table = ScoreTable.scoring(facts, weights: weights).table
        for row in 0..<facts.count {
            let ranks = table.ranks(of: row)
            var weighted = 0
            for dimension in weights.used { weighted += weights[dimension] * Int(ranks[dimension.rawValue]) }
            #expect(Int(table.composite[row]) == weighted / weights.sum, "seed \(generator.seed)")
            let contributions = weights.contributions(of: ranks)
            #expect(contributions.wrappedSum() == table.composite[row], "seed \(generator.seed)")
            for dimension in weights.used {
                let exact = weights[dimension] * Int(ranks[dimension.rawValue]) / weights.sum
                #expect((0...1).contains(Int(contributions[dimension.rawValue]) - exact), "seed \(generator.seed)")
            }
        }
    }

    @Test func leftoverMillionthsGoToTheLargestRemainders() {
        let weights = ScoreWeights(spend: 1, frequency: 1, recency: 1, priceSensitivity: 0)
        let ranks: SIMD8<Int32> = SIMD8(500_001, 500_002, 500_000, 0, 0, 0, 0, 0)
        #expect(weights.composite(of: ranks) == 500_001)
        #expect(weights.contributions(of: ranks) == SIMD8(166_667, 166_667, 166_667, 0, 0, 0, 0, 0))
        let equal: SIMD8<Int32> = SIMD8(500_000, 500_000, 500_000, 0, 0, 0, 0, 0)
        #expect(weights.composite(of: equal) == 500_000)
        #expect(weights.contributions(of: equal) == SIMD8(166_667, 166_667, 166_666, 0, 0, 0, 0, 0))
    }

    @Test(arguments: 1...10)
    func shufflingMembersChangesNothing(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let members = Samples.drawn(200, &generator)
        // Other ids give other rows; a member's scores must come along.
        let renamed = generator.shuffled(Array(members.indices))
        var others = members
        for (index, target) in renamed.enumerated() { others[index].id = "x\(target.padded(to: 5))" }
        let first = ScoreTable.scoring(Samples.facts(members), weights: ScoreWeights()).table
        let second = ScoreTable.scoring(Samples.facts(others), weights: ScoreWeights()).table
        for (row, target) in renamed.enumerated() {
            #expect(first.composite[row] == second.composite[target], "seed \(generator.seed)")
            #expect(first.segment[row] == second.segment[target], "seed \(generator.seed)")
            #expect(first.ranks(of: row) == second.ranks(of: target), "seed \(generator.seed)")
        }
    }

    @Test(arguments: 1...10)
    func segmentsCompareExactlyWithTheMean(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let facts = Samples.facts(Samples.drawn(60, &generator))
        let rows = (0..<facts.count).filter { facts.hasPurchase($0) }
        let days = rows.map { facts.daysSincePurchase($0) }.reduce(0, +)
        let frequency = rows.map { Int(facts.windowDays[$0]) }.reduce(0, +)
        let total = rows.map { Int(facts.windowTotal[$0]) }.reduce(0, +)
        let table = ScoreTable.scoring(facts, weights: ScoreWeights()).table
        for row in rows {
            let expected = Segment8(
                recencyHigh: facts.daysSincePurchase(row) * rows.count < days,
                frequencyHigh: Int(facts.windowDays[row]) * rows.count > frequency,
                monetaryHigh: Int(facts.windowTotal[row]) * rows.count > total)
            #expect(table.segment[row] == expected.rawValue, "seed \(generator.seed)")
        }
    }

    @Test func totalsNearTheLimitDoNotOverflow() {
        let facts = Samples.facts([
            SampleMember(id: "a", last: 1, total: Int64.max), SampleMember(id: "b", last: 1, total: Int64.max - 1),
            SampleMember(id: "c", last: 1, total: Int64.min),
        ])
        let table = ScoreTable.scoring(facts, weights: ScoreWeights()).table
        #expect(table.segment.map { $0 & 4 } == [4, 4, 0])
        #expect(table.monetary == [4, 2, 1])
    }

    @Test func equalToTheMeanIsLow() {
        let facts = Samples.facts([
            SampleMember(id: "a", last: 900, days: 2, total: 10), SampleMember(id: "b", last: 900, days: 2, total: 10),
        ])
        #expect(ScoreTable.scoring(facts, weights: ScoreWeights()).table.segment == [0, 0])
    }
}
