/// A member's way through the steps of a playbook, as the manual's page Cases describes it.
struct ReferenceCase: Sendable {
    let member: String
    let playbook: String
    let opened: Int
    let isShadow: Bool
    /// What was done up to this day led to the case and does not end it.
    var knownUntil = -1
    var isOver = false
    /// Steps that are over, taken or left out.
    private var done: Set<String> = []
    /// Days by which the clock is behind.
    private var late: Int
    /// The day of the last step, moved on by pauses.
    private var lastStep: Int
    /// What comes next is not tried before.
    private var heldUntil: Int?
    private var pausedSince: Int?

    init(_ key: Chronicle.Key, isShadow: Bool, on day: Int, leaving: Int) {
        member = key.member
        playbook = key.playbook
        opened = day
        self.isShadow = isShadow
        late = leaving - day
        lastStep = leaving
    }

    var isPaused: Bool { pausedSince != nil }

    func next(_ playbook: Chronicle.Playbook) -> Chronicle.Step? {
        playbook.steps.first { $0.isLater && !done.contains($0.id) }
    }

    /// The day of a step by the calendar: so long after the entry, and not on its day.
    private func day(of step: Chronicle.Step) -> Int {
        max(step.after.map { PlainCalendar.later(opened, $0) } ?? opened, opened + 1)
    }

    /// The first and the last day of the step that comes next.
    func due(_ playbook: Chronicle.Playbook) -> (step: Chronicle.Step, first: Int, last: Int)? {
        guard let step = next(playbook) else { return nil }
        let planned = day(of: step) + late
        let last = PlainCalendar.later(planned, step.notAfter)
        return (step, min(max(planned, heldUntil ?? planned), last + 1), last)
    }

    /// A run of a day looks at it.
    mutating func come(to day: Int, _ playbook: Chronicle.Playbook, _ flaw: Flaw?) {
        if playbook.isPaused(on: day) {
            if pausedSince == nil { pausedSince = day }
            return
        }
        if let since = pausedSince {
            pausedSince = nil
            let stood = flaw == .pausesDoNotStopTheClock ? 0 : day - since
            late += stood
            lastStep += stood
            heldUntil = heldUntil.map { $0 + stood }
        }
        if next(playbook) == nil, day >= PlainCalendar.later(lastStep, playbook.closeAfter) { isOver = true }
    }

    /// What a run decided about the step that is due.
    mutating func take(
        _ step: String, _ ruling: Reference.Ruling, on day: Int, leaving: Int, _ playbook: Chronicle.Playbook,
        _ flaw: Flaw?
    ) {
        guard let due = due(playbook), due.step.id == step, !isPaused, day >= due.first else { return }
        switch ruling.reason {
        case "displaced", "frequency-cap", "budget", "needs-approval":
            heldUntil = ruling.until
        case "selected", "control-group", "programme-control":
            let leaves = max(day, min(leaving, due.last))
            if flaw != .lateStepsDoNotMoveTheClock { late = leaves - self.day(of: due.step) }
            finish(step, on: leaves)
        default: finish(step, on: day)
        }
    }

    private mutating func finish(_ step: String, on day: Int) {
        done.insert(step)
        lastStep = max(lastStep, day)
        heldUntil = nil
    }
}
