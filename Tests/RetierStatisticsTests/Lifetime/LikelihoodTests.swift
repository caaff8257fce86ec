import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierStatistics

@Suite struct LikelihoodTests {
    private static func histories(_ generator: inout SeededGenerator, count: Int = 400) -> PurchaseHistories {
        let rows = (0..<count).map { _ in
            let age = Int32(generator.draw(in: 0...500))
            let repeats = Int32(generator.draw(in: 0...min(Int(age), generator.pick(from: [0, 1, 5, 60]))))
            let recency = repeats == 0 ? 0 : Int32(generator.draw(in: Int(repeats)...Int(age)))
            return (repeats: repeats, recency: recency, age: age)
        }
        return PurchaseHistories(count) { rows[$0] }
    }

    @Test(arguments: PurchaseModel.Kind.allCases)
    func theSumOverRowsIsThatOverMembers(kind: PurchaseModel.Kind) {
        var generator = SeededGenerator(seed: 11)
        let histories = Self.histories(&generator)
        #expect(histories.memberCount == 400 && histories.count < 400)
        let model = PurchaseModel(kind, r: 0.7, alpha: 5, a: 0.4, b: 1.3)
        let likelihood = PurchaseLikelihood(histories, kind: kind, workers: .single)
        let sum = histories.row.reduce(0.0) { sum, row in
            let row = Int(row)
            return sum
                + model.logLikelihood(
                    repeats: Int(histories.repeats[row]), recency: Double(histories.recency[row]) / 7,
                    age: Double(histories.age[row]) / 7)
        }
        let value = likelihood.curvature(atLogarithms: [0.7, 5, 0.4, 1.3].map { log($0) }).value
        #expect(abs(value / sum - 1) < 1e-12, "seed \(generator.seed)")
    }

    /// Analytic derivatives against differences of values and of gradients.
    @Test(arguments: PurchaseModel.Kind.allCases)
    func derivativesAreThoseOfTheValue(kind: PurchaseModel.Kind) {
        var generator = SeededGenerator(seed: 12)
        let likelihood = PurchaseLikelihood(Self.histories(&generator), kind: kind, workers: .single)
        for _ in 0..<40 {
            let point = (0..<4).map { _ in Double.random(in: -2...2, using: &generator) }
            Self.expectDerivatives(at: point, seed: generator.seed) { likelihood.curvature(atLogarithms: $0) }
        }
    }

    static func expectDerivatives(at point: [Double], seed: UInt64, of function: ([Double]) -> Curvature) {
        let here = function(point)
        let h = 1e-5
        for i in point.indices {
            var (up, down) = (point, point)
            up[i] += h
            down[i] -= h
            let (above, below) = (function(up), function(down))
            let slope = (above.value - below.value) / (2 * h)
            let size = max(1, abs(here.value))
            #expect(abs(slope - here.gradient[i]) < 1e-7 * size, "gradient \(i) at \(point), seed \(seed)")
            for j in point.indices {
                let curve = (above.gradient[j] - below.gradient[j]) / (2 * h)
                #expect(abs(curve - here.hessian[i, j]) < 1e-7 * size, "hessian \(i), \(j) at \(point), seed \(seed)")
            }
        }
    }

    @Test func derivativesOfTheValueModel() throws {
        var generator = SeededGenerator(seed: 13)
        let values = (0..<300).map { _ in
            ObservedValue(
                repeats: Int32(generator.draw(in: 1...40)), mean: exp(Double.random(in: -2...6, using: &generator)))
        }
        let likelihood = ValueLikelihood(values, workers: .single)
        for _ in 0..<40 {
            let point = (0..<3).map { _ in Double.random(in: -1.5...2, using: &generator) }
            Self.expectDerivatives(at: point, seed: generator.seed) { likelihood.curvature(at: $0) }
        }
    }

    /// Fits are the same bit for bit, in whatever order chunks are done.
    @Test func threadsDoNotShow() throws {
        var generator = SeededGenerator(seed: 14)
        // More rows than fit into one chunk.
        let rows = (0..<40_000).map { _ in
            let age = Int32(generator.draw(in: 30...900))
            let repeats = Int32(generator.draw(in: 0...5))
            return (repeats: repeats, recency: repeats == 0 ? 0 : Int32(generator.draw(in: 5...Int(age))), age: age)
        }
        let histories = PurchaseHistories(rows.count) { rows[$0] }
        #expect(histories.count > 16_384)
        let bits = try [Workers.single, .concurrent, .backwards].map { workers in
            let fit = try #require(PurchaseModel.fit(.mbgNBD, to: histories, workers: workers))
            return [fit.model.r, fit.model.alpha, fit.model.a, fit.model.b, fit.logLikelihood].map(\.bitPattern)
        }
        #expect(bits[0] == bits[1] && bits[0] == bits[2])
    }

    @Test func noHistoriesHaveNoFit() {
        #expect(PurchaseModel.fit(.bgNBD, to: PurchaseHistories(3) { _ in nil }, workers: .single) == nil)
        #expect(PurchaseModel.fit(.bgNBD, to: PurchaseHistories(3) { _ in (0, 0, 9) }, workers: .single) == nil)
        #expect(ValueModel.fit([], workers: .single) == nil)
    }
}
