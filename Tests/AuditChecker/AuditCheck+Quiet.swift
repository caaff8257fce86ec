import Foundation

/// Whether members were left alone when they should be.
extension AuditCheck {
    /// Every attempt is looked at of which the file tells: the first and the last one.
    var disturbances: [Finding] {
        records.flatMap { record -> [Finding] in
            let windows = limits.quiet.filter { $0.channels.isEmpty || $0.channels.contains(record["channel"]) }
            guard record.isSend, !windows.isEmpty,
                limits.playbooks[record.playbook]?.ignoresQuietHours != true
            else { return [] }
            let zone = limits.zones[record.member] ?? limits.zone
            let term = record["quiet"].split(separator: " ").map(String.init)
            guard term == [zone] + windows.map(\.id) else {
                return [finding(record, "keeps \(term), not \([zone] + windows.map(\.id))")]
            }
            let attempts = Set(["first_attempt_at", "last_attempt_at"].map { record[$0] }).subtracting([""])
            return attempts.sorted().flatMap { text -> [Finding] in
                guard let moment = LocalMoment(text, in: zone) else { return [finding(record, "\(text) is no moment")] }
                return windows.filter { covers($0, moment) }.map { finding(record, "\(text) lies in \($0.id)") }
            }
        }
    }

    private func finding(_ record: AuditRecord, _ what: String) -> Finding {
        Finding(rule: .quiet, subject: record.member, what: "\(record["action_id"]): \(what)")
    }

    private func covers(_ window: AuditLimits.QuietWindow, _ moment: LocalMoment) -> Bool {
        func isAbout(_ day: Int) -> Bool {
            // 1970-01-01 was a Thursday.
            (window.days?.contains(day) ?? true) && (window.weekdays?.contains((day + 3) % 7) ?? true)
        }
        guard let (from, to) = window.minutes else { return isAbout(moment.day) }
        if from < to { return from <= moment.minute && moment.minute < to && isAbout(moment.day) }
        return moment.minute >= from && isAbout(moment.day) || moment.minute < to && isAbout(moment.day - 1)
    }
}

/// What clock and calendar on a wall in a zone show.
private struct LocalMoment {
    /// Days since 1970.
    var day: Int
    /// Of the day.
    var minute: Int

    /// - Parameter text: `2026-11-21T10:00:00Z`.
    init?(_ text: String, in zone: String) {
        guard let date = try? Date(text, strategy: .iso8601), let zone = TimeZone(identifier: zone) else { return nil }
        let seconds = Int(date.timeIntervalSince1970) + zone.secondsFromGMT(for: date)
        day = seconds / 86_400
        minute = seconds % 86_400 / 60
    }
}
