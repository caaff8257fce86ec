import RetierCore

/// A playbook with the places of what later checks may blame.
struct PlaybookDraft: Sendable {
    var playbook: Playbook
    /// Nil where the condition is broken or cannot be judged.
    var condition: Condition?
    var root: YAMLNode
    var steps: [YAMLNode]
}

/// Turns the nodes of a playbook file into a playbook, after its shape was checked.
struct PlaybookReader {
    var findings: Findings
    let programme: Programme?
    let names: ReferenceNames

    init(findings: Findings, programme: Programme?, names: ReferenceNames) {
        self.findings = findings
        self.programme = programme
        self.names = names
    }

    mutating func read(_ root: YAMLNode) -> PlaybookDraft? {
        guard let id = root["playbook"]?.text, root.entries != nil else { return nil }
        let stepNodes = root["steps"]?.items ?? []
        var condition: Condition?
        if let when = root["when"] { condition = readCondition(when) }
        let playbook = Playbook(
            id: id, title: root["title"]?.localized ?? LocalizedText(id), version: root["version"]?.integer ?? 1,
            trigger: root["on"]?.text.flatMap(Playbook.Trigger.init) ?? .refresh,
            priority: root["priority"]?.text.flatMap(Playbook.Priority.init) ?? .base,
            rank: root["rank"]?.integer ?? 100, condition: condition ?? .any([]), oncePer: root["once_per"]?.period,
            stopWhen: (root["stop_when"]?.items ?? []).compactMap(\.text),
            closeAfter: root["close_after"]?.period ?? Playbook.usualCloseAfter,
            sendsInCase: root["in_case"]?.text == "send", heedsCaps: caps(root["heed_caps"]),
            countsToCaps: caps(root["count_caps"]), isPaused: root["paused"]?.text == "true",
            steps: stepNodes.map { step($0, of: root) },
            shares: shares(root["experiment"]), until: root["experiment"]?["until"]?.text.flatMap { Day(iso: $0) },
            goal: goal(root["goal"]), budget: budget(root["budget"]), file: findings.file)
        checkSteps(stepNodes, of: playbook, at: root["steps"])
        checkCases(root, of: playbook)
        IncidentLint.check(root, stepNodes, of: playbook, into: &findings)
        return PlaybookDraft(playbook: playbook, condition: condition, root: root, steps: stepNodes)
    }

    private mutating func readCondition(_ node: YAMLNode) -> Condition? {
        var reader = ConditionReader(findings: findings, names: names)
        let condition = reader.read(node)
        findings = reader.findings
        return condition
    }

    private mutating func shares(_ node: YAMLNode?) -> ExperimentShares {
        let arms = (node?["arms"]?.entries ?? []).compactMap { entry in
            entry.value.integer.map { Playbook.Arm(name: entry.key, weight: $0) }
        }
        let shares = ExperimentShares(
            pilot: node?["pilot"]?.basisPoints ?? 10_000, holdout: node?["holdout"]?.basisPoints ?? 0, arms: arms)
        if shares.holdout >= 10_000 {
            findings.add(
                "bad-value", at: node?["holdout"], message: "the control group is everybody, so nothing is ever sent",
                hint: "write a share below 100%")
        }
        if shares.pilot == 0 {
            findings.add(
                "bad-value", at: node?["pilot"], message: "nobody is in the pilot, so nothing is ever sent",
                hint: "write a share above 0%, such as 20%")
        }
        if !arms.isEmpty, arms.allSatisfy({ $0.weight == 0 }) {
            findings.add(
                "bad-value", at: node?["arms"], message: "all arms have the weight 0, so nobody can enter one",
                hint: "give at least one arm a weight")
        }
        return shares
    }

    private func goal(_ node: YAMLNode?) -> Playbook.Goal? {
        guard let event = node?["event"]?.text, let within = node?["within"]?.period else { return nil }
        return Playbook.Goal(event: event, within: within)
    }

    private mutating func budget(_ node: YAMLNode?) -> Playbook.OwnBudget? {
        guard let node else { return nil }
        var reader = BudgetReader(findings: findings, currency: programme?.currency ?? Currency(code: "CNY"))
        let limit = reader.limit(node)
        findings = reader.findings
        return limit.map { Playbook.OwnBudget($0, per: $1) }
    }

    private mutating func caps(_ node: YAMLNode?) -> CapSelection {
        guard let items = node?.items else { return .all }
        let known = (programme?.caps ?? []).map(\.id) + (programme?.channels ?? []).filter { $0.cap != nil }.map(\.id)
        for item in items where programme != nil {
            guard let id = item.text, !known.contains(id) else { continue }
            findings.add(
                "unknown-cap", at: item, message: "there is no cap `\(id)` in retier.yaml",
                hint: NearestName.hint(for: id, in: known))
        }
        return .only(items.compactMap(\.text))
    }

