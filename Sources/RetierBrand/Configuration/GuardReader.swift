import RetierCore

/// Reads the part `guards` of `retier.yaml`.
struct GuardReader {
    let currency: Currency

    func limits(_ node: YAMLNode?, _ findings: inout Findings) -> GuardLimits {
        let standard = GuardLimits()
        let amounts = PlanAmount.allCases.map { amount in
            let usual = standard.amounts[amount] ?? GuardLimits.Limit()
            let keys = amount.keys
            return (
                amount,
                GuardLimits.Limit(
                    most: limit(node, keys.most, usual.most) { most($0, amount, keys.most, &findings) },
                    share: keys.share.flatMap { limit(node, $0, usual.share, \.basisPoints) },
                    growth: limit(node, keys.growth, usual.growth, \.basisPoints),
                    drift: limit(node, keys.drift, usual.drift, \.basisPoints))
            )
        }
        return GuardLimits(
            maxDataAgeDays: limit(node, "max_data_age", standard.maxDataAgeDays) { $0.period?.days },
            maxRowFall: limit(node, "max_row_fall", standard.maxRowFall, \.basisPoints),
            sources: sources(node?["sources"], &findings),
            amounts: Dictionary(uniqueKeysWithValues: amounts))
    }

    /// The standard where the key is missing, nil where it is off.
    private func limit<Value>(_ node: YAMLNode?, _ key: String, _ standard: Value?, _ read: (YAMLNode) -> Value?)
        -> Value?
    {
        guard let value = node?[key] else { return standard }
        return value.text == "off" ? nil : read(value)
    }

    private func most(_ node: YAMLNode, _ amount: PlanAmount, _ key: String, _ findings: inout Findings) -> Int64? {
        guard amount == .cost else { return node.integer.map(Int64.init) }
        return findings.money(node, in: currency, named: "guards.\(key)")?.minorUnits
    }

    private func sources(_ node: YAMLNode?, _ findings: inout Findings) -> [GuardLimits.Source] {
        (node?.entries ?? []).compactMap { entry in
            guard let kind = entry.value["kind"]?.text else { return nil }
            let source = GuardLimits.Source(
                id: entry.key, kind: kind, files: entry.value["files"]?.text,
                maxAgeDays: entry.value["max_age"]?.period?.days, maxFall: entry.value["max_fall"]?.basisPoints)
            if source.maxAgeDays == nil, source.maxFall == nil {
                findings.add(
                    "missing-key", at: entry.value, message: "the source `\(entry.key)` is held to nothing",
                    hint: "write max_age, such as P2D, or max_fall, such as 50%")
            }
            return source
        }.sorted { $0.id < $1.id }
    }
}

extension PlanAmount {
    /// The keys of its limits.
    var keys: (most: String, share: String?, growth: String, drift: String) {
        switch self {
        case .actions: ("max_actions", "max_action_share", "max_action_growth", "max_action_drift")
        case .reach: ("max_reach", "max_reach_share", "max_reach_growth", "max_reach_drift")
        case .demotions: ("max_demotions", "max_demotion_share", "max_demotion_growth", "max_demotion_drift")
        case .cost: ("max_cost", nil, "max_cost_growth", "max_cost_drift")
        }
    }
}
