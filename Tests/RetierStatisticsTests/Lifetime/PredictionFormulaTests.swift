import RetierStatistics
import RetierTestSupport
import Testing

/// The formulas at given parameters against arithmetic with many digits.
@Suite struct PredictionFormulaTests {
    /// Cases at r = .243, alpha = 4.414, a = .793, b = 2.426 from 50 digits, with x = 2000 and t = 0 among them.
    @Test func fixedParameterCases() throws {
        let model = PurchaseModel(.bgNBD, r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)
        let rows = try Fixtures.rows("cdnow/sample/reference-fixed-params.csv")
        #expect(rows.count == 16)
        for row in rows { try expectCase(row, model, t: try row.number("t_days") / 7, within: 1e-9) }
    }

    /// Two thousand draws (r .03-10, alpha .3-100, a 1e-5-6 and beside 1, b .01-1000, x up to 3,000) from mpmath, see
    /// Tests/Fixtures/lifetime/draws.py: within 1e-12 of the value, however small it is.
    @Test func drawsAgainstMpmath() throws {
        let rows = try Fixtures.rows("lifetime/prediction-draws.csv")
        #expect(rows.count == 2_000)
        for row in rows {
            let model = PurchaseModel(
                try #require(PurchaseModel.Kind(rawValue: row["model"] ?? "")), r: try row.number("r"),
                alpha: try row.number("alpha"), a: try row.number("a"), b: try row.number("b"))
            try expectCase(row, model, t: try row.number("t_days") / 7, within: 1e-12)
        }
    }

    private func expectCase(
        _ row: [String: String], _ model: PurchaseModel, t: Double, within tolerance: Double
    ) throws {
        let (x, recency, age) = (
            try row.number("x"), try row.number("recency_days") / 7, try row.number("T_days") / 7
        )
        let ours = [
            "p_alive": model.alive(repeats: x, recency: recency, age: age),
            "expected_purchases": model.expectedPurchases(repeats: x, recency: recency, age: age, weeks: t),
        ]
        for (name, value) in ours {
            let wanted = try row.number(name)
            #expect(value.isFinite && value >= 0, "\(name) \(value): \(row)")
            // Doubles end at 2e-308; what is smaller than 1e-290 may be anything down to 0.
            #expect(abs(value - wanted) <= tolerance * wanted + 1e-290, "\(name) \(value): \(row)")
        }
        let likelihood = model.logLikelihood(repeats: Int(x), recency: recency, age: age)
        let wanted = try row.number("log_likelihood")
        #expect(abs(likelihood - wanted) <= tolerance * max(1, abs(wanted)), "\(likelihood): \(row)")
    }
}