    private mutating func step(_ node: YAMLNode, of root: YAMLNode) -> Playbook.Step {
        var reader = OptionReader(findings: findings, programme: programme)
        let values = reader.values(node)
        var step = Playbook.Step(
            id: node["id"]?.text ?? "", level: node["level"]?.text.flatMap { Int($0.dropFirst()) },
            action: node["do"]?.text ?? "", via: node["via"]?.text ?? "", template: node["template"]?.text,
            after: node["after"]?.period, notAfter: node["not_after"]?.period ?? Playbook.Step.usualNotAfter,
            cost: values.cost, response: values.response, assign: node["assign"]?.text,
            due: node["due"]?.period, requiresApproval: node["approval"]?.text == "required",
            ignoresQuietHours: (node["quiet_hours"] ?? root["quiet_hours"])?.text == "ignore",
            tags: Set(((root["tags"]?.items ?? []) + (node["tags"]?.items ?? [])).compactMap(\.text)).sorted(),
            parameters: values.parameters)
        step.options = reader.read(node)
        findings = reader.findings
        return step
    }

    // MARK: Checks of steps

    private mutating func checkSteps(_ nodes: [YAMLNode], of playbook: Playbook, at list: YAMLNode?) {
        if let list, nodes.isEmpty, list.items != nil {
            findings.add(
                "bad-value", at: list, message: "the playbook has no steps, so it does nothing",
                hint: "write at least one step")
        }
        for (index, node) in nodes.enumerated() {
            let step = playbook.steps[index]
            let earlier = playbook.steps[..<index]
            if !step.id.isEmpty, earlier.contains(where: { $0.id == step.id }) {
                findings.add(
                    "duplicate-id", at: node["id"], message: "step `\(step.id)` is given twice",
                    hint: "give each step its own id")
            }
            checkChannel(node["via"], step)
            checkAction(node["do"], step)
            checkLevel(node, step, earlier)
            if earlier.contains(where: {
                $0.via == step.via && $0.after == step.after && $0.level == step.level && $0.id != step.id
            }) {
                findings.warn(
                    "overlapping-steps", at: node,
                    message: "step `\(step.id)` goes out by the same channel at the same time as an earlier step",
                    hint: "merge them, or give one an `after`")
            }
        }
    }

    /// Keys that speak of cases mean nothing where no step waits, and an escalation shares its member with nobody.
    private mutating func checkCases(_ root: YAMLNode, of playbook: Playbook) {
        // What a refresh defers waits too, and is forgotten when the member comes back.
        let keys = playbook.trigger == .refresh ? ["close_after"] : ["stop_when", "close_after"]
        for key in keys where root[key] != nil && !playbook.keepsCases {
            findings.warn(
                "no-case", at: root[key],
                message: "`\(key)` means nothing here: no step comes later, so there is no case",
                hint: "remove it, or give a step an `after`")
        }
        if playbook.sendsInCase, playbook.isEscalation {
            findings.add(
                "bad-escalation", at: root["in_case"],
                message: "an escalation is not sent to a member who is in another one",
                hint: "remove `in_case`, or the levels of the steps")
        }
        if playbook.keepsCases, !playbook.steps.contains(where: { !$0.isLater }) {
            findings.add(
                "bad-steps", at: root["steps"], message: "every step comes later, so nobody ever enters",
                hint: "let the first step go out at once: remove its `after`")
        }
    }

    private mutating func checkChannel(_ node: YAMLNode?, _ step: Playbook.Step) {
        guard let node, let channels = names.channels, TextFormat.id.accepts(step.via) else { return }
        guard !channels.contains(where: { $0.id == step.via }) else { return }
        findings.add(
            "unknown-channel", at: node,
            message: "step `\(step.id)` goes via `\(step.via)`, which retier.yaml does not define",
            hint: NearestName.hint(for: step.via, in: channels.map(\.id)))
    }

    private mutating func checkAction(_ node: YAMLNode?, _ step: Playbook.Step) {
        guard let node, !step.action.isEmpty, !PlaybookShape.actions.contains(step.action) else { return }
        guard let nearest = NearestName.of(step.action, in: PlaybookShape.actions) else { return }
        findings.warn(
            "unusual-action", at: node, message: "`\(step.action)` is no type of action that retier knows",
            hint: "did you mean `\(nearest)`? other types are allowed if the receiver knows them")
    }

    private mutating func checkLevel(_ node: YAMLNode, _ step: Playbook.Step, _ earlier: ArraySlice<Playbook.Step>) {
        guard let level = step.level else { return }
        let levels = earlier.compactMap(\.level)
        if let last = levels.max(), level <= last {
            findings.add(
                "bad-escalation", at: node["level"], message: "level L\(level) does not come after L\(last)",
                hint: "write the levels in ascending order, each once")
        }
        guard !levels.isEmpty else { return }
        let previous = earlier.last { $0.level != nil }?.after
        guard let after = step.after else {
            return findings.add(
                "bad-escalation", at: node,
                message: "level L\(level) has no `after`, so it would go out together with L1",
                hint: "add `after:` with a period such as P3D")
        }
        // Months count 28 days at least, so that a wrong order is only reported where it is certain.
        func hours(_ period: CalendarPeriod) -> Int { (period.months * 28 + period.days) * 24 + period.hours }
        if let previous, hours(after) <= hours(previous) {
            findings.add(
                "bad-escalation", at: node["after"],
                message: "level L\(level) does not come later than the level before it",
                hint: "`after` counts from the member's entry: write a longer period than \(previous)")
        }
    }
}
