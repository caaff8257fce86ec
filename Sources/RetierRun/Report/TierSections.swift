import RetierCore
import RetierLedger

/// Where members stand: tiers, their history, lifecycle stages.
struct TierSections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    // MARK: Ladder

    var ladder: Markup {
        let title = page.say("层级与占比", "Tiers and their shares")
        guard let refresh = model.refresh else {
            return page.section(
                title, lead: "",
                page.empty(page.say("还没有月度分层。", "No refresh has been committed yet.")))
        }
        let learned = model.figures.calibration.map {
            page.say("门槛学习于 \($0.learnedOn)。", "Entry cuts were learned on \($0.learnedOn).")
        }
        let source = page.say(
            "期间：\(page.period(refresh))。行数：\(page.number(model.members)) 位会员。\(learned ?? "")",
            "Period: \(page.period(refresh)). Rows: \(page.number(model.members)) members. \(learned ?? "")")
        return page.section(
            title,
            lead: page.say(
                "每位会员恰好在一个层级；占比变化以百分点计，与上一次月度分层相比。",
                "Every member stands in exactly one tier; changes are percentage points against the refresh before."),
            source: "\(source)", "\(ladderTable)\(historyChart)")
    }

    private var ladderTable: Markup {
        let before = model.history.entries.dropFirst().first
        let rows = model.tiers.indices.map { tier -> [Markup] in
            let change = before.map {
                ReportNumbers.points(
                    model.counts[tier], of: model.members, since: $0.counts[tier], of: $0.total)
            }
            let cut = model.now.value(.cut, model.tiers[tier].id, of: .entry)
            let share = ReportNumbers.percent(model.counts[tier], of: model.members)
            let bar = StackedBar(
                parts: [.init(value: model.counts[tier], style: "t\(tier)", title: share)],
                scale: model.members, label: "\(page.title(ofTier: tier)) \(share)")
            let trend = hasTrend ? [sparkline(tier)] : []
            return [
                page.name(ofTier: tier), "\(page.number(model.counts[tier]))", "\(share)", "\(change ?? "–")",
                bar.markup,
            ] + trend + ["\(cut.map { model.tiers[tier].text(ofCut: Int($0), model.currency) } ?? "–")"]
        }
        let columns: [ReportTable.Column] =
            [
                .text(page.say("层级", "Tier")), .number(page.say("会员", "Members")), .number(page.say("占比", "Share")),
                .number(page.say("变化", "Change")), .bar(isOptional: true),
            ] + (hasTrend ? [.optional(page.say("占比走势", "Trend of the share"), isNumber: false)] : []) + [
                .optional(page.say("门槛分", "Entry cut"))
            ]
        return ReportTable(columns: columns, rows: rows, fits: true).markup
    }

    private var hasTrend: Bool { model.history.entries.count >= 2 }

    /// The tier's share after each refresh, oldest first, between its own least and greatest.
    private func sparkline(_ tier: Int) -> Markup {
        let shares = model.history.entries.reversed().map { ReportNumbers.perMille($0.counts[tier], of: $0.total) }
        guard let least = shares.min(), let greatest = shares.max() else { return .empty }
        let span = max(greatest - least, 1)
        let points = shares.enumerated().map { index, share in
            "\(index * 960 / (shares.count - 1)),\(greatest == least ? 130 : 240 - (share - least) * 220 / span)"
        }
        let label = page.say("占比走势，共 \(shares.count) 期", "share over \(shares.count) refreshes")
        return """
            <svg class="spark" viewBox="0 0 960 260" preserveAspectRatio="none" role="img" aria-label="\(label)">\
            <polyline points="\(points.joined(separator: " "))" /></svg>
            """
    }

    private var historyChart: Markup {
        let entries = model.history.entries
        guard entries.count >= 2 else { return .empty }
        let rows = entries.map { entry -> [Markup] in
            let parts = model.tiers.indices.map { tier in
                let share = ReportNumbers.percent(entry.counts[tier], of: entry.total)
                return StackedBar.Part(
                    value: entry.counts[tier], style: "t\(tier)", title: "\(page.title(ofTier: tier)) \(share)")
            }
            let label = page.say("\(entry.run.period) 层级占比", "tier shares of \(entry.run.period)")
            let bar = StackedBar(parts: parts, scale: entry.total, label: label)
            return ["\(entry.run.period)", bar.markup, "\(page.number(entry.total))"]
        }
        let columns: [ReportTable.Column] = [
            .key(page.say("期间", "Period")), .bar(), .number(page.say("会员", "Members")),
        ]
        let counts = entries.map { entry -> [Markup] in
            ["\(entry.run.period)"] + entry.counts.map { "\(page.number($0))" } + ["\(page.number(entry.total))"]
        }
        let heads =
            [.key(page.say("期间", "Period"))] + model.tiers.indices.map { .number(page.title(ofTier: $0)) }
            + [ReportTable.Column.number(page.say("合计", "Total"))]
        return """
            <h3>\(page.say("各期构成", "Composition over time"))</h3>
            <ul class="legend">\(legend)</ul>
            \(ReportTable(columns: columns, rows: rows, fits: true).markup)\
            \(page.details(page.tableSummary, ReportTable(columns: heads, rows: counts).markup))
            """
    }

    private var legend: [Markup] {
        model.tiers.indices.map { "<li><i class=\"dot t\($0)\"></i>\(page.title(ofTier: $0))</li>" }
    }

    // MARK: Lifecycle

    private static let stages = [LifecycleStage.new, .active, .returned, .cooling, .dormant, .lost].map(\.name)

    private func members(stage: String, tier: String? = nil) -> Int {
        guard let tier else { return model.tiers.reduce(0) { $0 + members(stage: stage, tier: $1.id) } }
        return model.now.count(.stage, tier, stage)
    }

    var stages: Markup {
        guard model.members > 0 else { return .empty }
        let stages = TierSections.stages.filter { members(stage: $0) > 0 }
        let legend = stages.map { stage -> Markup in
            let count = members(stage: stage)
            return """
                <li><i class="dot s-\(stage)"></i>\(ReportVocabulary.stage(stage)(page.language)) \
                <b>\(ReportNumbers.percent(count, of: model.members))</b></li>
                """
        }
        let rules = model.lifecycle
        let source = page.say(
            """
            期间：最近一次月度分层。定义：\(rules.coolingDays) 天未购为降温，\(rules.dormantDays) 天为沉睡，\(rules.lostDays) 天为流失；\
            新会员为首购或入会 \(rules.newDays) 天内。行数：\(page.number(model.members)) 位会员。
            """,
            """
            Period: the latest refresh. Definition: cooling after \(rules.coolingDays) days without a \
            purchase, dormant \
            after \(rules.dormantDays), lost after \(rules.lostDays); new for \(rules.newDays) days. \
            Rows: \(page.number(model.members)) members.
            """)
        return page.section(
            page.say("生命周期", "Lifecycle stages"),
            lead: page.say(
                "第一行是全体会员，其下按层级分列：高层级里的沉睡与流失最值得先看。",
                "All members first, then tier by tier: silence in the high tiers deserves the first look."),
            source: "\(source)", "<ul class=\"legend\">\(legend)</ul>\(stageTable(stages))")
    }

    private func stageTable(_ stages: [String]) -> Markup {
        func row(_ name: Markup, _ label: String, _ tier: String?) -> [Markup] {
            let counts = stages.map { members(stage: $0, tier: tier) }
            let total = counts.reduce(0, +)
            let parts = zip(stages, counts).map { stage, count in
                StackedBar.Part(
                    value: count, style: "s-\(stage)",
                    title: "\(ReportVocabulary.stage(stage)(page.language)) \(ReportNumbers.percent(count, of: total))")
            }
            return [name, StackedBar(parts: parts, scale: total, label: label).markup, "\(page.number(total))"]
        }
        let everybody = page.say("全体会员", "All members")
        let rows =
            [row("\(everybody)", everybody, nil)]
            + model.tiers.indices.map { row(page.name(ofTier: $0), page.title(ofTier: $0), model.tiers[$0].id) }
        let columns: [ReportTable.Column] = [
            .text(page.say("层级", "Tier")), .bar(), .number(page.say("会员", "Members")),
        ]
        let heads =
            [.text(page.say("层级", "Tier"))]
            + stages.map { ReportTable.Column.number(ReportVocabulary.stage($0)(page.language)) }
        let counts = model.tiers.indices.map { tier -> [Markup] in
            let cells = stages.map { stage -> Markup in
                "\(page.number(members(stage: stage, tier: model.tiers[tier].id)))"
            }
            return ["\(page.title(ofTier: tier))"] + cells
        }
        let table = ReportTable(columns: heads, rows: counts).markup
        let bars = ReportTable(columns: columns, rows: rows, fits: true).markup
        return "\(bars)\(page.details(page.tableSummary, table))"
    }
}
