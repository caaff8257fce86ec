/// Times in which nothing is sent through some channels, by the clock on the member's wall.
///
/// A moment lies in it where its local time does: on a day that it is about, between its hours. Hours that run over
/// midnight belong to the day on which they begin, by the calendar.
package struct QuietWindow: Hashable, Sendable {
    /// What becomes of an action that falls into it.
    package enum Policy: String, CaseIterable, Sendable {
        /// It leaves at the first moment that lies in no window.
        case hold
        /// It does not leave at all.
        case drop
    }

    /// Minutes of the local day; `from` is larger than `to` where they run over midnight.
    package struct Hours: Hashable, Sendable {
        /// 0...1439, the first minute.
        package var from: Int
        /// 1...1440, the minute after the last one.
        package var to: Int

        package init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    package var id: String
    /// Nil for whole days.
    package var hours: Hours?
    /// Local days, both ends included; empty for every day.
    package var dates: [ClosedRange<Day>]
    /// Monday is 0; empty for every day.
    package var weekdays: Set<Int>
    /// Empty for all.
    package var channels: [String]
    package var policy: Policy

    package init(
        id: String, hours: Hours? = nil, dates: [ClosedRange<Day>] = [], weekdays: Set<Int> = [],
        channels: [String] = [], policy: Policy = .hold
    ) {
        self.id = id
        self.hours = hours
        self.dates = dates
        self.weekdays = weekdays
        self.channels = channels
        self.policy = policy
    }

    package func covers(channel: String) -> Bool { channels.isEmpty || channels.contains(channel) }

    /// Whether a local time lies in it.
    ///
    /// - Parameter second: of the local day, 0..<86,400.
    func contains(_ day: Day, second: Int) -> Bool {
        guard let hours else { return isAbout(day) }
        let minute = second / 60
        if hours.from < hours.to { return (hours.from..<hours.to).contains(minute) && isAbout(day) }
        return minute >= hours.from && isAbout(day) || minute < hours.to && isAbout(day.adding(days: -1))
    }

    private func isAbout(_ day: Day) -> Bool {
        (weekdays.isEmpty || weekdays.contains(day.weekday)) && (dates.isEmpty || dates.contains { $0.contains(day) })
    }
}

extension Day {
    /// Monday is 0; 1970-01-01 was a Thursday.
    package var weekday: Int { (Int(number) % 7 + 10) % 7 }
}
