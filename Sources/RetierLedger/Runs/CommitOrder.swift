package import RetierCore

/// What a commit is told besides the plan itself.
package struct CommitOrder: Sendable {
    /// The brand of the programme: a plan of another brand is refused.
    package var brand: String
    package var endpoints: [Endpoint]
    /// The inputs outside the ledger as they are now: configuration, playbooks, templates.
    package var currentInputs: [PlanInput]
    /// Guards that a person has overruled, with the findings that they overruled.
    package var overrides: [GuardOverride]
    package var findings: [GuardFinding]
    /// What the plan needed a person's word for, with the words.
    package var approved: [(need: ApprovalNeed, word: Approval)] = []
    /// The playbooks of the brand, by id: at its first run they become known.
    package var playbooks: [String] = []
    /// With a share, a sample of the members is sent to first; nil sends at once.
    package var canary: CanarySettings?
    /// Where given, it must still be held when the transaction ends.
    package var lease: Lease?
    package var now: Instant
    /// The playbooks that keep cases, the statuses of orders that do not count as recovery, and the brand's zone.
    package var ladders: [CaseLadder]
    package var uncounted: [String]
    package var zone: ZoneRules
    /// When messages may leave first.
    package var quiet: QuietCalendar
    /// Told the name of each part of the work when it has ended.
    package var stageEnded: @Sendable (String) -> Void

    package init(
        brand: String, endpoints: [Endpoint], currentInputs: [PlanInput], overrides: [GuardOverride] = [],
        findings: [GuardFinding] = [], lease: Lease? = nil, now: Instant, ladders: [CaseLadder] = [],
        uncounted: [String] = [], zone: ZoneRules = .utc, quiet: QuietCalendar = .none,
        stageEnded: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.brand = brand
        self.endpoints = endpoints
        self.currentInputs = currentInputs
        self.overrides = overrides
        self.findings = findings
        self.lease = lease
        self.now = now
        self.ladders = ladders
        self.uncounted = uncounted
        self.zone = zone
        self.quiet = quiet
        self.stageEnded = stageEnded
    }
}

/// A part of what a run with a canary sends.
package enum CanaryPart: Hashable, Sendable {
    case sample
    /// What is withheld.
    case rest
}

/// Actions of one endpoint, in plan order, to be made into messages.
package struct MessageDraft: Sendable {
    package var run: String
    package var endpoint: Endpoint
    package var actions: [PlannedDecision]
    /// Which part of the canary of the run it is; nil where there is none.
    package var part: CanaryPart?
    /// The quiet windows that all of them keep, as `QuietTerm.text`; nil for none.
    package var quiet: String?
    /// Which of the run's drafts for the endpoint this is.
    package var list: PartPlace
    /// The id of each action's member under the endpoint's identity source, nil where the member has none; empty where
    /// the endpoint names no source.
    package var externalIDs: [String?]

    package init(
        run: String, endpoint: Endpoint, actions: [PlannedDecision], part: CanaryPart? = nil, quiet: String? = nil,
        list: PartPlace = .only, externalIDs: [String?] = []
    ) {
        self.run = run
        self.endpoint = endpoint
        self.actions = actions
        self.part = part
        self.quiet = quiet
        self.list = list
        self.externalIDs = externalIDs
    }
}

/// What became of a commit.
package struct CommitResult: Hashable, Sendable {
    package var run: String
    /// Whether the kind and period had been committed before, so that nothing was done now.
    package var alreadyDone: Bool
    /// Whether the run that exists came from this very plan.
    package var samePlan: Bool
    package var committedAt: Instant
    package var sends: Int
    /// Messages in the outbox, with those that could not be sent from the start.
    package var messages: Int
    /// Messages that are withheld until the canary has come to its end.
    package var withheld = 0
    /// Actions that no message can carry, such as those of members whom the receiver does not know; 0 where the run was
    /// there before.
    package var unsendable: Int
}
