/// The guards over what a plan comes to: each amount against a fixed limit, the members, the last run, the usual.
extension Guards {
    func most(_ amount: PlanAmount, _ measures: GuardMeasures) -> GuardFinding? {
        let value = measures.amounts[amount]
        guard let limit = limits.amounts[amount]?.most, value > limit else { return nil }
        return GuardFinding(
            guardID: amount.guards.most, limit: limit, value: value,
            sentence: sentence(
                amount, value, zh: "，上限 \(text(limit, amount))", en: ", the limit is \(text(limit, amount))"))
    }

    func share(_ amount: PlanAmount, _ measures: GuardMeasures) -> GuardFinding? {
        let value = measures.amounts[amount]
        guard let guardID = amount.guards.share, let limit = limits.amounts[amount]?.share,
            let share = Guards.share(value, of: Int64(measures.members), beyond: limit)
        else { return nil }
        return GuardFinding(
            guardID: guardID, limit: Int64(limit), value: Int64(share),
            sentence: sentence(
                amount, value, zh: "，为会员数的 \(percent(share))，上限 \(percent(limit))",
                en: ", \(percent(share)) of the members; the limit is \(percent(limit))"))
    }

    func growth(_ amount: PlanAmount, _ measures: GuardMeasures) -> GuardFinding? {
        let now = measures.own[amount]
        guard let limit = limits.amounts[amount]?.growth, let before = measures.earlier.first?[amount],
            measures.own.actions >= Guards.growthFloor,
            let growth = Guards.share(now - before, of: before, beyond: limit)
        else { return nil }
        return GuardFinding(
            guardID: amount.guards.growth, limit: Int64(limit), value: Int64(growth),
            sentence: sentence(
                amount, now,
                zh: "，上次为 \(text(before, amount))（增 \(percent(growth))），上限 \(percent(limit))",
                en: " after \(text(before, amount)) in the last run (\(percent(growth)) more); "
                    + "the limit is \(percent(limit)) more"))
    }

    func drift(_ amount: PlanAmount, _ measures: GuardMeasures) -> GuardFinding? {
        let now = measures.own[amount]
        guard let limit = limits.amounts[amount]?.drift,
            let usual = Guards.median(measures.earlier.map { $0[amount] }),
            let usualActions = Guards.median(measures.earlier.map { Int64($0.actions) }),
            max(Int64(measures.own.actions), usualActions) >= Guards.growthFloor,
            let drift = Guards.share(abs(now - usual), of: usual, beyond: limit)
        else { return nil }
        return GuardFinding(
            guardID: amount.guards.drift, limit: Int64(limit), value: Int64(drift),
            sentence: sentence(
                amount, now,
                zh: "，近期通常为 \(text(usual, amount))（偏离 \(percent(drift))），上限 \(percent(limit))",
                en: " instead of the usual \(text(usual, amount)) (\(percent(drift)) away); "
                    + "the limit is \(percent(limit))"))
    }

    private func sentence(_ amount: PlanAmount, _ value: Int64, zh: String, en: String) -> LocalizedText {
        let value = text(value, amount)
        switch amount {
        case .actions: return LocalizedText(zh: "计划发送 \(value) 个动作" + zh, en: "\(value) actions would be sent" + en)
        case .reach: return LocalizedText(zh: "将触达 \(value) 名会员" + zh, en: "\(value) members would be reached" + en)
        case .demotions: return LocalizedText(zh: "\(value) 名会员将降级" + zh, en: "\(value) members would be demoted" + en)
        case .cost: return LocalizedText(zh: "成本 \(value)" + zh, en: "the cost is \(value)" + en)
        }
    }

    private func text(_ value: Int64, _ amount: PlanAmount) -> String {
        guard amount == .cost else { return String(value) }
        return "\(currency.code) \(Money(minorUnits: value).text(decimals: currency.decimals))"
    }
}

extension PlanAmount {
    /// Money is no share of members.
    fileprivate var guards: (most: GuardID, share: GuardID?, growth: GuardID, drift: GuardID) {
        switch self {
        case .actions: (.actions, .actionShare, .actionGrowth, .actionDrift)
        case .reach: (.reach, .reachShare, .reachGrowth, .reachDrift)
        case .demotions: (.demotions, .demotionShare, .demotionGrowth, .demotionDrift)
        case .cost: (.cost, nil, .costGrowth, .costDrift)
        }
    }
}
