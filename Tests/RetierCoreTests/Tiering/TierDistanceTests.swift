import RetierCore
import RetierTestSupport
import Testing

@Suite struct TierDistanceTests {
    /// Changes one column of one row by an amount and scores everybody again.
    private func composite(
        of row: Int, after change: (inout FactTable) -> Void, facts: FactTable, weights: ScoreWeights
    ) -> Int32 {
        var changed = facts
        change(&changed)
        return ScoreTable.scoring(changed, weights: weights).table.composite[row]
    }

    @Test(arguments: 1...40)
    func theStatedSpendReachesTheCutAndOneUnitLessDoesNot(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let weights = ScoreWeights(
            spend: generator.draw(in: 0...5), frequency: generator.draw(in: 0...5), recency: 1,
            priceSensitivity: generator.draw(in: 0...2))
        let facts = Samples.facts(Samples.drawn(generator.draw(in: 2...60), &generator))
        let scoring = ScoreTable.scoring(facts, weights: weights)
        let distance = TierDistance(scoring)
        for row in 0..<facts.count where facts.hasPurchase(row) {
            let cut = Int32(generator.draw(in: 0...1_000_000))
            let gap = distance.spend(of: row, reaching: cut, facts: facts, scores: scoring.table)?.minorUnits
            func reaches(_ change: Int64) -> Bool {
                composite(of: row, after: { $0.windowTotal[row] += change }, facts: facts, weights: weights) >= cut
            }
            if let gap {
                #expect(reaches(gap), "row \(row) cut \(cut) seed \(generator.seed)")
                #expect(gap == 0 || !reaches(gap - 1), "row \(row) cut \(cut) seed \(generator.seed)")
            } else {
                #expect(!reaches(1 << 50), "row \(row) cut \(cut) seed \(generator.seed)")
            }
        }
    }

    @Test(arguments: 1...40)
    func theStatedPurchaseDaysReachTheCutAndOneLessDoesNot(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let weights = ScoreWeights(
            spend: 1, frequency: generator.draw(in: 0...5), recency: generator.draw(in: 0...2), priceSensitivity: 1)
        let facts = Samples.facts(Samples.drawn(generator.draw(in: 2...60), &generator))
        let scoring = ScoreTable.scoring(facts, weights: weights)
        let distance = TierDistance(scoring)
        for row in 0..<facts.count where facts.hasPurchase(row) {
            let cut = Int32(generator.draw(in: 0...1_000_000))
            let gap = distance.purchaseDays(of: row, reaching: cut, facts: facts, scores: scoring.table)
            func reaches(_ change: Int) -> Bool {
                let days = Int32(change)
                return composite(of: row, after: { $0.windowDays[row] += days }, facts: facts, weights: weights) >= cut
            }
            if let gap {
                #expect(reaches(gap), "row \(row) cut \(cut) seed \(generator.seed)")
                #expect(gap == 0 || !reaches(gap - 1), "row \(row) cut \(cut) seed \(generator.seed)")
            } else {
                #expect(!reaches(1 << 20), "row \(row) cut \(cut) seed \(generator.seed)")
            }
        }
    }

    @Test func equallingTheNextMemberCanBeEnough() {
        // Ranks of spends 10, 20, 30: 166,666, 500,000, 833,333. Equalling 20 gives 2 * 0 + 2 of 6 = 333,333.
        let facts = Samples.facts(
            [10, 20, 30].enumerated().map { SampleMember(id: "m\($0.offset)", last: 1_000, total: Int64($0.element)) })
        let weights = ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0)
        let scoring = ScoreTable.scoring(facts, weights: weights)
        let distance = TierDistance(scoring)
        func gap(_ cut: Int32) -> Int64? {
            distance.spend(of: 0, reaching: cut, facts: facts, scores: scoring.table)?.minorUnits
        }
        #expect(gap(166_666) == 0)
        #expect(gap(166_667) == 10)
        #expect(gap(333_333) == 10)
        #expect(gap(333_334) == 11)
        #expect(gap(666_666) == 20)
        #expect(gap(833_333) == 21)
        #expect(gap(833_334) == nil)
    }
}
