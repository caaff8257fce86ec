/// What a plan needs a person's word for before it may be committed.
package struct ApprovalRules: Hashable, Sendable {
    /// Which new playbooks wait for a word before their first send.
    package enum NewPlaybooks: String, CaseIterable, Sendable {
        case all
        /// Those whose actions cost something.
        case costly
        case none
    }

    /// The cost of a plan above which it needs a word; nil for none.
    package var costAbove: Money?
    /// The same of one playbook's actions in a plan.
    package var playbookCostAbove: Money?
    package var newPlaybooks: NewPlaybooks

    package init(
        costAbove: Money? = nil, playbookCostAbove: Money? = nil, newPlaybooks: NewPlaybooks = .costly
    ) {
        self.costAbove = costAbove
        self.playbookCostAbove = playbookCostAbove
        self.newPlaybooks = newPlaybooks
    }

    /// Everything that a plan needs a word for: the plan's cost, then by playbook, in the order of their ids.
    ///
    /// - Parameter known: the playbooks that were sent of before, or stood in the brand's folder at its first run; nil
    ///   before that run, when all are new and none is told from the others.
    package func needs(of tally: Tally, known: Set<String>?) -> [ApprovalNeed] {
        var needs: [ApprovalNeed] = []
        func hold(_ cost: Money, to limit: Money?, _ cause: ApprovalNeed.Cause, _ playbook: String?) {
            guard let limit, cost > limit else { return }
            needs.append(ApprovalNeed(cause: cause, playbook: playbook, cost: cost, limit: limit))
        }
        hold(tally.cost(), to: costAbove, .cost, nil)
        for playbook in tally.playbooks {
            let (cost, sends) = (tally.cost(playbook: playbook), tally.count(.send, playbook: playbook))
            hold(cost, to: playbookCostAbove, .playbookCost, playbook)
            let waits =
                switch newPlaybooks {
                case .all: sends > 0
                case .costly: cost > .zero
                case .none: false
                }
            guard waits, let known, !known.contains(playbook) else { continue }
            needs.append(ApprovalNeed(cause: .newPlaybook, playbook: playbook, cost: cost, limit: nil))
        }
        return needs
    }
}

/// One thing that a plan needs a person's word for.
package struct ApprovalNeed: Hashable, Sendable {
    /// The raw values are stable.
    package enum Cause: String, CaseIterable, Sendable {
        case cost
        case playbookCost = "playbook-cost"
        case newPlaybook = "new-playbook"
    }

    package var cause: Cause
    /// Nil for the plan as a whole.
    package var playbook: String?
    package var cost: Money
    /// Nil where the amount is not what asks for the word.
    package var limit: Money?

    package init(cause: Cause, playbook: String?, cost: Money, limit: Money?) {
        self.cause = cause
        self.playbook = playbook
        self.cost = cost
        self.limit = limit
    }

    package func sentence(_ currency: Currency) -> LocalizedText {
        func text(_ money: Money?) -> String {
            "\(currency.code) \((money ?? .zero).text(decimals: currency.decimals))"
        }
        let name = playbook ?? ""
        return switch cause {
        case .cost:
            LocalizedText(
                zh: "计划成本 \(text(cost))，超过 \(text(limit)) 须经审批",
                en: "the plan costs \(text(cost)), and above \(text(limit)) it needs approval")
        case .playbookCost:
            LocalizedText(
                zh: "剧本 \(name) 成本 \(text(cost))，超过 \(text(limit)) 须经审批",
                en: "playbook \(name) costs \(text(cost)), and above \(text(limit)) it needs approval")
        case .newPlaybook:
            LocalizedText(
                zh: "新剧本 \(name) 首次发送（成本 \(text(cost))）须经审批",
                en: "playbook \(name) is new and costs \(text(cost)): its first sends need approval")
        }
    }
}

/// A person's word on a plan.
///
/// It lets the plan past what it needs a word for, and the actions that the plan defers for approval into a later one.
package struct Approval: Hashable, Sendable {
    /// The only playbook that it is about; nil for the whole plan.
    package var playbook: String?
    package var reason: String
    package var operatorName: String
    package var at: Instant

    package init(playbook: String? = nil, reason: String, operatorName: String, at: Instant) {
        self.playbook = playbook
        self.reason = reason
        self.operatorName = operatorName
        self.at = at
    }

    /// Whether it is a word on a playbook, or (nil) on the plan as a whole.
    package func covers(_ subject: String?) -> Bool { playbook == nil || playbook == subject }
}
