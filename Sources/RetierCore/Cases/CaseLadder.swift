/// What a playbook says about its cases: the steps that follow the entry, and when a case ends without an answer.
package struct CaseLadder: Hashable, Sendable {
    /// A step that waits for the clock of the case.
    package struct Rung: Hashable, Sendable {
        package var step: String
        package var level: Int?
        /// Counted from the member's entry.
        package var after: CalendarPeriod
        /// How long after the day on which it is due the step may still be sent.
        package var notAfter: CalendarPeriod

        package init(step: String, level: Int? = nil, after: CalendarPeriod, notAfter: CalendarPeriod) {
            self.step = step
            self.level = level
            self.after = after
            self.notAfter = notAfter
        }
    }

    package var playbook: String
    /// In the order of the playbook's steps.
    package var rungs: [Rung]
    /// The level of the entry; nil where it has none.
    package var entryLevel: Int?
    package var isEscalation: Bool
    /// What `stop_when` names: `order`, `event:KIND`.
    package var signs: [String]
    /// So long after its last step a case without an answer is closed.
    package var closeAfter: CalendarPeriod
    package var isPaused: Bool

    /// Nil where no step of the playbook waits, so that it keeps no cases.
    package init?(_ playbook: Playbook) {
        guard playbook.keepsCases else { return nil }
        self.playbook = playbook.id
        rungs = playbook.steps.filter(\.isLater).map {
            Rung(step: $0.id, level: $0.level, after: $0.after ?? CalendarPeriod(), notAfter: $0.notAfter)
        }
        entryLevel = playbook.steps.first { !$0.isLater }?.level
        isEscalation = playbook.isEscalation
        signs = playbook.stopWhen
        closeAfter = playbook.closeAfter
        isPaused = playbook.isPaused
    }

    /// Of a playbook that is gone: no steps.
    package static func none(of value: MemberCase) -> CaseLadder {
        CaseLadder(playbook: value.playbook, isEscalation: value.isEscalation)
    }

    private init(playbook: String, isEscalation: Bool) {
        self.playbook = playbook
        rungs = []
        self.isEscalation = isEscalation
        signs = []
        closeAfter = Playbook.usualCloseAfter
        isPaused = true
    }

    package func rung(_ step: String?) -> Rung? { rungs.first { $0.step == step } }

    /// The step after another one; nil after the last.
    func next(after step: String) -> String? {
        guard let position = rungs.firstIndex(where: { $0.step == step }) else { return nil }
        return position + 1 < rungs.count ? rungs[position + 1].step : nil
    }
}

extension Playbook {
    /// Whether a step waits for a clock, so that members who enter get a case.
    package var keepsCases: Bool { steps.contains(where: \.isLater) }

    /// Whether its steps are levels of an escalation: a member is in one such case at most, and nothing else is sent
    /// meanwhile.
    package var isEscalation: Bool { steps.contains { $0.level != nil } }
}

extension Playbook.Step {
    /// Whether it waits for the clock of a case instead of going out at the entry.
    package var isLater: Bool { after != nil || (level ?? 1) > 1 }
}
