import RetierCore
import Testing

/// Which moves are news, and what their reasons name.
@Suite struct TransitionDetectionTests {
    private static let spendOnly = TieringModel(
        weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: Samples.ladder)
    /// Ranks of spend from 5 to 95 points: gold is entered at 95, silver at 65.
    private static let ascending: [Int64] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]

    private func facts(_ totals: [Int64] = ascending, last: Int32 = 995, days: [Int32] = []) -> FactTable {
        Samples.facts(
            totals.enumerated().map { index, total in
                SampleMember(
                    id: "m\(index)", last: index == 9 ? last : 995, days: days.isEmpty ? 1 : days[index], total: total)
            })
    }

    /// A slide is told once, but a member who was still on the way up had not slid before.
    @Test(arguments: [
        (nil as TierRule?, [Transition.Kind.slid]), (.stepsUp, [.slid]), (.confirmation, []), (.keepingLine, []),
        (.stepsDown, []),
    ])
    func aSlideIsNewsOnlyAfterATierThatWasEarned(before: TierRule?, kinds: [Transition.Kind]) throws {
        let first = try Tiering.run(facts: facts(), previous: nil, model: Self.spendOnly, calibration: nil)
        var standing = first.standing
        standing.holds[9].rule = before
        // The best falls to the very bottom and keeps gold for now.
        var totals = Self.ascending
        totals[9] = 1
        let second = try Tiering.run(
            facts: facts(totals), previous: standing, model: Self.spendOnly, calibration: first.calibration)
        #expect(second.standing.tier[9] == 0)
        #expect(second.transitions(of: 9).map(\.kind) == kinds)
    }

    @Test func theSilentGiveNoSignals() throws {
        var model = Self.spendOnly
        model.signals = SignalRules(high: 900_000)
        model.ladder.tiers[0].entry = .score(960_000)
        for (last, kinds) in [(Int32(995), [Transition.Kind.potentialGold]), (905, [])] {
            let first = try Tiering.run(facts: facts(last: last), previous: nil, model: model, calibration: nil)
            var standing = first.standing
            #expect(standing.tier[9] == 1)
            standing.ranks[Dimension.spend.rawValue][9] = 890_000
            let second = try Tiering.run(
                facts: facts(last: last), previous: standing, model: model, calibration: first.calibration)
            #expect(second.transitions(of: 9).map(\.kind) == kinds, "\(last)")
        }
    }

    /// A rank that nobody knew before is not one that has risen.
    @Test(arguments: [(Int32(790_000), 1), (800_000, 0), (ScoreTable.unranked, 0)])
    func onlyAKnownLowRankCanBecomeHigh(before: Int32, signals: Int) throws {
        var model = Self.spendOnly
        model.ladder.tiers[0].entry = .score(960_000)
        let first = try Tiering.run(facts: facts(), previous: nil, model: model, calibration: nil)
        var standing = first.standing
        standing.ranks[Dimension.spend.rawValue][9] = before
        let second = try Tiering.run(
            facts: facts(), previous: standing, model: model, calibration: first.calibration)
        #expect(second.transitions(of: 9).count == signals)
    }

    /// Who holds a tier by a rule only has no gold to dig for.
    @Test func whoDoesNotEarnTheirTierGivesNoSignal() throws {
        var model = Self.spendOnly
        model.ladder.tiers[0].entry = .score(960_000)
        let first = try Tiering.run(facts: facts(), previous: nil, model: model, calibration: nil)
        var standing = first.standing
        // Earns silver by 85 points, holds the base because of a changed calibration.
        (standing.tier[8], standing.calibration) = (2, 7)
        model.stability.changes = .movers
        standing.ranks[Dimension.spend.rawValue][8] = 100_000
        let second = try Tiering.run(
            facts: facts(), previous: standing, model: model, calibration: first.calibration)
        #expect(second.rawTiers[8] == 1 && second.standing.tier[8] == 2)
        #expect(second.transitions(of: 8).isEmpty)
    }

    /// A return names what rose, a lapse what fell.
    @Test func theReasonOfAReturnIsWhatRose() throws {
        let model = TieringModel(
            weights: ScoreWeights(spend: 5, frequency: 5, recency: 1, priceSensitivity: 0), ladder: Samples.ladder)
        let days: [Int32] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        let before = try Tiering.run(
            facts: facts(last: 905, days: days), previous: nil, model: model, calibration: nil)
        #expect(before.standing.stage[9] == LifecycleStage.dormant.rawValue)
        // Bought again today, while purchase days have left the window.
        let after = try Tiering.run(
            facts: facts(last: 1_000, days: Array(days.dropLast()) + [5]), previous: before.standing, model: model,
            calibration: before.calibration)
        let returned = try #require(after.transitions(of: 9).first { $0.kind == .returned })
        #expect(returned.reason.dimension == .recency)
        let busy = try Tiering.run(
            facts: facts(last: 1_000, days: days), previous: nil, model: model, calibration: nil)
        let lapsed = try Tiering.run(
            facts: facts(last: 905, days: days), previous: busy.standing, model: model, calibration: busy.calibration)
        #expect(lapsed.transitions(of: 9).first { $0.kind == .lapsed }?.reason.dimension == .recency)
    }

    /// The score before is that of the ranks before, not of today's.
    @Test func theScoreBeforeIsTheEarlierOne() throws {
        let first = try Tiering.run(facts: facts(), previous: nil, model: Self.spendOnly, calibration: nil)
        var totals = Self.ascending
        totals[0] = 1_000
        let second = try Tiering.run(
            facts: facts(totals), previous: first.standing, model: Self.spendOnly, calibration: first.calibration)
        let rise = try #require(second.transitions(of: 0).first)
        #expect((rise.reason.scoreBefore, rise.reason.scoreAfter) == (50_000, 950_000))
    }
}
