/// A member's change of tier in one run, as transitions tell it; the first tier ever is no change.
package struct TierChange: Hashable, Sendable {
    /// Whatever identifies the member.
    package var member: Int64
    /// The run's place in time, 0, 1, ...
    package var run: Int
    /// Ladder positions.
    package var from: Int
    package var to: Int

    package init(member: Int64, run: Int, from: Int, to: Int) {
        self.member = member
        self.run = run
        self.from = from
        self.to = to
    }
}

/// How restless tiers are: how often members change, and how many changes are taken back soon after.
package struct FlapReport: Hashable, Sendable {
    /// A change counts as undone when the member stands in the former tier again within so many runs.
    package static let patience = 4

    package let changes: Int
    package let undone: Int
    /// Members with at least one change that was undone.
    package let flappingMembers: Int
    /// Time under watch: the days between two runs, summed over the members who had a tier at both.
    package let memberDays: Int

    /// Takes all changes of some consecutive runs, in any order.
    package init(changes: [TierChange], memberDays: Int) {
        let ordered = changes.sorted { ($0.member, $0.run) < ($1.member, $1.run) }
        var undone = 0
        var flapping = 0
        var last: Int64?
        for (index, change) in ordered.enumerated() {
            guard FlapReport.isUndone(change, by: ordered[(index + 1)...]) else { continue }
            undone += 1
            if last != change.member { flapping += 1 }
            last = change.member
        }
        self.changes = changes.count
        self.undone = undone
        flappingMembers = flapping
        self.memberDays = memberDays
    }

    private static func isUndone(_ change: TierChange, by later: ArraySlice<TierChange>) -> Bool {
        for other in later {
            guard other.member == change.member, other.run <= change.run + patience else { return false }
            if other.to == change.from { return true }
        }
        return false
    }

    /// Changes in a member's year of 365.25 days, in thousandths; nil where nobody was watched.
    package var changesPerYear: Int? {
        memberDays > 0 ? (changes * 365_250 + memberDays / 2) / memberDays : nil
    }

    /// The share of changes that were undone, in basis points; nil where nobody changed.
    package var undoneShare: Int? { Share.basisPoints(undone, of: changes) }
}
