import RetierCore

/// Turns what steps and their options have in common, and the options themselves, into values.
struct OptionReader {
    var findings: Findings
    let programme: Programme?

    /// What a step costs, how many answer, and what the receiver gets.
    struct Values {
        var cost: Money
        var response: Int
        /// Sorted by key.
        var parameters: [(key: String, value: String)]
    }

    mutating func values(_ node: YAMLNode) -> Values {
        let parameters = (node["with"]?.entries ?? []).compactMap { entry in
            entry.value.text.map { (key: entry.key, value: $0) }
        }
        return Values(
            cost: money(node["cost"]), response: response(node["response"]),
            parameters: parameters.sorted { $0.key < $1.key })
    }

    /// The options of a step; none where it does not choose.
    mutating func read(_ step: YAMLNode) -> [Playbook.Step.Option] {
        guard let list = step["choose"] else { return scale(step) }
        let items = list.items ?? []
        let options = items.map { option($0) }
        check(step, items, options, at: list)
        return options
    }

    private mutating func scale(_ step: YAMLNode) -> [Playbook.Step.Option] {
        var reader = ScaleReader(findings: findings, programme: programme)
        let options = reader.read(step)
        findings = reader.findings
        return options
    }

    private mutating func option(_ node: YAMLNode) -> Playbook.Step.Option {
        let known = programme?.tags.map(\.id)
        for item in node["suits"]?.items ?? [] {
            guard let tag = item.text, let known, !known.contains(tag) else { continue }
            findings.add(
                "unknown-tag", at: item, message: "there is no tag `\(tag)` in retier.yaml",
                hint: NearestName.hint(for: tag, in: known))
        }
        let values = values(node)
        return Playbook.Step.Option(
            id: node["id"]?.text ?? "", suits: (node["suits"]?.items ?? []).compactMap(\.text).sorted(),
            cost: values.cost, response: values.response, parameters: values.parameters)
    }

    private mutating func check(
        _ step: YAMLNode, _ items: [YAMLNode], _ options: [Playbook.Step.Option], at list: YAMLNode
    ) {
        let most = Playbook.Step.mostOptions
        if !(2...most).contains(items.count), list.items != nil {
            findings.add(
                "bad-value", at: list, message: "`choose` has \(items.count) options",
                hint: "write 2 to \(most) options; what is the same for all belongs into the step")
        }
        for (index, option) in options.enumerated() {
            guard !option.id.isEmpty, options[..<index].contains(where: { $0.id == option.id }) else { continue }
            findings.add(
                "duplicate-id", at: items[index]["id"], message: "option `\(option.id)` is given twice",
                hint: "give each option its own id")
        }
        for key in ["cost", "response"] where step[key] != nil {
            findings.add(
                "bad-value", at: step[key], message: "a step that chooses has the `\(key)` of the chosen option",
                hint: "write it in each option")
        }
        for place in [step] + items where place["with"]?[Playbook.Step.choiceParameter] != nil {
            findings.add(
                "duplicate-key", at: place["with"], message: "`choice` is the parameter that names the option",
                hint: "give the parameter another name")
        }
    }

    private mutating func money(_ node: YAMLNode?) -> Money {
        let currency = programme?.currency ?? Currency(code: "CNY")
        return node.flatMap { findings.money($0, in: currency) } ?? .zero
    }

    /// Basis points; 100 % where it is left out.
    private mutating func response(_ node: YAMLNode?) -> Int {
        guard let node, let share = node.basisPoints else { return 10_000 }
        if !(1...10_000).contains(share) {
            findings.add(
                "bad-value", at: node, message: "`response` is a share of the members who get the action",
                hint: "write a percentage above 0% and up to 100%")
        }
        return share
    }
}
