/// A tier that a person gave a member by hand, until a day.
///
/// While it lasts the member holds that tier, whatever they earn; the rules go on underneath, so that afterwards the
/// member stands where they would have stood without it.
package struct TierOverride: Hashable, Sendable {
    /// The member's row in the run's `FactTable`.
    package var row: Int
    /// Ladder position.
    package var tier: Int
    /// The last day on which it counts.
    package var until: Day

    package init(row: Int, tier: Int, until: Day) {
        self.row = row
        self.tier = tier
        self.until = until
    }
}
