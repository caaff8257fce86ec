#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The logarithm of the gamma function and its first two derivatives, for positive arguments.
///
/// Written here because libm has only the first of the three, and keeps its sign in a global variable. The recurrence
/// takes the argument to 16 or more, where the asymptotic series (Abramowitz and Stegun, 6.1.41, 6.3.18 and 6.4.12) are
/// exact to the last digits with the terms used. The error is below 2e-14 times the larger of 1 and the result.
package enum GammaFunction {
    private static let largeEnough = 16.0

    /// ln(gamma(x)).
    package static func logarithm(_ x: Double) -> Double {
        var (y, product, lowered) = (x, 1.0, 0.0)
        while y < largeEnough {
            product *= y
            y += 1
        }
        if product != 1 { lowered = log(product) }
        let t = 1 / (y * y)
        let series = (1 / 12.0 - t * (1 / 360.0 - t * (1 / 1260.0 - t * (1 / 1680.0 - t / 1188.0)))) / y
        return (y - 0.5) * log(y) - y + 0.918_938_533_204_672_741_8 + series - lowered
    }

    /// The digamma function, d ln(gamma(x)) / dx.
    package static func digamma(_ x: Double) -> Double {
        var (y, lowered) = (x, 0.0)
        while y < largeEnough {
            lowered += 1 / y
            y += 1
        }
        let t = 1 / (y * y)
        let series = t * (1 / 12.0 - t * (1 / 120.0 - t * (1 / 252.0 - t * (1 / 240.0 - t * (1 / 132.0)))))
        return log(y) - 0.5 / y - series - lowered
    }

    /// The trigamma function, its derivative.
    package static func trigamma(_ x: Double) -> Double {
        var (y, raised) = (x, 0.0)
        while y < largeEnough {
            raised += 1 / (y * y)
            y += 1
        }
        let t = 1 / (y * y)
        let series = t * (1 / 6.0 - t * (1 / 30.0 - t * (1 / 42.0 - t * (1 / 30.0 - t * (5 / 66.0)))))
        return (1 + 0.5 / y + series) / y + raised
    }
}
