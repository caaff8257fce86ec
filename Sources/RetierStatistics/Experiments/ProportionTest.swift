/// How many members of a group did something.
package struct Proportion: Hashable, Sendable {
    package var successes: Int
    package var members: Int

    package init(_ successes: Int, of members: Int) {
        precondition(successes >= 0 && successes <= members, "a part is no larger than the whole")
        self.successes = successes
        self.members = members
    }

    package var share: Double { members > 0 ? Double(successes) / Double(members) : 0 }

    /// Wilson's score interval (Journal of the American Statistical Association 22, 1927), without continuity
    /// correction.
    package func wilsonInterval(level: Double = 0.95) -> ClosedRange<Double> {
        let z = NormalDistribution.quantile(ofUpperTail: (1 - level) / 2)
        let n = Double(members)
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let spread = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        // At 0 and 1 the interval ends there, whatever the last digit says.
        return (successes == 0 ? 0 : centre - spread)...(successes == members ? 1 : centre + spread)
    }
}

/// Compares two proportions.
package enum ProportionTest {
    /// The z test with the pooled variance, and Newcombe's hybrid score interval of the difference.
    ///
    /// The interval is number 10 of Newcombe, "Interval estimation for the difference between independent proportions"
    /// (Statistics in Medicine 17, 1998). Both groups must have members.
    package static func uplift(treated: Proportion, control: Proportion, level: Double = 0.95) -> Uplift {
        let (n, m) = (Double(treated.members), Double(control.members))
        let pooled = Double(treated.successes + control.successes) / (n + m)
        let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
        let difference = treated.share - control.share
        let z = error > 0 ? difference / error : 0
        return Uplift(
            treated: treated.share, control: control.share, standardError: error, statistic: z,
            p: NormalDistribution.twoTails(z), interval: interval(treated, control, level))
    }

    private static func interval(_ a: Proportion, _ b: Proportion, _ level: Double) -> ClosedRange<Double> {
        let (ofA, ofB) = (a.wilsonInterval(level: level), b.wilsonInterval(level: level))
        func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
        let difference = a.share - b.share
        let low = difference - length(a.share - ofA.lowerBound, ofB.upperBound - b.share)
        return low...(difference + length(ofA.upperBound - a.share, b.share - ofB.lowerBound))
    }

    /// The standard error of the difference itself, each group with its own variance, for a confidence sequence.
    package static func ownError(treated: Proportion, control: Proportion) -> Double {
        func variance(_ group: Proportion) -> Double { group.share * (1 - group.share) / Double(group.members) }
        return (variance(treated) + variance(control)).squareRoot()
    }

    /// Whether the normal approximation may be used: every count that is expected without an effect is at least 5
    /// (Cochran, "Some methods for strengthening the common chi-square tests", Biometrics 10, 1954).
    package static func isFeasible(treated: Proportion, control: Proportion) -> Bool {
        let members = treated.members + control.members
        let successes = treated.successes + control.successes
        let (smaller, rarer) = (min(treated.members, control.members), min(successes, members - successes))
        return members > 0 && smaller * rarer >= 5 * members
    }
}
