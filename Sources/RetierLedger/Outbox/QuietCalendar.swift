package import RetierCore
import Synchronization

/// What quiet windows make of messages at moments, for everybody who sends or schedules them.
///
/// A message names its windows and its zone (`QuietTerm.text`); what the windows mean is what the programme says now. A
/// window that the programme has no more binds nobody, and a zone that this machine does not know is the programme's.
package final class QuietCalendar: Sendable {
    private let windows: [QuietWindow]
    private let zone: ZoneRules
    /// By term: the windows, and the stretch of time in which they are known to be open.
    private let known = Mutex<[String: Entry]>([:])

    private struct Entry {
        var hours: QuietHours
        var open: Range<Instant>?
    }

    /// - Parameter zone: the programme's.
    package init(_ settings: QuietSettings, zone: ZoneRules) {
        windows = settings.windows
        self.zone = zone
    }

    /// Nothing is ever quiet.
    package static let none = QuietCalendar(QuietSettings(), zone: .utc)

    /// What the windows make of something at a moment; `leaveBy` is the last moment of the time in which they are open.
    ///
    /// - Parameter term: nil for what keeps no windows.
    package func reading(_ term: String?, at moment: Instant) -> (reading: QuietHours.Reading, leaveBy: Instant?) {
        guard let term, !windows.isEmpty else { return (.open, nil) }
        return known.withLock { known in
            var entry = known[term] ?? Entry(hours: hours(term))
            defer { known[term] = entry }
            if let open = entry.open, open.contains(moment) { return (.open, open.upperBound.adding(seconds: -1)) }
            let reading = entry.hours.reading(at: moment)
            guard reading == .open, let end = entry.hours.firstQuiet(from: moment) else { return (reading, nil) }
            entry.open = moment..<end
            return (.open, end.adding(seconds: -1))
        }
    }

    /// When something that is scheduled at a moment may leave first; what is dropped is not put off.
    package func firstMoment(_ term: String?, from moment: Instant) -> Instant {
        if case .held(let until?, _) = reading(term, at: moment).reading { return until }
        return moment
    }

    private func hours(_ term: String) -> QuietHours {
        let names = QuietTerm.names(in: term)
        let zone = names.zone == zone.name ? zone : (try? ZoneRules(systemNamed: names.zone)) ?? zone
        return QuietHours(windows.filter { names.windows.contains($0.id) }, in: zone)
    }
}
