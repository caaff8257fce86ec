/// When a member keeps a tier that is no longer earned.
package struct Stability: Hashable, Sendable {
    /// Down only below this share of the entry cut, in basis points (90 % is 9,000).
    package var keepShare: Int
    /// Consecutive runs below it before the member moves down.
    package var confirmingRuns: Int
    /// The most tiers a member falls, and rises, in one run.
    package var maxStepsDown: Int
    package var maxStepsUp: Int
    /// How long a member stays in a tier at least before a fall.
    package var dwell: Dwell?
    /// How long after the first run below the line a member has to recover.
    package var grace: CalendarPeriod?
    package var validity: Validity?
    /// At most one fall in such a period.
    package var fallInterval: CalendarPeriod?
    package var changes: Changes

    package init(
        keepShare: Int = 9_000, confirmingRuns: Int = 2, maxStepsDown: Int = 1, maxStepsUp: Int = 64,
        dwell: Dwell? = nil, grace: CalendarPeriod? = nil, validity: Validity? = nil,
        fallInterval: CalendarPeriod? = nil, changes: Changes = .everybody
    ) {
        self.keepShare = keepShare
        self.confirmingRuns = confirmingRuns
        self.maxStepsDown = maxStepsDown
        self.maxStepsUp = maxStepsUp
        self.dwell = dwell
        self.grace = grace
        self.validity = validity
        self.fallInterval = fallInterval
        self.changes = changes
    }

    /// A shortest stay: refreshes after the one of entry, or calendar time since the day of entry.
    package enum Dwell: Hashable, Sendable {
        case runs(Int)
        case period(CalendarPeriod)
    }

    /// Whom another ladder, other weights or another calibration moves.
    package enum Changes: String, CaseIterable, Hashable, Sendable {
        /// Everybody, from the first refresh on.
        case everybody = "all"
        /// Members keep their tier until what they earn by the new rules changes by itself.
        case movers
    }

    /// For how long a tier is valid once entered; within it no fall.
    package struct Validity: Hashable, Sendable {
        package enum Rounding: String, CaseIterable, Hashable, Sendable { case none, month, quarter, year }

        package var period: CalendarPeriod
        package var rounding: Rounding

        package init(_ period: CalendarPeriod, rounding: Rounding = .none) {
            self.period = period
            self.rounding = rounding
        }

        /// The last day of a validity that begins on `day`: the day before the period has passed, or the end of the
        /// month, quarter or year in which that is.
        package func lastDay(from day: Day) -> Day {
            let last = period.after(day).adding(days: -1)
            let (year, month, _) = last.components
            let end: (year: Int, month: Int)
            switch rounding {
            case .none: return last
            case .month: end = (year, month)
            case .quarter: end = (year, (month + 2) / 3 * 3)
            case .year: end = (year, 12)
            }
            return Day(year: end.year, month: end.month, day: Day.length(ofMonth: end.month, year: end.year)) ?? last
        }
    }
}

/// The rule because of which a member does not stand where the score alone would put them, or moved without it.
package enum TierRule: UInt8, CaseIterable, Sendable {
    /// Not below the keeping line.
    case keepingLine
    case validity
    case dwell
    case fallInterval
    case grace
    /// Below the line in too few consecutive runs.
    case confirmation
    /// Moved, but not by all the tiers at once.
    case stepsDown
    case stepsUp
    /// The ladder or the calibration changed, and that moves nobody.
    case changeover
    /// A person set the tier; and what came after it.
    case override
    case overrideEnded

    /// The stable name in plans and output.
    package var name: String {
        switch self {
        case .keepingLine: "keeping-line"
        case .validity: "validity"
        case .dwell: "dwell"
        case .fallInterval: "fall-interval"
        case .grace: "grace"
        case .confirmation: "confirmation"
        case .stepsDown: "steps-down"
        case .stepsUp: "steps-up"
        case .changeover: "changeover"
        case .override: "override"
        case .overrideEnded: "override-ended"
        }
    }

    package init?(name: String) {
        guard let rule = TierRule.allCases.first(where: { $0.name == name }) else { return nil }
        self = rule
    }
}
