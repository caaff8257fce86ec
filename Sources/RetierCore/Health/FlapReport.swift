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

    /// The one rule of flaps: a change takes an earlier one back where it leads to the tier that the member left by
    /// that, at most `FlapReport.patience` runs before.
    ///
    /// A member who has left a tier twice was back in between, so a change takes back one other at most, and is taken
    /// back by one at most: counting either gives the same number.
    package func takesBack(_ earlier: TierChange) -> Bool {
        earlier.member == member && earlier.from == to && earlier.run < run
            && run - earlier.run <= FlapReport.patience
    }
}

/// How restless tiers are: how often members change, and how many changes are taken back soon after.
package struct FlapReport: Hashable, Sendable {
    /// A change is taken back when the member stands in the former tier again within so many runs.
    package static let patience = 4

    package let changes: Int
    package let takenBack: Int
    /// Time under watch: the days between two runs, summed over the members who had a tier at both.
    package let memberDays: Int

    package init(changes: Int, takenBack: Int, memberDays: Int) {
        self.changes = changes
        self.takenBack = takenBack
        self.memberDays = memberDays
    }

    /// Takes all changes of some consecutive runs, in any order.
    package init(changes: [TierChange], memberDays: Int) {
        let ordered = changes.sorted { ($0.member, $0.run) < ($1.member, $1.run) }
        let takenBack = ordered.indices.count { index in
            let change = ordered[index]
            return ordered[..<index].reversed().prefix {
                $0.member == change.member && change.run - $0.run <= FlapReport.patience
            }.contains { change.takesBack($0) }
        }
        self.init(changes: changes.count, takenBack: takenBack, memberDays: memberDays)
    }

    /// Changes in a member's year of 365.25 days, in thousandths; nil where nobody was watched.
    package var changesPerYear: Int? {
        memberDays > 0 ? (changes * 365_250 + memberDays / 2) / memberDays : nil
    }
}
