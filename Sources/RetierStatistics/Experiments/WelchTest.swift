/// Compares two means without supposing equal variances (Welch, Biometrika 34, 1947).
package struct WelchTest: Hashable, Sendable {
    package let uplift: Uplift
    /// By Welch and Satterthwaite.
    package let degreesOfFreedom: Double

    /// Nil where a group has fewer than two members, or nobody's value differs from anybody's.
    package init?(treated: GroupMoments, control: GroupMoments, level: Double = 0.95) {
        guard treated.count > 1, control.count > 1 else { return nil }
        let (a, b) = (treated.variance / Double(treated.count), control.variance / Double(control.count))
        guard a + b > 0 else { return nil }
        let error = (a + b).squareRoot()
        degreesOfFreedom = (a + b) * (a + b) / (a * a / Double(treated.count - 1) + b * b / Double(control.count - 1))
        let student = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
        let difference = treated.mean - control.mean
        let reach = student.quantile(ofTwoTails: 1 - level) * error
        uplift = Uplift(
            treated: treated.mean, control: control.mean, standardError: error, statistic: difference / error,
            p: student.twoTails(difference / error), interval: (difference - reach)...(difference + reach))
    }
}
