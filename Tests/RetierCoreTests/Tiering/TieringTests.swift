import RetierCore
import RetierTestSupport
import Testing

@Suite struct TieringTests {
    /// Spend alone decides: ten members have ranks 5, 15, ...
    ///
    /// 95 points.
    private static let model = TieringModel(
        weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)

    private func facts(_ totals: [Int64], last: [Int32?]? = nil) -> FactTable {
        Samples.facts(
            totals.enumerated().map {
                SampleMember(id: "m\($0.offset)", last: last?[$0.offset] ?? 995, total: $0.element)
            })
    }

    private let ascending: [Int64] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]

    @Test func theFirstRunEnrolsEverybodyAndReportsNoLapses() throws {
        let outcome = try Tiering.run(
            facts: facts(ascending, last: [100, 200] + Array(repeating: 995, count: 8)), previous: nil,
            model: Self.model, calibration: nil)
        #expect(outcome.transitions.map(\.kind) == Array(repeating: .enrolled, count: 10))
        #expect(outcome.transitions.map(\.row) == Array(0..<10))
        #expect(outcome.calibration.entryCuts == [950_000, 650_000, 0])
        #expect(outcome.standing.tier == [2, 2, 2, 2, 2, 2, 1, 1, 1, 0])
        #expect(outcome.standing.since.allSatisfy { $0 == 1_000 })
        #expect(outcome.transitions[9].reason.scoreBefore == nil)
    }

    @Test func membersWithoutAPurchaseAreInTheLastTier() throws {
        var model = Self.model
        model.ladder.tiers[1].entry = .score(0)
        let facts = Samples.facts([SampleMember(id: "a"), SampleMember(id: "b", last: 1_000)])
        let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
        #expect(outcome.standing.tier == [2, 0])
    }

    @Test func risesFallsSlidesAndTheirReasons() throws {
        let first = try Tiering.run(facts: facts(ascending), previous: nil, model: Self.model, calibration: nil)
        // Member 9 (gold) falls to the bottom, everybody else gains a place: member 8 becomes gold.
        var totals = ascending
        totals[9] = 1
        let second = try Tiering.run(
            facts: facts(totals), previous: first.standing, model: Self.model, calibration: first.calibration)
        let moves = second.transitions.filter { !$0.kind.isSignal }
        #expect(moves.map(\.kind) == [.promoted, .promoted, .slid])
        #expect(moves.map(\.row) == [5, 8, 9])
        #expect(second.standing.tier == [2, 2, 2, 2, 2, 1, 1, 1, 0, 0])
        #expect(second.rawTiers[9] == 2)
        #expect(second.standing.pendingRuns[9] == 1)
        let slide = moves[2]
        #expect((slide.fromTier, slide.toTier) == (0, 0))
        #expect(slide.reason.dimension == .spend)
        #expect((slide.reason.rankBefore, slide.reason.rankAfter) == (950_000, 50_000))
        #expect((slide.reason.scoreBefore, slide.reason.scoreAfter, slide.reason.cut) == (950_000, 50_000, 950_000))

        // The third run confirms: one tier down, and the reason still compares with when gold was earned.
        let third = try Tiering.run(
            facts: facts(totals), previous: second.standing, model: Self.model, calibration: first.calibration)
        let fall = try #require(third.transitions.first)
        #expect(third.transitions.count == 1)
        #expect((fall.kind, fall.row, fall.fromTier, fall.toTier) == (.demoted, 9, 0, 1))
        #expect((fall.reason.rankBefore, fall.reason.rankAfter, fall.reason.runsBelow) == (950_000, 50_000, 2))
        #expect(fall.reason.cut == 855_000)
        #expect(
            ReasonText.sentence(for: fall, ladder: Samples.ladder, language: .english)
                == "spend fell from p95 to p5; score 5.0 was below the keeping line 85.5 of Gold 2 runs in a row; "
                + "no further down in one run")

        // Still below silver: pending again, but a slide is not reported twice.
        let fourth = try Tiering.run(
            facts: facts(totals), previous: third.standing, model: Self.model, calibration: first.calibration)
        #expect(fourth.transitions.isEmpty)
        #expect(fourth.standing.pendingRuns[9] == 1)
        #expect(fourth.standing.since[9] == 1_000)
    }

    @Test func aRunWithoutChangeMovesNobody() throws {
        let first = try Tiering.run(facts: facts(ascending), previous: nil, model: Self.model, calibration: nil)
        let second = try Tiering.run(
            facts: facts(ascending), previous: first.standing, model: Self.model, calibration: first.calibration)
        #expect(second.transitions.isEmpty)
        #expect(second.standing.tier == first.standing.tier)
    }

    @Test(arguments: [
        (LifecycleStage.active, 905, Transition.Kind.lapsed as Transition.Kind?), (.dormant, 905, nil),
        (.dormant, 500, .lapsed), (.new, 500, .lapsed), (.lost, 500, nil), (.lost, 905, nil),
        (.dormant, 995, .returned), (.lost, 930, .returned), (.cooling, 995, nil), (.returned, 930, nil),
    ])
    func stagesThatLapseAndReturn(before: LifecycleStage, last: Int, kind: Transition.Kind?) throws {
        let facts = facts([10], last: [Int32(last)])
        var standing = StandingTable(count: 1)
        standing.tier = [0]
        standing.stage = [before.rawValue]
        let outcome = try Tiering.run(facts: facts, previous: standing, model: Self.model, calibration: nil)
        #expect(outcome.transitions.map(\.kind) == [kind].compactMap { $0 })
    }

    @Test func atMostOneMoveOfEachSortAndTiersComeFirst() throws {
        let first = try Tiering.run(facts: facts(ascending), previous: nil, model: Self.model, calibration: nil)
        var totals = ascending
        totals[9] = 1
        var last = [Int32?](repeating: 995, count: 10)
        last[9] = 900
        let second = try Tiering.run(
            facts: facts(totals, last: last), previous: first.standing, model: Self.model,
            calibration: first.calibration)
        #expect(second.transitions(of: 9).map(\.kind) == [.slid, .lapsed])
        #expect(second.transitions(of: 0).isEmpty)
    }

    @Test func cutsOfAnotherModelAreRefused() throws {
        let calibration = Calibration(learnedOn: Day(number: 1), modelDigest: "other", entryCuts: [3, 2, 0])
        #expect(throws: RetierError.self) {
            try Tiering.run(facts: facts(ascending), previous: nil, model: Self.model, calibration: calibration)
        }
        var model = Self.model
        model.learnedOn = Day(number: 900)
        #expect(throws: RetierError.self) {
            try Tiering.run(facts: facts(ascending), previous: nil, model: model, calibration: nil)
        }
        let table = facts(ascending)
        let learned = try Calibration.learned(
            from: ScoreTable.scoring(table, weights: model.weights), source: MeasureSource(table),
            on: Day(number: 900), model: model, weights: model.weights)
        #expect(
            try Tiering.run(facts: facts(ascending), previous: nil, model: model, calibration: learned).calibration
                == learned)
    }

    @Test func betweenRefreshesNobodyMoves() throws {
        let first = try Tiering.run(facts: facts(ascending), previous: nil, model: Self.model, calibration: nil)
        var standing = first.standing
        standing.tier[0] = StandingTable.noTier
        let between = try Tiering.observe(
            facts: facts(ascending.reversed()), previous: standing, model: Self.model, calibration: first.calibration)
        #expect(between.transitions.isEmpty)
        #expect(between.standing.tier == standing.tier)
        #expect(between.rawTiers == first.standing.tier.reversed())
        let snapshot = MemberColumns(facts: facts(ascending.reversed()), outcome: between).snapshot(of: 0)
        #expect((snapshot.tier, snapshot.hasTier, snapshot.rawTier) == (2, false, 0))
    }

    @Test func theWarningsNameWhatIsEmptyOrConstant() throws {
        let outcome = try Tiering.run(facts: facts([5, 5, 5]), previous: nil, model: Self.model, calibration: nil)
        let found = Set(outcome.warnings.map { "\($0.code) \($0.subject)" })
        #expect(found.contains("constant-dimension spend"))
        #expect(found.contains("empty-tier base"))
        #expect(found.contains("empty-score frequency 5"))
        #expect(found.contains("empty-segment important-value"))
        #expect(!found.contains("empty-tier gold"))
    }

    @Test(arguments: 1...15)
    func theOrderOfMembersDoesNotShow(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let model = TieringModel(ladder: Samples.ladder)
        let members = Samples.drawn(150, &generator)
        let later = members.map { member in
            var changed = member
            changed.total += Int64(generator.draw(in: -500...500))
            changed.last = changed.last.map { min($0 + Int32(generator.draw(in: 0...40)), 1_000) }
            return changed
        }
        func moves(order: [Int]) throws -> [String] {
            func facts(_ members: [SampleMember]) -> FactTable {
                Samples.facts(
                    order.enumerated().map { position, index in
                        var member = members[index]
                        member.id = "n\(position.padded(to: 5))"
                        return member
                    })
            }
            let first = try Tiering.run(facts: facts(members), previous: nil, model: model, calibration: nil)
            let second = try Tiering.run(
                facts: facts(later), previous: first.standing, model: model, calibration: first.calibration)
            return second.transitions.map { move in
                "\(order[move.row]) " + ReasonText.sentence(for: move, ladder: model.ladder, language: .chinese)
            }.sorted()
        }
        let straight = Array(members.indices)
        let shuffled = generator.shuffled(straight)
        let expected = try moves(order: straight)
        #expect(!expected.isEmpty)
        #expect(try moves(order: shuffled) == expected, "seed \(generator.seed)")
    }

    @Test(arguments: 1...15)
    func everyMoveIsLegal(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let model = TieringModel(ladder: Samples.ladder)
        var previous: StandingTable?
        var calibration: Calibration?
        for run in 0..<6 {
            let facts = Samples.facts(Samples.drawn(80, &generator))
            let outcome = try Tiering.run(facts: facts, previous: previous, model: model, calibration: calibration)
            for row in 0..<facts.count {
                let moves = outcome.transitions(of: row)
                let betweenTiers = moves.filter { $0.kind != .lapsed && $0.kind != .returned }
                #expect(betweenTiers.count <= 1, "seed \(generator.seed)")
                #expect(moves.count <= (run == 0 ? 1 : 2), "seed \(generator.seed)")
                #expect(outcome.standing.tier[row] <= outcome.rawTiers[row], "seed \(generator.seed)")
                guard let before = previous?.tier[row] else { continue }
                #expect(outcome.standing.tier[row] <= before + 1, "seed \(generator.seed)")
                let kinds = moves.map(\.kind)
                #expect(kinds.contains(.promoted) == (outcome.standing.tier[row] < before), "seed \(generator.seed)")
                #expect(kinds.contains(.demoted) == (outcome.standing.tier[row] > before), "seed \(generator.seed)")
            }
            previous = outcome.standing
            calibration = outcome.calibration
        }
    }
}
