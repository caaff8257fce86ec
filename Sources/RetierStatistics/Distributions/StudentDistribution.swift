#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Student's t distribution with any positive number of degrees of freedom.
package struct StudentDistribution: Sendable {
    package let degreesOfFreedom: Double

    package init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The chance of a value at least as far from 0 as t.
    ///
    /// The incomplete beta function I_x(df/2, 1/2) at x = df / (df + t^2) (Abramowitz and Stegun, 26.7.1) as a
    /// continued fraction (Olver and others, DLMF 8.17.22). The relative error is below 1e-11 up to a million degrees.
    package func twoTails(_ t: Double) -> Double {
        guard t != 0 else { return 1 }
        let (a, b) = (degreesOfFreedom / 2, 0.5)
        let ratio = t / degreesOfFreedom * t
        guard ratio.isFinite else { return 0 }
        // x and 1 - x, each from the ratio so that neither is rounded away, and the logarithm of the first.
        let (x, rest, logarithm) = (1 / (1 + ratio), ratio / (1 + ratio), -log1p(ratio))
        let power = exp(a * logarithm + b * log(rest) - StudentDistribution.logBeta(a))
        if x < (a + 1) / (a + b + 2) {
            return power / a / StudentDistribution.fraction(a, b, x)
        }
        return 1 - power / b / StudentDistribution.fraction(b, a, rest)
    }

    /// The t beyond which, on both sides together, a chance lies, for 0 < p < 1.
    ///
    /// Newton steps on the logarithms of tail and t, in which the far tail is a straight line.
    package func quantile(ofTwoTails p: Double) -> Double {
        var t = NormalDistribution.quantile(ofUpperTail: p / 2)
        for _ in 0..<60 {
            let tail = twoTails(t)
            let step = (log(tail) - log(p)) * tail / (2 * density(t) * t)
            t *= exp(min(max(step, -1), 1))
            if abs(step) < 1e-15 { break }
        }
        return t
    }

    package func density(_ t: Double) -> Double {
        let a = degreesOfFreedom / 2
        let power = -(a + 0.5) * log1p(t / degreesOfFreedom * t)
        return exp(power - StudentDistribution.logBeta(a) - log(degreesOfFreedom) / 2)
    }

    /// ln B(a, 1/2).
    ///
    /// For large a the logarithm of gamma(a + 1/2) / gamma(a) from its asymptotic series (DLMF 5.11.8), as the
    /// difference of two large logarithms would lose the digits that they share.
    private static func logBeta(_ a: Double) -> Double {
        let half = 0.572_364_942_924_700_087_07  // ln gamma(1/2)
        guard a >= 20 else { return half + GammaFunction.logarithm(a) - GammaFunction.logarithm(a + 0.5) }
        let t = 1 / (a * a)
        let series = -(1 / 8.0 - t * (1 / 192.0 - t * (1 / 640.0 - t * (17 / 14336.0 - t * (31 / 18432.0))))) / a
        return half - log(a) / 2 - series
    }

    /// The fraction of DLMF 8.17.22, by which x^a (1 - x)^b / (a B(a, b)) is to be divided.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        ContinuedFraction.value(first: 1) { place in
            let m = Double(place / 2)
            let part =
                place % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            return (part, 1)
        }
    }
}
