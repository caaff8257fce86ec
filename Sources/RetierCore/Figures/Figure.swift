/// One number of a run as a whole: a count, a sum or a mean.
package struct Figure: Hashable, Sendable {
    /// What a figure is about; the raw values are stored.
    ///
    /// Beside each case: what `subject` and `object` name.
    package enum Part: String, CaseIterable, Sendable {
        /// Everybody.
        case whole
        /// A tier.
        case tier
        /// A tier and a lifecycle stage.
        case stage
        /// A tier and a dimension.
        case profile
        /// A recency score and a frequency score, 1 to 5.
        case grid
        /// A monetary score, 1 to 5.
        case fifth
        /// A segment of the eight, by alias.
        case segment
        /// A cluster, by number.
        case cluster
        /// A cluster (none for all who have one) and a column, by name.
        case clusterColumn = "cluster_column"
        /// A tier, and how many points a score lies above its entry cut: -10 to 9, rounded down; none for the cut.
        case cut
        /// A tier before (none for the enrolled) and the tier after.
        case move
        /// A kind of move and the dimension that its reason names, if any.
        case cause
        /// The tier before and the tier after of moves that take back a recent one.
        case undone
        /// A kind of move and the dimension that its reason names, if any, of moves that take back a recent one.
        case undoneCause = "undone_cause"
        /// A tier, and a number with a change that alone enters the tier from the one below, or falls below the line
        /// that keeps it; none for the members who were looked at: see `FigureCount.countDistances`.
        case entering, losing
        /// A budget, and `money` or `actions`.
        case budget
        /// A playbook, and one whose candidates waited or were suppressed because of it.
        case displacement
    }

    /// What a figure counts or measures; the raw values are stored.
    package enum Quantity: String, CaseIterable, Sendable {
        /// Members, and those of them with a purchase.
        case members, scored
        /// Members below the line that keeps their tier, and members whose score alone would give another tier.
        case pending, unearned
        /// Sum of the amounts in the window, returns included, and their mean and standard deviation over members with
        /// a purchase; minor units.
        case spend, meanSpend = "mean_spend", spendDeviation = "spend_deviation"
        /// Purchases in the window.
        case orders
        /// Members of whom the next 13 weeks are predicted, and the sum of what they are worth, minor units.
        case predicted, predictedValue = "predicted_value"
        /// Members by their latest NPS answer since the refresh before: 9 or 10, 7 or 8, 0 to 6.
        case promoters, passives, detractors
        /// Mean rank in millionths.
        case rank
        /// Mean in the unit of a column, and that mean in hundredths of a standard deviation above that of the members
        /// that clusters were learned from.
        case mean, deviation
        /// Mean ranks before and after a move, millionths.
        case rankBefore = "rank_before", rankAfter = "rank_after"
        /// The entry cut and the line that keeps the tier, millionths of the score.
        case entry, keep
        /// Members by kind of move; lost are those of the lapsed whose stage became lost.
        case enrolled, promoted, demoted, slid, lapsed, returned, lost
        case potentialGold = "potential_gold", highPotential = "high_potential"
        /// Members with a purchase in the last 30 days.
        case active
        /// How well the tiers of the refresh before foretold what members spent since, and what chance would give,
        /// basis points: see `TieringFit`.
        case fit, chance
        /// A budget's limit, what earlier runs have taken (delivered, and not yet) and what the run takes: minor units
        /// or actions.
        case limit, settled, open, reserved
        /// Actions that the run pays from a budget, and those that wait for want of it.
        case paid, unpaid
        /// Expected value for the cost of the last action paid and of the first unpaid, thousandths.
        case lastPaid = "last_paid", firstUnpaid = "first_unpaid"
        /// First and last day of a budget's period, days since 1970-01-01.
        case from, until
        /// Candidates of playbooks.
        case candidates
    }

    package var part: Part
    /// Empty where the part names nothing.
    package var subject: String
    package var object: String
    package var quantity: Quantity
    package var value: Int64

    package init(
        _ part: Part, _ subject: String = "", _ object: String = "", of quantity: Quantity = .members, is value: Int64
    ) {
        self.part = part
        self.subject = subject
        self.object = object
        self.quantity = quantity
        self.value = value
    }
}
