import RetierCore
import RetierTestSupport
import Testing

/// Distances against the engine itself: the stated change moves the member, one unit less does not.
@Suite struct TierDistanceTests {
    /// A made-up brand: members, ladder, weights, and a standing in which everybody holds some tier.
    private struct World {
        var facts: FactTable
        var model: TieringModel
        var further: [String: [Int64]]
        var calibration: Calibration
        var held: StandingTable

        init(_ generator: inout SeededGenerator) throws {
            facts = Samples.facts(Samples.drawn(generator.draw(in: 2...25), &generator))
            let count = facts.count
            further = [:]
            for name in ["visits", "tenure", "streak", "silence"] {
                further[name] = (0..<count).map { _ in
                    generator.draw(in: 0...4) == 0 ? MeasureSource.missing : Int64(generator.draw(in: 0...9))
                }
            }
            var weights = ScoreWeights.none
            weights[.spend] = generator.draw(in: 0...5)
            weights[.frequency] = generator.draw(in: 0...5)
            weights[.recency] = generator.draw(in: 1...5)
            weights[.priceSensitivity] = generator.draw(in: 0...3)
            weights[.activity] = generator.draw(in: 0...3)
            weights[.loyalty] = generator.draw(in: 0...3)
            let rules = DimensionRules(own: [
                .activity: [Measure("visits")],
                .loyalty: [
                    Measure("tenure", weight: generator.draw(in: 1...3)), Measure("streak"),
                    Measure("silence", weight: 2, isLowerBetter: true),
                ],
            ])
            let cuts = (0..<2).map { _ in generator.draw(in: 50_000...950_000) }.sorted(by: >)
            let byScore: [Tier.Entry] = [.score(cuts[0]), .score(cuts[1]), .everyone]
            let bySpend: [Tier.Entry] = [
                .value(of: "m_total", atLeast: 900), .value(of: "m_total", atLeast: -5), .everyone,
            ]
            let entries = generator.draw(in: 0...4) == 0 ? bySpend : byScore
            let tiers = zip(["gold", "silver", "base"], entries).map {
                Tier(id: $0, title: LocalizedText($0), entry: $1)
            }
            model = TieringModel(
                weights: weights, dimensions: rules, ladder: TierLadder(tiers: tiers),
                stability: Stability(
                    keepShare: generator.pick(from: [10_000, 9_000, 5_000]), confirmingRuns: 1, maxStepsDown: 64))
            held = StandingTable(count: count)
            calibration = try Tiering.run(
                facts: facts, previous: nil, model: model, calibration: nil, sources: TieringSources(measures: further)
            ).calibration
            for row in 0..<count { held.tier[row] = UInt8(generator.draw(in: 0...2)) }
        }

        func outcome(_ facts: FactTable, further: [String: [Int64]]? = nil) throws -> TieringOutcome {
            try Tiering.run(
                facts: facts, previous: held, model: model, calibration: calibration,
                sources: TieringSources(measures: further ?? self.further))
        }

        /// The outcome once one number of one member has changed.
        func outcome(row: Int, _ measure: String, by change: Int64) throws -> TieringOutcome {
            var (facts, further) = (facts, further)
            switch measure {
            case "m_total": facts.windowTotal[row] += change
            case "f_days": facts.windowDays[row] += Int32(change)
            case "r_days": facts.lastPurchase[row] -= Int32(change)
            case "full_price_orders": facts.windowOrders[row] += Int32(change)
            case "coupon_orders":
                facts.windowOrders[row] += Int32(change)
                facts.windowCouponOrders[row] += Int32(change)
            default: further[measure]?[row] += change
            }
            return try outcome(facts, further: further)
        }
    }

    /// Applies each way, and one unit less, and asks whether the member is there.
    private func check(
        _ gap: TierGap, row: Int, in world: World, seed: UInt64, isThere: (TieringOutcome) -> Bool
    ) throws -> Int {
        let ways = gap.ways.filter { $0.dimension != .loyalty }
        for way in ways {
            let reaches = isThere(try world.outcome(row: row, way.measure, by: way.change))
            #expect(reaches, "row \(row) \(way) seed \(seed)")
            guard way.change != 0 else { continue }
            let isEnough = isThere(try world.outcome(row: row, way.measure, by: way.change - way.change.signum()))
            #expect(!isEnough, "row \(row) one less than \(way) seed \(seed)")
        }
        return ways.count
    }

