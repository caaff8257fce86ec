/// Whether the groups of an experiment have the sizes that its shares promise: asked before anything else, because
/// groups that lost or gained members on the way differ in more than the treatment.
///
/// Pearson's chi-square test of fit. The threshold is that of Fabijan and others, "Diagnosing sample ratio mismatch in
/// online controlled experiments" (KDD 2019), and of most platforms.
package struct SampleRatio: Hashable, Sendable {
    package static let threshold = 0.001

    package let statistic: Double
    package let p: Double

    /// - Parameter expected: members that the shares promise each group; sums to as many as were observed.
    package init(observed: [Int], expected: [Double]) {
        precondition(observed.count == expected.count, "each group has a share")
        let groups = zip(observed, expected).filter { $0.1 > 0 }
        let isImpossible = zip(observed, expected).contains { $0.1 <= 0 && $0.0 > 0 }
        statistic =
            isImpossible
            ? .infinity
            : groups.reduce(0) { sum, group in
                let apart = Double(group.0) - group.1
                return sum + apart * apart / group.1
            }
        p =
            isImpossible
            ? 0
            : groups.count < 2 ? 1 : ChiSquareDistribution.upperTail(statistic, degreesOfFreedom: groups.count - 1)
    }

    package var isMismatch: Bool { p < SampleRatio.threshold }
}
