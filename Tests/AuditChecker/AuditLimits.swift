/// What a brand promised, as plain values that whoever checks writes down anew.
package struct AuditLimits: Sendable {
    package enum Window: Sendable {
        /// The last so many days.
        case days(Int)
        /// Blocks of so many months of the year.
        case months(Int)
    }

    /// At most `max` sends to one member in any window.
    package struct Cap: Sendable {
        package var id: String
        package var max: Int
        package var window: Window
        /// Empty for all.
        package var channels: Set<String>
        package var tags: Set<Substring>

        package init(
            id: String, max: Int, window: Window, channels: Set<String> = [], tags: Set<Substring> = []
        ) {
            self.id = id
            self.max = max
            self.window = window
            self.channels = channels
            self.tags = tags
        }
    }

    /// What one playbook promised.
    package struct Playbook: Sendable {
        /// The least time between two entries of a member, in months and days.
        package var oncePer: (months: Int, days: Int)?
        /// Whether what was deferred is taken up later, which is no entry of its own.
        package var takesUpDeferred: Bool
        /// Steps that follow an entry, and are none.
        package var laterSteps: Set<String>
        /// Most cost in a block of months, in minor units.
        package var budget: (amount: Int, months: Int)?
        /// Empty where it has none.
        package var arms: Set<String>

        package init(
            oncePer: (months: Int, days: Int)? = nil, takesUpDeferred: Bool = false, laterSteps: Set<String> = [],
            budget: (amount: Int, months: Int)? = nil, arms: Set<String> = []
        ) {
            self.oncePer = oncePer
            self.takesUpDeferred = takesUpDeferred
            self.laterSteps = laterSteps
            self.budget = budget
            self.arms = arms
        }
    }

    package var caps: [Cap]
    package var playbooks: [String: Playbook]

    package init(caps: [Cap] = [], playbooks: [String: Playbook] = [:]) {
        self.caps = caps
        self.playbooks = playbooks
    }
}
