/// Where the members of two runs stood before and after: counts between tiers, and who is new, lost or returned.
///
/// A member counts as lost, not in the tier still held, while the lifecycle stage is `lost`; so from lost to a tier is
/// returned, from a tier to lost is lost. Without a tier before is new, without one after is left.
package struct TierMatrix: Hashable, Sendable {
    /// One side of a move.
    package enum Place: Hashable, Sendable {
        /// A position in the ladder, 0 the highest.
        case tier(Int)
        case lost
        /// Before the first tier, or no longer in the ledger.
        case outside
    }

    package let tierCount: Int
    /// By place before, then place after; tiers first, then lost, then outside.
    private var counts: [[Int]]

    package init(tierCount: Int) {
        self.tierCount = tierCount
        counts = Array(repeating: Array(repeating: 0, count: tierCount + 2), count: tierCount + 2)
    }

    /// Counts two standings of the same rows; `before` is nil where there was no run yet.
    package init(before: StandingTable?, after: StandingTable, tierCount: Int) {
        self.init(tierCount: tierCount)
        for row in after.tier.indices { add(from: before?.place(of: row) ?? .outside, to: after.place(of: row)) }
    }

    /// Counts members who went from one place to another, or stayed.
    package mutating func add(_ members: Int = 1, from: Place, to: Place) {
        counts[index(from)][index(to)] += members
    }

    package func members(from: Place, to: Place) -> Int { counts[index(from)][index(to)] }

    /// Members at a place before, and after.
    package func before(_ place: Place) -> Int { counts[index(place)].reduce(0, +) }
    package func after(_ place: Place) -> Int { counts.reduce(0) { $0 + $1[index(place)] } }

    /// Members with a first tier; who were lost and stand in a tier again; who stood in a tier and are lost now.
    package var new: Int { (0..<tierCount).reduce(0) { $0 + members(from: .outside, to: .tier($1)) } }
    package var returned: Int { (0..<tierCount).reduce(0) { $0 + members(from: .lost, to: .tier($1)) } }
    package var lost: Int { (0..<tierCount).reduce(0) { $0 + members(from: .tier($1), to: .lost) } }

    /// The migration rate: of the members of a tier before, who stand in another one now, in basis points; nil where
    /// nobody did before.
    package func rate(from: Int, to: Int) -> Int? {
        Share.basisPoints(members(from: .tier(from), to: .tier(to)), of: before(.tier(from)))
    }

    /// Of the members of a tier before, who stand in a higher one now, in basis points: potential to high.
    package func upwardRate(from: Int) -> Int? {
        let risen = (0..<from).reduce(0) { $0 + members(from: .tier(from), to: .tier($1)) }
        return Share.basisPoints(risen, of: before(.tier(from)))
    }

    /// Of the members who stood in a tier before and after, how many changed it, in basis points.
    package var movedShare: Int? {
        var (moved, present) = (0, 0)
        for from in 0..<tierCount {
            for to in 0..<tierCount {
                let members = members(from: .tier(from), to: .tier(to))
                present += members
                if from != to { moved += members }
            }
        }
        return Share.basisPoints(moved, of: present)
    }

    private func index(_ place: Place) -> Int {
        switch place {
        case .tier(let position): position
        case .lost: tierCount
        case .outside: tierCount + 1
        }
    }
}

extension StandingTable {
    /// Where a row stands in a matrix of moves.
    fileprivate func place(of row: Int) -> TierMatrix.Place {
        guard let held = heldTier(row) else { return .outside }
        return stage[row] == LifecycleStage.lost.rawValue ? .lost : .tier(held)
    }
}
