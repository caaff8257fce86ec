/// How well tiers foretold what members did afterwards: the fit of the tiering strategy, 分层策略适配度.
///
/// Members are ranked by what they spent in the period after the tiers were given. Had the tiers been given by that, in
/// the same sizes, the first n of them would be in the highest tier, and so on. The fit is the share of members whose
/// tier agrees. Where equal spends lie on both sides of a boundary, nobody knows who of them belongs above it, so each
/// agrees with the share that a fair draw would give: equal members are treated alike, and ties neither help nor hurt.
///
/// Tiers that are large agree often by chance alone (with sizes of 5, 15 and 80 % in two of three cases), so the share
/// that chance would give stands beside it, and kappa, which is 0 at chance and 1 at full agreement (Cohen, "A
/// coefficient of agreement for nominal scales", 1960).
package struct TieringFit: Hashable, Sendable {
    package let members: Int
    /// Members who agree, in millionths of a member.
    private let agreeing: Int128
    /// Sum of the squared sizes of the tiers.
    private let squaredSizes: Int128

    /// Takes every member's tier (0 highest) and what they spent afterwards, in minor units.
    package init(tiers: [Int], spends: [Int64], tierCount: Int) {
        members = tiers.count
        var sizes = [Int](repeating: 0, count: tierCount)
        for tier in tiers { sizes[tier] += 1 }
        squaredSizes = sizes.reduce(0) { $0 + Int128($1) * Int128($1) }
        let (column, places) = RankedColumn.ranking(spends)
        // Members by spend, then by tier.
        var held = [[Int32]](repeating: Array(repeating: 0, count: tierCount), count: column.values.count)
        for (member, place) in places.enumerated() { held[Int(place)][tiers[member]] += 1 }
        var agreeing = Int128(0)
        var tier = 0
        var seats = sizes.first ?? 0
        for place in column.values.indices.reversed() {
            var left = column.equal(at: place)
            let group = Int128(left)
            while left > 0 {
                while seats == 0 { (tier, seats) = (tier + 1, sizes[tier + 1]) }
                let taken = min(left, seats)
                agreeing += Int128(held[place][tier]) * Int128(taken) * 1_000_000 / group
                left -= taken
                seats -= taken
            }
        }
        self.agreeing = agreeing
    }

    /// The fit in basis points; nil where there is nobody.
    package var share: Int? { Share.basisPoints(agreeing, of: Int128(members) * 1_000_000) }

    /// What tiers of these sizes, given by lot, would agree on, in basis points.
    package var chance: Int? { Share.basisPoints(squaredSizes, of: Int128(members) * Int128(members)) }

    /// Cohen's kappa in basis points, negative where the tiers are worse than a lot; nil where all hold one tier.
    package var kappa: Int? {
        let whole = Int128(members) * Int128(members)
        let expected = squaredSizes * 1_000_000
        return Share.basisPoints(agreeing * Int128(members) - expected, of: whole * 1_000_000 - expected)
    }
}
