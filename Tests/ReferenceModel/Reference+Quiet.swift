extension Reference {
    /// Whether quiet hours keep a step from leaving by its last day.
    func isQuiet(_ step: Chronicle.Step, _ member: String, on day: Int, last: Int) -> Bool {
        guard !step.ignoresQuietHours else { return false }
        let now = day * 24 + Chronicle.hour
        if windows(step).contains(where: { $0.drops && lies(localHour(member, at: now), in: $0) }) { return true }
        guard let open = firstOpenHour(step, member, from: now) else { return true }
        return open > now && localHour(member, at: open) / 24 > last
    }

    /// The day in UTC on which a step leaves that is sent on a day.
    func leavingDay(_ step: Chronicle.Step, of member: String, on day: Int) -> Int {
        guard !step.ignoresQuietHours else { return day }
        return firstOpenHour(step, member, from: day * 24 + Chronicle.hour).map { $0 / 24 } ?? day
    }

    private func windows(_ step: Chronicle.Step) -> [Chronicle.QuietWindow] {
        chronicle.quiet.filter { $0.channels.isEmpty || $0.channels.contains(step.channel) }
    }

    /// What hour since 1970 the member's wall shows at an hour since 1970 in UTC.
    private func localHour(_ member: String, at hour: Int) -> Int {
        guard let zone = chronicle.zones[member] else { return hour }
        let isSummer = zone.hasSummerTime && flaw != .summerTimeIsIgnored && Self.isSummer(hour)
        return hour + zone.hours + (isSummer ? 1 : 0)
    }

    private static func isSummer(_ hour: Int) -> Bool {
        let year = PlainCalendar.date(hour / 24).year
        // 1970-01-01 was a Thursday, four days after a Sunday.
        func lastSunday(_ month: Int) -> Int {
            let end = PlainCalendar.day(year, month, 31)
            return end - (end + 4) % 7
        }
        return lastSunday(3) * 24 + 1 <= hour && hour < lastSunday(10) * 24 + 1
    }

    /// In UTC; every hour is looked at, so that days of 23 and of 25 need no rule.
    private func firstOpenHour(_ step: Chronicle.Step, _ member: String, from now: Int) -> Int? {
        let windows = windows(step)
        return (now..<(now + 24 * 800)).first { hour in
            let shown = localHour(member, at: hour)
            return !windows.contains { lies(shown, in: $0) }
        }
    }

    private func lies(_ hour: Int, in window: Chronicle.QuietWindow) -> Bool {
        func isAbout(_ day: Int) -> Bool { window.days?.contains(day) ?? true }
        let (day, time) = (hour / 24, hour % 24)
        guard let from = window.from else { return isAbout(day) }
        if from < window.to { return from <= time && time < window.to && isAbout(day) }
        return time >= from && isAbout(day) || time < window.to && isAbout(day - 1)
    }
}
