import Foundation
import RetierCore
import RetierStatistics
import Testing

/// Numbers that are printed in the literature or asserted by other programs, each with its source.
@Suite struct PublishedNumberTests {
    /// The rounded parameters of Fader, Hardie and Lee (2005), table 2, by which the printed predictions were made.
    private static let bgNBD = PurchaseModel(.bgNBD, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)

    /// Fader, Hardie and Lee (2005) and Hardie's Excel note "Implementing the BG/NBD Model": x = 2, t_x = 30.43,
    /// T = 38.86, 39 weeks: 1.226; p_alive 0.726579 by lifetimes.
    @Test func purchasesOfAMemberInThePaper() {
        let expected = Self.bgNBD.expectedPurchases(repeats: 2, recency: 30.43, age: 38.86, weeks: 39)
        #expect(abs(expected - 1.226) < 0.0005)
        #expect(abs(expected - 1.226028) < 5e-7)
        #expect(abs(Self.bgNBD.alive(repeats: 2, recency: 30.43, age: 38.86) - 0.726579) < 5e-7)
    }

    /// The same before they were rounded for print: the optimum on the paper's summary, whose weeks have two decimals.
    private static let unrounded = PurchaseModel(.bgNBD, r: 0.2425929, alpha: 4.4135316, a: 0.7928861, b: 2.4257534)

    /// Hardie's Excel sheet, E[X(t)] of a new member, four decimals.
    ///
    /// The sheet adds up 150 terms of the hypergeometric series. At 78 weeks that is not enough: it prints 1.8576, and
    /// the series comes to 1.8580.
    @Test(arguments: [
        (1 / 7.0, 0.0078, 0.0078), (1.0, 0.0532, 0.0532), (3.0, 0.1506, 0.1506), (31 + 6 / 7.0, 1.0405, 1.0405),
        (32.0, 1.0437, 1.0437), (78.0, 1.8576, 1.8580),
    ])
    func purchasesOfANewMember(weeks: Double, printed: Double, exact: Double) {
        let expected = Self.unrounded.expectedPurchases(repeats: 0, recency: 0, age: 0, weeks: weeks)
        #expect(abs(expected - exact) <= 0.00005)
        #expect(abs(Self.series(weeks: weeks, terms: 150) - printed) <= 0.00005)
        #expect(abs(Self.series(weeks: weeks, terms: 3_000) / expected - 1) < 1e-12)
    }

    /// The published form, (a + b - 1) / (a - 1) (1 - (alpha / (alpha + t))^r 2F1(r, b; a + b - 1; t / (alpha + t))).
    private static func series(weeks: Double, terms: Int) -> Double {
        let (m, z) = (unrounded, weeks / (unrounded.alpha + weeks))
        var (sum, term) = (1.0, 1.0)
        for j in 0..<terms {
            let k = Double(j)
            term *= (m.r + k) * (m.b + k) / ((m.a + m.b - 1 + k) * (k + 1)) * z
            sum += term
        }
        return (m.a + m.b - 1) / (m.a - 1) * (1 - exp(m.r * log1p(-z)) * sum)
    }

    /// lifetimes, on the member of BTYD's walkthrough of Pareto/NBD: x = 26, t_x = 30.86, T = 31, 52 weeks: 25.7595,
    /// p_alive .96892.
    @Test func purchasesOfABusyMember() {
        #expect(
            abs(Self.unrounded.expectedPurchases(repeats: 26, recency: 30.86, age: 31, weeks: 52) - 25.7595) < 0.00005)
        #expect(abs(Self.unrounded.alive(repeats: 26, recency: 30.86, age: 31) - 0.96892) < 0.000005)
    }

    /// The R package BTYD, bgnbd.pmf: P(X(39) = 0) = 0.5737864, P(X(2) = 10) = 1.07869e-7.
    @Test func probabilityOfACount() {
        #expect(abs(Self.bgNBD.probability(ofRepeats: 0, weeks: 39) - 0.5737864) < 5e-8)
        #expect(abs(Self.bgNBD.probability(ofRepeats: 10, weeks: 2) - 1.07869e-7) < 5e-13)
    }

    /// What both models must be, whatever the parameters: probabilities of all counts sum to one, and their mean is
    /// the expectation.
    @Test(arguments: PurchaseModel.Kind.allCases, [1.0, 13, 52])
    func probabilitiesSumToOneAndTheirMeanIsTheExpectation(kind: PurchaseModel.Kind, weeks: Double) {
        let model = PurchaseModel(kind, r: 0.9, alpha: 3, a: 0.7, b: 1.9)
        let probabilities = (0..<2_000).map { model.probability(ofRepeats: $0, weeks: weeks) }
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
        let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        let expected = model.expectedPurchases(repeats: 0, recency: 0, age: 0, weeks: weeks)
        #expect(abs(mean - expected) < 1e-11 * expected)
    }

    /// CLVTools' tests (after the paper): .243, 4.414, .793, 2.426, LL -9582.4; its own 0.2425945, 4.4136019,
    /// 0.7929199, 2.4258881, -9582.429.
    @Test func theFitOfThePaper() throws {
        let histories = try LifetimeData.cdnowSample.histories()
        let fit = try #require(PurchaseModel.fit(.bgNBD, to: histories, workers: .single))
        for (ours, printed) in [
            (fit.model.r, 0.243), (fit.model.alpha, 4.414), (fit.model.a, 0.793), (fit.model.b, 2.426),
        ] { #expect(abs(ours - printed) < 0.0005) }
        for (ours, theirs) in [
            (fit.model.r, 0.2425945), (fit.model.alpha, 4.4136019), (fit.model.a, 0.7929199),
            (fit.model.b, 2.4258881),
        ] { #expect(abs(ours / theirs - 1) < 1e-5) }
        #expect(abs(fit.logLikelihood + 9582.429) < 0.0005)
        #expect(fit.isInterior && fit.isIdentified)
    }

    /// Fader and Hardie, note 025: p 6.25, q 3.74, gamma 15.44 from 946 members, with a mean of 35.17; CLVTools: LL
    /// -4055.9177.
    @Test func theFitOfTheNoteOnGammaGamma() throws {
        let fit = try #require(ValueModel.fit(LifetimeData.cdnowSample.observedValues(), workers: .single))
        #expect(fit.members == 946)
        for (ours, printed) in [(fit.model.p, 6.25), (fit.model.q, 3.74), (fit.model.v, 15.44)] {
            #expect(abs(ours - printed) < 0.005)
        }
        #expect(abs(fit.logLikelihood + 4055.9177) < 0.00005)
        #expect(abs(fit.model.mean - 35.17037) < 0.00005)
        #expect(abs(fit.correlation - 0.1139) < 0.00005)
        #expect(fit.isInterior)
    }

    /// Hardie's spreadsheet of note 025: the value to expect of the first ten members of the sample, in the order of
    /// the papers: by first purchase, so that the first ten are those of 1 January with the smallest ids.
    @Test func expectedValuesOfTheFirstTenMembers() throws {
        let fit = try #require(ValueModel.fit(LifetimeData.cdnowSample.observedValues(), workers: .single))
        let printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
        let members = try LifetimeData.cdnowSample.rows().filter { $0["T_w"] == "38.857143" }.prefix(10)
        let ours = try members.map { row in
            fit.model.expected(repeats: try row.number("frequency"), observed: try row.number("monetary"))
        }
        for (value, wanted) in zip(ours, printed) { #expect(abs(value - wanted) < 0.01, "\(ours)") }
    }
}
