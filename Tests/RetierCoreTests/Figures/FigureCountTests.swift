import RetierCore
import RetierTestSupport
import Testing

@Suite struct FigureCountTests {
    private static let model = TieringModel(ladder: Samples.ladder)

    /// Two refreshes of the same drawn members, who spend anew in between.
    private struct World {
        var facts: FactTable
        var outcome: TieringOutcome
        var leftTiers: [UInt64]
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
            leftTiers = (0..<facts.count).map { _ in UInt64(generator.draw(in: 0...7)) }
            figures = FigureCount.figures(
                facts: facts, outcome: outcome, model: FigureCountTests.model,
                sources: FigureSources(leftTiers: leftTiers))
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
        for (tier, id) in ["gold", "silver", "base"].enumerated() {
            let pending = world.rows(in: tier).count { outcome.standing.pendingRuns[$0] > 0 }
            #expect(figures.count(.tier, id, of: .pending) == pending, "seed \(seed)")
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

    @Test(arguments: 1...20) func movesAndWhatTheyTakeBackAreTheTransitions(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 40 + Int(seed) * 7)
        let ids = ["gold", "silver", "base"]
        var (moves, undone, causes): ([Figure: Int], [Figure: Int], [Figure: Int]) = ([:], [:], [:])
        for transition in world.outcome.transitions {
            let (from, to) = (transition.fromTier.map { ids[$0] } ?? "", ids[transition.toTier])
            moves[Figure(.move, from, to, of: Figure.Quantity(transition.kind), is: 0), default: 0] += 1
            if transition.kind == .lapsed, transition.toStage == .lost {
                moves[Figure(.move, from, to, of: .lost, is: 0), default: 0] += 1
            }
            let isBack = world.leftTiers[transition.row] & 1 << UInt64(transition.toTier) != 0
            if transition.fromTier != transition.toTier, isBack {
                undone[Figure(.undone, from, to, is: 0), default: 0] += 1
                let dimension = transition.reason.dimension?.name ?? ""
                causes[Figure(.undoneCause, transition.kind.name, dimension, is: 0), default: 0] += 1
            }
        }
        for (part, expected) in [(Figure.Part.move, moves), (.undone, undone), (.undoneCause, causes)] {
            let counted = world.figures.figures.filter { $0.part == part }
            #expect(counted.count == expected.count, "seed \(seed)")
            for figure in counted {
                var name = figure
                name.value = 0
                #expect(expected[name] == Int(figure.value), "\(figure), seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...10) func causesHaveTheMeanRanksOfTheirMoves(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 200)
        let kinds: [Transition.Kind] = [.promoted, .demoted, .slid]
        for kind in kinds {
            for dimension in Dimension.allCases {
                let moves = world.outcome.transitions.filter { $0.kind == kind && $0.reason.dimension == dimension }
                #expect(world.figures.count(.cause, kind.name, dimension.name) == moves.count, "seed \(seed)")
                guard !moves.isEmpty else { continue }
                let before = moves.reduce(0) { $0 + Int($1.reason.rankBefore) } / moves.count
                let after = moves.reduce(0) { $0 + Int($1.reason.rankAfter) } / moves.count
                let means = [Figure.Quantity.rankBefore, .rankAfter].map {
                    world.figures.count(.cause, kind.name, dimension.name, of: $0)
                }
                #expect(means == [before, after], "seed \(seed)")
            }
        }
        #expect(world.outcome.transitions.contains { kinds.contains($0.kind) }, "seed \(seed)")
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

    /// A hundred members a point apart, the best ten of them gold: one in each point but the last, which nobody has.
    @Test func everyPointWithinTenOfACutHasItsMembers() throws {
        let model = TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
        let facts = Samples.facts((0..<100).map { SampleMember(id: "m\($0)", last: 995, total: Int64($0)) })
        let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
        #expect(outcome.calibration.entryCuts == [905_000, 605_000, 0])
        let figures = FigureCount.figures(facts: facts, outcome: outcome, model: model)
        for bin in -10...9 {
            #expect(figures.count(.cut, "gold", String(bin)) == 1 && figures.count(.cut, "silver", String(bin)) == 1)
        }
        #expect(figures.count(.cut, "gold", "10") == 0 && figures.count(.cut, "gold", "-11") == 0)
    }

    /// Without a purchase nobody is near a score; to a tier by spend everybody has a distance, however far.
    @Test func whoIsLookedAtDependsOnWhatTheTierLooksAt() throws {
        let facts = Samples.facts([
            SampleMember(id: "a"), SampleMember(id: "b", last: 995, total: 5),
            SampleMember(id: "c", last: 995, total: 9_000_000), SampleMember(id: "d", last: 995, total: 9_100_000),
        ])
        func figures(_ entry: Tier.Entry) throws -> RunFigures {
            let tiers = [
                Tier(id: "gold", title: LocalizedText("gold"), entry: entry),
                Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
            ]
            let model = TieringModel(
                weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0),
                ladder: TierLadder(tiers: tiers))
            let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
            return FigureCount.figures(facts: facts, outcome: outcome, model: model)
        }
        // Everybody with a purchase is in gold; the one without has no score, not one of 0.
        let byScore = try figures(.score(45_000))
        #expect(byScore.count(.entering, "gold") == 0)
        let bySpend = try figures(.value(of: "m_total", atLeast: 9_050_000))
        #expect(bySpend.count(.entering, "gold") == 3 && bySpend.count(.losing, "gold") == 1)
        let object = { (step: Int) in bySpend.count(.entering, "gold", "m_total \(step)") }
        #expect((object(50_000), object(10_000_000)) == (1, 2))
    }

    @Test func aPurchaseOfThirtyDaysAgoIsNoActivity() throws {
        let facts = Samples.facts(([970, 971, 1_000] as [Int32]).map { SampleMember(id: "m\($0)", last: $0) })
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: nil)
        #expect(FigureCount.figures(facts: facts, outcome: outcome, model: Self.model).count(.whole, of: .active) == 2)
    }

    /// Money and purchases by cluster; who has no cluster is in none of them.
    @Test func clustersAreTheirMembers() throws {
        let totals: [Int64] = [100, 0, 30, -70, 9]
        let facts = Samples.facts(
            totals.enumerated().map { SampleMember(id: "m\($0.offset)", last: 995, total: $0.element) }
                + [SampleMember(id: "z")])
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: nil)
        let columns = ["m_total", "visits"].map { ClusterFact(name: $0, title: LocalizedText($0), scale: .linear) }
        let model = ClusterModel(
            facts: columns, means: [0, 0], deviations: [1, 1], known: [5, 0],
            clusters: (0..<3).map { _ in LearnedCluster(centre: [0, 0], size: 1, means: [0, 0]) }, inertia: 0)
        let missing = ClusterFact.missing
        let table = ClusterTable(
            model: model, clusters: [1, 1, 0, 0, 1, ClusterTable.none],
            today: [
                ClusterMeans(members: 2, means: [-20, missing], deviations: [-50, 0]),
                ClusterMeans(members: 3, means: [36, 0], deviations: [70, 0]),
                ClusterMeans(members: 0, means: [missing, missing], deviations: [0, 0]),
            ], all: ClusterMeans(members: 5, means: [14, 0], deviations: [22, 0]))
        let figures = FigureCount.figures(
            facts: facts, outcome: outcome, model: Self.model, sources: FigureSources(clusters: table))
        #expect(["1", "2", "3"].map { figures.count(.cluster, $0) } == [2, 3, 0])
        #expect(["1", "2", "3"].map { figures.count(.cluster, $0, of: .spend) } == [-40, 109, 0])
        let shown = figures.figures.filter { $0.part == .clusterColumn }
            .map { "\($0.subject) \($0.object) \($0.quantity.rawValue) \($0.value)" }
        #expect(
            shown == [
                "1 m_total mean -20", "1 m_total deviation -50", "1 visits deviation 0", "2 m_total mean 36",
                "2 m_total deviation 70", "2 visits mean 0", "2 visits deviation 0", " m_total mean 14",
                " m_total deviation 22", " visits mean 0", " visits deviation 0",
            ])
        let without = FigureCount.figures(facts: facts, outcome: outcome, model: Self.model)
        #expect(without.figures.allSatisfy { $0.part != .cluster && $0.part != .clusterColumn })
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
            FigureCount.figures(
                facts: later, outcome: second, model: model, sources: FigureSources(spendSince: FactColumn(spends))
            ).value(.whole, of: .fit)
        }
        #expect(fit(totals) == 10_000)
        // Turned round, the best is last: only two of the six in the base agree.
        #expect(fit(totals.reversed()) == 2_000)
        let without = FigureCount.figures(facts: later, outcome: second, model: model)
        #expect(without.value(.whole, of: .fit) == nil)
    }

    /// 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract; what is not on the scale, or nothing, does not count.
    @Test func answersAreCountedByTheirGroups() throws {
        let facts = Samples.facts((0..<9).map { SampleMember(id: "m\($0)", last: 995) })
        let outcome = try Tiering.run(facts: facts, previous: nil, model: Self.model, calibration: nil)
        let answers = [10, 9, 8, 7, 6, 0, 11, -1].map { Int64($0) * 1_000_000 } + [FactColumn.missing]
        let figures = FigureCount.figures(
            facts: facts, outcome: outcome, model: Self.model, sources: FigureSources(answers: FactColumn(answers)))
        let counts = [Figure.Quantity.promoters, .passives, .detractors].map { figures.count(.whole, of: $0) }
        #expect(counts == [2, 2, 2])
    }

    @Test func predictedValueIsSummedByTierAndRoundedOnce() throws {
        let facts = Samples.facts((0..<10).map { SampleMember(id: "m\($0)", last: 995, total: Int64($0) * 10) })
        let model = TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
        let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
        var predictions = PredictionTable(count: 10)
        // Nothing is predicted of the first; one gold, three silver, five of six in the base; 0.506 of the currency
        // each.
        for row in 1..<10 { predictions.value[row] = 506_000 }
        let figures = FigureCount.figures(
            facts: facts, outcome: outcome, model: model, sources: FigureSources(predictions: predictions))
        #expect(["gold", "silver", "base"].map { figures.count(.tier, $0, of: .predicted) } == [1, 3, 5])
        #expect(["gold", "silver", "base"].map { figures.count(.tier, $0, of: .predictedValue) } == [51, 152, 253])
    }

    /// What is counted against the distances that members are told.
    @Test(arguments: 1...20) func distancesNearTheCutsAreThoseOfTheMembers(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World(&generator, members: 40 + Int(seed) * 7)
        let outcome = world.outcome
        var expected: [Figure: Int] = [:]
        func add(_ part: Figure.Part, _ tier: Int, _ gap: TierGap?) throws {
            let gap = try #require(gap)
            let id = ["gold", "silver"][tier]
            expected[Figure(part, id, is: 0), default: 0] += 1
            let orders = part == .entering ? "full_price_orders" : "coupon_orders"
            for name in ["m_total", "f_days", "r_days", orders] {
                var object = name
                let ways = gap.ways.filter { $0.measure == name || (name == orders && $0.measure == "coupon_share") }
                if let change = ways.first?.change.magnitude {
                    let grain: UInt64 = name == "m_total" ? 100 : 1
                    let series = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000]
                    object += " \(try #require(series.first { UInt64($0) * grain >= change }) * Int(grain))"
                }
                expected[Figure(part, id, object, is: 0), default: 0] += 1
            }
        }
        for row in world.rows where outcome.scores.isScored[row] {
            let (tier, score) = (Int(outcome.standing.tier[row]), Int64(outcome.scores.composite[row]))
            if tier > 0, (1...50_000).contains(outcome.calibration.entryCuts[tier - 1] - score) {
                try add(.entering, tier - 1, outcome.distance.gap(entering: tier - 1, row: row))
            }
            let line = Self.model.stability.keepingLine(cut: outcome.calibration.entryCuts[tier])
            if tier < 2, (0...50_000).contains(score - line) {
                try add(.losing, tier, outcome.distance.gap(losing: tier, row: row))
            }
        }
        let counted = world.figures.figures.filter { $0.part == .entering || $0.part == .losing }
        #expect(counted.count == expected.count && counted.count > 1, "seed \(seed)")
        for figure in counted {
            var name = figure
            name.value = 0
            #expect(expected[name] == Int(figure.value), "\(figure), seed \(seed)")
        }
    }
}
