import RetierCore

/// Every key of `approvals`.
enum ApprovalShape {
    static let keys = [
        Key(
            "cost_above", offOrMoney, fallback: "off", zh: "计划成本超过此数须经审批",
            en: "a plan that costs more needs approval"),
        Key(
            "playbook_cost_above", offOrMoney, fallback: "off", zh: "计划中单个剧本的成本超过此数须经审批",
            en: "a plan in which one playbook costs more needs approval"),
        Key(
            "new_playbooks", .choice(ApprovalRules.NewPlaybooks.allCases.map(\.rawValue)),
            fallback: ApprovalRules().newPlaybooks.rawValue, zh: "新剧本首次发送须经审批：全部、有成本的、或都不",
            en: "whose first sends need approval: all new playbooks, those that cost something, or none"),
    ]

    private static let offOrMoney = Shape.either([.choice(["off"]), .text(.money)])
}

extension ApprovalRules {
    /// Reads the part `approvals` of `retier.yaml`.
    init(_ node: YAMLNode?, currency: Currency, _ findings: inout Findings) {
        func money(_ key: String) -> Money? {
            node?[key].flatMap { findings.money($0, in: currency, named: "approvals.\(key)") }
        }
        self.init(costAbove: money("cost_above"), playbookCostAbove: money("playbook_cost_above"))
        if let word = node?["new_playbooks"]?.text.flatMap(NewPlaybooks.init) { newPlaybooks = word }
    }
}
