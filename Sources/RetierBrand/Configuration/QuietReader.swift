import RetierCore

/// Turns the node of `quiet` into settings.
struct QuietReader {
    var findings: Findings
    let zoneRules: (String) -> ZoneRules?
    let channels: [Channel]

    mutating func read(_ node: YAMLNode?) -> QuietSettings {
        guard let node else { return QuietSettings() }
        let standard = QuietSettings()
        let known = findings.all.count
        var regions: [String: ZoneRules] = [:]
        for entry in node["regions"]?.entries ?? [] { regions[entry.key] = zone(entry.value) }
        let settings = QuietSettings(
            windows: (node["windows"]?.entries ?? []).compactMap { window($0) },
            leavesAt: node["leaves_at"]?.text.flatMap { TextFormat.minute(ofTime: $0[...]) } ?? standard.leavesAt,
            zoneAttribute: node["zone_of"]?.text ?? standard.zoneAttribute,
            regionAttribute: node["region_of"]?.text ?? standard.regionAttribute, regions: regions)
        if findings.all.count == known { checkOpenings(settings, at: node["windows"]) }
        return settings
    }

    private mutating func zone(_ node: YAMLNode) -> ZoneRules? {
        guard let name = node.text else { return nil }
        if QuietSettings.mayBeZone(name), let rules = zoneRules(name) { return rules }
        findings.add(
            "unknown-time-zone", at: node, message: "`\(name)` is no time zone that this machine knows",
            hint: "write an IANA name with its area, such as Asia/Shanghai")
        return nil
    }

    private mutating func window(_ entry: YAMLNode.Entry) -> QuietWindow? {
        let node = entry.value
        guard node.entries != nil else { return nil }
        for channel in node["channels"]?.items ?? [] {
            guard let id = channel.text, !channels.contains(where: { $0.id == id }) else { continue }
            findings.add(
                "unknown-channel", at: channel,
                message: "window `\(entry.key)` names channel `\(id)`, which is not defined",
                hint: NearestName.hint(for: id, in: channels.map(\.id)))
        }
        let days = (node["days"]?.items ?? []).compactMap { $0.text.flatMap(QuietShape.weekdays.firstIndex(of:)) }
        for key in ["dates", "days", "channels"] where node[key]?.items?.isEmpty == true {
            findings.add(
                "bad-value", at: node[key], message: "`\(key)` of window `\(entry.key)` is empty, so it covers nothing",
                hint: "name something, or leave `\(key)` out for all")
        }
        let (hours, dates) = (hours(node["hours"], of: entry.key), dates(node["dates"], of: entry.key))
        if node["hours"] == nil, node["dates"] == nil, Set(days).count % 7 == 0, node["days"]?.items?.isEmpty != true {
            findings.add(
                "bad-value", at: node, message: "window `\(entry.key)` covers every day from midnight to midnight",
                hint: "give it `hours`, `dates` or `days`; to stop a channel, pause its playbooks")
            return nil
        }
        return QuietWindow(
            id: entry.key, hours: hours, dates: dates, weekdays: Set(days),
            channels: (node["channels"]?.items ?? []).compactMap(\.text),
            policy: node["policy"]?.text.flatMap(QuietWindow.Policy.init) ?? .hold)
    }

    private mutating func hours(_ node: YAMLNode?, of id: String) -> QuietWindow.Hours? {
        guard let node, let minutes = node.text.flatMap(TextFormat.minutes(ofHours:)) else { return nil }
        if minutes.from == minutes.to || minutes == (0, 1_440) {
            let isEmpty = minutes.from == minutes.to
            findings.add(
                "bad-value", at: node,
                message: "the hours of window `\(id)` \(isEmpty ? "begin and end in one minute" : "are the whole day")",
                hint: "leave `hours` out for whole days, or write such as 21:00-09:00")
        }
        return QuietWindow.Hours(from: minutes.from, to: minutes.to)
    }

    private mutating func dates(_ node: YAMLNode?, of id: String) -> [ClosedRange<Day>] {
        (node?.items ?? []).compactMap { item in
            guard let days = item.text.flatMap(TextFormat.days(ofDates:)) else { return nil }
            if days.first <= days.last { return days.first...days.last }
            findings.add(
                "bad-value", at: item, message: "the dates of window `\(id)` end before they begin",
                hint: "write the first day first: \(days.last)..\(days.first)")
            return nil
        }
    }

    /// Windows that together leave a channel no moment for a year are a mistake.
    private mutating func checkOpenings(_ settings: QuietSettings, at node: YAMLNode?) {
        for channel in channels {
            let windows = settings.windows.filter { $0.covers(channel: channel.id) }
            let hours = QuietHours(windows, in: .utc)
            let starts = windows.flatMap(\.dates).map(\.lowerBound) + [Day(number: 0)]
            for start in Set(starts).sorted().map(Instant.init(utcMidnightOf:)) {
                let open = hours.firstOpen(from: start)
                guard open.map({ $0 > start.adding(seconds: 366 * 86_400) }) ?? true else { continue }
                findings.add(
                    "bad-value", at: node,
                    message: "quiet windows leave channel `\(channel.id)` no moment for a year",
                    hint: "shorten one of \(windows.map { "`\($0.id)`" }.joined(separator: ", "))")
                break
            }
        }
    }
}
