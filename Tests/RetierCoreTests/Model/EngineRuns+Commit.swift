import ReferenceModel
import RetierCore

/// What the ledger does before a plan and when it commits one.
extension EngineRuns {
    mutating func take(until day: Int, _ playbooks: [Playbook]) {
        while known < events.count, events[known].day <= day {
            let event = events[known]
            known += 1
            switch event.kind {
            case .order: close(event, .recover, "order", playbooks)
            case .reply: close(event, .recover, "event:reply", playbooks)
            case .ack: close(event, .acknowledge, nil, playbooks)
            case .bounce:
                let last = history.lastIndex { $0.key.member == event.member && !$0.isShadow && $0.arrived }
                if let last { history[last].arrived = false }
            case .approve: approvals += unapproved
            default: continue
            }
        }
    }

    private mutating func close(
        _ event: Chronicle.Event, _ word: CaseEvent, _ sign: String?, _ playbooks: [Playbook]
    ) {
        let day = Day(number: Int32(event.day))
        func ends(_ id: String) -> Bool {
            sign.map { sign in playbooks.contains { $0.id == id && $0.stopWhen.contains(sign) } } ?? true
        }
        for place in cases.indices where cases[place].member == event.member && cases[place].value.opened < day {
            guard ends(cases[place].value.playbook) else { continue }
            _ = cases[place].value.handle(word, on: day, ladder: .none(of: cases[place].value))
        }
        cases.removeAll { $0.value.state.isFinal }
        waiting.removeAll { $0.member == event.member && $0.value.since < day && ends($0.value.playbook) }
    }

    /// As `CaseCommit`, `WaitingCommit` and `AssignmentCommit` of the ledger do.
    mutating func commit(
        _ decisions: [Decision], _ playbooks: [Playbook], _ all: [Playbook], _ run: Chronicle.Run, _ today: Day
    ) {
        let ladders = Dictionary(uniqueKeysWithValues: all.compactMap(CaseLadder.init).map { ($0.playbook, $0) })
        for place in cases.indices {
            cases[place].value.come(to: today, ladder: ladders[cases[place].value.playbook])
        }
        cases.removeAll { $0.value.state.isFinal }
        unapproved = []
        var decided: [Chronicle.Key: Decision] = [:]
        for decision in decisions {
            let playbook = playbooks[decision.playbook]
            let step = playbook.steps[decision.step]
            let key = Chronicle.Key(member: members[decision.row], playbook: playbook.id, step: step.id)
            decided[key] = decision
            assign(key, decision, playbook, today)
            if decision.verdict.reason == .needsApproval { unapproved.append((key, today)) }
            if let ladder = ladders[playbook.id] { takeStep(key, decision, ladder, today) }
            guard decision.verdict.outcome == .send || decision.verdict.outcome == .heldOut else { continue }
            history.append(
                Send(
                    key: key, day: today, channel: step.via,
                    marks: SendMarks(tags: step.tags, counts: playbook.countsToCaps),
                    cost: (decision.option.map { step.options[$0].cost } ?? step.cost).minorUnits,
                    tier: tier(of: key.member, on: today), isShadow: decision.verdict.outcome == .heldOut,
                    arrived: decision.verdict.outcome == .send))
        }
        wait(decided, run, today)
    }

    private mutating func takeStep(_ key: Chronicle.Key, _ decision: Decision, _ ladder: CaseLadder, _ today: Day) {
        guard decision.verdict.reason != .laterStep else { return }
        let outcome = decision.verdict.outcome
        let isTaken = outcome == .send || outcome == .heldOut
        let leaving = max(today, decision.quiet?.sendAt.map(\.utc.day) ?? today)
        guard let place = cases.firstIndex(where: { $0.member == key.member && $0.value.playbook == key.playbook })
        else {
            guard isTaken, ladder.rung(key.step) == nil else { return }
            let value = MemberCase(
                id: "\(today) \(key.playbook)", entering: ladder, isShadow: outcome == .heldOut, on: today,
                leaving: leaving)
            for place in cases.indices where cases[place].member == key.member {
                guard cases[place].value.ends(atBeginningOf: value) else { continue }
                _ = cases[place].value.handle(.supersede, on: today, ladder: .none(of: cases[place].value))
            }
            cases.removeAll { $0.value.state.isFinal }
            return cases.append((key.member, value))
        }
        guard cases[place].value.next == key.step else { return }
        let event: CaseEvent =
            switch outcome {
            case .send, .heldOut: .taken(step: key.step)
            case .suppressed: .skipped(step: key.step)
            case .deferred: .deferred(step: key.step, until: decision.verdict.until)
            }
        let last = cases[place].value.due(in: ladder)?.last ?? today
        _ = cases[place].value.handle(event, on: isTaken ? max(today, min(leaving, last)) : today, ladder: ladder)
    }

    private mutating func assign(_ key: Chronicle.Key, _ decision: Decision, _ playbook: Playbook, _ today: Day) {
        let reason = decision.verdict.reason
        guard reason.isEntry else { return }
        func note(_ experiment: String, isControl: Bool, arm: String? = nil) {
            guard !groups.contains(where: { $0.member == key.member && $0.experiment == experiment }) else { return }
            groups.append(
                Group(member: key.member, experiment: experiment, isControl: isControl, arm: arm, day: today))
        }
        if chronicle.programmeControl > 0 { note("*", isControl: reason == .programmeControl) }
        if playbook.shares.isExperiment, reason != .programmeControl {
            note(
                playbook.id, isControl: reason == .controlGroup,
                arm: decision.arm.map { playbook.shares.arms[$0].name })
        }
    }

    private mutating func wait(_ decided: [Chronicle.Key: Decision], _ run: Chronicle.Run, _ today: Day) {
        func key(_ wait: (member: String, value: WaitingAction)) -> Chronicle.Key {
            Chronicle.Key(member: wait.member, playbook: wait.value.playbook, step: wait.value.step)
        }
        waiting.removeAll { wait in
            if wait.value.since < today.adding(days: -90) { return true }
            return decided[key(wait)].map { $0.verdict.outcome != .deferred || !run.isDaily } ?? false
        }
        let reasons: Set<ReasonCode> = [.displaced, .frequencyCap, .budget, .needsApproval]
        for (one, decision) in decided where reasons.contains(decision.verdict.reason) {
            let first = max(decision.verdict.until ?? today, today.adding(days: 1))
            if run.isDaily {
                for place in waiting.indices where key(waiting[place]) == one { waiting[place].value.first = first }
            } else {
                waiting.append(
                    (one.member, WaitingAction(playbook: one.playbook, step: one.step, since: today, first: first)))
            }
        }
    }
}
