/// What becomes of one candidate (a member and a playbook's step) in one run: exactly one verdict with its reason.
package struct Decision: Hashable, Sendable {
    /// The member's row in the run's `FactTable`.
    package var row: Int
    /// Position in the run's playbooks, sorted by id.
    package var playbook: Int
    /// Position in the playbook's steps.
    package var step: Int
    package var verdict: Verdict
    /// Position in the playbook's arms; nil where it has none or the member is held out.
    package var arm: Int?
    /// The quiet windows that a send keeps; nil where it keeps none.
    package var quiet: QuietTerm?
    /// Position in the step's options of what is sent; nil where it has none or nothing is sent.
    package var option: Int?
    /// Position in the run's incidents of the one that it is about; nil for none.
    package var incident: Int?

    package init(
        row: Int, playbook: Int, step: Int, verdict: Verdict, arm: Int? = nil, quiet: QuietTerm? = nil,
        option: Int? = nil
    ) {
        self.row = row
        self.playbook = playbook
        self.step = step
        self.verdict = verdict
        self.arm = arm
        self.quiet = quiet
        self.option = option
    }
}

/// The outcome of arbitration for one candidate.
package struct Verdict: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case send
        case deferred = "defer"
        case suppressed = "suppress"
        case heldOut = "hold_out"
    }

    package var reason: ReasonCode
    /// Machine-readable facts behind the reason, in a fixed order: which cap, which sends counted, which playbook won.
    package var evidence: [Evidence]
    /// The first day on which a deferred action may go out.
    package var until: Day?

    package struct Evidence: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(_ reason: ReasonCode, evidence: [Evidence] = [], until: Day? = nil) {
        self.reason = reason
        self.evidence = evidence
        self.until = until
    }

    package var outcome: Outcome { reason.outcome }
}

/// The closed list of reasons; the raw values are stable and never translated.
package enum ReasonCode: String, CaseIterable, Sendable {
    /// Nothing stood against it.
    case selected
    /// No consent for the channel and purpose, or it was withdrawn.
    case noConsent = "no-consent"
    /// The member is on the suppression list: never contact.
    case neverContact = "never-contact"
    /// The member has no id by which the receiver knows the member, or none that it takes.
    case noRecipient = "no-recipient"
    /// The playbook is tried on a share of the members first, and the member is not in it.
    case outsidePilot = "outside-pilot"
    /// The member belongs to the programme's control group, which gets nothing of any playbook.
    case programmeControl = "programme-control"
    /// The member belongs to the playbook's control group.
    case controlGroup = "control-group"
    /// The member is in an escalation of another playbook.
    case openCase = "open-case"
    /// The member entered this playbook less than `once_per` ago.
    case oncePer = "once-per"
    /// Another playbook of higher priority took the channel's last place for this member.
    case displaced
    /// Earlier sends already fill the channel's rolling cap.
    case frequencyCap = "frequency-cap"
    /// A later level of an escalation: waits for the clock of its case.
    case laterStep = "later-step"
    /// The last day on which a step of a case could be sent is over.
    case tooLate = "too-late"
    /// It falls into quiet hours that drop it, or that end after its last day.
    case quietHours = "quiet-hours"
    /// The step needs a person's approval before it may be sent.
    case needsApproval = "needs-approval"
    /// The playbook's budget of the period is used up.
    case budget

    /// Whether an action leaves for this reason, or its shadow goes by the same clock.
    var keepsQuietHours: Bool { outcome == .send || outcome == .heldOut }

    package var outcome: Verdict.Outcome {
        switch self {
        case .selected: .send
        case .noConsent, .neverContact, .noRecipient, .openCase, .oncePer, .outsidePilot, .tooLate, .quietHours:
            .suppressed
        case .programmeControl, .controlGroup: .heldOut
        case .displaced, .frequencyCap, .laterStep, .needsApproval, .budget: .deferred
        }
    }
}
