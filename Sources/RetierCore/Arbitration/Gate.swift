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

    private let rules: RuleBook
    private let arbitration: Arbitration
    private let order = Gate.order
    private var dayTexts: DayTexts
    private var quiet: QuietBook

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
        dayTexts = DayTexts(around: arbitration.asOf)
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
                board.close(index, rule, refusal.evidence, until: refusal.until)
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
        let evidence: [Verdict.Evidence]?
        switch rule {
        case .neverContact:
            let word =
                subject.withdrawal
                ?? arbitration.consents.listing(
                    row: row, channel: rules.channels[channel].consentChannel, every: rules.everyChannel)
            evidence = word.map { arbitration.consents.evidence(row: row, ofWithdrawal: $0) }
        case .noConsent: evidence = missingConsent(row: row, channel: rules.channels[channel])
        case .noRecipient: evidence = rules.channels[channel].recipients?.missing(row: row)
        case .openCase: evidence = otherEscalation(subject)
        case .tooLate: evidence = tooLate(subject)
        case .oncePer:
            guard subject.own == nil, subject.waits == nil else { return nil }
            evidence = recentEntry(row: row, playbook: rules.playbooks[playbook])
        case .outsidePilot: evidence = subject.place == .outside ? rules.playbooks[playbook].pilotEvidence : nil
        case .laterStep:
            guard subject.own == nil, rules.playbooks[playbook].steps[step].isLater else { return nil }
            let waiting = rules.playbooks[playbook].steps[step]
            return Verdict(rule, evidence: waiting.laterEvidence, until: waiting.laterUntil)
        case .quietHours: evidence = quietHours(of: subject)?.refusal(lastDay: lastDay(of: subject))
        case .programmeControl:
            evidence = rules.programme.place(row: row, in: arbitration) == .control ? rules.programmeEvidence : nil
        case .controlGroup:
            evidence = isControl(subject) ? rules.playbooks[playbook].controlEvidence : nil
        case .needsApproval:
            guard rules.playbooks[playbook].steps[step].requiresApproval,
                !arbitration.approvals.contains(row: row, subject.candidate)
            else { return nil }
            evidence = [Verdict.Evidence("approval", "required")]
        case .selected, .displaced, .frequencyCap, .budget:
            preconditionFailure("\(rule.rawValue) is no rule that looks at one candidate alone")
        }
        return evidence.map { Verdict(rule, evidence: $0) }
    }

    private mutating func otherEscalation(_ subject: Subject) -> [Verdict.Evidence]? {
        let playbook = Int(subject.candidate.playbook)
        guard let escalation = subject.escalation, escalation.playbook != playbook,
            !rules.playbooks[playbook].sendsInCase
        else { return nil }
        return evidence(of: escalation.value)
    }

    private mutating func tooLate(_ subject: Subject) -> [Verdict.Evidence]? {
        if let due = subject.own?.due, arbitration.asOf > due.last { return evidence(of: due) }
        if let waits = subject.waits, arbitration.asOf > waits.last { return evidence(of: waits) }
        if let last = lastDayOfIncident(subject.candidate), arbitration.asOf > last {
            return [Verdict.Evidence("not_after", dayTexts[last])]
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
        if board.contends[index] { board.evidence[index] = hours.evidence }
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

    private mutating func evidence(of value: MemberCase) -> [Verdict.Evidence] {
        var evidence = [
            Verdict.Evidence("case", value.id), Verdict.Evidence("playbook", value.playbook),
            Verdict.Evidence("since", dayTexts[value.opened]),
        ]
        if let level = value.level { evidence.append(Verdict.Evidence("level", String(level))) }
        return evidence
    }

    private mutating func evidence(of due: MemberCase.Due) -> [Verdict.Evidence] {
        [Verdict.Evidence("due", dayTexts[due.planned]), Verdict.Evidence("not_after", dayTexts[due.last])]
    }

    private mutating func evidence(of waits: WaitingTable.Item) -> [Verdict.Evidence] {
        [Verdict.Evidence("since", dayTexts[waits.since]), Verdict.Evidence("not_after", dayTexts[waits.last])]
    }

    /// What is missing for a channel; nil where nothing is.
    private func missingConsent(row: Int, channel: RuleBook.ChannelRule) -> [Verdict.Evidence]? {
        guard channel.consentPurpose != nil else { return nil }
        guard let purpose = channel.purpose else { return channel.noConsentEvidence }
        let every = rules.everyChannel
        let word = arbitration.consents.latest(row: row) {
            $0.purpose == purpose && ($0.channel == channel.consentChannel || $0.channel == every)
        }
        guard let word else { return channel.noConsentEvidence }
        guard !word.granted else { return nil }
        return channel.noConsentEvidence + [Verdict.Evidence("withdrawn_at", word.at.description)]
    }

    /// The latest entry that is less than `once_per` ago; nil where there is none.
    private mutating func recentEntry(row: Int, playbook: RuleBook.PlaybookRule) -> [Verdict.Evidence]? {
        guard let period = playbook.oncePer, let id = playbook.inHistory else { return nil }
        let entries = arbitration.history[row].filter { $0.playbook == id && !playbook.laterSteps.contains($0.step) }
        guard let entry = entries.last?.day else { return nil }
        let again = period.after(entry)
        guard again > arbitration.asOf else { return nil }
        return [
            Verdict.Evidence("entered", dayTexts[entry]), Verdict.Evidence("once_per", period.description),
            Verdict.Evidence("again_from", dayTexts[again]),
        ]
    }
}
