/// How the next 13 weeks of a member are predicted, as configured.
package struct LifetimeSettings: Hashable, Sendable {
    package enum Model: String, CaseIterable, Sendable {
        /// BG/NBD for purchases and value; MBG/NBD for the risk of having left, which BG/NBD does not see in members
        /// who bought once.
        case auto
        case bgNBD = "bg-nbd"
        case mbgNBD = "mbg-nbd"
        case off
    }

    package var model: Model
    /// Members with a purchase, and members with a repeat purchase day, below which nothing is fitted.
    package var leastMembers: Int
    package var leastRepeaters: Int

    package init(model: Model = .auto, leastMembers: Int = 500, leastRepeaters: Int = 100) {
        self.model = model
        self.leastMembers = leastMembers
        self.leastRepeaters = leastRepeaters
    }
}
