/// What separates a member from a tier: from entering the next one, or from losing the one they hold.
///
/// Every way changes one number of one dimension and leaves everything else as it is: the member's other numbers, the
/// ranks of all other members, the cuts. In life a purchase moves several numbers at once, others buy too, and days
/// pass out of the window; so a gap is a map of today, not a promise.
package struct TierGap: Hashable, Sendable {
    /// One number whose change alone is enough.
    package struct Way: Hashable, Sendable {
        /// The dimension that the number moves; nil where the tier looks at the number itself.
        package var dimension: Dimension?
        /// The number's name, as in conditions.
        package var measure: String
        /// What it is now, in its own unit: minor units, days, orders.
        package var value: Int64
        /// The smallest change that is enough; 0 where nothing is missing any more.
        package var change: Int64

        package init(dimension: Dimension?, measure: String, value: Int64, change: Int64) {
            self.dimension = dimension
            self.measure = measure
            self.value = value
            self.change = change
        }
    }

    /// The ladder position that is entered, or lost.
    package var tier: Int
    /// The ways that are enough, in the order of the dimensions and their measures.
    package var ways: [Way] = []
    /// Numbers that count but cannot bring it about alone, however much they change.
    package var outOfReach: [String] = []
    /// Numbers that count and of which nothing is known of the member.
    package var unknown: [String] = []
    /// Whether the tier is entered by a rule, of which no number says how far away it is.
    package var isByRule = false

    package init(tier: Int) { self.tier = tier }

    /// The smallest change of a number by name; nil where it is not enough alone.
    package func change(of measure: String) -> Int64? {
        ways.filter { $0.measure == measure }.map(\.change).min { $0.magnitude < $1.magnitude }
    }
}
