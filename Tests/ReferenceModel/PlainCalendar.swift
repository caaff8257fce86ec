/// The days of the years 2020 to 2049, written down by counting one after the other.
enum PlainCalendar {
    struct Date: Hashable, Sendable {
        var year: Int
        var month: Int
        var day: Int
    }

    /// Days from 1970-01-01 to 2020-01-01.
    private static let first = 18_262

    static func length(ofMonth month: Int, in year: Int) -> Int {
        if month == 2 { return year % 4 == 0 ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static let dates: [Date] = {
        var dates: [Date] = []
        for year in 2020...2049 {
            for month in 1...12 {
                for day in 1...length(ofMonth: month, in: year) {
                    dates.append(Date(year: year, month: month, day: day))
                }
            }
        }
        return dates
    }()

    private static let firstOfMonth: [Int: Int] = {
        var places: [Int: Int] = [:]
        for (place, date) in dates.enumerated() where date.day == 1 { places[date.year * 12 + date.month - 1] = place }
        return places
    }()

    static func date(_ day: Int) -> Date { dates[day - first] }

    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        first + (firstOfMonth[year * 12 + month - 1] ?? 0) + day - 1
    }

    static func text(_ day: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let date = date(day)
        return "\(date.year)-\(padded(date.month))-\(padded(date.day))"
    }

    /// So many months later, on the last day of a month that lacks the day; then so many days.
    static func later(_ day: Int, _ span: Chronicle.Span) -> Int {
        let from = date(day)
        let month = from.year * 12 + from.month - 1 + span.months
        let length = length(ofMonth: month % 12 + 1, in: month / 12)
        return first + (firstOfMonth[month] ?? 0) + min(from.day, length) - 1 + span.days
    }

    /// The number of the block of so many months that a day is in.
    static func block(_ day: Int, months: Int) -> Int {
        let date = date(day)
        return (date.year * 12 + date.month - 1) / months
    }
}
