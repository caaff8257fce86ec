/// What is asked of an experiment: whose outcomes count, which, and until when.
package struct ExperimentQuestion: Sendable {
    /// A playbook, or `*` for the whole programme.
    package var experiment: String
    /// The event kind that is the goal; nil for an order.
    package var goal: String?
    /// How long after the assignment outcomes count, from the day after it on.
    package var within: CalendarPeriod
    /// How long before the assignment spend is the covariate.
    package var before: CalendarPeriod
    /// The day on which the result is judged; nil for none planned.
    package var until: Day?
    /// The last day of which the data tell.
    package var lastDay: Day

    package init(
        experiment: String, goal: String? = nil, within: CalendarPeriod,
        before: CalendarPeriod = ExperimentQuestion.usualBefore, until: Day? = nil, lastDay: Day
    ) {
        self.experiment = experiment
        self.goal = goal
        self.within = within
        self.before = before
        self.until = until
        self.lastDay = lastDay
    }

    /// A year: long enough to know a member's habit, and every season is in it.
    package static let usualBefore = CalendarPeriod(months: 12)
    /// How long outcomes count where a playbook has no goal.
    package static let usualWithin = CalendarPeriod(days: 30)

    /// Whether the planned day has come, so that this look decides; every other look is an early one.
    package var decides: Bool { until.map { lastDay >= $0 } ?? false }

    /// The last day on which a window may end to count: after the planned day nothing is added.
    package var lastEnd: Day { until.map { min($0, lastDay) } ?? lastDay }

    /// What is asked of a playbook's experiment; nil where it has none.
    package init?(_ playbook: Playbook, lastDay: Day) {
        guard playbook.shares.isExperiment else { return nil }
        let event = playbook.goal?.event
        self.init(
            experiment: playbook.id, goal: event.flatMap(ExperimentQuestion.kind),
            within: playbook.goal?.within.inWholeDays ?? ExperimentQuestion.usualWithin, until: playbook.until,
            lastDay: lastDay)
    }

    /// What is asked of the whole programme; nil where it has no control group.
    package init?(_ control: ProgrammeControl, lastDay: Day) {
        guard control.share > 0 else { return nil }
        self.init(
            experiment: AssignmentTable.programme, within: control.within.inWholeDays, until: control.until,
            lastDay: lastDay)
    }

    /// `event:reply` is the event kind `reply`; `order` is none.
    private static func kind(_ event: String) -> String? {
        event.hasPrefix("event:") ? String(event.dropFirst("event:".utf8.count)) : nil
    }
}

extension CalendarPeriod {
    /// The period with its hours as whole days, rounded up: outcomes are counted by day.
    fileprivate var inWholeDays: CalendarPeriod { CalendarPeriod(months: months, days: days + (hours + 23) / 24) }
}