    @Test(arguments: 1...30)
    func theStatedChangeMovesTheMemberAndOneUnitLessDoesNot(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let world = try World(&generator)
        let outcome = try world.outcome(world.facts)
        var checked = 0
        for row in 0..<world.facts.count where world.facts.hasPurchase(row) {
            for tier in 0..<2 {
                checked += try check(
                    outcome.distance.gap(entering: tier, row: row), row: row, in: world, seed: generator.seed
                ) { $0.rawTiers[row] <= UInt8(tier) }
                let loss = try #require(outcome.distance.gap(losing: tier, row: row))
                guard world.held.tier[row] == UInt8(tier), outcome.rawTiers[row] >= UInt8(tier) else { continue }
                checked += try check(loss, row: row, in: world, seed: generator.seed) {
                    $0.standing.tier[row] > UInt8(tier)
                }
            }
            #expect(outcome.distance.gap(losing: 2, row: row) == nil)
        }
        #expect(checked > 0, "seed \(generator.seed)")
    }

    /// Whether a number may change by a lot and still not do.
    @Test(arguments: 1...20)
    func whatIsOutOfReachStaysThere(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let world = try World(&generator)
        let outcome = try world.outcome(world.facts)
        for row in 0..<world.facts.count where world.facts.hasPurchase(row) {
            for name in outcome.distance.gap(entering: 0, row: row).outOfReach {
                let most: [String: Int64] = [
                    "m_total": 1 << 40, "f_days": 1 << 20, "visits": 1 << 40,
                    "r_days": -Int64(world.facts.daysSincePurchase(row)), "full_price_orders": 1 << 20,
                ]
                guard let change = most[name], !(name == "visits" && world.further[name]?[row] == MeasureSource.missing)
                else { continue }
                let isEnough = try world.outcome(row: row, name, by: change).rawTiers[row] == 0
                #expect(!isEnough, "row \(row) \(name) seed \(generator.seed)")
            }
            guard let loss = outcome.distance.gap(losing: 1, row: row), outcome.rawTiers[row] <= 1 else { continue }
            for name in loss.outOfReach {
                let facts = world.facts
                let most: [String: Int64] = [
                    "m_total": -max(0, facts.windowTotal[row]), "f_days": -Int64(facts.windowDays[row]),
                    "r_days": 1 << 20, "coupon_orders": 1 << 20,
                ]
                guard let change = most[name] else { continue }
                let isEnough = try world.outcome(row: row, name, by: change).rawTiers[row] > 1
                let isBelow = world.model.stability.keepShare == 10_000 && isEnough
                #expect(!isBelow, "row \(row) \(name) seed \(generator.seed)")
            }
        }
    }

    /// In a dimension of several measures the ranks of all others stay as they are, as `TierGap` says.
    @Test(arguments: 1...30)
    func aWayThroughSeveralMeasuresHoldsAgainstFrozenRanks(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let world = try World(&generator)
        let outcome = try world.outcome(world.facts)
        guard let scale = outcome.scoring.scales[Dimension.loyalty.rawValue] else { return }
        let source = TieringSources(measures: world.further).measures(of: world.facts)
        for row in 0..<world.facts.count where world.facts.hasPurchase(row) {
            let own = scale.parts.map { part -> Int64 in
                let value = source.values(of: part.measure.name, rows: [row])?[0] ?? MeasureSource.missing
                return part.measure.isLowerBetter && value != MeasureSource.missing ? -value : value
            }
            func composite(_ way: TierGap.Way, by change: Int64) -> Int32 {
                var values = own
                for (index, part) in scale.parts.enumerated() where part.measure.name == way.measure {
                    values[index] += part.measure.isLowerBetter ? -change : change
                }
                var ranks = outcome.scores.ranks(of: row)
                ranks[Dimension.loyalty.rawValue] = scale.rank(of: values, insteadOf: own)
                return outcome.scoring.weights.composite(of: ranks)
            }
            for tier in 0..<2 where world.model.ladder.tiers[tier].entry.yardstick == .score {
                let cut = outcome.calibration.entryCuts[tier]
                for way in outcome.distance.gap(entering: tier, row: row).ways where way.dimension == .loyalty {
                    #expect(composite(way, by: way.change) >= cut, "row \(row) \(way) seed \(generator.seed)")
                    guard way.change != 0 else { continue }
                    let less = way.change - way.change.signum()
                    #expect(composite(way, by: less) < cut, "row \(row) less than \(way) seed \(generator.seed)")
                }
                let line = world.model.stability.keepingLine(cut: cut)
                let loss = try #require(outcome.distance.gap(losing: tier, row: row))
                for way in loss.ways where way.dimension == .loyalty {
                    #expect(composite(way, by: way.change) < line, "row \(row) \(way) seed \(generator.seed)")
                    guard way.change != 0 else { continue }
                    let less = way.change - way.change.signum()
                    #expect(composite(way, by: less) >= line, "row \(row) less than \(way) seed \(generator.seed)")
                }
            }
        }
    }

