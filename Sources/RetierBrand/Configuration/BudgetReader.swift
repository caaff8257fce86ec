import RetierCore

/// Turns the budgets of `retier.yaml` and of playbooks into values, after their shape was checked.
struct BudgetReader {
    var findings: Findings
    let currency: Currency

    /// The programme's budgets.
    mutating func read(_ node: YAMLNode?, channels: [Channel], tierIDs: [String]) -> [Budget] {
        (node?.entries ?? []).compactMap { entry in
            checkNames(entry.value["channels"], of: entry.key, are: "channel", in: channels.map(\.id))
            checkNames(entry.value["tiers"], of: entry.key, are: "tier", in: tierIDs)
            func texts(_ key: String) -> [String] { (entry.value[key]?.items ?? []).compactMap(\.text) }
            guard let (limit, per) = limit(entry.value) else { return nil }
            return Budget(
                id: entry.key, limit: limit, per: per,
                scope: .init(
                    playbooks: texts("playbooks"), tiers: texts("tiers"), channels: texts("channels"),
                    tags: texts("tags")))
        }
    }

    /// The limit and the period; nil where one of them is missing or wrong, which is reported.
    mutating func limit(_ node: YAMLNode) -> (Budget.Limit, CalendarPeriod)? {
        let (amount, actions) = (node["amount"], node["actions"])
        if (amount == nil) == (actions == nil) {
            findings.add(
                "bad-value", at: node,
                message: amount == nil ? "a budget needs a limit" : "a budget has one limit, and this one has two",
                hint: "write either `amount:` (what its actions may cost) or `actions:` (how many may be sent)")
            return nil
        }
        guard let per = node["per"]?.period else { return nil }
        if let actions { return actions.integer.map { (.actions($0), per) } }
        return amount.flatMap { money($0) }.map { (.money($0), per) }
    }

    private mutating func money(_ node: YAMLNode) -> Money? {
        guard let money = findings.money(node, in: currency) else { return nil }
        guard money.minorUnits > 0 else {
            findings.add(
                "bad-value", at: node,
                message: "with a budget of \(node.text ?? "") nothing that costs anything is ever sent",
                hint: "write an amount above 0, or pause the playbooks with `paused: true`")
            return nil
        }
        return money
    }

    private mutating func checkNames(_ node: YAMLNode?, of budget: String, are kind: String, in known: [String]) {
        for item in node?.items ?? [] {
            guard let id = item.text, !known.contains(id) else { continue }
            findings.add(
                "unknown-\(kind)", at: item, message: "budget `\(budget)` names \(kind) `\(id)`, which is not defined",
                hint: NearestName.hint(for: id, in: known))
        }
    }
}
