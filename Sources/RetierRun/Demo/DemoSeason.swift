import RetierCore

/// How the Chinese retail year moves demand, in percent of an ordinary day.
enum DemoSeason {
    /// Whether a day belongs to one of the sales festivals.
    static func isFestival(_ day: Day) -> Bool {
        let (_, month, date) = day.components
        switch (month, date) {
        case (6, 16...18), (11, 9...12), (12, 11...12), (3, 7...8), (8, 8...9), (9, 8...9): return true
        default: return false
        }
    }

    /// Demand on a day: festivals, gifts before the Spring Festival, weekends.
    static func demand(on day: Day, from temper: DemoTemper) -> Int {
        let festival = isFestival(day)
        if temper == .bargainHunter { return festival ? 900 : 55 }
        let (_, month, date) = day.components
        var percent = 95
        if festival { percent = 260 } else if month == 1 && date >= 8 || month == 2 && date <= 6 { percent = 140 }
        return day.weekday >= 5 ? percent * 6 / 5 : percent
    }
}
