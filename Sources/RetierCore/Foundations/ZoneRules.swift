/// The offsets of one IANA time zone as a value, so that the core can turn moments into local days without a system
/// call.
///
/// The edge builds it once from the system's time zone database.
package struct ZoneRules: Hashable, Sendable {
    /// The IANA name, such as `Asia/Shanghai`.
    package let name: String
    /// Moments at which the offset changes, ascending.
    package let changes: [Int64]
    /// Offsets from UTC in seconds: `offsets[0]` before the first change, `offsets[i + 1]` from `changes[i]` on.
    package let offsets: [Int32]

    package init(name: String, changes: [Int64], offsets: [Int32]) {
        precondition(offsets.count == changes.count + 1, "one offset more than changes")
        self.name = name
        self.changes = changes
        self.offsets = offsets
    }

    package static let utc = ZoneRules(name: "UTC", changes: [], offsets: [0])

    /// The offset from UTC in seconds at a moment.
    package func offset(at instant: Instant) -> Int64 {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= instant.seconds { low = middle + 1 } else { high = middle }
        }
        return Int64(offsets[low])
    }

    /// The local calendar day of a moment.
    package func day(of instant: Instant) -> Day {
        Instant(seconds: instant.seconds + offset(at: instant)).utc.day
    }

    /// The first moment of a local day: the earliest one whose local day is `day`.
    package func start(of day: Day) -> Instant {
        let naive = Int64(day.number) * 86_400
        let candidates = Set(offsets).map { Instant(seconds: naive - Int64($0)) }.sorted()
        if let exact = candidates.first(where: { self.day(of: $0) == day && self.day(of: $0.adding(seconds: -1)) < day }
        ) {
            return exact
        }
        // Midnight was skipped by a change: the day begins at the change itself.
        let skipped = changes.first { self.day(of: Instant(seconds: $0)) == day }
        return Instant(seconds: skipped ?? naive - offset(at: Instant(seconds: naive)))
    }
}

extension ZoneRules {
    /// The minute on the wall's clock, as people read it: `2026-11-28 09:10`.
    package func minute(of instant: Instant) -> String {
        let (day, second) = Instant(seconds: instant.seconds + offset(at: instant)).utc
        return "\(day) \((second / 3_600).padded(to: 2)):\((second / 60 % 60).padded(to: 2))"
    }
}
