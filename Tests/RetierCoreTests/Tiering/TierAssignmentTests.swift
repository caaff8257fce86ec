import RetierCore
import Testing

/// The stability rules over months: each line of a history is one refresh.
///
/// Entry cuts 80, 60, 40 and everyone; keeping lines at 90 %: 72, 54, 36.
@Suite struct TierAssignmentTests {
    struct History: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var stability = Stability()
        /// The days of the refreshes; the first of each month from January 2026 where none are given.
        var days: [String] = []
        /// Scores in points, run by run.
        var scores: [Int64]
        var tiers: [Int]
        var pending: [Int] = []
        /// What holds the member in each run; `nil` where nothing does.
        var rules: [TierRule?] = []
    }

    static let histories = hysteresis + calendar + combined

    private static let hysteresis = [
        History(
            testDescription: "up at once, over several tiers", scores: [10, 81, 81], tiers: [3, 0, 0],
            pending: [0, 0, 0], rules: [nil, nil, nil]),
        History(
            testDescription: "between the cut and the keeping line nothing is pending", scores: [80, 79, 72, 72, 72],
            tiers: [0, 0, 0, 0, 0], pending: [0, 0, 0, 0, 0],
            rules: [nil, .keepingLine, .keepingLine, .keepingLine, .keepingLine]),
        History(
            testDescription: "down in the second run below the line", scores: [80, 71, 71, 71], tiers: [0, 0, 1, 1],
            pending: [0, 1, 0, 0], rules: [nil, .confirmation, nil, nil]),
        History(
            testDescription: "one recovery above the line starts the count anew", scores: [80, 71, 72, 71, 71],
            tiers: [0, 0, 0, 0, 1], pending: [0, 1, 0, 1, 0]),
        History(
            testDescription: "one tier at a time, each confirmed anew", scores: [80, 5, 5, 5, 5, 5, 5, 5],
            tiers: [0, 0, 1, 1, 2, 2, 3, 3], pending: [0, 1, 0, 1, 0, 1, 0, 0],
            rules: [nil, .confirmation, .stepsDown, .confirmation, .stepsDown, .confirmation, nil, nil]),
        History(
            testDescription: "a fall stops where the score meets the next keeping line",
            stability: Stability(maxStepsDown: 3), scores: [80, 55, 55, 55], tiers: [0, 0, 1, 1],
            pending: [0, 1, 0, 0], rules: [nil, .confirmation, .keepingLine, .keepingLine]),
        History(
            testDescription: "several steps in one run where configured", stability: Stability(maxStepsDown: 2),
            scores: [80, 5, 5, 5, 5], tiers: [0, 0, 2, 2, 3], pending: [0, 1, 0, 1, 0]),
        History(
            testDescription: "never below what the score earns", stability: Stability(maxStepsDown: 9),
            scores: [80, 45, 45], tiers: [0, 0, 2], pending: [0, 1, 0]),
        History(
            testDescription: "without confirmation the first run below the line decides",
            stability: Stability(confirmingRuns: 1), scores: [80, 72, 71], tiers: [0, 0, 1], pending: [0, 0, 0]),
        History(
            testDescription: "three runs to confirm", stability: Stability(confirmingRuns: 3),
            scores: [80, 70, 70, 70, 70], tiers: [0, 0, 0, 1, 1], pending: [0, 1, 2, 0, 0]),
        History(
            testDescription: "a keeping share of 100 % is the cut itself", stability: Stability(keepShare: 10_000),
            scores: [80, 79, 79], tiers: [0, 0, 1], pending: [0, 1, 0]),
        History(
            testDescription: "a rise while pending forgets the count", scores: [60, 53, 80, 71, 71],
            tiers: [1, 1, 0, 0, 1], pending: [0, 1, 0, 1, 0]),
        History(
            testDescription: "one tier up in a run where configured", stability: Stability(maxStepsUp: 1),
            scores: [10, 81, 81, 81], tiers: [3, 2, 1, 0], rules: [nil, .stepsUp, .stepsUp, nil]),
    ]

    private static let calendar = [
        History(
            testDescription: "a dwell of three refreshes after the one of entry",
            stability: Stability(confirmingRuns: 1, dwell: .runs(3)), scores: [80, 5, 5, 5, 5],
            tiers: [0, 0, 0, 1, 1], pending: [0, 1, 2, 0, 1], rules: [nil, .dwell, .dwell, .stepsDown, .dwell]),
        History(
            testDescription: "a dwell of two calendar months: 30 days are not enough of February",
            stability: Stability(confirmingRuns: 1, dwell: .period(CalendarPeriod(months: 2))),
            days: ["2026-01-31", "2026-03-02", "2026-03-30", "2026-03-31"], scores: [80, 5, 5, 5],
            tiers: [0, 0, 0, 1], rules: [nil, .dwell, .dwell, .stepsDown]),
        History(
            testDescription: "grace counts from the first run below the line",
            stability: Stability(confirmingRuns: 1, grace: CalendarPeriod(months: 1)),
            days: ["2026-01-01", "2026-02-10", "2026-03-09", "2026-03-10"], scores: [80, 5, 5, 5],
            tiers: [0, 0, 0, 1], rules: [nil, .grace, .grace, .stepsDown]),
        History(
            testDescription: "a recovery ends the grace, the next fall has a grace of its own",
            stability: Stability(confirmingRuns: 1, grace: CalendarPeriod(months: 1)),
            scores: [80, 5, 75, 5, 5], tiers: [0, 0, 0, 0, 1],
            rules: [nil, .grace, .keepingLine, .grace, .stepsDown]),
        History(
            testDescription: "valid for twelve months, to the day before",
            stability: Stability(confirmingRuns: 1, validity: .init(CalendarPeriod(months: 12))),
            days: ["2026-01-15", "2026-12-31", "2027-01-14", "2027-01-15"], scores: [80, 5, 5, 5],
            tiers: [0, 0, 0, 1], rules: [nil, .validity, .validity, .stepsDown]),
        History(
            testDescription: "valid to the end of the month",
            stability: Stability(confirmingRuns: 1, validity: .init(CalendarPeriod(months: 1), rounding: .month)),
            days: ["2026-01-15", "2026-02-28", "2026-03-01"], scores: [80, 5, 5], tiers: [0, 0, 1],
            rules: [nil, .validity, .stepsDown]),
        History(
            testDescription: "valid to the end of the quarter",
            stability: Stability(confirmingRuns: 1, validity: .init(CalendarPeriod(months: 1), rounding: .quarter)),
            days: ["2026-01-15", "2026-03-31", "2026-04-01"], scores: [80, 5, 5], tiers: [0, 0, 1]),
        History(
            testDescription: "valid to the end of the year; a fall begins a validity of the lower tier",
            stability: Stability(confirmingRuns: 1, validity: .init(CalendarPeriod(months: 6), rounding: .year)),
            days: ["2026-01-15", "2026-12-31", "2027-01-01", "2027-06-01", "2028-01-01"], scores: [80, 5, 5, 5, 5],
            tiers: [0, 0, 1, 1, 2], rules: [nil, .validity, .stepsDown, .validity, .stepsDown]),
        History(
            testDescription: "earning a tier after its validity begins another",
            stability: Stability(confirmingRuns: 1, validity: .init(CalendarPeriod(months: 2))),
            scores: [80, 80, 80, 5, 5], tiers: [0, 0, 0, 0, 1],
            rules: [nil, nil, nil, .validity, .stepsDown]),
        History(
            testDescription: "at most one fall in three months",
            stability: Stability(confirmingRuns: 1, fallInterval: CalendarPeriod(months: 3)),
            scores: [80, 5, 5, 5, 5, 5], tiers: [0, 1, 1, 1, 2, 2],
            rules: [nil, .stepsDown, .fallInterval, .fallInterval, .stepsDown, .fallInterval]),
    ]

    private static let combined = [
        History(
            testDescription: "runs below the line count while the validity holds the tier",
            stability: Stability(confirmingRuns: 3, validity: .init(CalendarPeriod(months: 3))),
            scores: [80, 5, 5, 5], tiers: [0, 0, 0, 1], pending: [0, 1, 2, 0],
            rules: [nil, .validity, .validity, .stepsDown]),
        History(
            testDescription: "after the validity the missing runs still confirm",
            stability: Stability(confirmingRuns: 3, validity: .init(CalendarPeriod(months: 2))),
            scores: [80, 80, 5, 5, 5], tiers: [0, 0, 0, 0, 1],
            rules: [nil, nil, .confirmation, .confirmation, .stepsDown]),
        History(
            testDescription: "validity before dwell before interval before grace before confirmation",
            stability: Stability(
                confirmingRuns: 6, dwell: .period(CalendarPeriod(months: 3)), grace: CalendarPeriod(months: 4),
                validity: .init(CalendarPeriod(months: 2))),
            scores: [80, 5, 5, 5, 5, 5, 5], tiers: [0, 0, 0, 0, 0, 0, 1],
            rules: [nil, .validity, .dwell, .grace, .grace, .confirmation, .stepsDown]),
        History(
            testDescription: "a rise is never held back by what holds falls",
            stability: Stability(
                dwell: .runs(9), grace: CalendarPeriod(months: 9), validity: .init(CalendarPeriod(months: 9)),
                fallInterval: CalendarPeriod(months: 9)),
            scores: [10, 45, 65, 85], tiers: [3, 2, 1, 0]),
    ]

    private static let cuts: [Int64] = [80, 60, 40, 0]

    static func decide(
        _ score: Int64, held: TierAssignment.Held?, on day: Day, _ stability: Stability
    ) -> TierAssignment {
        let earned = cuts.firstIndex { score >= $0 } ?? 3
        return TierAssignment(earned: earned, held: held, day: day, stability: stability) {
            score >= stability.keepingLine(cut: cuts[$0])
        }
    }

    @Test(arguments: histories)
    func theRulesOverMonths(history: History) throws {
        let start = try #require(Day(iso: "2026-01-01"))
        var held: TierAssignment.Held?
        var tiers: [Int] = []
        var pending: [Int] = []
        var rules: [TierRule?] = []
        for (run, score) in history.scores.enumerated() {
            let day = try history.days.isEmpty ? start.adding(months: run) : #require(Day(iso: history.days[run]))
            let assignment = Self.decide(score, held: held, on: day, history.stability)
            held = TierAssignment.Held(
                tier: assignment.tier, since: assignment.since, pendingRuns: assignment.pendingRuns,
                state: assignment.state)
            tiers.append(assignment.tier)
            pending.append(assignment.pendingRuns)
            rules.append(assignment.state.rule)
        }
        #expect(tiers == history.tiers)
        if !history.pending.isEmpty { #expect(pending == history.pending) }
        if !history.rules.isEmpty { #expect(rules == history.rules) }
    }

    @Test func aChangeOfRulesMovesNobodyUntilTheyMoveThemselves() {
        var state = HoldState()
        state.baseline = 2
        let stability = Stability(confirmingRuns: 1, changes: .movers)
        let held = TierAssignment.Held(tier: 0, since: 0, state: state)
        let kept = Self.decide(45, held: held, on: Day(number: 99), stability)
        #expect((kept.tier, kept.rawTier, kept.state.rule, kept.state.baseline) == (0, 2, .changeover, 2))
        let fallen = Self.decide(5, held: held, on: Day(number: 99), stability)
        #expect((fallen.tier, fallen.state.baseline) == (1, nil))
        let risen = Self.decide(65, held: held, on: Day(number: 99), stability)
        #expect((risen.tier, risen.rawTier, risen.state.rule) == (1, 1, nil))
    }

    @Test(arguments: [
        (Int64(800_001), 9_000, Int64(720_001)), (800_000, 9_000, 720_000), (1, 1, 1), (0, 9_000, 0), (-5, 9_000, -5),
        (Int64.max, 10_000, Int64.max),
    ])
    func theKeepingLineIsRoundedUp(cut: Int64, share: Int, line: Int64) {
        #expect(Stability(keepShare: share).keepingLine(cut: cut) == line)
    }

    @Test(arguments: [
        ("2026-01-31", 1, Stability.Validity.Rounding.none, "2026-02-27"), ("2026-01-15", 12, .none, "2027-01-14"),
        ("2026-01-15", 12, .month, "2027-01-31"), ("2026-02-01", 12, .month, "2027-01-31"),
        ("2026-01-15", 12, .quarter, "2027-03-31"), ("2026-10-02", 12, .quarter, "2027-12-31"),
        ("2026-04-01", 12, .quarter, "2027-03-31"), ("2026-07-02", 9, .quarter, "2027-06-30"),
        ("2026-01-01", 12, .year, "2026-12-31"), ("2026-01-02", 12, .year, "2027-12-31"),
        ("2027-03-01", 12, .month, "2028-02-29"),
    ])
    func validityEndsOnADay(start: String, months: Int, rounding: Stability.Validity.Rounding, last: String) throws {
        let validity = Stability.Validity(CalendarPeriod(months: months), rounding: rounding)
        #expect(validity.lastDay(from: try #require(Day(iso: start))).description == last)
    }
}
