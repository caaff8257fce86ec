/// CUPED: takes out of an outcome what members' own past foretold of it.
///
/// Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled experiments by utilizing pre-experiment
/// data" (WSDM 2013): y - theta (x - mean x) with theta = cov(y, x) / var(x) over both groups together. The expected
/// difference stays what it is, because x was known before anybody was treated.
package struct CovariateAdjustment: Hashable, Sendable {
    /// 0 where the covariate tells nothing or does not vary.
    package let theta: Double
    /// The groups with the adjusted outcome.
    package let treated: GroupMoments
    package let control: GroupMoments
    /// The part of the difference's variance that is gone, at most 1; negative where the adjustment made it worse.
    package let reduction: Double

    package init(treated: GroupMoments, control: GroupMoments) {
        let both = treated.merged(with: control)
        theta = both.covariateSquares > 0 ? both.products / both.covariateSquares : 0
        self.treated = treated.adjusted(by: theta, about: both.covariateMean)
        self.control = control.adjusted(by: theta, about: both.covariateMean)
        func variance(_ a: GroupMoments, _ b: GroupMoments) -> Double {
            a.variance / Double(max(a.count, 1)) + b.variance / Double(max(b.count, 1))
        }
        let before = variance(treated, control)
        reduction = before > 0 ? 1 - variance(self.treated, self.control) / before : 0
    }
}

extension GroupMoments {
    fileprivate func adjusted(by theta: Double, about centre: Double) -> GroupMoments {
        var result = self
        result.mean -= theta * (covariateMean - centre)
        result.squares = max(0, squares - 2 * theta * products + theta * theta * covariateSquares)
        return result
    }
}
