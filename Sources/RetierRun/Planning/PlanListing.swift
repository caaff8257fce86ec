package import RetierCore
package import RetierLedger

/// A plan file as people and programs read it: counts, transitions, and every candidate with its verdict and reason.
package struct PlanListing {
    private let plan: PlanFile
    private let filter: DecisionFilter
    private let language: Language
    private let times: SendTimes?
    private let approvals: PlanApprovals?

    /// - Parameters:
    ///   - times: when the plan's messages may leave, where that is known.
    ///   - approvals: what it needs a word for, and the words, where that is known.
    package init(
        _ plan: PlanFile, filter: DecisionFilter = DecisionFilter(), language: Language = .english,
        times: SendTimes? = nil, approvals: PlanApprovals? = nil
    ) {
        self.approvals = approvals
        self.times = times
        self.plan = plan
        self.filter = filter
        self.language = language
    }

    /// The columns of `show --format csv`.
    package static let columns = [
        "action_id", "member_id", "playbook", "version", "step", "level", "type", "channel", "endpoint", "arm",
        "verdict",
        "reason", "until", "send_at", "cost", "title", "text", "parameters", "assign", "due", "facts", "evidence",
    ]

    package func csv(to emit: (String) -> Void) throws {
        emit(csvLine(PlanListing.columns))
        let decimals = plan.header.currency.decimals
        try plan.forEachDecision(filter) { decision in
            emit(
                csvLine([
                    decision.actionID, decision.memberID, decision.playbook, String(decision.version), decision.step,
                    decision.level.map(String.init), decision.type, decision.channel, decision.endpoint, decision.arm,
                    decision.outcome.rawValue, decision.reason.rawValue, decision.until?.description,
                    decision.sendAt?.description, decision.cost.text(decimals: decimals), decision.title, decision.text,
                    decision.parameters,
                    decision.assign, decision.due?.description, decision.facts, decision.evidence,
                ]))
        }
    }

    package func json(to emit: (String) -> Void) throws {
        let header = plan.header
        emit("{\"format_version\":1,\"brand\":\"\(header.brand)\",\"kind\":\"\(header.kind.rawValue)\",")
        emit("\"period\":\"\(header.period)\",\"as_of\":\"\(header.asOf)\",\"digest\":\"\(plan.digest)\",")
        emit("\"members\":\(plan.members),\"inputs\":[\n")
        emit(plan.inputs.map(PlanListing.json).joined(separator: ",\n") + "],\"tally\":" + (try plan.tally().json))
        emit(",\"forecast\":" + (times?.json ?? "null") + ",\"approvals\":" + (approvals?.json ?? "null"))
        let accounts = SettlementText(figures: try plan.runFigures(), currency: header.currency, language: language)
        emit(",\"budgets\":[" + accounts.budgetJSON.joined(separator: ",\n"))
        emit("],\"displacements\":[" + accounts.displacementJSON.joined(separator: ",\n") + "]")
        var separator = "\n"
        emit(",\"transitions\":[")
        try plan.forEachTransition(memberID: filter.memberID) { transition in
            emit(separator + PlanListing.json(transition))
            separator = ",\n"
        }
        separator = "\n"
        emit("],\"decisions\":[")
        try plan.forEachDecision(filter) { decision in
            emit(separator + json(decision))
            separator = ",\n"
        }
        emit("]}\n")
    }

    package func table(to emit: (String) -> Void) throws {
        emit(
            PlanText.summary(
                header: plan.header, members: plan.members, transitions: try plan.transitionCounts(),
                tally: try plan.tally(), figures: try plan.runFigures(), titles: [:], language: language))
        if let times { emit(times.text) }
        if let approvals, !approvals.text.isEmpty { emit("\n" + approvals.text) }
        var moves = TextTable(
            columns: ["member", "move", "from", "to", "stage", "numbers"].map { TextTable.Column($0) })
        try plan.forEachTransition(memberID: filter.memberID) { move in
            let stage = move.fromStage.map { "\($0) > \(move.toStage)" } ?? move.toStage
            moves.append([move.memberID, move.kind.name, move.fromTier ?? "-", move.toTier, stage, move.reason])
        }
        emit("\ntransitions\n" + moves.text())
        var decisions = TextTable(
            columns: ["member", "playbook", "step", "channel", "verdict", "reason", "until", "facts", "evidence"].map {
                TextTable.Column($0)
            })
        try plan.forEachDecision(filter) { decision in
            decisions.append([
                decision.memberID, decision.playbook, decision.step, decision.channel, decision.outcome.rawValue,
                decision.reason.rawValue, decision.until?.description ?? "", decision.facts, decision.evidence,
            ])
        }
        emit("\ncandidates\n" + decisions.text())
    }

    private static func json(_ input: PlanInput) -> String {
        var object = JSONObject()
        object.add("name", input.name)
        object.add("digest", input.digest)
        object.add("count", Int64(input.count))
        return object.json
    }

    private static func json(_ transition: PlannedTransition) -> String {
        var object = JSONObject()
        object.add("member_id", transition.memberID)
        object.add("kind", transition.kind.name)
        object.add("from_tier", transition.fromTier)
        object.add("to_tier", transition.toTier)
        object.add("from_stage", transition.fromStage)
        object.add("to_stage", transition.toStage)
        object.add("reason", json: transition.reason)
        return object.json
    }

    private func json(_ decision: PlannedDecision) -> String {
        var object = JSONObject()
        object.add("action_id", decision.actionID)
        object.add("member_id", decision.memberID)
        object.add("playbook", decision.playbook)
        object.add("version", Int64(decision.version))
        object.add("step", decision.step)
        object.add("level", decision.level.map(Int64.init))
        object.add("type", decision.type)
        object.add("channel", decision.channel)
        object.add("endpoint", decision.endpoint)
        object.add("arm", decision.arm)
        object.add("verdict", decision.outcome.rawValue)
        object.add("reason", decision.reason.rawValue)
        object.add("until", decision.until?.description)
        object.add("send_at", decision.sendAt?.description)
        object.add("cost", decision.cost.text(decimals: plan.header.currency.decimals))
        object.add("title", decision.title)
        object.add("text", decision.text)
        object.add("parameters", json: decision.parameters)
        object.add("assign", decision.assign)
        object.add("due", decision.due?.description)
        object.add("facts", json: decision.facts)
        object.add("evidence", json: decision.evidence)
        return object.json
    }
}
