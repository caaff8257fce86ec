import RetierStatistics
import RetierTestSupport
import Testing

/// Tails and quantiles against mpmath's at 40 digits, see Tests/Fixtures/experiments/references.py.
@Suite struct DistributionTests {
    private func expectRows(
        _ kind: String, atLeast count: Int, within tolerance: Double, _ ours: (Double, Double) -> Double
    )
        throws
    {
        let rows = try Fixtures.rows("experiments/distributions.csv").filter { $0["kind"] == kind }
        #expect(rows.count >= count)
        for row in rows {
            let value = ours(Double(row["df"] ?? "") ?? 0, try row.number("argument"))
            let wanted = try row.number("value")
            #expect(abs(value - wanted) <= tolerance * abs(wanted) + 1e-300, "\(value): \(row)")
        }
    }

    @Test func normalTail() throws {
        try expectRows("normal", atLeast: 14, within: 1e-12) { NormalDistribution.upperTail($1) }
    }

    @Test func normalQuantile() throws {
        try expectRows("normal-quantile", atLeast: 11, within: 1e-12) { NormalDistribution.quantile(ofUpperTail: $1) }
    }

    @Test func studentTails() throws {
        try expectRows("student", atLeast: 120, within: 1e-10) {
            StudentDistribution(degreesOfFreedom: $0).twoTails($1)
        }
    }

    @Test func studentQuantile() throws {
        try expectRows("student-quantile", atLeast: 65, within: 1e-11) {
            StudentDistribution(degreesOfFreedom: $0).quantile(ofTwoTails: $1)
        }
    }

    @Test func chiSquareTail() throws {
        try expectRows("chi-square", atLeast: 70, within: 1e-11) {
            ChiSquareDistribution.upperTail($1, degreesOfFreedom: Int($0))
        }
    }

    @Test func edges() {
        #expect(NormalDistribution.twoTails(0) == 1)
        #expect(NormalDistribution.quantile(ofUpperTail: 0.5).magnitude < 1e-15)
        let p = 0x1p-30
        #expect(NormalDistribution.quantile(ofUpperTail: 1 - p) == -NormalDistribution.quantile(ofUpperTail: p))
        #expect(StudentDistribution(degreesOfFreedom: 3).twoTails(0) == 1)
        #expect(StudentDistribution(degreesOfFreedom: 3).twoTails(.infinity) == 0)
        #expect(
            StudentDistribution(degreesOfFreedom: 3).twoTails(-2)
                == StudentDistribution(degreesOfFreedom: 3).twoTails(2))
        #expect(ChiSquareDistribution.upperTail(0, degreesOfFreedom: 2) == 1)
        #expect(ChiSquareDistribution.upperTail(.infinity, degreesOfFreedom: 2) == 0)
    }
}
