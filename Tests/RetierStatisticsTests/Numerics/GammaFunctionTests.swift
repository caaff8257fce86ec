import RetierStatistics
import RetierTestSupport
import Testing

@Suite struct GammaFunctionTests {
    /// mpmath's values at 40 digits, see Tests/Fixtures/lifetime/draws.py.
    @Test func logarithmAndDerivativesEqualThoseOfMpmath() throws {
        let rows = try Fixtures.rows("lifetime/gamma-values.csv")
        #expect(rows.count > 300)
        for row in rows {
            let x = try row.number("x")
            for (name, ours) in [
                ("logarithm", GammaFunction.logarithm(x)), ("digamma", GammaFunction.digamma(x)),
                ("trigamma", GammaFunction.trigamma(x)),
            ] {
                let wanted = try row.number(name)
                #expect(abs(ours - wanted) <= 2e-14 * max(1, abs(wanted)), "\(name)(\(x)) = \(ours), not \(wanted)")
            }
        }
    }
}

extension [String: String] {
    /// The number of a column.
    func number(_ column: String) throws -> Double { try #require(Double(self[column] ?? ""), "column \(column)") }
}
