import RetierCore

/// How differently tiers answer the same playbook.
package struct TierContrast: Hashable, Sendable {
    /// Treated members that a tier needs to be compared.
    package static let leastMembers = 30

    /// Ids of the tiers that answer most and least.
    package let most: String
    package let least: String
    /// How many times the value of `least` that of `most` is.
    package let ratio: Double

    /// The share of treated members who reached the goal; nil without two tiers of enough members, or where the lowest
    /// share is 0.
    package static func response(_ tiers: [ExperimentResult.TierResponse]) -> TierContrast? {
        contrast(tiers.filter { $0.treated.members >= leastMembers }.map { ($0.tier, $0.treated.share) })
    }

    /// The points that treatment adds to the share of control; only tiers in which the interval of that is above 0 are
    /// compared, as the ratio to an effect that may be none means nothing.
    package static func sensitivity(_ tiers: [ExperimentResult.TierResponse]) -> TierContrast? {
        contrast(
            tiers.compactMap { tier in
                guard ProportionTest.isFeasible(treated: tier.treated, control: tier.control) else { return nil }
                let uplift = ProportionTest.uplift(treated: tier.treated, control: tier.control)
                return uplift.interval.lowerBound > 0 ? (tier.tier, uplift.difference) : nil
            })
    }

    private static func contrast(_ values: [(tier: String, value: Double)]) -> TierContrast? {
        guard values.count > 1, let most = values.max(by: { $0.value < $1.value }),
            let least = values.min(by: { $0.value < $1.value }), least.value > 0
        else { return nil }
        return TierContrast(most: most.tier, least: least.tier, ratio: most.value / least.value)
    }
}
