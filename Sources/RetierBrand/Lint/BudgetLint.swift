import RetierCore

/// Checks budgets and caps against the playbooks: names that do not exist, and limits that limit nothing.
struct BudgetLint {
    private let programme: Programme
    private let drafts: [PlaybookDraft]
    /// Of `retier.yaml`.
    private var findings: Findings

    static func check(
        _ programme: Programme, _ file: String, _ root: YAMLNode, _ drafts: [PlaybookDraft]
    ) -> [Diagnostic] {
        var lint = BudgetLint(programme: programme, drafts: drafts, findings: Findings(file: file))
        for entry in root["caps"]?.entries ?? [] { lint.checkTags(entry, "cap") }
        for entry in root["budgets"]?.entries ?? [] {
            lint.checkTags(entry, "budget")
            lint.checkPlaybooks(entry)
            lint.checkScope(entry)
        }
        return lint.findings.all + drafts.flatMap(lint.checkOwn)
    }

    /// With each of their options.
    private var steps: [(playbook: Playbook, step: Playbook.Step)] {
        drafts.flatMap { draft in draft.playbook.steps.flatMap(\.variants).map { (draft.playbook, $0) } }
    }

    private mutating func checkTags(_ entry: YAMLNode.Entry, _ what: String) {
        let known = Set(steps.flatMap(\.step.tags)).sorted()
        for item in entry.value["tags"]?.items ?? [] {
            guard let tag = item.text, !known.contains(tag) else { continue }
            findings.add(
                "unknown-tag", at: item, message: "\(what) `\(entry.key)` names tag `\(tag)`, which no step carries",
                hint: NearestName.hint(for: tag, in: known))
        }
    }

    private mutating func checkPlaybooks(_ entry: YAMLNode.Entry) {
        let known = drafts.map(\.playbook.id)
        if known.contains(entry.key) {
            findings.add(
                "duplicate-id", at: entry.value,
                message: "budget `\(entry.key)` has the id of a playbook, whose own budget has it",
                hint: "give it another id")
        }
        for item in entry.value["playbooks"]?.items ?? [] {
            guard let id = item.text, !known.contains(id) else { continue }
            findings.add(
                "unknown-playbook", at: item,
                message: "budget `\(entry.key)` names playbook `\(id)`, which does not exist",
                hint: NearestName.hint(for: id, in: known))
        }
    }

    private mutating func checkScope(_ entry: YAMLNode.Entry) {
        guard let budget = programme.budgets.first(where: { $0.id == entry.key }) else { return }
        let covered = steps.filter {
            budget.scope.coversStep(playbook: $0.playbook.id, channel: $0.step.via, tags: $0.step.tags)
        }
        guard !covered.contains(where: { budget.share(cost: $0.step.cost.minorUnits) > 0 }) else { return }
        findings.add(
            "idle-budget", at: entry.value,
            message: covered.isEmpty
                ? "no step counts against budget `\(entry.key)`"
                : "no step that counts against budget `\(entry.key)` has a cost",
            hint: covered.isEmpty
                ? "see that one step has its playbook, channel and tag, or remove it"
                : "give the steps a `cost:`, or limit their number with `actions:` instead of `amount:`")
    }

    /// A playbook's own budget of money that no step of it can spend.
    private func checkOwn(_ draft: PlaybookDraft) -> [Diagnostic] {
        let steps = draft.playbook.steps.flatMap(\.variants)
        guard case .money = draft.playbook.budget?.limit, steps.allSatisfy({ $0.cost == .zero }) else { return [] }
        var findings = Findings(file: draft.playbook.file)
        findings.add(
            "idle-budget", at: draft.root["budget"], message: "no step of the playbook has a cost",
            hint: "give the steps a `cost:`, or limit their number with `actions:` instead of `amount:`")
        return findings.all
    }
}
