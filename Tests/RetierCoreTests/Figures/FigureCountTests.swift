import RetierCore
import RetierTestSupport
import Testing

@Suite struct FigureCountTests {
    private static let model = TieringModel(ladder: Samples.ladder)

    /// Two refreshes of the same drawn members, who spend anew in between.
    private struct World {
        var facts: FactTable
        var outcome: TieringOutcome
        var formerTiers: [UInt8]
        var figures: RunFigures

        init(_ generator: inout SeededGenerator, members: Int) throws {
            let drawn = Samples.drawn(members, &generator)
            let first = try Tiering.run(
                facts: Samples.facts(drawn), previous: nil, model: FigureCountTests.model, calibration: nil)
            let later = drawn.map { member in
                var member = member
                if member.last != nil, generator.draw(in: 0...1) == 0 {
                    member.total = Int64(generator.draw(in: 0...999))
                }
                return member
            }
            facts = Samples.facts(later)
            outcome = try Tiering.run(
                facts: facts, previous: first.standing, model: FigureCountTests.model, calibration: first.calibration)
            formerTiers = (0..<facts.count).map { _ in generator.pick(from: [0, 1, 2, StandingTable.noTier]) }
            figures = FigureCount.figures(
                facts: facts, outcome: outcome, model: FigureCountTests.model, formerTiers: formerTiers)
        }

        var rows: Range<Int> { 0..<facts.count }
        func rows(in tier: Int) -> [Int] { rows.filter { Int(outcome.standing.tier[$0]) == tier } }
        func spend(of rows: [Int]) -> Int { rows.reduce(0) { $0 + Int(facts.windowTotal[$1]) } }
    }

