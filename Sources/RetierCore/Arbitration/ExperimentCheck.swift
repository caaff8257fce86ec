/// What every run owes its experiments, checked on its decisions before any of them is written.
package enum ExperimentPromise: String, CaseIterable, Sendable {
    /// Whoever was treated never becomes control.
    case treatedStaysTreated = "treated-stays-treated"
    /// Control is never treated.
    case controlStaysUntreated = "control-stays-untreated"
    /// The same salt and shares give the same arm.
    case sameSaltSameArm = "same-salt-same-arm"
    /// Changed shares move the fewest members: none of those who are in a group.
    case sharesMoveNobody = "shares-move-nobody"
    /// Control gets shadow actions on the same clock.
    case controlKeepsTheClock = "control-keeps-the-clock"
}

/// A promise that a run would break.
package struct ExperimentBreach: Hashable, Sendable {
    package var promise: ExperimentPromise
    /// The playbook, or `*`.
    package var experiment: String
    package var members: Int

    package init(promise: ExperimentPromise, experiment: String, members: Int) {
        self.promise = promise
        self.experiment = experiment
        self.members = members
    }

    /// What is wrong, with how many members.
    package var sentence: String {
        let who = "experiment \(experiment): \(members) member(s)"
        return switch promise {
        case .treatedStaysTreated: "\(who) who were treated would become control"
        case .controlStaysUntreated: "\(who) of the control group would be treated"
        case .sameSaltSameArm: "\(who) stand in another group than the same salt and shares give"
        case .sharesMoveNobody: "\(who) would leave the arm that the ledger has for them"
        case .controlKeepsTheClock: "\(who) of the control group would lose the clock that treated members have"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch promise {
        case .sharesMoveNobody:
            "give the arm back its name in the playbook, with weight 0 if nobody new should enter it"
        case .sameSaltSameArm:
            "the ledger's assignments were changed outside retier: restore var/retier.db from a backup, see "
                + "`retier audit verify`"
        case .treatedStaysTreated, .controlStaysUntreated, .controlKeepsTheClock:
            "nothing was planned; see `retier audit verify`, and give the experiment a new playbook id if its groups "
                + "are lost"
        }
    }
}

extension Arbitration {
    /// The promises that some decisions of this arbitration would break; empty where all hold.
    package func breaches(in decisions: [Decision]) -> [ExperimentBreach] {
        let rules = experimentRules
        let programme = programmeRule
        var members: [ExperimentBreach: Set<Int>] = [:]
        func add(_ promise: ExperimentPromise, _ experiment: String, _ row: Int) {
            members[ExperimentBreach(promise: promise, experiment: experiment, members: 0), default: []].insert(row)
        }
        for decision in decisions {
            let rule = rules[decision.playbook]
            if let known = rule.known(row: decision.row, in: self) {
                for promise in breaches(decision, known, rule) { add(promise, rule.id, decision.row) }
            }
            guard let known = programme.known(row: decision.row, in: self) else { continue }
            let reason = decision.verdict.reason
            if known.isControl, reason.isEntry, reason != .programmeControl {
                add(.controlStaysUntreated, programme.id, decision.row)
            }
            if !known.isControl, reason == .programmeControl { add(.treatedStaysTreated, programme.id, decision.row) }
        }
        return members.map { breach, rows in
            ExperimentBreach(promise: breach.promise, experiment: breach.experiment, members: rows.count)
        }
        .sorted { ($0.experiment, $0.promise.rawValue) < ($1.experiment, $1.promise.rawValue) }
    }

    /// What one decision about a member in a known group would break.
    private func breaches(
        _ decision: Decision, _ known: AssignmentTable.Item, _ rule: ExperimentRule
    ) -> [ExperimentPromise] {
        var broken: [ExperimentPromise] = []
        let reason = decision.verdict.reason
        let isTreated = reason.isEntry && reason.outcome != .heldOut
        if !known.isControl, reason == .controlGroup { broken.append(.treatedStaysTreated) }
        if known.isControl, isTreated { broken.append(.controlStaysUntreated) }
        if known.isControl, reason == .outsidePilot || isLostShadow(decision, known) {
            broken.append(.controlKeepsTheClock)
        }
        if rule.hasLost(known) { broken.append(.sharesMoveNobody) }
        if !known.isControl, isTreated, rule.place(of: known) != .treated(arm: decision.arm) {
            broken.append(.sharesMoveNobody)
        }
        if known.isOwn, known.isDrawn, shares(known) == rule.experiment.shares,
            rule.drawn(row: decision.row, in: self) != rule.place(of: known)
        {
            broken.append(.sameSaltSameArm)
        }
        return broken
    }

    private func shares(_ known: AssignmentTable.Item) -> ExperimentShares? { assignments.shares[known.shares] }

    /// Whether the clock of `once_per` should hold a member of the control group, by the day of the assignment, and the
    /// history has no shadow that makes it.
    private func isLostShadow(_ decision: Decision, _ known: AssignmentTable.Item) -> Bool {
        let playbook = playbooks[decision.playbook]
        guard known.isOwn, decision.verdict.reason == .controlGroup, let period = playbook.oncePer,
            // The steps of a case go on within that time.
            !cases[decision.row].contains(where: { $0.playbook == decision.playbook })
        else { return false }
        return period.after(known.day) > asOf && known.day < asOf
    }
}

extension ReasonCode {
    /// Whether a candidate with this reason has entered the experiment of its playbook: nothing but its group, places
    /// and budgets stood against it.
    package var isEntry: Bool {
        switch self {
        case .selected, .displaced, .frequencyCap, .needsApproval, .budget, .controlGroup, .programmeControl: true
        case .noConsent, .neverContact, .noRecipient, .openCase, .oncePer, .outsidePilot, .laterStep, .tooLate,
            .quietHours:
            false
        }
    }

    /// The reasons of members who entered as treated, or as control, as an SQL list.
    package static func entries(asControl: Bool) -> String {
        allCases.filter { $0.isEntry && ($0 == .controlGroup) == asControl && $0 != .programmeControl }
            .map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
