/// Some windows in one time zone: when they are open and when they are quiet.
///
/// A moment is judged by its local time alone, so that days of 23 and 25 hours need no rule of their own: what a change
/// of the clock skips is never waited for, and what it repeats is quiet both times.
package struct QuietHours: Sendable {
    package let windows: [QuietWindow]
    package let zone: ZoneRules
    /// The seconds of the local day at which something may begin or end, ascending; the last is midnight.
    private let marks: [Int]

    package init(_ windows: [QuietWindow], in zone: ZoneRules) {
        self.windows = windows
        self.zone = zone
        let minutes = windows.compactMap(\.hours).flatMap { [$0.from, $0.to] }.filter { $0 > 0 }
        marks = Set(minutes.map { $0 * 60 } + [86_400]).sorted()
    }

    /// Within so many days there must be a moment at which something may leave.
    private static let horizonDays: Int64 = 800

    /// The windows in which a moment lies.
    package func covering(_ moment: Instant) -> [QuietWindow] {
        let local = Instant(seconds: moment.seconds + zone.offset(at: moment)).utc
        return windows.filter { $0.contains(local.day, second: local.second) }
    }

    /// The first moment from `start` on that lies in no window; nil where there is none for two years.
    package func firstOpen(from start: Instant) -> Instant? { first(from: start, quiet: false) }

    /// The first moment from `start` on that lies in a window; nil where there is none for two years.
    package func firstQuiet(from start: Instant) -> Instant? { first(from: start, quiet: true) }

    /// What the windows make of an action at a moment.
    package enum Reading: Hashable, Sendable {
        case open
        /// It waits; nil where no moment within two years is open.
        case held(until: Instant?, by: QuietWindow)
        case dropped(by: QuietWindow)

        /// Until when it waits; nil where it does not wait.
        package var until: Instant? {
            if case .held(let until, _) = self { until } else { nil }
        }
    }

    /// Of several windows one that drops wins.
    package func reading(at moment: Instant) -> Reading {
        let covering = covering(moment)
        guard let first = covering.first else { return .open }
        if let dropping = covering.first(where: { $0.policy == .drop }) { return .dropped(by: dropping) }
        return .held(until: firstOpen(from: moment), by: first)
    }

    private func first(from start: Instant, quiet: Bool) -> Instant? {
        let end = start.adding(seconds: QuietHours.horizonDays * 86_400)
        var moment = start
        while moment < end {
            let offset = zone.offset(at: moment)
            let local = Instant(seconds: moment.seconds + offset).utc
            if windows.contains(where: { $0.contains(local.day, second: local.second) }) == quiet { return moment }
            // Until the next mark or the next change of the clock nothing can become different.
            let mark = marks.first { $0 > local.second } ?? 86_400
            let next = moment.adding(seconds: Int64(mark - local.second))
            moment = min(next, zone.nextChange(after: moment) ?? next)
        }
        return nil
    }
}

extension ZoneRules {
    /// The first moment after another at which the offset changes; nil where there is none.
    func nextChange(after moment: Instant) -> Instant? {
        let next = changes.partitioningIndex { $0 > moment.seconds }
        return next < changes.count ? Instant(seconds: changes[next]) : nil
    }
}
