/// The rules that look at one candidate alone: suppression, consent, recipient, open cases, `once_per`, pilot, later
/// steps, quiet hours, control groups, approvals.
struct Gate {
    /// In this order: the first that refuses gives the verdict.
    ///
    /// Recipients come before control groups, because who cannot be reached is neither treated nor a control; later
    /// steps and quiet hours do, because a shadow waits as long as what it is the shadow of, or does not count either.
    static let order: [ReasonCode] = [
        .neverContact, .noConsent, .noRecipient, .openCase, .tooLate, .oncePer, .outsidePilot, .laterStep,
        .quietHours, .programmeControl, .controlGroup, .needsApproval,
    ]
    /// Who is refused by one of these has no arm.
    private static let withoutArm: Set<ReasonCode> = [.neverContact, .noConsent, .noRecipient, .programmeControl]

    private static let approval = [Verdict.Ground.fact("approval", "required")]

    private let rules: RuleBook
    private let arbitration: Arbitration
    private let order = Gate.order
    private var quiet: QuietBook

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
        quiet = QuietBook(arbitration.quiet, sets: rules.quietSets)
    }

    /// Closes what may not be sent; the rest contends for places.
    mutating func pass(row: Int, range: Range<Int>, board: inout Board) {
        var subject = subject(board.candidates[range.lowerBound])
        for index in range {
            look(at: board.candidates[index], &subject)
            board.contends[index] = true
            for rule in order {
                guard let refusal = refusal(rule, of: subject) else { continue }
                board.close(index, rule, refusal.grounds, until: refusal.until)
                board.contends[index] = false
                break
            }
            keepQuietHours(index, subject, &board)
            guard case .treated(let arm?) = subject.place else { continue }
            if let reason = board.reasons[index], Gate.withoutArm.contains(reason) { continue }
            board.arms[index] = Int16(arm)
        }
    }

    /// What every rule says of a candidate, in their order.
    mutating func findings(of candidate: Candidate) -> [Inquiry.Finding] {
        let subject = subject(candidate)
        return order.map { Inquiry.Finding(rule: $0, refusal: refusal($0, of: subject)) }
    }

    /// A candidate with what the ledger knows of it and of its member.
    private struct Subject {
        let row: Int
        let withdrawal: ConsentTable.Entry?
        let cases: ArraySlice<CaseTable.Entry>
        /// The case that keeps everything else from the member.
        let escalation: CaseTable.Entry?
        var candidate: Candidate
        /// The member's case of the playbook, where the candidate is the step that is due in it.
        var own: CaseTable.Entry?
        /// Where an earlier refresh deferred the candidate: then it was not too early.
        var waits: WaitingTable.Item?
        var place = ExperimentPlace.outside
    }

    private func subject(_ candidate: Candidate) -> Subject {
        let row = Int(candidate.row)
        let cases = arbitration.cases[row]
        var subject = Subject(
            row: row, withdrawal: arbitration.consents.withdrawal(row: row, every: rules.everyChannel),
            cases: cases,
            escalation: cases.first { $0.value.isEscalation && !$0.value.isShadow && $0.value.state == .open },
            candidate: candidate)
        look(at: candidate, &subject)
        return subject
    }

    /// Turns to another candidate of the same member.
    private func look(at candidate: Candidate, _ subject: inout Subject) {
        let playbook = Int(candidate.playbook)
        subject.candidate = candidate
        subject.own = subject.cases.first { $0.playbook == playbook && $0.dueStep == Int(candidate.step) }
        subject.waits = arbitration.waiting[subject.row].first {
            $0.playbook == playbook && $0.step == Int(candidate.step)
        }
        subject.place = rules.playbooks[playbook].experiment.place(row: subject.row, in: arbitration)
    }

    /// What one rule has against a candidate; nil for nothing.
    private mutating func refusal(_ rule: ReasonCode, of subject: Subject) -> Verdict? {
        let (row, playbook, step) = (subject.row, Int(subject.candidate.playbook), Int(subject.candidate.step))
        var channel: Int { rules.playbooks[playbook].steps[step].channel }
        let grounds: [Verdict.Ground]?
        switch rule {
        case .neverContact:
            let word =
                subject.withdrawal
                ?? arbitration.consents.listing(
                    row: row, channel: rules.channels[channel].consentChannel, every: rules.everyChannel)
            grounds = word.map { arbitration.consents.grounds(row: row, ofWithdrawal: $0) }
        case .noConsent: grounds = missingConsent(row: row, channel: rules.channels[channel])
        case .noRecipient: grounds = rules.channels[channel].recipients?.missing(row: row)
        case .openCase: grounds = otherEscalation(subject)
        case .tooLate: grounds = tooLate(subject)
        case .oncePer:
            guard subject.own == nil, subject.waits == nil else { return nil }
            grounds = recentEntry(row: row, playbook: rules.playbooks[playbook])
        case .outsidePilot: grounds = subject.place == .outside ? rules.playbooks[playbook].outsidePilot : nil
        case .laterStep:
            guard subject.own == nil, rules.playbooks[playbook].steps[step].isLater else { return nil }
            let waiting = rules.playbooks[playbook].steps[step]
            return Verdict(rule, waiting.later, until: waiting.laterUntil)
        case .quietHours: grounds = quietHours(of: subject)?.refusal(lastDay: lastDay(of: subject))
        case .programmeControl:
            grounds = rules.programme.place(row: row, in: arbitration) == .control ? rules.programmeControl : nil
        case .controlGroup:
            grounds = isControl(subject) ? rules.playbooks[playbook].inControl : nil
        case .needsApproval:
            guard rules.playbooks[playbook].steps[step].requiresApproval,
                !arbitration.approvals.contains(row: row, subject.candidate)
            else { return nil }
            grounds = Gate.approval
        case .selected, .displaced, .frequencyCap, .budget:
            preconditionFailure("\(rule.rawValue) is no rule that looks at one candidate alone")
        }
        return grounds.map { Verdict(rule, $0) }
    }

    private func otherEscalation(_ subject: Subject) -> [Verdict.Ground]? {
        let playbook = Int(subject.candidate.playbook)
        guard let escalation = subject.escalation, escalation.playbook != playbook,
            !rules.playbooks[playbook].sendsInCase
        else { return nil }
        return grounds(of: escalation.value)
    }

    private func tooLate(_ subject: Subject) -> [Verdict.Ground]? {
        if let due = subject.own?.due, arbitration.asOf > due.last {
            return [.day(due.planned, as: .due), .day(due.last, as: .notAfter)]
        }
        if let waits = subject.waits, arbitration.asOf > waits.last {
            return [.day(waits.since, as: .since), .day(waits.last, as: .notAfter)]
        }
        if let last = lastDayOfIncident(subject.candidate), arbitration.asOf > last {
            return [.day(last, as: .notAfter)]
        }
        return nil
    }

    private func lastDayOfIncident(_ candidate: Candidate) -> Day? {
        let step = rules.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
        return arbitration.incidents.lastDay(of: candidate, notAfter: step.notAfter)
    }

    /// The windows that a candidate keeps, and what holds it where it is to leave.
    private mutating func keepQuietHours(_ index: Int, _ subject: Subject, _ board: inout Board) {
        guard let hours = quietHours(of: subject) else { return }
        board.quiet[index] = hours.term
        if board.contends[index] { board.grounds[index] = hours.grounds }
    }

    private mutating func quietHours(of subject: Subject) -> QuietBook.Answer? {
        let step = rules.playbooks[Int(subject.candidate.playbook)].steps[Int(subject.candidate.step)]
        return step.quietSet.map { quiet.answer(row: subject.row, set: $0) }
    }

    /// The last day on which a candidate may leave.
    private func lastDay(of subject: Subject) -> Day {
        let step = rules.playbooks[Int(subject.candidate.playbook)].steps[Int(subject.candidate.step)]
        return subject.own?.due?.last ?? subject.waits?.last ?? step.notAfter.after(arbitration.asOf)
    }

    /// Whether the member is a control, or goes through the steps as one: the ledger's groups have the last word where
    /// they know.
    private func isControl(_ subject: Subject) -> Bool {
        if subject.place == .control { return true }
        guard subject.own?.value.isShadow == true else { return false }
        return rules.playbooks[Int(subject.candidate.playbook)].experiment.known(row: subject.row, in: arbitration)
            == nil
    }

    private func grounds(of value: MemberCase) -> [Verdict.Ground] {
        [
            .facts([Verdict.Evidence("case", value.id), Verdict.Evidence("playbook", value.playbook)]),
            .day(value.opened, as: .since),
        ] + (value.level.map { [.number(Int64($0), as: .level)] } ?? [])
    }

    /// What is missing for a channel; nil where nothing is.
    private func missingConsent(row: Int, channel: RuleBook.ChannelRule) -> [Verdict.Ground]? {
        guard channel.consentPurpose != nil else { return nil }
        guard let purpose = channel.purpose else { return channel.noConsent }
        let every = rules.everyChannel
        let word = arbitration.consents.latest(row: row) {
            $0.purpose == purpose && ($0.channel == channel.consentChannel || $0.channel == every)
        }
        guard let word else { return channel.noConsent }
        guard !word.granted else { return nil }
        return channel.noConsent + [.moment(word.at, as: .withdrawnAt)]
    }

    /// The latest entry that is less than `once_per` ago; nil where there is none.
    private func recentEntry(row: Int, playbook: RuleBook.PlaybookRule) -> [Verdict.Ground]? {
        guard let period = playbook.oncePer, let id = playbook.inHistory else { return nil }
        let last = arbitration.history[row].last { $0.playbook == id && !playbook.laterSteps.contains($0.step) }
        guard let entry = last?.day else { return nil }
        let again = period.after(entry)
        guard again > arbitration.asOf else { return nil }
        return [.day(entry, as: .entered), playbook.oncePerFact, .day(again, as: .againFrom)]
    }
}
