/// The guards that stop a plan; the raw values are stable and name them in overrides.
package enum GuardID: String, CaseIterable, Sendable {
    case staleData = "stale-data"
    case rowFall = "row-fall"
    case actions
    case actionShare = "action-share"
    case actionGrowth = "action-growth"
    case demotionShare = "demotion-share"
    case cost
}

/// What a plan measures for its guards.
package struct GuardMeasures: Hashable, Sendable {
    /// A table's row count now and at the last run.
    package struct RowCount: Hashable, Sendable {
        package var table: String
        package var now: Int
        /// Nil where there was no earlier run.
        package var before: Int?

        package init(table: String, now: Int, before: Int?) {
            self.table = table
            self.now = now
            self.before = before
        }
    }

    /// Days from the newest order on or before the as-of day to that day; nil where there is no order at all.
    package var dataAgeDays: Int?
    package var rowCounts: [RowCount]
    package var members: Int
    package var sends: Int
    /// Those of them that a daily run takes up from a refresh: they were reviewed with it, and are no growth.
    package var takenUp: Int
    /// Sends of the last run of the same kind; nil where there was none.
    package var sendsBefore: Int?
    package var demotions: Int
    package var cost: Money

    package init(
        dataAgeDays: Int?, rowCounts: [RowCount] = [], members: Int, sends: Int, takenUp: Int = 0,
        sendsBefore: Int? = nil, demotions: Int = 0, cost: Money = .zero
    ) {
        self.dataAgeDays = dataAgeDays
        self.rowCounts = rowCounts
        self.members = members
        self.sends = sends
        self.takenUp = takenUp
        self.sendsBefore = sendsBefore
        self.demotions = demotions
        self.cost = cost
    }
}

/// A guard that refuses a plan, with the limit and what was measured.
package struct GuardFinding: Hashable, Sendable {
    package var guardID: GuardID
    /// In the limit's own unit: days, count, basis points or minor units.
    package var limit: Int64
    package var value: Int64
    package var sentence: LocalizedText
}

/// A person's word that lets a plan past one guard; recorded with the run.
package struct GuardOverride: Hashable, Sendable {
    package var guardID: GuardID
    package var reason: String
    /// Who said so.
    package var operatorName: String

    package init(guardID: GuardID, reason: String, operatorName: String) {
        self.guardID = guardID
        self.reason = reason
        self.operatorName = operatorName
    }
}

