/// Mean and spread of an outcome in a group, with a covariate of each member: what Welch's test and CUPED need.
///
/// Collected in one pass without cancellation (Welford, Technometrics 4, 1962).
package struct GroupMoments: Hashable, Sendable {
    package private(set) var count = 0
    package internal(set) var mean = 0.0
    package private(set) var covariateMean = 0.0
    /// Sums of squares and products about the means.
    var squares = 0.0
    private(set) var covariateSquares = 0.0
    private(set) var products = 0.0

    package init() {}

    package mutating func add(_ value: Double, covariate: Double = 0) {
        count += 1
        let (apart, aside) = (value - mean, covariate - covariateMean)
        mean += apart / Double(count)
        covariateMean += aside / Double(count)
        squares += apart * (value - mean)
        covariateSquares += aside * (covariate - covariateMean)
        products += apart * (covariate - covariateMean)
    }

    /// Both groups as one (Chan, Golub and LeVeque, The American Statistician 37, 1983).
    package func merged(with other: GroupMoments) -> GroupMoments {
        guard count > 0 else { return other }
        guard other.count > 0 else { return self }
        var both = GroupMoments()
        both.count = count + other.count
        let (n, m, all) = (Double(count), Double(other.count), Double(both.count))
        let (apart, aside) = (other.mean - mean, other.covariateMean - covariateMean)
        both.mean = mean + apart * m / all
        both.covariateMean = covariateMean + aside * m / all
        both.squares = squares + other.squares + apart * apart * n * m / all
        both.covariateSquares = covariateSquares + other.covariateSquares + aside * aside * n * m / all
        both.products = products + other.products + apart * aside * n * m / all
        return both
    }

    /// The variance of the outcome, of n - 1; 0 for fewer than two members.
    package var variance: Double { count > 1 ? squares / Double(count - 1) : 0 }
}
