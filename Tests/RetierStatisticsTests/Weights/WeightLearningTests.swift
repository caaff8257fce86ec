import Foundation
import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

@Suite struct WeightLearningTests {
    private struct Reference: Decodable {
        struct Scheme: Decodable { var weights: [String: Double] }
        var entropy: Scheme
        var critic: Scheme
    }

    private static let names = ["m_total", "f_days", "tenure_days", "recency"]

    /// The 1/10 sample of CDNOW at 1998-06-30, as `reference-weights.json` says.
    private static func columns() throws -> [[Double]] {
        let rows = try Fixtures.rows("cdnow/sample/reference-1998-06-30.csv")
        func column(_ name: String, _ change: (Double) -> Double = { $0 }) -> [Double] {
            rows.map { change(Double($0[name] ?? "") ?? 0) }
        }
        return [
            column("m_total"), column("f_days"), column("T_w") { ($0 * 7).rounded() }, column("r_days") { -$0 },
        ]
    }

    private static func midRanks(_ column: [Double]) -> [Double] {
        let ranking = RankedColumn.ranking(column.map { Int64(($0 * 100).rounded()) })
        return ranking.places.map { Double(ranking.column.midRank(at: Int($0))) }
    }

    private func named(_ values: [Double]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: zip(Self.names, values))
    }

    @Test func entropyAndCriticAreThoseOfTheReference() throws {
        let path = Fixtures.path("cdnow/sample/reference-weights.json")
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let columns = try Self.columns().map(ColumnScale.minMax)
        for (scheme, expected) in [(WeightScheme.entropy, reference.entropy), (.critic, reference.critic)] {
            let found = named(scheme.proportions(of: columns, axes: []))
            #expect(found.count == expected.weights.count)
            for (name, weight) in expected.weights {
                #expect(abs((found[name] ?? 0) - weight) < 1e-12, "\(scheme) \(name)")
            }
        }
    }

    /// Section 3.9 of the published study of these data gives three decimals; its peer was pymcdm 1.4.0.
    @Test(arguments: [
        (WeightScheme.critic, true, [0.128, 0.125, 0.438, 0.310]), (.entropy, false, [0.268, 0.195, 0.268, 0.268]),
        (.critic, false, [0.191, 0.159, 0.416, 0.234]),
    ])
    func outliersDoNotDecideOnceTheyArePulledIn(scheme: WeightScheme, isWinsorised: Bool, expected: [Double]) throws {
        let columns = try Self.columns().map(isWinsorised ? ColumnScale.winsorised : Self.midRanks)
        for (found, weight) in zip(scheme.proportions(of: columns, axes: []), expected) {
            #expect(abs(found - weight) <= 0.0006)
        }
    }

    private static func column(_ name: String, _ values: [Double]?) -> WeightColumn {
        WeightColumn(name: name, title: LocalizedText(name), values: values)
    }

    @Test func anAxisCountsOnceHoweverManyDimensionsItHas() {
        // Three copies of willingness are one axis; spend and influence are as spread out and as unlike it.
        let (first, second, third) = (
            [1.0, 0, 1, 0, 1, 0, 1, 0], [1.0, 1, 0, 0, 1, 1, 0, 0], [1.0, 1, 1, 1, 0, 0, 0, 0]
        )
        let columns = [
            Self.column("spend", first), Self.column("frequency", second), Self.column("recency", second),
            Self.column("loyalty", second), Self.column("influence", third),
        ]
        let learning = WeightLearning(scheme: .threeAxis, lowest: 0, highest: 10_000, learnedPart: 10_000)
        let (weights, warnings) = learning.learned(from: columns, fixed: [1, 1, 1, 1, 1])
        #expect(weights == [3_334, 1_111, 1_111, 1_111, 3_333])
        #expect(warnings.isEmpty)
    }

    @Test func whatIsMissingOrConstantHasNoWeightAndIsNamed() {
        let columns = [
            Self.column("spend", [0, 0.5, 1]), Self.column("frequency", [0.3, 0.3, 0.3]), Self.column("activity", nil),
            Self.column("recency", [1, 0, 0.5]),
        ]
        let learning = WeightLearning(scheme: .critic, learnedPart: 0)
        let (weights, warnings) = learning.learned(from: columns, fixed: [40, 30, 20, 10])
        #expect(weights == [8_000, 0, 0, 2_000])
        #expect(
            warnings.map { "\($0.code) \($0.subject)" } == [
                "constant-dimension frequency", "missing-dimension activity",
            ])
        let nothing = learning.learned(from: [columns[1], columns[2]], fixed: [1, 1])
        #expect(nothing.weights == [0, 0])
        #expect(learning.learned(from: [columns[0]], fixed: [1]).weights == [10_000])
        #expect(learning.learned(from: [], fixed: []).weights.isEmpty)
    }

    @Test func learnedWeightsStayWithinTheirBounds() throws {
        let columns = zip(["spend", "frequency", "loyalty", "recency"], try Self.columns().map(ColumnScale.minMax))
            .map { Self.column($0, $1) }
        var learning = WeightLearning(scheme: .critic, lowest: 500, highest: 4_000, learnedPart: 10_000)
        // Unbounded: 3.528 %, 8.217 %, 49.5 %, 38.7 %. With loyalty cut to 40 % recency would have more than that, so
        // both have 40 %, and the first two share 20 % in their proportion.
        #expect(learning.learned(from: columns, fixed: [1, 1, 1, 1]).weights == [601, 1_399, 4_000, 4_000])
        learning.learnedPart = 5_000
        #expect(learning.learned(from: columns, fixed: [7, 1, 1, 1]).weights == [3_800, 1_200, 2_500, 2_500])
        learning.learnedPart = 10_000
        learning.lowest = 1_000
        #expect(learning.learned(from: columns, fixed: [1, 1, 1, 1]).weights == [1_000, 1_000, 4_000, 4_000])
    }

    @Test(arguments: 1...60)
    func weightsAreWholeBoundedAndComplete(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = generator.draw(in: 2...40)
        let names = ["spend", "frequency", "recency", "activity", "loyalty", "influence", "price_sensitivity"]
        let columns = names.map { name in
            let top = generator.pick(from: [0, 1, 5, 1_000])
            let values = (0..<count).map { _ in Double(generator.draw(in: 0...top)) }
            return Self.column(name, generator.draw(in: 0...5) == 0 ? nil : ColumnScale.minMax(values))
        }
        for scheme in [WeightScheme.entropy, .critic, .threeAxis] {
            let learning = WeightLearning(scheme: scheme, learnedPart: 10_000)
            let (weights, warnings) = learning.learned(from: columns, fixed: names.map { _ in 1 })
            let zeros = warnings.count
            #expect(weights.count { $0 == 0 } == zeros, "seed \(generator.seed)")
            guard zeros < names.count else { continue }
            #expect(weights.reduce(0, +) == 10_000, "seed \(generator.seed)")
            let present = names.count - zeros
            for weight in weights where weight > 0 {
                #expect(weight >= min(500, 10_000 / present) - 1, "\(scheme) seed \(generator.seed)")
                #expect(weight <= max(5_000, 10_000 / present) + 1, "\(scheme) seed \(generator.seed)")
            }
        }
    }

    @Test func driftIsTheShareOfWeightThatMoved() {
        #expect(WeightDrift.basisPoints(from: [4_000, 3_000, 3_000], to: [4_000, 3_000, 3_000]) == 0)
        #expect(WeightDrift.basisPoints(from: [4_000, 3_000, 3_000], to: [3_000, 3_500, 3_500]) == 1_000)
        #expect(WeightDrift.basisPoints(from: [10_000, 0], to: [0, 10_000]) == 10_000)
    }

    @Test func sharesAreWholeAndComplete() {
        #expect(WholeShares.of([1, 1, 1], total: 10_000) == [3_334, 3_333, 3_333])
        #expect(WholeShares.of([0, 0], total: 10_000) == [0, 0])
        #expect(WholeShares.of([-5, 2, 2], total: 5) == [0, 3, 2])
    }
}