/// Holds a plan's measures against the limits.
package struct Guards: Sendable {
    /// Below so many sends growth is not judged: from 2 to 9 is not an accident.
    package static let growthFloor = 100

    package var limits: GuardLimits
    package var currency: Currency

    package init(limits: GuardLimits, currency: Currency) {
        self.limits = limits
        self.currency = currency
    }

    /// Every guard that refuses, in the order of `GuardID.allCases`; empty where the plan may go.
    package func findings(_ measures: GuardMeasures) -> [GuardFinding] {
        [staleData(measures)].compactMap(\.self) + rowFalls(measures)
            + [
                actions(measures), actionShare(measures), actionGrowth(measures), demotionShare(measures),
                cost(measures),
            ].compactMap(\.self)
    }

    /// The findings that no override lifts.
    package static func unlifted(_ findings: [GuardFinding], overrides: [GuardOverride]) -> [GuardFinding] {
        findings.filter { finding in !overrides.contains { $0.guardID == finding.guardID } }
    }

    private func staleData(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxDataAgeDays else { return nil }
        guard let age = measures.dataAgeDays else {
            return GuardFinding(
                guardID: .staleData, limit: Int64(limit), value: -1,
                sentence: LocalizedText(zh: "没有任何订单，数据可能没有导入", en: "there is no order at all; was the data imported?"))
        }
        guard age > limit else { return nil }
        return GuardFinding(
            guardID: .staleData, limit: Int64(limit), value: Int64(age),
            sentence: LocalizedText(
                zh: "最近一笔订单距今 \(age) 天，上限 \(limit) 天",
                en: "the newest order is \(age) days old, the limit is \(limit) days"))
    }

    private func rowFalls(_ measures: GuardMeasures) -> [GuardFinding] {
        guard let limit = limits.maxRowFall else { return [] }
        return measures.rowCounts.compactMap { count in
            guard let before = count.before, before > 0, count.now < before else { return nil }
            let fall = (before - count.now) * 10_000 / before
            guard (before - count.now) * 10_000 > limit * before else { return nil }
            return GuardFinding(
                guardID: .rowFall, limit: Int64(limit), value: Int64(fall),
                sentence: LocalizedText(
                    zh: "\(count.table) 从 \(before) 行降到 \(count.now) 行（\(percent(fall))），上限 \(percent(limit))",
                    en:
                        "\(count.table) fell from \(before) to \(count.now) rows (\(percent(fall))), "
                        + "the limit is \(percent(limit))"
                ))
        }
    }

    private func actions(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxActions, measures.sends > limit else { return nil }
        return GuardFinding(
            guardID: .actions, limit: Int64(limit), value: Int64(measures.sends),
            sentence: LocalizedText(
                zh: "计划发送 \(measures.sends) 个动作，上限 \(limit)",
                en: "\(measures.sends) actions would be sent, the limit is \(limit)"))
    }

    private func actionShare(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxActionShare, measures.members > 0 else { return nil }
        guard measures.sends * 10_000 > limit * measures.members else { return nil }
        let share = measures.sends * 10_000 / measures.members
        return GuardFinding(
            guardID: .actionShare, limit: Int64(limit), value: Int64(share),
            sentence: LocalizedText(
                zh: "发送数为会员数的 \(percent(share))，上限 \(percent(limit))",
                en: "the actions are \(percent(share)) of the members, the limit is \(percent(limit))"))
    }

    private func actionGrowth(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxActionGrowth, let before = measures.sendsBefore, before > 0 else { return nil }
        let now = measures.sends - measures.takenUp
        guard now >= Guards.growthFloor, (now - before) * 10_000 > limit * before else { return nil }
        let growth = (now - before) * 10_000 / before
        return GuardFinding(
            guardID: .actionGrowth, limit: Int64(limit), value: Int64(growth),
            sentence: LocalizedText(
                zh: "发送数从上次的 \(before) 增至 \(now)（增 \(percent(growth))），上限 \(percent(limit))",
                en: "the actions grow from \(before) to \(now) (\(percent(growth)) more), "
                    + "the limit is \(percent(limit)) more"))
    }

    private func demotionShare(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxDemotionShare, measures.members > 0 else { return nil }
        guard measures.demotions * 10_000 > limit * measures.members else { return nil }
        let share = measures.demotions * 10_000 / measures.members
        return GuardFinding(
            guardID: .demotionShare, limit: Int64(limit), value: Int64(share),
            sentence: LocalizedText(
                zh: "\(percent(share)) 的会员将降级，上限 \(percent(limit))",
                en: "\(percent(share)) of the members would be demoted, the limit is \(percent(limit))"))
    }

    private func cost(_ measures: GuardMeasures) -> GuardFinding? {
        guard let limit = limits.maxCost, measures.cost.minorUnits > limit else { return nil }
        let (value, most) = (text(measures.cost), text(Money(minorUnits: limit)))
        return GuardFinding(
            guardID: .cost, limit: limit, value: measures.cost.minorUnits,
            sentence: LocalizedText(zh: "成本 \(value)，上限 \(most)", en: "the cost is \(value), the limit is \(most)"))
    }

    private func text(_ money: Money) -> String { "\(currency.code) \(money.text(decimals: currency.decimals))" }

    /// Basis points as `12.3 %`.
    private func percent(_ basisPoints: Int) -> String {
        let rest = basisPoints % 100
        let decimals = rest == 0 ? "" : "." + (rest % 10 == 0 ? String(rest / 10) : rest.padded(to: 2))
        return "\(basisPoints / 100)\(decimals) %"
    }
}
