/// What each tier contributes: members and money, side by side.
package struct TierContribution: Hashable, Sendable {
    /// Members and money in minor units, by ladder position (0 highest).
    package private(set) var members: [Int]
    package private(set) var money: [Int128]

    /// Takes every member's tier and money; who has no tier (nil) is left out.
    package init(tiers: [Int?], money values: [Int64], tierCount: Int) {
        members = Array(repeating: 0, count: tierCount)
        money = Array(repeating: 0, count: tierCount)
        for (tier, value) in zip(tiers, values) {
            guard let tier else { continue }
            members[tier] += 1
            money[tier] += Int128(value)
        }
    }

    /// A tier's share of all members, in basis points.
    package func memberShare(_ tier: Int) -> Int? { Share.basisPoints(members[tier], of: members.reduce(0, +)) }

    /// A tier's share of all money, in basis points; negative where returns outweigh purchases, nil where the money of
    /// all tiers together is not positive.
    package func moneyShare(_ tier: Int) -> Int? { Share.basisPoints(money[tier], of: money.reduce(0, +)) }
}
