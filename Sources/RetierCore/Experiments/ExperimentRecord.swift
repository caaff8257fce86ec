/// What became of the members of one experiment: read from the ledger, judged by `ExperimentResult`.
package struct ExperimentRecord: Sendable {
    /// One way in which members are treated, or not.
    package enum Group: Hashable, Sendable {
        case control
        /// Treated; by the named arm, nil where the experiment has none.
        case arm(String?)
    }

    /// One member with what is known of the time before and after the assignment.
    package struct Member: Hashable, Sendable {
        /// Position in `groups`.
        package var group: Int
        /// Position in `tiers`: the tier at the time of the assignment; nil where the member had none.
        package var tier: Int?
        /// The number of the shares by which the member was drawn.
        package var shares: Int32
        /// Whether the window after the assignment has ended, so that the outcome counts.
        package var isComplete: Bool
        /// Whether the goal was reached within the window.
        package var reached = false
        /// Minor units of all orders in the window, returns included.
        package var spend: Int64 = 0
        /// The same in the time before the assignment.
        package var spendBefore: Int64 = 0

        package init(group: Int, tier: Int? = nil, shares: Int32 = 1, isComplete: Bool = true) {
            self.group = group
            self.tier = tier
            self.shares = shares
            self.isComplete = isComplete
        }
    }

    /// Control first where there is one, then the arms by name.
    package var groups: [Group]
    /// Ids of tiers.
    package var tiers: [String]
    package var members: [Member]
    /// The shares in force when members were drawn, by number.
    package var shares: [Int32: ExperimentShares]
    /// Members who count for nothing, because several members in different groups were found to be one.
    package var crossed: Int

    package init(
        groups: [Group], tiers: [String] = [], members: [Member], shares: [Int32: ExperimentShares], crossed: Int = 0
    ) {
        self.groups = groups
        self.tiers = tiers
        self.members = members
        self.shares = shares
        self.crossed = crossed
    }
}
