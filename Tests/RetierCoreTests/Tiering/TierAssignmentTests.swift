import RetierCore
import Testing

@Suite struct TierAssignmentTests {
    /// Entry cuts 80, 60, 40 and everyone; keeping lines at 90 %: 72, 54, 36.
    private static let cuts = Calibration(
        learnedOn: Day(number: 0), modelDigest: "", entryScores: [800_000, 600_000, 400_000, 0])

    struct History: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var stability = Stability()
        /// Scores in points, run by run.
        var scores: [Int32]
        var tiers: [Int]
        var pending: [Int]
    }

    static let histories = [
        History(
            testDescription: "up at once, over several tiers", scores: [10, 81, 81], tiers: [3, 0, 0],
            pending: [0, 0, 0]),
        History(
            testDescription: "between the cut and the keeping line nothing is pending", scores: [80, 79, 72, 72, 72],
            tiers: [0, 0, 0, 0, 0], pending: [0, 0, 0, 0, 0]),
        History(
            testDescription: "down in the second run below the line", scores: [80, 71, 71, 71], tiers: [0, 0, 1, 1],
            pending: [0, 1, 0, 0]),
        History(
            testDescription: "one recovery above the line starts the count anew", scores: [80, 71, 72, 71, 71],
            tiers: [0, 0, 0, 0, 1], pending: [0, 1, 0, 1, 0]),
        History(
            testDescription: "one tier at a time, each confirmed anew", scores: [80, 5, 5, 5, 5, 5, 5, 5],
            tiers: [0, 0, 1, 1, 2, 2, 3, 3], pending: [0, 1, 0, 1, 0, 1, 0, 0]),
        History(
            testDescription: "a fall stops where the score meets the next keeping line",
            stability: Stability(maxStepsDown: 3), scores: [80, 55, 55, 55], tiers: [0, 0, 1, 1],
            pending: [0, 1, 0, 0]),
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
    ]

    @Test(arguments: histories)
    func stabilityRuleOverSequencesOfScores(history: History) {
        var held: Int?
        var pending = 0
        var tiers: [Int] = []
        var pendings: [Int] = []
        for score in history.scores {
            let assignment = TierAssignment(
                composite: score * 10_000, held: held, pendingRuns: pending, calibration: Self.cuts,
                stability: history.stability)
            held = assignment.tier
            pending = assignment.pendingRuns
            tiers.append(assignment.tier)
            pendings.append(pending)
        }
        #expect(tiers == history.tiers)
        #expect(pendings == history.pending)
    }

    @Test func theLineIsComparedInWholeNumbers() {
        let stability = Stability(keepShare: 9_000)
        #expect(stability.keepingLine(cut: 800_001) == 720_001)
        #expect(stability.isBelowLine(720_000, cut: 800_001))
        #expect(!stability.isBelowLine(720_001, cut: 800_001))
        #expect(!stability.isBelowLine(720_000, cut: 800_000))
    }

    @Test(arguments: Array(0...100), [0, 1, 2, 3])
    func aTierIsNeverLowerThanTheScoreEarns(score: Int, held: Int) {
        for pending in 0...3 {
            let assignment = TierAssignment(
                composite: Int32(score) * 10_000, held: held, pendingRuns: pending, calibration: Self.cuts,
                stability: Stability())
            #expect(assignment.tier <= assignment.rawTier)
            #expect(assignment.tier <= held + 1)
            #expect(assignment.rawTier > held || assignment.tier == assignment.rawTier)
        }
    }
}
