/// A decision in words, as the planner finds them for the file: the facts and the evidence behind it and, where it is
/// sent, the rendered texts.
package struct PlannedAction: Hashable, Sendable {
    /// The values of the fields that the playbook's condition reads, as a JSON object.
    package var facts: String
    /// `Verdict.evidenceJSON`.
    package var evidence: String
    package var title: String?
    package var text: String?

    package init(facts: String = "{}", evidence: String, title: String? = nil, text: String? = nil) {
        self.facts = facts
        self.evidence = evidence
        self.title = title
        self.text = text
    }
}

/// One row of a plan's decisions, as a plan file gives it back.
package struct PlannedDecision: Hashable, Sendable {
    /// One-based place in the plan.
    package var position: Int
    /// The idempotency key.
    package var actionID: String
    package var memberID: String
    package var playbook: String
    package var version: Int
    package var step: String
    package var level: Int?
    package var type: String
    package var channel: String
    package var endpoint: String
    package var arm: String?
    package var reason: ReasonCode
    /// JSON objects.
    package var facts: String
    package var evidence: String
    package var until: Day?
    package var cost: Money
    package var title: String?
    package var text: String?
    /// A JSON object of texts for the receiver.
    package var parameters: String
    package var assign: String?
    package var due: Day?
    /// `QuietTerm.text` of the windows that a send keeps; nil where it keeps none.
    package var quiet: String?
    /// When it leaves first, where quiet hours hold it.
    package var sendAt: Instant?

    package var outcome: Verdict.Outcome { reason.outcome }

    package init(
        position: Int, actionID: String, memberID: String, playbook: String, version: Int, step: String, level: Int?,
        type: String, channel: String, endpoint: String, arm: String?, reason: ReasonCode, facts: String,
        evidence: String,
        until: Day?, cost: Money, title: String?, text: String?, parameters: String, assign: String?, due: Day?,
        quiet: String? = nil, sendAt: Instant? = nil
    ) {
        self.position = position
        self.actionID = actionID
        self.memberID = memberID
        self.playbook = playbook
        self.version = version
        self.step = step
        self.level = level
        self.type = type
        self.channel = channel
        self.endpoint = endpoint
        self.arm = arm
        self.reason = reason
        self.facts = facts
        self.evidence = evidence
        self.until = until
        self.cost = cost
        self.title = title
        self.text = text
        self.parameters = parameters
        self.assign = assign
        self.due = due
        self.quiet = quiet
        self.sendAt = sendAt
    }
}

/// One row of a plan's transitions, as a plan file gives it back.
package struct PlannedTransition: Hashable, Sendable {
    package var memberID: String
    package var kind: Transition.Kind
    package var fromTier: String?
    package var toTier: String
    package var fromStage: String?
    package var toStage: String
    /// A JSON object with the numbers of `TransitionReason`.
    package var reason: String

    package init(
        memberID: String, kind: Transition.Kind, fromTier: String?, toTier: String, fromStage: String?, toStage: String,
        reason: String
    ) {
        self.memberID = memberID
        self.kind = kind
        self.fromTier = fromTier
        self.toTier = toTier
        self.fromStage = fromStage
        self.toStage = toStage
        self.reason = reason
    }
}
