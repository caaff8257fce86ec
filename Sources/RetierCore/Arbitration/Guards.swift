/// The guards that stop a plan; the raw values are stable and name them in overrides.
package enum GuardID: String, CaseIterable, Sendable {
    case staleData = "stale-data"
    case rowFall = "row-fall"
    case staleSource = "stale-source"
    case sourceFall = "source-fall"
    case actions
    case actionShare = "action-share"
    case actionGrowth = "action-growth"
    case actionDrift = "action-drift"
    case reach
    case reachShare = "reach-share"
    case reachGrowth = "reach-growth"
    case reachDrift = "reach-drift"
    case demotions
    case demotionShare = "demotion-share"
    case demotionGrowth = "demotion-growth"
    case demotionDrift = "demotion-drift"
    case cost
    case costGrowth = "cost-growth"
    case costDrift = "cost-drift"
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

    /// The files that came from a source.
    package struct Arrivals: Hashable, Sendable {
        package var source: GuardLimits.Source
        /// Days from the import of the last file to the as-of day; nil where none ever came.
        package var ageDays: Int?
        /// Rows of the last file and of those before it, the last first.
        package var rows: [Int]

        package init(source: GuardLimits.Source, ageDays: Int?, rows: [Int] = []) {
            self.source = source
            self.ageDays = ageDays
            self.rows = rows
        }
    }

    /// Days from the newest order on or before the as-of day to that day; nil where there is no order at all.
    package var dataAgeDays: Int?
    package var rowCounts: [RowCount]
    package var arrivals: [Arrivals]
    package var members: Int
    package var amounts: PlanAmounts
    /// Those without what a daily run takes up from a refresh, which was reviewed with the refresh, and without what it
    /// does about incidents, which follows from a person's word: neither is growth.
    package var own: PlanAmounts
    /// Earlier runs of the same kind without what they did about incidents, the last first.
    package var earlier: [PlanAmounts]

    /// `own` is all where it is nil.
    package init(
        dataAgeDays: Int?, rowCounts: [RowCount] = [], arrivals: [Arrivals] = [], members: Int,
        amounts: PlanAmounts, own: PlanAmounts? = nil, earlier: [PlanAmounts] = []
    ) {
        self.dataAgeDays = dataAgeDays
        self.rowCounts = rowCounts
        self.arrivals = arrivals
        self.members = members
        self.amounts = amounts
        self.own = own ?? amounts
        self.earlier = earlier
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
    /// Below so many actions neither growth nor drift is judged: from 2 to 9 is not an accident.
    package static let growthFloor = 100
    /// The median of how many earlier runs, or files, tells what is usual: at least and at most.
    package static let usualRuns = 3...6

    package var limits: GuardLimits
    package var currency: Currency

    package init(limits: GuardLimits, currency: Currency) {
        self.limits = limits
        self.currency = currency
    }

    /// Every guard that refuses, in the order of `GuardID.allCases`; empty where the plan may go.
    package func findings(_ measures: GuardMeasures) -> [GuardFinding] {
        [staleData(measures)].compactMap(\.self) + rowFalls(measures) + measures.arrivals.compactMap(staleSource)
            + measures.arrivals.compactMap(sourceFall)
            + PlanAmount.allCases.flatMap { amount in
                [most(amount, measures), share(amount, measures), growth(amount, measures), drift(amount, measures)]
                    .compactMap(\.self)
            }
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
            guard let before = count.before,
                let fall = Guards.share(Int64(before - count.now), of: Int64(before), beyond: limit)
            else { return nil }
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

    private func staleSource(_ arrivals: GuardMeasures.Arrivals) -> GuardFinding? {
        let source = arrivals.source
        guard let limit = source.maxAgeDays else { return nil }
        guard let age = arrivals.ageDays else {
            return GuardFinding(
                guardID: .staleSource, limit: Int64(limit), value: -1,
                sentence: LocalizedText(
                    zh: "数据源 \(source.id) 从未有文件导入", en: "no file of the source \(source.id) was ever imported"))
        }
        guard age > limit else { return nil }
        return GuardFinding(
            guardID: .staleSource, limit: Int64(limit), value: Int64(age),
            sentence: LocalizedText(
                zh: "数据源 \(source.id) 的最近文件于 \(age) 天前导入，上限 \(limit) 天",
                en: "the last file of the source \(source.id) came \(age) days ago, the limit is \(limit) days"))
    }

    private func sourceFall(_ arrivals: GuardMeasures.Arrivals) -> GuardFinding? {
        let source = arrivals.source
        guard let limit = source.maxFall, let rows = arrivals.rows.first,
            let usual = Guards.median(arrivals.rows.dropFirst().map(Int64.init)),
            let fall = Guards.share(usual - Int64(rows), of: usual, beyond: limit)
        else { return nil }
        return GuardFinding(
            guardID: .sourceFall, limit: Int64(limit), value: Int64(fall),
            sentence: LocalizedText(
                zh: "数据源 \(source.id) 的最近文件只有 \(rows) 行，通常 \(usual) 行（少 \(percent(fall))），上限 \(percent(limit))",
                en: "the last file of the source \(source.id) has \(rows) rows instead of the usual \(usual) "
                    + "(\(percent(fall)) fewer), the limit is \(percent(limit))"))
    }

    /// A part as a share of a whole in basis points, where both are above 0 and it is more than `limit`.
    ///
    /// Exact: money of large brands times 10,000 may not fit into 64 bits.
    static func share(_ part: Int64, of whole: Int64, beyond limit: Int) -> Int? {
        let scaled = Int128(part) * 10_000
        guard part > 0, whole > 0, scaled > Int128(limit) * Int128(whole) else { return nil }
        return Int(clamping: scaled / Int128(whole))
    }

    /// The lower median of the first so many; nil of too few.
    static func median(_ values: [Int64]) -> Int64? {
        guard values.count >= usualRuns.lowerBound else { return nil }
        let usual = values.prefix(usualRuns.upperBound).sorted()
        return usual[(usual.count - 1) / 2]
    }

    /// Basis points as `12.3 %`.
    func percent(_ basisPoints: Int) -> String {
        let rest = basisPoints % 100
        let decimals = rest == 0 ? "" : "." + (rest % 10 == 0 ? String(rest / 10) : rest.padded(to: 2))
        return "\(basisPoints / 100)\(decimals) %"
    }
}
