import RetierCore
import Testing

/// Tiers set by hand, changes of rules, and signals: what moves members, or does not, besides their score.
@Suite struct OverrideTests {
    private static let model = TieringModel(
        weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
    private static let ascending: [Int64] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]

    private func facts(_ totals: [Int64] = ascending) -> FactTable {
        Samples.facts(totals.enumerated().map { SampleMember(id: "m\($0.offset)", last: 995, total: $0.element) })
    }

    private func run(
        _ totals: [Int64] = ascending, after: TieringOutcome?, overrides: [TierOverride] = [],
        model: TieringModel = model
    ) throws -> TieringOutcome {
        try Tiering.run(
            facts: facts(totals), previous: after?.standing, model: model, calibration: after?.calibration,
            sources: TieringSources(overrides: overrides))
    }

    @Test func aTierSetByHandHoldsUntilItsLastDayAndLeavesNothingBehind() throws {
        let first = try run(after: nil)
        let set = try run(after: first, overrides: [TierOverride(row: 7, tier: 0, until: Samples.asOf)])
        #expect((set.standing.tier[7], set.rawTiers[7]) == (0, 1))
        #expect(set.standing.holds[7].ruledTier == 1)
        let move = try #require(set.transitions.first)
        #expect((move.row, move.kind, move.reason.rule) == (7, .promoted, .override))
        #expect(
            ReasonText.sentence(for: move, ladder: Samples.ladder, language: .english) == "set to Gold by hand")
        // Still set: no second move. Ended: back to where the rules stand, at once.
        let kept = try run(after: set, overrides: [TierOverride(row: 7, tier: 0, until: Samples.asOf)])
        #expect(kept.transitions.isEmpty)
        let over = try run(
            after: kept, overrides: [TierOverride(row: 7, tier: 0, until: Samples.asOf.adding(days: -1))])
        #expect((over.standing.tier[7], over.standing.holds[7].ruledTier) == (1, nil))
        #expect(over.transitions.map(\.reason.rule) == [.overrideEnded])
        #expect(over.standing.since[7] == first.standing.since[7])
    }

    @Test func theRulesGoOnUnderATierSetByHand() throws {
        var totals = Self.ascending
        totals[9] = 1
        let first = try run(after: nil)
        let hand = [TierOverride(row: 9, tier: 1, until: Samples.asOf)]
        let second = try run(totals, after: first, overrides: hand)
        #expect(
            (second.standing.tier[9], second.standing.holds[9].ruledTier, second.standing.pendingRuns[9]) == (1, 0, 1))
        // The second run below the line confirms the fall of the ruled tier: gold to silver.
        let third = try run(totals, after: second, overrides: hand)
        #expect((third.standing.tier[9], third.standing.holds[9].ruledTier) == (1, 1))
        let over = try run(totals, after: third)
        #expect(over.standing.tier[9] == 1)
        #expect(!over.transitions.contains { $0.row == 9 })
    }

    @Test func anOverridePlacesANewMemberToo() throws {
        let first = try run(after: nil, overrides: [TierOverride(row: 0, tier: 0, until: Samples.asOf)])
        #expect(first.standing.tier[0] == 0)
        #expect((first.transitions[0].kind, first.transitions[0].toTier) == (.enrolled, 0))
    }

    /// The day of entry is that of the tier, not of the word on it.
    @Test(arguments: [(0, Int32(900)), (1, 1_000)])
    func aTierThatIsHeldAlreadyKeepsItsDay(tier: Int, since: Int32) throws {
        let first = try run(after: nil)
        var standing = first.standing
        standing.since[9] = 900
        let set = try Tiering.run(
            facts: facts(), previous: standing, model: Self.model, calibration: first.calibration,
            sources: TieringSources(overrides: [TierOverride(row: 9, tier: tier, until: Samples.asOf)]))
        #expect(set.standing.since[9] == since)
        #expect((set.standing.holds[9].ruledTier, set.standing.holds[9].ruledSince) == (0, 900))
    }

    @Test(arguments: Stability.Changes.allCases)
    func anotherCalibrationMovesAllOrOnlyMovers(changes: Stability.Changes) throws {
        var model = Self.model
        model.stability.changes = changes
        model.stability.confirmingRuns = 1
        let first = try run(after: nil, model: model)
        var later = first
        later.calibration.version = 2
        later.calibration.entryCuts = [990_000, 850_000, 0]
        // Gold 95, silver 65 to 85: nobody earns gold any more, only 85 and 95 earn silver.
        let second = try run(after: later, model: model)
        let third = try run([1] + Self.ascending.dropFirst(), after: second, model: model)
        switch changes {
        case .everybody:
            #expect(second.standing.tier == [2, 2, 2, 2, 2, 2, 2, 2, 1, 0])
            #expect(second.standing.holds[9].rule == .keepingLine)
        case .movers:
            #expect(second.standing.tier == first.standing.tier)
            #expect(second.standing.holds[6...9].map(\.rule) == [.changeover, .changeover, nil, .changeover])
            #expect(!second.transitions.contains { $0.kind == .promoted || $0.kind == .demoted })
            #expect(third.standing.tier == first.standing.tier)
            // A member who moves by the new rules is judged by them from then on.
            var totals = Self.ascending
            totals[6] = 200
            let fourth = try run(totals, after: third, model: model)
            #expect(fourth.standing.holds[6].baseline == nil)
        }
    }

    @Test func highValueThatJustShowedIsPotentialGold() throws {
        var model = Self.model
        model.weights = ScoreWeights(spend: 9, frequency: 1, recency: 0, priceSensitivity: 0)
        func members(_ days: [Int32]) -> FactTable {
            Samples.facts(
                Self.ascending.enumerated().map {
                    SampleMember(id: "m\($0.offset)", last: 995, days: days[$0.offset], total: $0.element)
                })
        }
        let first = try Tiering.run(
            facts: members([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), previous: nil, model: model, calibration: nil)
        let second = try Tiering.run(
            facts: members([1, 12, 3, 4, 5, 6, 7, 8, 9, 10]), previous: first.standing, model: model,
            calibration: first.calibration)
        let signal = try #require(second.transitions.first { $0.kind == .potentialGold })
        #expect((signal.row, signal.reason.dimension, signal.toTier) == (1, .frequency, 2))
        #expect((signal.reason.rankBefore, signal.reason.rankAfter) == (150_000, 950_000))
        #expect(
            ReasonText.sentence(for: signal, ladder: Samples.ladder, language: .english)
                == "purchase frequency rose from p15 to p95, newly at or above the high line p80")
        let third = try Tiering.run(
            facts: members([1, 12, 3, 4, 5, 6, 7, 8, 9, 10]), previous: second.standing, model: model,
            calibration: first.calibration)
        #expect(!third.transitions.contains { $0.kind.isSignal })
    }

    @Test func aHighPredictionThatIsNewIsHighPotential() throws {
        var model = Self.model
        model.weights = ScoreWeights(spend: 9, frequency: 0, recency: 0, priceSensitivity: 0, potential: 1)
        func run(_ predictions: [Int64], _ previous: StandingTable?, _ calibration: Calibration?) throws
            -> TieringOutcome
        {
            try Tiering.run(
                facts: facts(), previous: previous, model: model, calibration: calibration,
                sources: TieringSources(measures: ["clv_13w": predictions]))
        }
        let first = try run([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], nil, nil)
        #expect(!first.transitions.contains { $0.kind.isSignal })
        var standing = first.standing
        standing.tier[0] = StandingTable.noTier
        let second = try run([11, 2, 12, 4, 5, 6, 7, 8, 9, 10], standing, first.calibration)
        // Row 0 joined since, row 2 has risen; rows 9 and 8 were high before.
        #expect(second.transitions.filter { $0.kind == .highPotential }.map(\.row) == [0, 2])
    }
}
