#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How often members buy while they are active, and how they leave: BG/NBD or MBG/NBD with their parameters.
///
/// A member buys at a rate of their own until leaving, which may happen after each purchase day with a probability of
/// their own. Rates are gamma distributed (shape r, rate alpha in weeks), probabilities beta distributed (a, b).
/// BG/NBD: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way (Marketing Science 24(2), 2005), where nobody
/// leaves after the first purchase. MBG/NBD: Batislam, Denizel and Filiztekin, Empirical validation and comparison of
/// models for customer base analysis (Int. Journal of Research in Marketing 24(3), 2007), where the first purchase
/// counts too. Both are one computation here: MBG/NBD has one chance more to leave.
package struct PurchaseModel: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case bgNBD = "bg-nbd"
        case mbgNBD = "mbg-nbd"

        /// Chances to leave before the first repeat purchase.
        package var firstChances: Double { self == .bgNBD ? 0 : 1 }
    }

    package var kind: Kind
    /// All above 0.
    package var r: Double
    package var alpha: Double
    package var a: Double
    package var b: Double

    package init(_ kind: Kind, r: Double, alpha: Double, a: Double, b: Double) {
        self.kind = kind
        self.r = r
        self.alpha = alpha
        self.a = a
        self.b = b
    }

    /// The logarithm of the odds of having left against being active; -infinity where nobody can have left.
    ///
    /// Times in weeks.
    package func logOddsOfLeft(repeats x: Double, recency: Double, age: Double) -> Double {
        let chances = x + kind.firstChances
        guard chances > 0 else { return -.infinity }
        return log(a) - log(b + chances - 1) + (r + x) * log1p((age - recency) / (alpha + recency))
    }

    /// The probability that a member with this history will buy again at some time, 0...1.
    package func alive(repeats x: Double, recency: Double, age: Double) -> Double {
        1 / (1 + exp(logOddsOfLeft(repeats: x, recency: recency, age: age)))
    }

    /// The purchase days to expect of a member with this history in the next weeks; 0 or more, finite.
    package func expectedPurchases(repeats x: Double, recency: Double, age: Double, weeks: Double) -> Double {
        expectedIfActive(repeats: x, age: age, weeks: weeks) * alive(repeats: x, recency: recency, age: age)
    }

    /// The purchase days to expect in the next weeks of a member who is active now.
    ///
    /// Without leaving, their number N would have a negative binomial distribution (shape r + x, chance of success
    /// t / (alpha + T + t)). The j-th of them (j from 0) is made by those who stayed after each purchase before,
    /// a share of g(j) = (b')(b'+1)...(b'+j-1) / ((a+b')...(a+b'+j-1)) with b' = b + x. So E = sum over n of
    /// P(N = n) (g(0) + ... + g(n-1)), which is summed as it stands, over weights that need no constant in front:
    /// nothing is subtracted, so nothing cancels, and there is no pole at a = 1 as in the published form with Gauss's
    /// hypergeometric function, to which this is equal.
    package func expectedIfActive(repeats x: Double, age: Double, weeks: Double) -> Double {
        let shape = r + x
        let stayed = b + x + kind.firstChances
        let success = weeks / (alpha + age + weeks)
        guard success > 0 else { return 0 }
        var (weight, weights) = (1.0, 1.0)
        var (share, shares, sum) = (1.0, 0.0, 0.0)
        var growth = shape * success
        var n = 0.0
        while true {
            weight *= growth
            shares += share
            share *= (stayed + n) / (a + stayed + n)
            n += 1
            let term = weight * shares
            weights += weight
            sum += term
            growth = (shape + n) / (n + 1) * success
            // From here on the weights fall at least as fast as a geometric series, and the shares rise by at most one.
            let rest = 1 - max(growth, success)
            if rest > 0, term * rest + weight < 1e-16 * sum * rest * rest { break }
            if weight > 1e250 {
                (weight, weights, sum) = (weight * 1e-250, weights * 1e-250, sum * 1e-250)
            }
        }
        return sum / weights
    }

    /// The logarithm of the likelihood of one history, without the factor that only counts the orders of purchases.
    package func logLikelihood(repeats x: Int, recency: Double, age: Double) -> Double {
        let chances = kind.firstChances
        var sum = r * log(alpha) - (r + Double(x)) * log(alpha + age)
        for k in 0..<x { sum += log(r + Double(k)) }
        for k in 0..<(x + Int(chances)) { sum += log((b + Double(k)) / (a + b + Double(k))) }
        let left = logOddsOfLeft(repeats: Double(x), recency: recency, age: age)
        return sum + (left > 0 ? left + log1p(exp(-left)) : log1p(exp(left)))
    }

    /// The probability that a new member makes exactly this many repeat purchase days in the first weeks.
    package func probability(ofRepeats x: Int, weeks: Double) -> Double {
        let success = weeks / (alpha + weeks)
        let chances = x + Int(kind.firstChances)
        var (exactly, stayed) = (exp(r * log1p(-success)), 1.0)
        for k in 0..<x { exactly *= (r + Double(k)) / Double(k + 1) * success }
        for k in 0..<chances { stayed *= (b + Double(k)) / (a + b + Double(k)) }
        guard chances > 0 else { return exactly }
        // Who left after the last of them would have made that many or more.
        var (orMore, term, k) = (exactly, exactly, Double(x))
        while term > 1e-17 * orMore {
            term *= (r + k) / (k + 1) * success
            orMore += term
            k += 1
        }
        return stayed * (exactly + a / (b + Double(chances) - 1) * orMore)
    }
}
