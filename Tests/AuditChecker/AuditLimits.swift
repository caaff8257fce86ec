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

    /// What the actions in its scope may cost in any window, or how many of them there may be.
    package struct Budget: Sendable {
        package enum Limit: Sendable {
            /// Minor units.
            case cost(Int)
            case actions(Int)
        }

        package var id: String
        package var limit: Limit
        package var window: Window
        /// Empty for all, each of them.
        package var playbooks: Set<String>
        package var tiers: Set<String>
        package var channels: Set<String>
        package var tags: Set<Substring>

        package init(
            id: String, limit: Limit, window: Window, playbooks: Set<String> = [], tiers: Set<String> = [],
            channels: Set<String> = [], tags: Set<Substring> = []
        ) {
            self.id = id
            self.limit = limit
            self.window = window
            self.playbooks = playbooks
            self.tiers = tiers
            self.channels = channels
            self.tags = tags
        }
    }

    /// Times on the member's wall at which no attempt may begin.
    package struct QuietWindow: Sendable {
        package var id: String
        /// Minutes of the day; the first is the larger where they run over midnight; nil for whole days.
        package var minutes: (from: Int, to: Int)?
        /// Local days since 1970, and days of the week, Monday 0; nil for every day.
        package var days: ClosedRange<Int>?
        package var weekdays: Set<Int>?
        /// Empty for all.
        package var channels: Set<String>

        package init(
            id: String, minutes: (from: Int, to: Int)? = nil, days: ClosedRange<Int>? = nil,
            weekdays: Set<Int>? = nil, channels: Set<String> = []
        ) {
            self.id = id
            self.minutes = minutes
            self.days = days
            self.weekdays = weekdays
            self.channels = channels
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
        /// Whether its actions leave at any time.
        package var ignoresQuietHours: Bool
        /// Empty where it has none.
        package var arms: Set<String>

        package init(
            oncePer: (months: Int, days: Int)? = nil, takesUpDeferred: Bool = false, laterSteps: Set<String> = [],
            ignoresQuietHours: Bool = false, arms: Set<String> = []
        ) {
            self.oncePer = oncePer
            self.takesUpDeferred = takesUpDeferred
            self.laterSteps = laterSteps
            self.ignoresQuietHours = ignoresQuietHours
            self.arms = arms
        }
    }

    /// What one incident promised, and to whom.
    package struct Incident: Sendable {
        /// By the id that the audit has; nobody else is told or compensated.
        package var affected: Set<String>
        /// The most that one member is granted for it, in minor units.
        package var most: Int

        package init(affected: Set<String>, most: Int) {
            self.affected = affected
            self.most = most
        }
    }

    package var caps: [Cap]
    package var budgets: [Budget]
    package var quiet: [QuietWindow]
    package var playbooks: [String: Playbook]
    package var incidents: [String: Incident]
    /// The time zones of members, and that of everybody else.
    package var zones: [String: String]
    package var zone: String

    package init(
        caps: [Cap] = [], budgets: [Budget] = [], quiet: [QuietWindow] = [], playbooks: [String: Playbook] = [:],
        incidents: [String: Incident] = [:], zones: [String: String] = [:], zone: String = "UTC"
    ) {
        self.caps = caps
        self.budgets = budgets
        self.quiet = quiet
        self.playbooks = playbooks
        self.incidents = incidents
        self.zones = zones
        self.zone = zone
    }
}
