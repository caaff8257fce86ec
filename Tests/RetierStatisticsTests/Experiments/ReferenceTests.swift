import RetierStatistics
import RetierTestSupport
import Testing

/// Tests and intervals against statsmodels, scipy, numpy and gbstats, see Tests/Fixtures/experiments/references.py.
@Suite struct ExperimentReferences {
    private func expect(_ ours: [Double], _ wanted: [String], of row: [String: String], within tolerance: Double) throws
    {
        for (value, name) in zip(ours, wanted) {
            let number = try row.number(name)
            #expect(abs(value - number) <= tolerance * max(1e-3, abs(number)), "\(name) \(value), not \(number)")
        }
    }

    private func numbers(_ text: String?) -> [Double] { (text ?? "").split(separator: " ").compactMap { Double($0) } }

    @Test func proportions() throws {
        let rows = try Fixtures.rows("experiments/proportions.csv")
        #expect(rows.count == 68)
        for row in rows {
            let counts = try ["a", "n", "b", "m"].map { Int(try row.number($0)) }
            let uplift = ProportionTest.uplift(
                treated: Proportion(counts[0], of: counts[1]), control: Proportion(counts[2], of: counts[3]))
            try expect(
                [uplift.statistic, uplift.p, uplift.interval.lowerBound, uplift.interval.upperBound],
                ["z", "p", "low", "high"], of: row, within: 1e-9)
        }
    }

    /// Method 10 in tables I and II of Newcombe's paper: 56/70 against 48/80, and 9/10 against 3/10.
    @Test func newcombesOwnExamples() {
        let first = ProportionTest.uplift(treated: Proportion(56, of: 70), control: Proportion(48, of: 80)).interval
        #expect(abs(first.lowerBound - 0.0524) < 5e-5 && abs(first.upperBound - 0.3339) < 5e-5)
        let second = ProportionTest.uplift(treated: Proportion(9, of: 10), control: Proportion(3, of: 10)).interval
        #expect(abs(second.lowerBound - 0.1705) < 5e-5 && abs(second.upperBound - 0.8090) < 5e-5)
    }

    @Test func means() throws {
        for row in try Fixtures.rows("experiments/means.csv") {
            var groups = [GroupMoments(), GroupMoments()]
            for value in numbers(row["treated"]) { groups[0].add(value) }
            for value in numbers(row["control"]) { groups[1].add(value) }
            let test = try #require(WelchTest(treated: groups[0], control: groups[1]))
            try expect(
                [
                    test.uplift.statistic, test.degreesOfFreedom, test.uplift.p, test.uplift.interval.lowerBound,
                    test.uplift.interval.upperBound,
                ], ["t", "df", "p", "low", "high"], of: row, within: 1e-9)
        }
    }

    @Test func covariates() throws {
        for row in try Fixtures.rows("experiments/covariates.csv") {
            var groups = [GroupMoments(), GroupMoments()]
            for (place, names) in [("treated", "treated_before"), ("control", "control_before")].enumerated() {
                for (y, x) in zip(numbers(row[names.0]), numbers(row[names.1])) { groups[place].add(y, covariate: x) }
            }
            let cuped = CovariateAdjustment(treated: groups[0], control: groups[1])
            let test = try #require(WelchTest(treated: cuped.treated, control: cuped.control))
            try expect(
                [cuped.theta, test.uplift.difference, test.uplift.statistic, test.uplift.p, cuped.reduction],
                ["theta", "difference", "t", "p", "reduction"], of: row, within: 1e-9)
        }
    }

    @Test func ratios() throws {
        for row in try Fixtures.rows("experiments/ratios.csv") {
            let ratio = SampleRatio(
                observed: numbers(row["observed"]).map { Int($0) }, expected: numbers(row["expected"]))
            try expect([ratio.statistic, ratio.p], ["statistic", "p"], of: row, within: 1e-9)
        }
    }

    @Test func holm() throws {
        for row in try Fixtures.rows("experiments/holm.csv") {
            let ours = HolmCorrection.adjusted(numbers(row["values"]))
            for (value, wanted) in zip(ours, numbers(row["adjusted"])) { #expect(abs(value - wanted) < 1e-12) }
            #expect(ours.count == numbers(row["adjusted"]).count)
        }
        #expect(HolmCorrection.adjusted([]).isEmpty)
    }

    @Test func sequences() throws {
        for row in try Fixtures.rows("experiments/sequences.csv") {
            let sequence = ConfidenceSequence(tunedMembers: try row.number("tuned"))
            let interval = sequence.interval(
                try row.number("difference"), standardError: try row.number("error"),
                members: Int(try row.number("members")))
            try expect([interval.lowerBound, interval.upperBound], ["low", "high"], of: row, within: 1e-9)
        }
    }

    /// What the comment at `tunedMembers` says, from 50 digits of the formula's minimum, 3.0351244.
    @Test func aSequenceIsWiderAwayFromWhereItIsTuned() {
        let reach = ConfidenceSequence(tunedMembers: 10_000)
        #expect(abs(reach.reach(members: 10_000) / 3.035_124_4 - 1) < 1e-4)
        #expect(abs(reach.reach(members: 1_000) / 3.035_124_4 - 1.270) < 1e-3)
        #expect(abs(reach.reach(members: 1_000_000) / 3.035_124_4 - 1.173) < 1e-3)
    }

    /// 2.8 standard errors: 1.959964 + 0.841621.
    @Test func smallestDetectableEffect() {
        #expect(abs(DetectableEffect.smallest(standardError: 1) - 2.801_585_218) < 1e-8)
    }

    @Test func aGroupWithoutAShareIsNoRatio() {
        #expect(SampleRatio(observed: [10, 1], expected: [11, 0]).isMismatch)
        #expect(SampleRatio(observed: [11, 0], expected: [11, 0]).p == 1)
    }

    @Test func fewMembersOrSameValuesAreNoTest() {
        var one = GroupMoments()
        one.add(3)
        #expect(WelchTest(treated: one, control: one) == nil)
        one.add(3)
        #expect(WelchTest(treated: one, control: one) == nil)
        #expect(!ProportionTest.isFeasible(treated: Proportion(4, of: 100), control: Proportion(5, of: 100)))
        #expect(ProportionTest.isFeasible(treated: Proportion(5, of: 100), control: Proportion(5, of: 100)))
        #expect(!ProportionTest.isFeasible(treated: Proportion(99, of: 100), control: Proportion(96, of: 100)))
    }

    @Test func mergedGroupsAreAsOneGroup() {
        var generator = SeededGenerator(seed: 7)
        var (whole, left, right) = (GroupMoments(), GroupMoments(), GroupMoments())
        for place in 0..<1_000 {
            let (y, x) = (Double(generator.draw(in: 0...1_000)) + 1e6, Double(generator.draw(in: 0...50)))
            whole.add(y, covariate: x)
            if place % 3 == 0 { left.add(y, covariate: x) } else { right.add(y, covariate: x) }
        }
        let merged = left.merged(with: right)
        #expect(merged.count == 1_000)
        #expect(abs(merged.mean - whole.mean) < 1e-8 && abs(merged.covariateMean - whole.covariateMean) < 1e-10)
        #expect(abs(merged.variance / whole.variance - 1) < 1e-10)
        #expect(left.merged(with: GroupMoments()) == left && GroupMoments().merged(with: left) == left)
    }
}
