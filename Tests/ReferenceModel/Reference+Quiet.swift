extension Reference {
    /// Whether quiet hours keep a step from leaving by its last day.
    func isQuiet(_ step: Chronicle.Step, _ member: String, on day: Int, last: Int) -> Bool {
        guard !step.ignoresQuietHours else { return false }
        let now = localHour(member, on: day)
        if windows(step).contains(where: { $0.drops && lies(now, in: $0) }) { return true }
        guard let open = firstOpenHour(step, from: now) else { return true }
        return open > now && open / 24 > last
    }

    /// The day in UTC on which a step leaves that is sent on a day.
    func leavingDay(_ step: Chronicle.Step, of member: String, on day: Int) -> Int {
        guard !step.ignoresQuietHours else { return day }
        let now = localHour(member, on: day)
        guard let open = firstOpenHour(step, from: now) else { return day }
        return (open - (chronicle.zones[member] ?? 0)) / 24
    }

    private func windows(_ step: Chronicle.Step) -> [Chronicle.QuietWindow] {
        chronicle.quiet.filter { $0.channels.isEmpty || $0.channels.contains(step.channel) }
    }

    /// Hours since 1970 on the member's wall.
    private func localHour(_ member: String, on day: Int) -> Int {
        day * 24 + Chronicle.hour + (chronicle.zones[member] ?? 0)
    }

    private func firstOpenHour(_ step: Chronicle.Step, from now: Int) -> Int? {
        let windows = windows(step)
        return (now..<(now + 24 * 800)).first { hour in !windows.contains { lies(hour, in: $0) } }
    }

    private func lies(_ hour: Int, in window: Chronicle.QuietWindow) -> Bool {
        func isAbout(_ day: Int) -> Bool { window.days?.contains(day) ?? true }
        let (day, time) = (hour / 24, hour % 24)
        guard let from = window.from else { return isAbout(day) }
        if from < window.to { return from <= time && time < window.to && isAbout(day) }
        return time >= from && isAbout(day) || time < window.to && isAbout(day - 1)
    }
}
