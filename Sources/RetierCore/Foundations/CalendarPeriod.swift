/// An ISO-8601 duration of calendar parts: `P90D`, `P1M`, `P2W`, `P1Y`, `PT36H`.
///
/// A month is a calendar month, never 30 days.
package struct CalendarPeriod: Hashable, Sendable {
    package var months: Int
    package var days: Int
    package var hours: Int

    package init(months: Int = 0, days: Int = 0, hours: Int = 0) {
        self.months = months
        self.days = days
        self.hours = hours
    }

    /// Parses the ISO-8601 text; years become 12 months, weeks 7 days.
    ///
    /// Zero and unknown parts give nil.
    package init?(iso text: String) {
        var rest = Substring(text)
        guard rest.first == "P" else { return nil }
        rest.removeFirst()
        self.init()
        var inTime = false
        var number: Int?
        for character in rest {
            if let digit = character.wholeNumberValue, character.isASCII {
                let next = (number ?? 0) * 10 + digit
                guard next < 100_000 else { return nil }
                number = next
                continue
            }
            if character == "T" {
                guard !inTime, number == nil else { return nil }
                inTime = true
                continue
            }
            guard let value = number else { return nil }
            number = nil
            switch (character, inTime) {
            case ("Y", false): months += value * 12
            case ("M", false): months += value
            case ("W", false): days += value * 7
            case ("D", false): days += value
            case ("H", true): hours += value
            default: return nil
            }
        }
        guard number == nil, months + days + hours > 0 else { return nil }
    }

    /// The day this period after `day`; hours are not counted.
    package func after(_ day: Day) -> Day { day.adding(months: months).adding(days: days) }

    /// The day this period before `day`; hours are not counted.
    package func before(_ day: Day) -> Day { day.adding(months: -months).adding(days: -days) }
}

extension CalendarPeriod: CustomStringConvertible {
    package var description: String {
        var text = "P"
        if months > 0 { text += months % 12 == 0 ? "\(months / 12)Y" : "\(months)M" }
        if days > 0 { text += "\(days)D" }
        if hours > 0 { text += "T\(hours)H" }
        return text
    }
}
