/// What becomes of one candidate (a member and a playbook's step) in one run: exactly one verdict with its reason.
package struct Decision: Hashable, Sendable {
    package var verdict: Verdict
    // A run holds millions, so positions are kept small, -1 for none.
    private let shortRow: Int32
    private let shortPlaybook: UInt16
    private let shortStep: UInt16
    private let shortArm: Int16
    private let shortIncident: Int16
    private let shortOption: Int8
    /// The quiet windows that a send keeps; nil where it keeps none.
    package let quiet: QuietTerm?

    package init(
        row: Int, playbook: Int, step: Int, verdict: Verdict, arm: Int? = nil, quiet: QuietTerm? = nil,
        option: Int? = nil, incident: Int? = nil
    ) {
        self.verdict = verdict
        shortRow = Int32(row)
        shortPlaybook = UInt16(playbook)
        shortStep = UInt16(step)
        shortArm = Int16(arm ?? -1)
        shortIncident = Int16(incident ?? -1)
        shortOption = Int8(option ?? -1)
        self.quiet = quiet
    }

    /// The member's row in the run's `FactTable`.
    package var row: Int { Int(shortRow) }
    /// Position in the run's playbooks, sorted by id.
    package var playbook: Int { Int(shortPlaybook) }
    /// Position in the playbook's steps.
    package var step: Int { Int(shortStep) }
    /// Position in the playbook's arms; nil where it has none or the member is held out.
    package var arm: Int? { shortArm < 0 ? nil : Int(shortArm) }
    /// Position in the step's options of what is sent; nil where it has none or nothing is sent.
    package var option: Int? { shortOption < 0 ? nil : Int(shortOption) }
    /// Position in the run's incidents of the one that it is about; nil for none.
    package var incident: Int? { shortIncident < 0 ? nil : Int(shortIncident) }
}

/// The outcome of arbitration for one candidate.
package struct Verdict: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case send
        case deferred = "defer"
        case suppressed = "suppress"
        case heldOut = "hold_out"
    }

    /// What `evidence` is made of.
    package var grounds: [Ground]
    /// The first day on which a deferred action may go out.
    package var until: Day?
    package var reason: ReasonCode

    package init(_ reason: ReasonCode, _ grounds: [Ground] = [], until: Day? = nil) {
        self.grounds = grounds
        self.until = until
        self.reason = reason
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
