/// A member's way through a playbook whose steps follow each other, as a value, and what each event makes of it.
///
/// The same states are the CHECK of the ledger's `member_case` table; a test ties them. The clock counts days from the
/// entry: a step is due `after` the day on which the case was opened, later by `delay`. A step that is taken late moves
/// the clock, so that the steps after it keep their distance and are never sent in a burst.
package struct MemberCase: Hashable, Sendable {
    package var id: String
    package var playbook: String
    package var isEscalation: Bool
    /// Of a control group: the same clock, and nothing is sent.
    package var isShadow: Bool
    package var state: CaseState
    package var opened: Day
    /// Days by which the clock is behind.
    package var delay: Int
    /// The step that comes next; nil after the last.
    package var next: String?
    /// The highest level reached.
    package var level: Int?
    /// The day of the last step, from which the wait for an answer counts.
    package var waitsSince: Day
    /// The step that comes next is not tried before this day.
    package var heldUntil: Day?
    package var pausedOn: Day?

    /// A case that was opened on a day, without a step to come.
    package init(id: String, playbook: String, isEscalation: Bool, isShadow: Bool, opened: Day) {
        self.id = id
        self.playbook = playbook
        self.isEscalation = isEscalation
        self.isShadow = isShadow
        state = .open
        self.opened = opened
        delay = 0
        waitsSince = opened
    }

    /// A case that a member enters on a day; the first step may leave on a later one.
    package init(id: String, entering ladder: CaseLadder, isShadow: Bool, on day: Day, leaving: Day? = nil) {
        self.init(
            id: id, playbook: ladder.playbook, isEscalation: ladder.isEscalation, isShadow: isShadow, opened: day)
        waitsSince = max(day, leaving ?? day)
        delay = waitsSince.days(since: day)
        next = ladder.rungs.first?.step
        level = ladder.entryLevel
    }

    /// The step that comes next, the first and the last day on which it may be taken.
    package struct Due: Hashable, Sendable {
        package var step: String
        package var first: Day
        package var last: Day
        /// The day on the clock of the case, whatever held it since.
        package var planned: Day
    }

    /// What comes next; nil where nothing does.
    package func due(in ladder: CaseLadder) -> Due? {
        guard state == .open, let rung = ladder.rung(next) else { return nil }
        // Hours are less than a day, and the day of entry is the entry's.
        let planned = max(rung.after.after(opened), opened.adding(days: 1)).adding(days: delay)
        let last = rung.notAfter.after(planned)
        // What is held for longer than it may wait is found to be too late on the day after its last.
        let first = min(max(planned, heldUntil ?? planned), last.adding(days: 1))
        return Due(step: rung.step, first: first, last: last, planned: planned)
    }

    /// Applies an event of a day and returns what the shell has to do, or nil where the event cannot happen in this
    /// state (nothing changes).
    package mutating func handle(_ event: CaseEvent, on day: Day, ladder: CaseLadder) -> [CaseEffect]? {
        switch (state, event) {
        case (.open, .taken(let step)): settle(step, isTaken: true, on: day, ladder)
        case (.open, .skipped(let step)): settle(step, isTaken: false, on: day, ladder)
        case (.open, .deferred(let step, let until)): hold(step, until: until, on: day, ladder)
        case (.open, .dayCame): pass(day, ladder)
        case (.open, .pause): pause(on: day)
        case (.paused, .resume): resume(on: day)
        case (.open, .recover), (.paused, .recover): end(.recovered)
        case (.open, .acknowledge), (.paused, .acknowledge): end(.acknowledged)
        case (.open, .close), (.paused, .close): end(.closed)
        case (.open, .supersede), (.paused, .supersede): end(.superseded)
        default: nil
        }
    }

    /// Brings the case to a run's day: pauses and resumes it with its playbook, closes it where the wait is over.
    ///
    /// - Parameter ladder: nil where the playbook is gone.
    package mutating func come(to day: Day, ladder: CaseLadder?) {
        guard let ladder, !ladder.isPaused else {
            _ = handle(.pause, on: day, ladder: .none(of: self))
            return
        }
        _ = handle(.resume, on: day, ladder: ladder)
        _ = handle(.dayCame, on: day, ladder: ladder)
    }

    private mutating func settle(_ step: String, isTaken: Bool, on day: Day, _ ladder: CaseLadder) -> [CaseEffect]? {
        guard let due = due(in: ladder), due.step == step, day >= due.first else { return nil }
        if isTaken {
            guard day <= due.last else { return nil }
            delay += day.days(since: due.planned)
            level = ladder.rung(step)?.level ?? level
        }
        next = ladder.next(after: step)
        waitsSince = max(waitsSince, day)
        heldUntil = nil
        return []
    }

    private mutating func hold(_ step: String, until: Day?, on day: Day, _ ladder: CaseLadder) -> [CaseEffect]? {
        guard let due = due(in: ladder), due.step == step, day >= due.first, day <= due.last else { return nil }
        heldUntil = until
        return []
    }

    private mutating func pass(_ day: Day, _ ladder: CaseLadder) -> [CaseEffect] {
        // A step that the playbook no longer has is no step to wait for.
        guard ladder.rung(next) == nil, day >= ladder.closeAfter.after(waitsSince) else { return [] }
        state = .unanswered
        return []
    }

    private mutating func pause(on day: Day) -> [CaseEffect] {
        state = .paused
        pausedOn = day
        return []
    }

    private mutating func resume(on day: Day) -> [CaseEffect] {
        let days = max(0, day.days(since: pausedOn ?? day))
        state = .open
        pausedOn = nil
        delay += days
        waitsSince = waitsSince.adding(days: days)
        heldUntil = heldUntil?.adding(days: days)
        return []
    }

    private mutating func end(_ end: CaseState) -> [CaseEffect] {
        state = end
        pausedOn = nil
        heldUntil = nil
        return [.cancelUnsent]
    }
}