    /// One number at a time says what the whole gap says; what nobody knows is neither reachable nor out of reach.
    @Test(arguments: 1...20)
    func oneNumberAtATimeIsTheSame(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let world = try World(&generator)
        let outcome = try world.outcome(world.facts)
        let source = TieringSources(measures: world.further).measures(of: world.facts)
        let names = ["m_total", "f_days", "r_days", "visits", "tenure", "streak", "silence"]
        for row in 0..<world.facts.count {
            for tier in 0..<2 {
                let (up, down) = (
                    outcome.distance.gap(entering: tier, row: row), outcome.distance.gap(losing: tier, row: row)
                )
                for name in names {
                    let change = { outcome.distance.change(of: name, tier: tier, row: row, rises: $0) }
                    #expect(change(true) == up.change(of: name), "row \(row) \(name) seed \(generator.seed)")
                    #expect(change(false) == down?.change(of: name), "row \(row) \(name) seed \(generator.seed)")
                }
                for name in up.unknown {
                    let value = source.values(of: name, rows: [row])?[0]
                    #expect(value == MeasureSource.missing, "row \(row) \(name) seed \(generator.seed)")
                }
                for name in up.outOfReach where names.contains(name) {
                    let value = source.values(of: name, rows: [row])?[0]
                    #expect(value != MeasureSource.missing, "row \(row) \(name) seed \(generator.seed)")
                }
            }
        }
    }

    @Test func whatCountsSomethingDoesNotFallBelowNothing() throws {
        let facts = Samples.facts([SampleMember(id: "a", last: 1_000, days: 2)])
        func loss(_ least: Int64) throws -> TierGap? {
            let tiers = [
                Tier(id: "club", title: LocalizedText("club"), entry: .value(of: "f_days", atLeast: least)),
                Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
            ]
            let model = TieringModel(ladder: TierLadder(tiers: tiers), stability: Stability(keepShare: 10_000))
            return try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
                .distance.gap(losing: 0, row: 0)
        }
        #expect(try loss(1)?.change(of: "f_days") == -2)
        #expect(try loss(0)?.change(of: "f_days") == nil)
        #expect(try loss(0)?.outOfReach == ["f_days"])
    }

    @Test func equallingTheNextMemberCanBeEnough() throws {
        // Ranks of spends 10, 20, 30: 166,666, 500,000, 833,333. Equalling 20 gives 2 * 0 + 2 of 6 = 333,333.
        let facts = Samples.facts(
            [10, 20, 30].enumerated().map { SampleMember(id: "m\($0.offset)", last: 1_000, total: Int64($0.element)) })
        var weights = ScoreWeights.none
        weights[.spend] = 1
        func gap(_ cut: Int) throws -> TierGap {
            let tiers = [
                Tier(id: "gold", title: LocalizedText("gold"), entry: .score(cut)),
                Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
            ]
            let model = TieringModel(weights: weights, ladder: TierLadder(tiers: tiers))
            return try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
                .distance.gap(entering: 0, row: 0)
        }
        let changes: [(cut: Int, change: Int64?)] = [
            (166_666, 0), (166_667, 10), (333_333, 10), (333_334, 11), (666_666, 20), (833_333, 21), (833_334, nil),
        ]
        for (cut, change) in changes { #expect(try gap(cut).change(of: "m_total") == change, "cut \(cut)") }
        #expect(try gap(833_334).outOfReach == ["m_total"])
        #expect(try gap(500_000).ways.first?.value == 10)
    }

    @Test func aTierByRuleSaysThatNoNumberTells() throws {
        let facts = Samples.facts([SampleMember(id: "a", last: 1_000, total: 5)])
        let model = TieringModel(
            ladder: TierLadder(tiers: [
                Tier(id: "club", title: LocalizedText("club"), entry: .rule(.all([]))),
                Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
            ]))
        let gap = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
            .distance.gap(entering: 0, row: 0)
        #expect(gap.isByRule)
        #expect(gap.ways.isEmpty)
    }
}
