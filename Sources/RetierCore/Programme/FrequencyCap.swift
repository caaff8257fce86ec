/// At most `max` sends to one member within a window, among those that it is about.
package struct FrequencyCap: Hashable, Sendable {
    /// Over which days sends are counted.
    package enum Window: Hashable, Sendable {
        /// The last so many days, the run's day included.
        case rolling(days: Int)
        /// The calendar block that the run's day is in: a month, a quarter, a year.
        case calendar(CalendarPeriod)
    }

    package var id: String
    package var max: Int
    package var window: Window
    /// Sends through these channels; empty for all.
    package var channels: [String]
    /// Sends that carry one of these tags; empty for all.
    package var tags: [String]

    package init(id: String, max: Int, window: Window, channels: [String] = [], tags: [String] = []) {
        self.id = id
        self.max = max
        self.window = window
        self.channels = channels
        self.tags = tags
    }

    /// Whether it is about a send.
    package func covers(channel: String, tags carried: some Sequence<String>) -> Bool {
        (channels.isEmpty || channels.contains(channel)) && (tags.isEmpty || carried.contains(where: tags.contains))
    }

    /// The first day whose sends count on a day.
    package func start(on day: Day) -> Day {
        switch window {
        case .rolling(let days): day.adding(days: 1 - days)
        case .calendar(let period): period.budgetStart(containing: day)
        }
    }

    /// The first day after `day` on which one more send keeps the cap; nil where the cap allows none ever.
    ///
    /// - Parameter sends: the days of the sends that it counts on `day`, oldest first.
    package func firstFreeDay(after day: Day, sends: [Day]) -> Day? {
        guard max > 0, sends.count >= max else { return nil }
        return switch window {
        case .rolling(let days): sends[sends.count - max].adding(days: days)
        case .calendar(let period): period.after(start(on: day))
        }
    }
}

extension FrequencyCap.Window {
    /// Up to a week rolls; whole months that divide the year are calendar blocks; nil for anything else.
    package init?(_ period: CalendarPeriod) {
        if period.months == 0, period.hours == 0, (1...7).contains(period.days) {
            self = .rolling(days: period.days)
        } else if period.days == 0, period.hours == 0, period.months > 0, 12 % period.months == 0 {
            self = .calendar(period)
        } else {
            return nil
        }
    }
}

extension FrequencyCap.Window: CustomStringConvertible {
    /// `P7D`, `P1M`.
    package var description: String {
        switch self {
        case .rolling(let days): CalendarPeriod(days: days).description
        case .calendar(let period): period.description
        }
    }
}

/// Which caps a playbook heeds, or counts to.
package enum CapSelection: Hashable, Sendable {
    case all
    /// Those of these ids.
    case only([String])

    package func contains(_ id: String) -> Bool {
        switch self {
        case .all: true
        case .only(let ids): ids.contains(id)
        }
    }
}

/// What a send said of itself when it was decided, which caps count it by for ever after.
package struct SendMarks: Hashable, Sendable {
    /// Sorted.
    package var tags: [String]
    package var counts: CapSelection

    package init(tags: [String] = [], counts: CapSelection = .all) {
        self.tags = tags
        self.counts = counts
    }

    /// The tags with spaces between, then, unless all caps count it, a bar and the ids of those that do.
    package var text: String {
        let words = tags.joined(separator: " ")
        guard case .only(let ids) = counts else { return words }
        return words + "|" + ids.joined(separator: " ")
    }

    package init(text: String) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        tags = parts.first.map { $0.split(separator: " ").map(String.init) } ?? []
        counts = parts.count < 2 ? .all : .only(parts[1].split(separator: " ").map(String.init))
    }
}
