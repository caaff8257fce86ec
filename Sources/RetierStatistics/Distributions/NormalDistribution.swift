#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The standard normal distribution.
package enum NormalDistribution {
    /// The chance of a value above z, with the relative accuracy of libm's `erfc` however small it is.
    package static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// The chance of a value at least as far from 0 as z.
    package static func twoTails(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

    package static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

    /// The z above which a chance lies, for 0 < p < 1.
    ///
    /// Starts within 4.5e-4 (Abramowitz and Stegun, 26.2.23) and takes Newton steps on the logarithm of the tail.
    package static func quantile(ofUpperTail p: Double) -> Double {
        guard p <= 0.5 else { return -quantile(ofUpperTail: 1 - p) }
        let t = (-2 * log(p)).squareRoot()
        let above = 2.515517 + t * (0.802853 + t * 0.010328)
        let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var z = t - above / below
        for _ in 0..<4 {
            let tail = upperTail(z)
            z += (log(tail) - log(p)) * tail / density(z)
        }
        return z
    }
}
