/// A small brand over some years, in plain values: its rules, who its members are, when it ran, and what happened
/// between the runs.
///
/// Days are counted from 1970-01-01. Everything of a day happens before the runs of that day.
package struct Chronicle: Hashable, Sendable {
    package struct Span: Hashable, Sendable {
        package var months = 0
        package var days = 0
    }

    package enum Window: Hashable, Sendable {
        /// The last so many days.
        case days(Int)
        /// The block of so many months of the year: a month, a quarter.
        case months(Int)
    }

    package struct Cap: Hashable, Sendable {
        package var id: String
        package var max: Int
        package var window: Window
        /// Empty for all.
        package var channels: [String] = []
        package var tags: [String] = []
    }

    package struct Channel: Hashable, Sendable {
        package var id: String
        package var needsConsent = false
        /// Of its own; bears its id.
        package var cap: Cap?
        /// Members whom its receiver does not know.
        package var unknown: [String] = []
    }

    package struct Zone: Hashable, Sendable {
        /// By which the clock is ahead of UTC in winter.
        package var hours: Int
        /// One hour more between the last Sundays of March and October, 01:00 UTC: the rule of the European Union.
        package var hasSummerTime = false

        package init(hours: Int, hasSummerTime: Bool = false) {
            self.hours = hours
            self.hasSummerTime = hasSummerTime
        }
    }

    /// One of several benefits.
    package struct Option: Hashable, Sendable {
        package var id: String
        package var cost = 0
        /// The share of members who answer, in hundredths of a percent.
        package var response = 10_000
        package var suits: [String] = []
    }

    package struct Step: Hashable, Sendable {
        package var id: String
        package var level: Int?
        package var channel: String
        package var after: Span?
        package var notAfter = Span(days: 7)
        package var cost = 0
        package var needsApproval = false
        package var ignoresQuietHours = false
        package var tags: [String] = []
        /// Of which a member gets one; their costs stand for the step's.
        package var options: [Option] = []
    }

    /// From a day on, in hundredths of a percent.
    package struct Shares: Hashable, Sendable {
        package var from: Int
        package var pilot = 10_000
        package var holdout = 0
        /// Of the arms a, b, c; empty where there are none.
        package var weights: [Int] = []
    }

    package struct Playbook: Hashable, Sendable {
        package var id: String
        /// Matched by daily runs; by refreshes otherwise.
        package var isDaily = true
        /// 0 protect, 1 grow, 2 base.
        package var priority = 2
        package var rank = 100
        /// Nil for every tier.
        package var tier: String?
        /// Matches members whose last order is at least so many days ago; nil for everybody.
        package var silentFor: Int?
        package var oncePer: Span?
        /// `order`, `reply`.
        package var stops: [String] = []
        package var closeAfter = Span(days: 14)
        package var sendsInCase = false
        /// Ids of caps; nil for all.
        package var heeds: [String]?
        package var counts: [String]?
        /// First and last days.
        package var pauses: [ClosedRange<Int>] = []
        /// In the order of their days; before the first nobody is treated otherwise than everybody.
        package var shares: [Shares] = []
        package var steps: [Step] = []
    }

    package struct Budget: Hashable, Sendable {
        package var id: String
        /// Limits the cost, else the number of actions.
        package var isMoney: Bool
        package var amount: Int
        package var window: Window
        package var playbooks: [String] = []
        package var tiers: [String] = []
        package var channels: [String] = []
        package var tags: [String] = []
    }

    package struct QuietWindow: Hashable, Sendable {
        package var id: String
        /// Hours of the local day, over midnight where the first is larger; nil for whole days.
        package var from: Int?
        package var to = 24
        /// Local days; nil for every day.
        package var days: ClosedRange<Int>?
        package var channels: [String] = []
        package var drops = false
    }

    package struct Event: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case order, reply, ack
            /// A word on a channel, or on `*`, all channels.
            case grant(String), withdraw(String)
            /// A suppression list for a channel, or for `*`.
            case suppress(String), lift(String)
            case tier(String)
            /// The latest send to the member turns out not to have arrived.
            case bounce
            /// A person approves whatever the last run deferred for approval, of all members.
            case approve
            /// Turns out to be the same person as somebody, who is kept; and to be another one after all.
            case joins(String), parts
        }

        package var day: Int
        package var member: String
        package var kind: Kind
    }

    package struct Run: Hashable, Sendable {
        package var day: Int
        package var isDaily: Bool
    }

    /// What a run decides about.
    package struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
        package var member: String
        package var playbook: String
        package var step: String

        package init(member: String, playbook: String, step: String) {
            self.member = member
            self.playbook = playbook
            self.step = step
        }

        package var description: String { "\(member) \(playbook)/\(step)" }
        package static func < (left: Key, right: Key) -> Bool { left.description < right.description }
    }

    package static let brand = "brand"
    package static let tiers = ["core", "base"]
    package static let likings = ["tea", "art"]
    /// The hour of the day, in UTC, at which runs are made.
    package static let hour = 10

    package var members: [String] = []
    /// What members' clocks show; nobody who is not in it is ahead of UTC.
    package var zones: [String: Zone] = [:]
    /// What members are worth.
    package var values: [String: Int] = [:]
    /// What members like, of `likings`.
    package var likes: [String: [String]] = [:]
    package var channels: [Channel] = []
    package var caps: [Cap] = []
    package var budgets: [Budget] = []
    package var quiet: [QuietWindow] = []
    package var playbooks: [Playbook] = []
    /// The share of members who get nothing of any playbook, in hundredths of a percent.
    package var programmeControl = 0
    package var events: [Event] = []
    package var runs: [Run] = []

    package init() {}

    package func playbook(_ id: String) -> Playbook? { playbooks.first { $0.id == id } }

    /// Without members who turn out to be one.
    package var withoutMerges: Chronicle {
        var copy = self
        copy.events.removeAll { $0.kind.isMerge }
        return copy
    }

    package func step(_ key: Key) -> Step? { playbook(key.playbook)?.steps.first { $0.id == key.step } }
}

extension Chronicle.Playbook {
    package func isPaused(on day: Int) -> Bool { pauses.contains { $0.contains(day) } }

    package func shares(on day: Int) -> Chronicle.Shares {
        shares.last { $0.from <= day } ?? Chronicle.Shares(from: day)
    }

    package var isEscalation: Bool { steps.contains { $0.level != nil } }
}

extension Chronicle.Event.Kind {
    package var isMerge: Bool {
        switch self {
        case .joins, .parts: true
        default: false
        }
    }
}

extension Chronicle.Shares {
    package static let arms = ["a", "b", "c"]

    /// Whether anybody is treated otherwise than everybody.
    package var isExperiment: Bool { pilot < 10_000 || holdout > 0 || !weights.isEmpty }
}

extension Chronicle.Step {
    /// Whether it waits for the clock of a case.
    package var isLater: Bool { after != nil || (level ?? 1) > 1 }
}
