/// What a purchase day of a member is worth on average: the Gamma-Gamma model with its parameters.
///
/// The value of a purchase day is gamma distributed around a mean of the member's own (shape p), and the means are
/// spread by a gamma distributed scale (shape q, and v in units of the currency; the sources write gamma for v).
/// Fader, Hardie and Lee, RFM and CLV (Journal of Marketing Research 42(4), 2005); Fader and Hardie, The Gamma-Gamma
/// Model of Monetary Value (note 025, 2013). It assumes that value and frequency are independent.
package struct ValueModel: Equatable, Sendable {
    package var p: Double
    /// Above 1: the mean over all members is infinite otherwise.
    package var q: Double
    package var v: Double

    package init(p: Double, q: Double, v: Double) {
        self.p = p
        self.q = q
        self.v = v
    }

    /// The mean over all members: p v / (q - 1).
    package var mean: Double { p * v / (q - 1) }

    /// The mean to expect of a member whose x repeat purchase days were worth `observed` on average: between `observed`
    /// and the mean over all members, the nearer to the former the more there are.
    ///
    /// The mean over all members where there is no repeat purchase of value.
    package func expected(repeats x: Double, observed: Double) -> Double {
        guard x > 0, observed > 0 else { return mean }
        return p * (v + x * observed) / (p * x + q - 1)
    }
}
