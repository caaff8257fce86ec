import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// What `tiering` of `retier.yaml` may say, as values.
struct TieringConfigurationTests {
    /// The model of the valid brand with another `tiering`.
    private func model(_ tiering: String) throws -> TieringModel {
        let folder = try BrandFixture.folder()
        let text = try folder.read("retier.yaml")
        let start = try #require(text.firstRange(of: "tiering:\n")).lowerBound
        let end = try #require(text[start...].firstRange(of: "\nendpoints:")).lowerBound
        try folder.write(String(text[..<start]) + tiering + String(text[end...]), to: "retier.yaml")
        return try BrandFixture.load(folder).programme.tiering
    }

    @Test func everyKindOfEntry() throws {
        let model = try model(
            """
            tiering:
              ladder:
                - {id: star, title: a, entry: {top: {best: 20%, by: clv_13w}}}
                - {id: vip, title: b, entry: {top: {best: 100, by: visits}}}
                - {id: coach, title: c, entry: {when: attr.task == "private"}}
                - {id: rich, title: d, entry: {spend: 5000.00}}
                - {id: core, title: e, entry: {value: {of: visits, at_least: 6}}}
                - {id: loyal, title: e, entry: {value: {of: full_price_share, at_least: 80%}}}
                - {id: potential, title: f, entry: {score: 60}}
                - {id: base, title: g, entry: everyone}
            """)
        let entries = model.ladder.tiers.map(\.entry)
        #expect(entries[0] == .topShareBy("clv_13w", 2_000) && entries[1] == .topCountBy("visits", 100))
        #expect(entries[2].condition?.text == #"attr.task == "private""#)
        #expect(entries[3] == .value(of: "m_total", atLeast: 500_000))
        #expect(entries[4] == .value(of: "visits", atLeast: 6))
        #expect(entries[5] == .value(of: "full_price_share", atLeast: 800_000))
        #expect(entries[6] == .score(600_000) && entries[7] == .everyone)
        #expect(model.measureNames.contains("clv_13w") && model.measureNames.contains("visits"))
    }

    @Test func weightsDimensionsStabilityAndSignals() throws {
        let model = try model(
            """
            tiering:
              weights: {spend: 50, frequency: 0, activity: 30, potential: 20}
              weighting: {by: three-axis, blend: 40%, least: 4%, most: 60%}
              dimensions:
                activity: [visits, {fact: days_since_login, weight: 2}, {fact: logins, better: lower}]
              ladder:
                - {id: core, title: a, entry: {top: 5%}}
                - {id: potential, title: b, entry: {top: 20%}}
                - {id: base, title: c, entry: everyone}
              stability:
                {keep: 80%, confirming_runs: 3, max_steps_down: 2, max_steps_up: 1, dwell: P3M, grace: P14D,
                 valid_for: P12M, valid_to_end_of: quarter, fall_interval: P6M, changes: movers}
              signals: {high: 90%}
            """)
        var weights = ScoreWeights(spend: 50, frequency: 0)
        weights[.activity] = 30
        weights[.potential] = 20
        #expect(model.weights == weights)
        #expect(model.weighting == Weighting(method: .threeAxis, blend: 4_000, least: 400, most: 6_000))
        #expect(
            model.dimensions.measures(of: .activity) == [
                Measure("visits"), Measure("days_since_login", weight: 2, isLowerBetter: true),
                Measure("logins", isLowerBetter: true),
            ])
        #expect(model.dimensions.measures(of: .potential) == [Measure("clv_13w")])
        #expect(
            model.stability
                == Stability(
                    keepShare: 8_000, confirmingRuns: 3, maxStepsDown: 2, maxStepsUp: 1,
                    dwell: .period(CalendarPeriod(months: 3)), grace: CalendarPeriod(days: 14),
                    validity: .init(CalendarPeriod(months: 12), rounding: .quarter),
                    fallInterval: CalendarPeriod(months: 6), changes: .movers))
        #expect(model.signals == SignalRules(high: 900_000))
    }
}
