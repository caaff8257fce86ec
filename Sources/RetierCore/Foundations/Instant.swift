/// A moment: whole seconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// Midnight UTC of a day.
    package init(utcMidnightOf day: Day) { seconds = Int64(day.number) * 86_400 }

    package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

    package func adding(seconds delta: Int64) -> Instant { Instant(seconds: seconds + delta) }

    /// The day and the second of the day in UTC.
    package var utc: (day: Day, second: Int) {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return (Day(number: Int32(day)), Int(seconds - day * 86_400))
    }
}

extension Instant: CustomStringConvertible {
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    package var description: String {
        let (day, second) = utc
        let parts = [second / 3600, second / 60 % 60, second % 60].map { $0.padded(to: 2) }
        return "\(day)T\(parts.joined(separator: ":"))Z"
    }
}
