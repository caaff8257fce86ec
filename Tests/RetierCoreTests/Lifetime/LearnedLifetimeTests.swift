import RetierCore
import RetierTestSupport
import Testing

@Suite struct LearnedLifetimeTests {
    /// What is stored comes back to the last bit, whatever there is of it.
    @Test func everyLearnedLifetimeComesBackFromItsNumbers() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let learned = Self.drawn(&generator)
            #expect(LearnedLifetime(numbers: learned.numbers) == learned, "seed \(generator.seed)")
            #expect(LearnedLifetime(numbers: learned.numbers.reversed())?.purchases == learned.purchases)
        }
        #expect(LearnedLifetime(numbers: []) == nil)
    }

    private static func drawn(_ generator: inout SeededGenerator) -> LearnedLifetime {
        func real() -> Double { Double.random(in: -1e6...1e6, using: &generator) }
        func whole() -> Int { generator.draw(in: -1_000...1_000_000_000) }
        func purchases() -> LearnedLifetime.Purchases {
            LearnedLifetime.Purchases(r: real(), alpha: real(), a: real(), b: real())
        }
        var report = LifetimeReport(members: whole(), repeaters: whole(), oldestDays: whole())
        (report.logLikelihood, report.condition) = (real(), .infinity)
        (report.valueMembers, report.valueLogLikelihood, report.correlation) = (whole(), real(), real())
        report.findings = LifetimeFinding.allCases.filter { _ in Bool.random(using: &generator) }
        if Bool.random(using: &generator) {
            func forecast() -> BackTest.Forecast {
                BackTest.Forecast(meanError: whole(), rankCorrelation: whole(), total: whole())
            }
            report.backTest = BackTest(
                asOf: Day(number: Int32(whole() % 20_000)), members: whole(), model: forecast(), naive: forecast(),
                actual: whole(),
                deciles: (0..<10).map { _ in
                    BackTest.Decile(members: whole(), predicted: whole(), actual: whole())
                })
        }
        var learned = LearnedLifetime(
            method: generator.pick(from: LearnedLifetime.Method.allCases), meanValue: real(), report: report)
        if Bool.random(using: &generator) { learned.purchases = purchases() }
        if Bool.random(using: &generator) { learned.churn = purchases() }
        if Bool.random(using: &generator) { learned.values = .init(p: real(), q: real(), v: real()) }
        return learned
    }

    /// By hand: ranks of the forecast -2, 0, 2 times what came 0, 1, 5 is 10, as with the best order.
    ///
    /// Turned round it is -10; with the first two tied, -1, -1, 2 gives 9.
    @Test(arguments: [
        ([1, 2, 3], [0, 1, 5], 1_000_000), ([3, 2, 1], [0, 1, 5], -1_000_000), ([1, 1, 3], [0, 1, 5], 900_000),
        ([4, 4, 4], [0, 1, 5], 0), ([1, 2, 3], [2, 2, 2], 0), ([], [], 0),
    ])
    func rankCorrelations(forecast: [Int64], actual: [Int64], millionths: Int) {
        #expect(BackTest.rankCorrelation(of: forecast, with: actual) == millionths)
    }

    @Test(arguments: [
        (5, 6, 5, 6, false), (6, 5, 6, 5, false), (6, 5, 5, 5, false), (6, 6, 5, 6, false), (6, 5, 5, 6, true),
    ])
    func aModelLosesOnlyOnBothCounts(modelError: Int, naiveError: Int, modelRank: Int, naiveRank: Int, isLost: Bool) {
        let test = BackTest(
            asOf: Day(number: 0), members: 1, model: .init(meanError: modelError, rankCorrelation: modelRank, total: 0),
            naive: .init(meanError: naiveError, rankCorrelation: naiveRank, total: 0), actual: 0, deciles: [])
        #expect(test.isLost == isLost)
    }
}
