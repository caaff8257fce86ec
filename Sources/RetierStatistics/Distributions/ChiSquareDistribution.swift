#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The chi-square distribution.
package enum ChiSquareDistribution {
    /// The chance of a value above x, for x >= 0 and at least one degree of freedom.
    ///
    /// The upper incomplete gamma function Q(df/2, x/2) (Abramowitz and Stegun, 26.4.19): below its hump from the
    /// series 6.5.29 of the lower one, above it as the continued fraction of 6.5.31 in its even part (DLMF 8.9.2).
    package static func upperTail(_ x: Double, degreesOfFreedom: Int) -> Double {
        precondition(x >= 0 && degreesOfFreedom > 0, "a sum of squares is not negative")
        let (a, y) = (Double(degreesOfFreedom) / 2, x / 2)
        guard y > 0 else { return 1 }
        guard y.isFinite else { return 0 }
        let power = exp(a * log(y) - y - GammaFunction.logarithm(a))
        if y < a + 1 {
            var (term, sum, n) = (1 / a, 1 / a, a)
            while term > sum * 1e-17 {
                n += 1
                term *= y / n
                sum += term
            }
            return max(0, 1 - power * sum)
        }
        return power
            / ContinuedFraction.value(first: y + 1 - a) { place in
                let k = Double(place)
                return (-k * (k - a), y + 2 * k + 1 - a)
            }
    }
}
