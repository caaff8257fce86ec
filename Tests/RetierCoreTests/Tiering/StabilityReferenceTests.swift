import RetierCore
import RetierTestSupport
import Testing

/// Every rule against a second implementation that keeps no state: it reads the whole history of a member each time.
@Suite struct StabilityReferenceTests {
    private struct Run {
        var day: Day
        var score: Int64
        var tier: Int
    }

    /// The entry cuts of five tiers.
    private static let cuts: [Int64] = [80, 60, 40, 20, 0]

    @Test(arguments: 1...300)
    func theRulesAgreeWithTheHistory(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let stability = drawn(&generator)
        var day = try #require(Day(iso: "2026-01-01")).adding(days: generator.draw(in: 0...400))
        var held: TierAssignment.Held?
        var history: [Run] = []
        var score = Int64(generator.draw(in: 0...100))
        for _ in 0..<40 {
            let assignment = TierAssignment(
                earned: Self.earned(score), held: held, day: day, stability: stability
            ) { score >= stability.keepingLine(cut: Self.cuts[$0]) }
            let expected = reference(score, on: day, history, stability)
            #expect(
                (assignment.tier, assignment.state.rule) == expected, "seed \(generator.seed) \(day) \(stability)")
            held = TierAssignment.Held(
                tier: assignment.tier, since: assignment.since, pendingRuns: assignment.pendingRuns,
                state: assignment.state)
            history.append(Run(day: day, score: score, tier: assignment.tier))
            day = day.adding(days: generator.draw(in: 1...70))
            // Mostly small changes, so that lines are crossed both ways.
            let step = generator.draw(in: 0...4) == 0 ? 60 : 12
            score = min(100, max(0, score + Int64(generator.draw(in: -step...step))))
        }
    }

    private func drawn(_ generator: inout SeededGenerator) -> Stability {
        func maybe<Value>(_ value: Value, _ generator: inout SeededGenerator) -> Value? {
            generator.draw(in: 0...1) == 0 ? nil : value
        }
        let months = CalendarPeriod(months: generator.draw(in: 1...7), days: generator.draw(in: 0...9))
        let dwell: Stability.Dwell =
            generator.draw(in: 0...1) == 0 ? .runs(generator.draw(in: 1...6)) : .period(months)
        let validity = Stability.Validity(
            CalendarPeriod(months: generator.draw(in: 1...14)),
            rounding: generator.pick(from: Stability.Validity.Rounding.allCases))
        return Stability(
            keepShare: generator.pick(from: [5_000, 8_000, 9_000, 10_000]),
            confirmingRuns: generator.draw(in: 1...4), maxStepsDown: generator.draw(in: 1...4),
            maxStepsUp: generator.draw(in: 1...4), dwell: maybe(dwell, &generator),
            grace: maybe(CalendarPeriod(days: generator.draw(in: 5...150)), &generator),
            validity: maybe(validity, &generator),
            fallInterval: maybe(CalendarPeriod(months: generator.draw(in: 1...6)), &generator))
    }

    private static func earned(_ score: Int64) -> Int { cuts.firstIndex { score >= $0 } ?? 4 }

    private func isKept(_ tier: Int, _ score: Int64, _ stability: Stability) -> Bool {
        // The share of the cut, without rounding.
        score * 10_000 >= Self.cuts[tier] * Int64(stability.keepShare)
    }

    private func reference(
        _ score: Int64, on day: Day, _ history: [Run], _ stability: Stability
    ) -> (Int, TierRule?) {
        let earned = Self.earned(score)
        guard let held = history.last?.tier else { return (earned, nil) }
        if earned < held {
            let target = held - earned > stability.maxStepsUp ? held - stability.maxStepsUp : earned
            return (target, target == earned ? nil : .stepsUp)
        }
        if earned == held { return (held, nil) }
        if isKept(held, score, stability) { return (held, .keepingLine) }
        if let rule = hold(held, on: day, history, stability) { return (held, rule) }
        for tier in held + 1...earned {
            if tier == earned { return (tier, nil) }
            if isKept(tier, score, stability) { return (tier, .keepingLine) }
            if tier - held == stability.maxStepsDown { return (tier, .stepsDown) }
        }
        return (earned, nil)
    }

    private func hold(_ held: Int, on day: Day, _ history: [Run], _ stability: Stability) -> TierRule? {
        let entry = (history.lastIndex { $0.tier != held } ?? -1) + 1
        let stay = history[entry...]
        if let validity = stability.validity {
            var last = validity.lastDay(from: history[entry].day)
            for run in stay.dropFirst() where Self.earned(run.score) == held && run.day > last {
                last = validity.lastDay(from: run.day)
            }
            if day <= last { return .validity }
        }
        switch stability.dwell {
        case .runs(let least) where stay.count < least: return .dwell
        case .period(let period) where day < period.after(history[entry].day): return .dwell
        default: break
        }
        if let interval = stability.fallInterval {
            let fall = history.indices.dropFirst().last { history[$0].tier > history[$0 - 1].tier }
            if let fall, day < interval.after(history[fall].day) { return .fallInterval }
        }
        let below = stay.dropFirst().reversed().prefix { !isKept(held, $0.score, stability) }
        if let grace = stability.grace, day < grace.after(below.last?.day ?? day) { return .grace }
        return below.count + 1 < stability.confirmingRuns ? .confirmation : nil
    }
}
