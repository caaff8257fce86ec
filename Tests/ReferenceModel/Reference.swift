/// What a brand's rules say of every candidate of every run, worked out from a chronicle alone: slowly, member by
/// member, from a list of everything that was ever sent.
///
/// Shares no code with retier.
package struct Reference: Sendable {
    package struct Ruling: Hashable, Sendable, CustomStringConvertible {
        package var reason: String
        /// The first day on which it is tried again, where that is known.
        package var until: Int?
        /// Of its playbook's experiment, where it is treated.
        package var arm: String?
        /// The option that is sent, where the step has some.
        package var choice: String?

        package init(_ reason: String, until: Int? = nil, arm: String? = nil, choice: String? = nil) {
            self.reason = reason
            self.choice = reason == "selected" ? choice : nil
            self.until = until
            self.arm = Reference.treated.contains(reason) ? arm : nil
        }

        package var description: String {
            reason + (until.map { " until " + PlainCalendar.text($0) } ?? "") + (arm.map { " in arm \($0)" } ?? "")
                + (choice.map { ", \($0)" } ?? "")
        }
    }

    /// What was sent, or would have been sent to a control.
    struct Sent: Sendable {
        var key: Chronicle.Key
        var day: Int
        var isShadow: Bool
        var arrived: Bool
        /// As it was then.
        var step: Chronicle.Step
        var counts: [String]?
        var tier: String?
    }

    /// What a refresh deferred and daily runs take up.
    struct Waiting: Sendable {
        var key: Chronicle.Key
        var since: Int
        var first: Int
    }

    /// Whom an experiment had first in which group; `*` is the programme's.
    struct Group: Sendable {
        var member: String
        var experiment: String
        var isControl: Bool
        var arm: String?
        var day: Int
    }

    struct Approval: Sendable {
        var key: Chronicle.Key
        var day: Int
    }

    let chronicle: Chronicle
    let flaw: Flaw?
    /// What members are worth.
    package var values: [String: Int]
    /// Who counts for whom.
    var keptOf: [String: String] = [:]
    var sent: [Sent] = []
    var cases: [ReferenceCase] = []
    var waiting: [Waiting] = []
    var groups: [Group] = []
    var approvals: [Approval] = []
    /// What the last run deferred for approval.
    private var unapproved: [Approval] = []
    /// Events before it are known already.
    private var nextEvent = 0
    private let events: [Chronicle.Event]

    package init(_ chronicle: Chronicle, flaw: Flaw? = nil) {
        self.chronicle = chronicle
        self.flaw = flaw
        values = chronicle.values
        events = chronicle.events.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
            .map(\.element)
    }

    /// What is known to have happened.
    var happened: ArraySlice<Chronicle.Event> { events.prefix(nextEvent) }

    /// What happened to a member up to a day.
    func life(of member: String, until day: Int) -> [Chronicle.Event] {
        events.filter { isSame($0.member, member) && $0.day <= day }
    }

    func tier(of member: String, on day: Int) -> String? {
        for event in life(of: member, until: day).reversed() {
            if case .tier(let tier) = event.kind { return tier }
        }
        return nil
    }

    // MARK: Before a run

    /// Takes note of what happened since the last run, and of pauses.
    package mutating func come(to day: Int) {
        while nextEvent < events.count, events[nextEvent].day <= day {
            nextEvent += 1
            take(events[nextEvent - 1])
        }
        for place in cases.indices where !cases[place].isOver {
            guard let playbook = chronicle.playbook(cases[place].playbook) else { continue }
            cases[place].come(to: day, playbook, flaw)
        }
    }

    private mutating func take(_ event: Chronicle.Event) {
        switch event.kind {
        case .order, .reply, .ack: lookAtCases()
        case .joins(let kept): join(event.member, to: kept)
        case .parts: part(event.member)
        case .bounce:
            let arrived = sent.lastIndex { $0.key.member == event.member && !$0.isShadow && $0.arrived }
            if let arrived { sent[arrived].arrived = false }
        case .approve: approvals += unapproved
        case .grant, .withdraw, .suppress, .lift, .tier: break
        }
    }

    // MARK: After a run

    /// Remembers what a run decided.
    package mutating func commit(_ rulings: [Chronicle.Key: Ruling], of run: Chronicle.Run) {
        // In the order of playbooks and their steps.
        let keys = people.sorted().flatMap { candidates(of: $0, in: run).map(\.key) }
        let before = cases.count
        for key in keys {
            guard let ruling = rulings[key], let playbook = chronicle.playbook(key.playbook),
                let step = chronicle.step(key)
            else { continue }
            let isShadow = Self.heldOut.contains(ruling.reason)
            enter(key, ruling, isShadow, run, playbook)
            if ruling.reason == "selected" || isShadow {
                sent.append(
                    Sent(
                        key: key, day: run.day, isShadow: isShadow, arrived: !isShadow,
                        step: self.step(step, choosing: ruling.choice),
                        counts: playbook.counts, tier: tier(of: key.member, on: run.day)))
                open(key, step, isShadow, run, playbook, before)
            }
            if let place = cases.firstIndex(where: { isLive($0, key) }), place < before {
                let leaving = leavingDay(step, of: key.member, on: run.day)
                cases[place].take(key.step, ruling, on: run.day, leaving: leaving, playbook, flaw)
            }
        }
        remember(rulings, of: run)
        unapproved = rulings.filter { $0.value.reason == "needs-approval" }.map {
            Approval(key: $0.key, day: run.day)
        }
    }

    static let heldOut: Set<String> = ["control-group", "programme-control"]
    static let treated: Set<String> = [
        "selected", "displaced", "frequency-cap", "needs-approval", "budget",
    ]

    /// Whom nothing but group, approval, caps and budgets stood against has entered the experiment.
    private mutating func enter(
        _ key: Chronicle.Key, _ ruling: Ruling, _ isShadow: Bool, _ run: Chronicle.Run, _ playbook: Chronicle.Playbook
    ) {
        guard isShadow || Self.treated.contains(ruling.reason) else { return }
        func note(_ experiment: String, isControl: Bool, arm: String? = nil) {
            guard !groups.contains(where: { $0.member == key.member && $0.experiment == experiment }) else { return }
            groups.append(
                Group(member: key.member, experiment: experiment, isControl: isControl, arm: arm, day: run.day))
        }
        let isOfProgramme = ruling.reason == "programme-control"
        if chronicle.programmeControl > 0 { note("*", isControl: isOfProgramme) }
        if playbook.shares(on: run.day).isExperiment, !isOfProgramme {
            note(playbook.id, isControl: isShadow, arm: ruling.arm)
        }
    }

    private mutating func open(
        _ key: Chronicle.Key, _ step: Chronicle.Step, _ isShadow: Bool, _ run: Chronicle.Run,
        _ playbook: Chronicle.Playbook, _ before: Int
    ) {
        guard !step.isLater, playbook.steps.contains(where: \.isLater),
            !cases.contains(where: { isLive($0, key) })
        else { return }
        if playbook.isEscalation, !isShadow { endPaused(of: key) }
        var new = ReferenceCase(
            key, isShadow: isShadow, on: run.day, leaving: leavingDay(step, of: key.member, on: run.day))
        new.knownUntil = lastSign(of: key.member, key.playbook) ?? -1
        cases.append(new)
    }

    private func isLive(_ one: ReferenceCase, _ key: Chronicle.Key) -> Bool {
        !one.isOver && isSame(one.member, key.member) && one.playbook == key.playbook
    }

    /// A member is in one escalation: one that begins ends those whose clocks stand still, and the shadows of such.
    private mutating func endPaused(of key: Chronicle.Key) {
        guard flaw != .pausedEscalationsGoOn else { return }
        for place in cases.indices where isSame(cases[place].member, key.member) && cases[place].isPaused {
            if chronicle.playbook(cases[place].playbook)?.isEscalation == true { cases[place].isOver = true }
        }
    }

    private mutating func remember(_ rulings: [Chronicle.Key: Ruling], of run: Chronicle.Run) {
        waiting = people.flatMap { waits(of: $0) }
        let deferred = rulings.filter {
            ["displaced", "frequency-cap", "budget", "needs-approval"].contains($0.value.reason)
        }
        waiting.removeAll { wait in
            if wait.since < run.day - 90 { return true }
            guard rulings[wait.key] != nil else { return false }
            return !run.isDaily || deferred[wait.key] == nil
        }
        for (key, ruling) in deferred {
            let first = max(ruling.until ?? 0, run.day + 1)
            if run.isDaily {
                for place in waiting.indices where waiting[place].key == key { waiting[place].first = first }
            } else {
                waiting.append(Waiting(key: key, since: run.day, first: first))
            }
        }
    }
}

extension Reference {
    /// What every run of a chronicle decides, where it is as the reference says.
    package static func story(of chronicle: Chronicle, flaw: Flaw? = nil) -> [[Chronicle.Key: Ruling]] {
        var reference = Reference(chronicle, flaw: flaw)
        return chronicle.runs.map { run in
            reference.come(to: run.day)
            let rulings = reference.rulings(run)
            reference.commit(rulings, of: run)
            return rulings
        }
    }
}
