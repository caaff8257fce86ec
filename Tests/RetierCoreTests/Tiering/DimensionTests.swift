import RetierCore
import RetierTestSupport
import Testing

@Suite struct DimensionTests {
    private let missing = MeasureSource.missing

    private func facts(_ count: Int) -> FactTable {
        Samples.facts((0..<count).map { SampleMember(id: "m\($0.padded(to: 3))", last: 990, total: Int64($0)) })
    }

    private func weights(_ weights: [Dimension: Int]) -> ScoreWeights {
        var result = ScoreWeights.none
        for (dimension, weight) in weights { result[dimension] = weight }
        return result
    }

    @Test func onlyUsedDimensionsAreRanked() {
        let table = ScoreTable.scoring(facts(3), weights: weights([.spend: 1])).table
        #expect(table.ranks.map(\.isEmpty) == [false, true, true, true, true, true, true, true])
        #expect(table.ranks(of: 0) == SIMD8(166_666, -1, -1, -1, -1, -1, -1, -1))
        // RFM scores do not depend on it.
        #expect(table.frequency == [1, 1, 1])
    }

    @Test func severalMeasuresAreRankedByTheMeanOfTheirRanks() {
        let rules = DimensionRules(own: [
            .activity: [Measure("visits", weight: 3), Measure("days_since_login", isLowerBetter: true)]
        ])
        // Ranks of visits: 1/6, 3/6, 5/6; of logins, the fewest days best: 5/6, 3/6, 1/6. Means: 2/6, 3/6, 4/6.
        let table = ScoreTable.scoring(
            facts(3), weights: weights([.activity: 1]), rules: rules,
            further: ["visits": [0, 5, 9], "days_since_login": [1, 2, 3]]
        ).table
        #expect(table.ranks[Dimension.activity.rawValue] == [166_666, 500_000, 833_333])
        #expect(table.composite == [166_666, 500_000, 833_333])
    }

    @Test func whatIsMissingOfAMemberIsLeftOutAndNotScoredAsZero() {
        let scoring = ScoreTable.scoring(
            facts(4), weights: weights([.spend: 30, .potential: 10]),
            further: ["clv_13w": [missing, 7, missing, 5]])
        let table = scoring.table
        // Spend: 125,000, 375,000, 625,000, 875,000; potential of the two of whom it is known: 750,000 and 250,000.
        #expect(table.ranks[Dimension.potential.rawValue] == [-1, 750_000, -1, 250_000])
        let expected: [Int32] = [125_000, 468_750, 625_000, 718_750]
        #expect(table.composite == expected)
        for row in 0..<4 {
            #expect(scoring.weights.contributions(of: table.ranks(of: row)).wrappedSum() == table.composite[row])
        }
        #expect(scoring.weights.contributions(of: table.ranks(of: 0)) == SIMD8(125_000, 0, 0, 0, 0, 0, 0, 0))
    }

    @Test func aMeasureThatIsMissingLeavesTheOthers() {
        let table = ScoreTable.scoring(
            facts(3), weights: weights([.influence: 1]),
            further: ["referrals": [0, 1, 2], "shares": [missing, missing, missing]]
        ).table
        #expect(table.ranks[Dimension.influence.rawValue] == [166_666, 500_000, 833_333])
    }

    @Test func aDimensionWithoutDataCountsForNothingAndSaysSo() throws {
        let model = TieringModel(weights: weights([.spend: 30, .activity: 70]), ladder: Samples.ladder)
        let outcome = try Tiering.run(facts: facts(4), previous: nil, model: model, calibration: nil)
        #expect(outcome.scores.composite == [125_000, 375_000, 625_000, 875_000])
        #expect(outcome.scoring.weights[.activity] == 0)
        #expect(outcome.warnings.contains { $0.code == "missing-dimension" && $0.subject == "activity" })
    }

    @Test func aConstantDimensionCountsForNothingAndSaysSo() throws {
        let model = TieringModel(weights: weights([.spend: 30, .influence: 70]), ladder: Samples.ladder)
        let outcome = try Tiering.run(
            facts: facts(4), previous: nil, model: model, calibration: nil,
            sources: TieringSources(measures: ["referrals": [2, 2, 2, 2]]))
        #expect(outcome.scores.composite == [125_000, 375_000, 625_000, 875_000])
        #expect(outcome.warnings.contains { $0.code == "constant-dimension" && $0.subject == "influence" })
    }

    @Test func whereNothingTellsMembersApartEverybodyStandsInTheMiddle() {
        let table = ScoreTable.scoring(facts(4), weights: weights([.recency: 1])).table
        #expect(table.composite == [500_000, 500_000, 500_000, 500_000])
    }

    @Test(arguments: 1...25)
    func contributionsSumToTheCompositeWhateverIsMissing(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let members = Samples.drawn(80, &generator)
        var all = ScoreWeights.none
        for dimension in Dimension.allCases { all[dimension] = generator.draw(in: 0...40) }
        all[.spend] += 1
        var further: [String: [Int64]] = [:]
        for name in ["visits", "logins", "days_since_first_order", "cycle_variation", "referrals", "clv_13w"] {
            further[name] = members.map { _ in
                generator.draw(in: 0...3) == 0 ? missing : Int64(generator.draw(in: -9...9))
            }
        }
        let facts = Samples.facts(members)
        let scoring = ScoreTable.scoring(facts, weights: all, further: further)
        for row in 0..<facts.count where facts.hasPurchase(row) {
            let ranks = scoring.table.ranks(of: row)
            var (sum, total) = (0, 0)
            for dimension in Dimension.allCases where ranks[dimension.rawValue] >= 0 {
                sum += scoring.weights[dimension] * Int(ranks[dimension.rawValue])
                total += scoring.weights[dimension]
            }
            #expect(Int(scoring.table.composite[row]) == sum / total, "seed \(generator.seed)")
            #expect(
                scoring.weights.contributions(of: ranks).wrappedSum() == scoring.table.composite[row],
                "seed \(generator.seed)")
        }
    }

    /// Without an order in the window there is no value of an order, not one of nothing.
    @Test func whatIsNotKnownIsMissing() {
        let facts = Samples.facts([
            SampleMember(id: "a", joined: 400, last: 990, orders: 3, total: 1_000),
            SampleMember(id: "b", joined: 1_000, last: 100, days: 0, orders: 0, total: 0), SampleMember(id: "c"),
        ])
        let source = MeasureSource(facts)
        let missing = MeasureSource.missing
        let expected: [(String, [Int64])] = [
            ("avg_order_value", [333, missing, missing]), ("r_days", [10, 900, missing]),
            ("days_since_order", [10, 900, missing]), ("days_since_joined", [600, 0, 1_000]),
            ("orders", [3, 0, 0]), ("coupon_share", [0, 0, 0]), ("m_total", [1_000, 0, 0]), ("f_days", [1, 0, 0]),
        ]
        for (name, values) in expected { #expect(source.values(of: name, rows: [0, 1, 2]) == values, "\(name)") }
        #expect(source.values(of: "none", rows: [0]) == nil)
    }
}
