package import RetierCore

/// The days on which a demonstration runs.
package struct DemoSchedule: Hashable, Sendable {
    /// The first day of the data.
    package var firstDay: Day
    /// Days of the monthly refreshes, ascending; at least one.
    package var refreshDays: [Day]

    /// The last refresh.
    package var lastDay: Day { refreshDays[refreshDays.count - 1] }

    package init(firstDay: Day, refreshDays: [Day]) {
        precondition(!refreshDays.isEmpty, "a demonstration refreshes at least once")
        self.firstDay = firstDay
        self.refreshDays = refreshDays
    }

    /// The made-up brand: three years of history, then three refreshes a month apart.
    package static let seeded = DemoSchedule(
        firstDay: Day(number: 19_570),  // 2023-08-01
        refreshDays: [Day(number: 20_666), Day(number: 20_697), Day(number: 20_727)])  // 2026-08-01, 09-01, 10-01

    /// Proposes up to three refreshes a month apart that the data can answer for.
    ///
    /// Without a wish the last one is the latest month-end that the orders reach; where they do not reach any, it is
    /// the day of the last order. Refreshes before the first order are left out.
    ///
    /// - Parameters:
    ///   - firstOrder: Local day of the oldest order.
    ///   - lastOrder: Local day of the newest order.
    ///   - asOf: The last refresh that somebody asked for, or nil.
    package init(firstOrder: Day, lastOrder: Day, asOf: Day? = nil) {
        let last = asOf ?? DemoSchedule.latestMonthEnd(from: firstOrder, through: lastOrder) ?? lastOrder
        let isMonthEnd = last.adding(days: 1).components.day == 1
        let earlier = [-2, -1].map { months in
            let day = last.adding(months: months)
            return isMonthEnd ? DemoSchedule.monthEnd(of: day) : day
        }
        self.init(firstDay: firstOrder, refreshDays: earlier.filter { $0 > firstOrder } + [last])
    }

    /// The days strictly between two refreshes, every `step` days: the daily runs of a demonstration.
    package func days(between earlier: Day, and later: Day, every step: Int = 1) -> [Day] {
        stride(from: step, to: later.days(since: earlier), by: step).map { earlier.adding(days: $0) }
    }

    private static func latestMonthEnd(from first: Day, through last: Day) -> Day? {
        let end = monthEnd(of: last)
        let candidate = end <= last ? end : monthEnd(of: last.adding(months: -1))
        return candidate > first ? candidate : nil
    }

    private static func monthEnd(of day: Day) -> Day {
        let (year, month, date) = day.components
        return day.adding(days: Day.length(ofMonth: month, year: year) - date)
    }
}
