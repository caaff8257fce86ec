/// The rules that look at one candidate alone: suppression, consent, recipient, open cases, `once_per`, pilot, later
/// steps, control groups, approvals.
struct Gate {
    private let rules: RuleBook
    private let arbitration: Arbitration
    private var dayTexts: DayTexts

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
        dayTexts = DayTexts(around: arbitration.asOf)
    }

    /// Closes what may not be sent; the rest contends for places.
    mutating func pass(row: Int, range: Range<Int>, board: inout Board) {
        if let withdrawal = suppression(row: row) {
            let evidence = [
                Verdict.Evidence("channel", ConsentTable.everyChannel),
                Verdict.Evidence("withdrawn_at", withdrawal.at.description),
            ]
            for index in range { board.close(index, .neverContact, evidence) }
            return
        }
        let cases = arbitration.cases[row]
        let escalation = cases.first { $0.value.isEscalation && !$0.value.isShadow && $0.value.state == .open }
        for index in range {
            let candidate = board.candidates[index]
            let playbook = rules.playbooks[Int(candidate.playbook)]
            let step = playbook.steps[Int(candidate.step)]
            if let evidence = missingConsent(row: row, channel: rules.channels[step.channel]) {
                board.close(index, .noConsent, evidence)
                continue
            }
            // Before the control group: who cannot be reached is neither treated nor a control.
            if let evidence = rules.channels[step.channel].recipients?.missing(row: row) {
                board.close(index, .noRecipient, evidence)
                continue
            }
            // A candidate of a playbook in which the member has a case is the step that is due in it.
            let own = cases.first { $0.playbook == Int(candidate.playbook) }
            // A candidate that an earlier refresh deferred was not too early then.
            let waits = arbitration.waiting[row].first {
                $0.playbook == Int(candidate.playbook) && $0.step == Int(candidate.step)
            }
            let place = playbook.experiment.place(row: row, in: arbitration)
            if let escalation, escalation.playbook != Int(candidate.playbook), !playbook.sendsInCase {
                board.close(index, .openCase, evidence(of: escalation.value))
            } else if let due = own?.due, arbitration.asOf > due.last {
                board.close(index, .tooLate, evidence(of: due))
            } else if let waits, arbitration.asOf > waits.last {
                board.close(index, .tooLate, evidence(of: waits))
            } else if own == nil, waits == nil, let evidence = recentEntry(row: row, playbook: playbook) {
                board.close(index, .oncePer, evidence)
            } else if place == .outside {
                board.close(index, .outsidePilot, playbook.pilotEvidence)
            } else if own == nil, step.isLater {
                // Before the control groups: the shadow of a later step waits as long as the step.
                board.close(index, .laterStep, step.laterEvidence, until: step.laterUntil)
            } else if rules.programme.place(row: row, in: arbitration) == .control {
                board.close(index, .programmeControl, rules.programmeEvidence)
            } else if place == .control || isShadow(own?.value, row: row, playbook) {
                board.close(index, .controlGroup, playbook.controlEvidence)
            } else if step.requiresApproval, !arbitration.approvals.contains(row: row, candidate) {
                board.close(index, .needsApproval, [Verdict.Evidence("approval", "required")])
            } else {
                board.contends[index] = true
            }
            guard case .treated(let arm?) = place, board.reasons[index] != .programmeControl else { continue }
            board.arms[index] = Int16(arm)
        }
    }

    /// Whether the member goes through the steps as a control: the ledger's groups have the last word where they know.
    private func isShadow(_ own: MemberCase?, row: Int, _ playbook: RuleBook.PlaybookRule) -> Bool {
        own?.isShadow == true && playbook.experiment.known(row: row, in: arbitration) == nil
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

    private func suppression(row: Int) -> ConsentTable.Entry? {
        guard let every = rules.everyChannel else { return nil }
        let word = arbitration.consents.latest(row: row) { $0.channel == every }
        return word?.granted == false ? word : nil
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

/// The texts of days, each made once.
struct DayTexts {
    private let first: Int32
    private var texts: [String?]

    init(around day: Day) {
        first = day.number - 2_000
        texts = Array(repeating: nil, count: 4_000)
    }

    subscript(day: Day) -> String {
        mutating get {
            let position = Int(day.number) - Int(first)
            guard texts.indices.contains(position) else { return day.description }
            if let known = texts[position] { return known }
            let text = day.description
            texts[position] = text
            return text
        }
    }
}