    @Test(arguments: 1...20) func tiersStagesAndProfilesAreTheirMembers(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 20 + Int(seed) * 7)
        let (figures, outcome) = (world.figures, world.outcome)
        for (tier, id) in ["gold", "silver", "base"].enumerated() {
            let rows = world.rows(in: tier)
            let scored = rows.filter { outcome.scores.isScored[$0] }
            #expect(figures.count(.tier, id) == rows.count, "seed \(seed)")
            #expect(figures.count(.tier, id, of: .scored) == scored.count, "seed \(seed)")
            #expect(figures.count(.tier, id, of: .spend) == world.spend(of: scored), "seed \(seed)")
            for stage in LifecycleStage.allCases {
                let here = rows.filter { outcome.standing.stage[$0] == stage.rawValue }
                #expect(figures.count(.stage, id, stage.name) == here.count, "seed \(seed)")
            }
            for dimension in outcome.calibration.weights.used where !scored.isEmpty {
                let ranks = scored.map { Int(outcome.scores.ranks[dimension.rawValue][$0]) }
                let mean = figures.value(.profile, id, dimension.name, of: .rank)
                #expect(mean.map { Int($0) } == ranks.reduce(0, +) / ranks.count, "seed \(seed)")
            }
        }
        let unearned = world.rows.count { outcome.rawTiers[$0] != outcome.standing.tier[$0] }
        #expect(figures.count(.whole, of: .unearned) == unearned, "seed \(seed)")
    }

    @Test(arguments: 1...20) func everyScoredMemberIsOnceInEachDivision(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 20 + Int(seed) * 7)
        let scored = world.rows.filter { world.outcome.scores.isScored[$0] }
        for part in [Figure.Part.grid, .fifth, .segment] {
            let figures = world.figures.figures.filter { $0.part == part }
            let members = figures.filter { $0.quantity == .members }.reduce(0) { $0 + Int($1.value) }
            let spend = figures.filter { $0.quantity == .spend }.reduce(0) { $0 + Int($1.value) }
            #expect(members == scored.count, "\(part), seed \(seed)")
            #expect(spend == world.spend(of: scored), "\(part), seed \(seed)")
        }
        let cell = scored.filter {
            world.outcome.scores.recency[$0] == 5 && world.outcome.scores.frequency[$0] == 4
        }
        #expect(world.figures.count(.grid, "5", "4") == cell.count, "seed \(seed)")
    }

    @Test(arguments: 1...20) func movesAndWhatTheyUndoAreTheTransitions(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 40 + Int(seed) * 7)
        let ids = ["gold", "silver", "base"]
        var (moves, undone): ([Figure: Int], [Figure: Int]) = ([:], [:])
        for transition in world.outcome.transitions {
            let (from, to) = (transition.fromTier.map { ids[$0] } ?? "", ids[transition.toTier])
            moves[Figure(.move, from, to, of: Figure.Quantity(transition.kind), is: 0), default: 0] += 1
            if transition.kind == .lapsed, transition.toStage == .lost {
                moves[Figure(.move, from, to, of: .lost, is: 0), default: 0] += 1
            }
            let isBack = Int(world.formerTiers[transition.row]) == transition.toTier
            if transition.fromTier != transition.toTier, isBack {
                undone[Figure(.undone, from, to, is: 0), default: 0] += 1
            }
        }
        for (part, expected) in [(Figure.Part.move, moves), (.undone, undone)] {
            let counted = world.figures.figures.filter { $0.part == part }
            #expect(counted.count == expected.count, "seed \(seed)")
            for figure in counted {
                var name = figure
                name.value = 0
                #expect(expected[name] == Int(figure.value), "\(figure), seed \(seed)")
            }
        }
    }

    /// Ten members whose ranks are 5, 15, ..., 95 points, with cuts at 95 and 65.
    @Test func distancesAreCountedPointByPoint() throws {
        let model = TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
        let facts = Samples.facts(
            (0..<10).map { SampleMember(id: "m\($0)", last: 995, total: Int64($0) * 10) })
        let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
        let figures = FigureCount.figures(facts: facts, outcome: outcome, model: model)
        #expect(figures.value(.cut, "gold", of: .entry) == 950_000)
        #expect(figures.value(.cut, "gold", of: .keep) == 855_000)
        #expect(figures.subjects(of: .cut) == ["gold", "silver"])
        let bins = figures.figures.filter { $0.part == .cut && $0.quantity == .members }
        #expect(
            bins.map { "\($0.subject) \($0.object) \($0.value)" } == [
                "gold -10 1", "gold 0 1", "silver -10 1", "silver 0 1",
            ])
    }

    /// 2, 4, 4, 4, 5, 5, 7, 9 have mean 5 and population standard deviation 2.
    @Test func spreadIsThePopulationStandardDeviation() throws {
        let totals: [Int64] = [2, 4, 4, 4, 5, 5, 7, 9]
        let facts = Samples.facts(
            totals.enumerated().map { SampleMember(id: "m\($0.offset)", last: 995, total: $0.element * 100) }
                + [SampleMember(id: "z")])
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: nil)
        let figures = FigureCount.figures(facts: facts, outcome: outcome, model: Self.model)
        #expect(figures.value(.whole, of: .meanSpend) == 500)
        #expect(figures.value(.whole, of: .spendDeviation) == 200)
        #expect(figures.count(.whole, of: .scored) == 8 && figures.count(.whole) == 9)
    }

    @Test func hugeAmountsDoNotOverflow() throws {
        let facts = Samples.facts([
            SampleMember(id: "a", last: 995, total: .max), SampleMember(id: "b", last: 995, total: .min),
            SampleMember(id: "c", last: 995, total: .max),
        ])
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: nil)
        let figures = FigureCount.figures(facts: facts, outcome: outcome, model: Self.model)
        #expect(figures.value(.whole, of: .spend) == Int64.max - 1)
        #expect((figures.value(.whole, of: .spendDeviation) ?? 0) > 0)
    }

    @Test func aBaseOfNobodyHasNoFigures() throws {
        let facts = Samples.facts([])
        let calibration = Calibration(
            learnedOn: Samples.asOf, modelDigest: Self.model.modelDigest, entryCuts: [900_000, 600_000, 0])
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: calibration)
        let figures = FigureCount.figures(facts: facts, outcome: outcome, model: Self.model)
        #expect(figures.figures.allSatisfy { $0.part == .cut })
    }

    /// The tiers before the second run against what was spent since: gold and silver swap with nobody, so that
    /// everybody agrees where spending follows the old tiers.
    @Test func fitComparesTheTiersBeforeWithTheSpendSince() throws {
        let model = TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
        func facts(_ totals: [Int64]) -> FactTable {
            Samples.facts(totals.enumerated().map { SampleMember(id: "m\($0.offset)", last: 995, total: $0.element) })
        }
        let totals: [Int64] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
        let first = try Tiering.run(facts: facts(totals), previous: nil, model: model, calibration: nil)
        let later = facts(totals.reversed())
        let second = try Tiering.run(
            facts: later, previous: first.standing, model: model, calibration: first.calibration)
        #expect(second.standing.tier != first.standing.tier)
        func fit(_ spends: [Int64]) -> Int64? {
            FigureCount.figures(facts: later, outcome: second, model: model, spendSince: FactColumn(spends))
                .value(.whole, of: .fit)
        }
        #expect(fit(totals) == 10_000)
        // Turned round, the best is last: only two of the six in the base agree.
        #expect(fit(totals.reversed()) == 2_000)
        let without = FigureCount.figures(facts: later, outcome: second, model: model)
        #expect(without.value(.whole, of: .fit) == nil)
    }
}
