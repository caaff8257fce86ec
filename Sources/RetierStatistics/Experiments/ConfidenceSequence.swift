#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An interval that may be looked at every night: in the promised share of experiments it holds the true difference at
/// all looks together, so stopping at the first look that pleases is no false alarm.
///
/// The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit
/// theory and asymptotic confidence sequences" (Annals of Statistics 52, 2024), equation (3), for a difference whose
/// standard error is known at each look. Wider than a fixed interval: that is the price of looking.
package struct ConfidenceSequence: Hashable, Sendable {
    /// At how many members of both groups the interval is narrowest, against a fixed one.
    ///
    /// Chosen before any look and never from the data, or the promise is void. With a tenth as many members the
    /// interval is 27 % wider than it could be, with a hundred times as many 17 %.
    package static let tunedMembers = 5_000.0

    private let alpha: Double
    private let rho: Double

    package init(level: Double = 0.95, tunedMembers: Double = ConfidenceSequence.tunedMembers) {
        alpha = 1 - level
        let strictness = -2 * log(alpha)
        rho = ((strictness + log(strictness + 1)) / tunedMembers).squareRoot()
    }

    /// How many standard errors the interval reaches to each side, with so many members in both groups.
    package func reach(members: Int) -> Double {
        let information = Double(members) * rho * rho
        return (2 * (information + 1) / information * (log(information + 1) / 2 - log(alpha))).squareRoot()
    }

    /// The interval about a difference.
    package func interval(_ difference: Double, standardError: Double, members: Int) -> ClosedRange<Double> {
        let half = reach(members: members) * standardError
        return (difference - half)...(difference + half)
    }
}
