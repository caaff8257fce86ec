import Foundation
import RetierStatistics
import RetierTestSupport
import Testing

/// A real experiment of 64,000 members: every figure of its reference file, which statsmodels made.
@Suite struct HillstromTests {
    private struct Group {
        var visits = 0
        var conversions = 0
        var members = 0
        var spend = GroupMoments()
        var visit = GroupMoments()

        func share(_ successes: Int) -> Proportion { Proportion(successes, of: members) }
    }

    private struct Reference: Decodable {
        struct Test: Decodable {
            var diff: Double
            var z: Double?
            var p: Double
            var relative: Double?
            var newcombe95: [Double]?
            var welch_t: Double?
            var df: Double?
            var ci95: [Double]?
            var theta: Double?
            var se: Double?
            var se_unadjusted: Double?
        }
        var comparisons: [String: [String: Test]]
    }

    private static func groups() throws -> [String: Group] {
        var groups: [String: Group] = [:]
        for row in try Fixtures.rows("hillstrom/experiment.csv.gz") {
            let before = try row.number("spend_prior_12m")
            let visit = try row.number("visit")
            var group = groups[row["variant"] ?? ""] ?? Group()
            group.members += 1
            group.visits += Int(visit)
            group.conversions += Int(try row.number("conversion"))
            group.spend.add(try row.number("spend"), covariate: before)
            group.visit.add(visit, covariate: before)
            groups[row["variant"] ?? ""] = group
        }
        return groups
    }

    private static func reference() throws -> Reference {
        try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(fileURLWithPath: Fixtures.path("hillstrom/reference.json"))))
    }

    private func near(_ ours: Double, _ wanted: Double?, _ name: String) throws {
        let wanted = try #require(wanted)
        #expect(abs(ours - wanted) <= 1e-9 * abs(wanted), "\(name): \(ours), not \(wanted)")
    }

    @Test func bothTreatmentsAgainstTheHoldout() throws {
        let (groups, reference) = (try HillstromTests.groups(), try HillstromTests.reference())
        let control = try #require(groups["holdout"])
        for arm in ["mens_email", "womens_email"] {
            let treated = try #require(groups[arm])
            let wanted = try #require(reference.comparisons["\(arm)_vs_holdout"])
            for (name, ours) in [
                ("visit", (treated.share(treated.visits), control.share(control.visits))),
                ("conversion", (treated.share(treated.conversions), control.share(control.conversions))),
            ] {
                let uplift = ProportionTest.uplift(treated: ours.0, control: ours.1)
                let test = try #require(wanted[name])
                try near(uplift.difference, test.diff, "\(arm) \(name) difference")
                try near(uplift.statistic, test.z, "\(arm) \(name) z")
                try near(uplift.p, test.p, "\(arm) \(name) p")
                try near(try #require(uplift.relative), test.relative, "\(arm) \(name) relative")
                try near(uplift.interval.lowerBound, test.newcombe95?[0], "\(arm) \(name) low")
                try near(uplift.interval.upperBound, test.newcombe95?[1], "\(arm) \(name) high")
            }
            try expectMoney(treated.spend, control.spend, arm, wanted["spend"], wanted["cuped_spend"])
            try expectMoney(treated.visit, control.visit, arm, nil, wanted["cuped_visit"])
        }
    }

    private func expectMoney(
        _ treated: GroupMoments, _ control: GroupMoments, _ arm: String, _ plain: Reference.Test?,
        _ cuped: Reference.Test?
    ) throws {
        let welch = try #require(WelchTest(treated: treated, control: control))
        if let plain {
            try near(welch.uplift.difference, plain.diff, "\(arm) difference")
            try near(welch.uplift.statistic, plain.welch_t, "\(arm) t")
            try near(welch.degreesOfFreedom, plain.df, "\(arm) df")
            try near(welch.uplift.p, plain.p, "\(arm) p")
            try near(welch.uplift.interval.lowerBound, plain.ci95?[0], "\(arm) low")
            try near(welch.uplift.interval.upperBound, plain.ci95?[1], "\(arm) high")
        }
        let adjustment = CovariateAdjustment(treated: treated, control: control)
        let adjusted = try #require(WelchTest(treated: adjustment.treated, control: adjustment.control))
        try near(adjustment.theta, cuped?.theta, "\(arm) theta")
        try near(adjusted.uplift.difference, cuped?.diff, "\(arm) adjusted difference")
        try near(adjusted.uplift.standardError, cuped?.se, "\(arm) adjusted error")
        try near(welch.uplift.standardError, cuped?.se_unadjusted, "\(arm) error")
        try near(adjusted.uplift.statistic, cuped?.welch_t, "\(arm) adjusted t")
        try near(adjusted.uplift.p, cuped?.p, "\(arm) adjusted p")
        // Prior spend tells next to nothing here: 0.04 % of the variance for spend, 0.4 % for visits.
        #expect(adjustment.reduction > 0 && adjustment.reduction < 0.005)
    }

    /// The draw was fair: thirds of 64,000.
    @Test func theSampleRatioHolds() throws {
        let groups = try HillstromTests.groups()
        let sizes = ["holdout", "mens_email", "womens_email"].map { groups[$0]?.members ?? 0 }
        #expect(sizes == [21_306, 21_307, 21_387])
        #expect(!SampleRatio(observed: sizes, expected: Array(repeating: 64_000 / 3, count: 3)).isMismatch)
        #expect(
            SampleRatio(observed: [20_306, 21_307, 21_387], expected: Array(repeating: 21_000, count: 3)).isMismatch)
    }
}
