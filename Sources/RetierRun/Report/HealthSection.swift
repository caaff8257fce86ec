import RetierCore
import RetierLedger
import RetierStatistics

/// The numbers that must be watched, each with its rule of thumb and what it says now.
struct HealthSection {
    let page: ReportPage
    var model: ReportModel { page.model }

    enum Verdict {
        case good, review, unknown

        /// Whether a value keeps to its rule.
        init(_ holds: Bool?) { self = holds.map { $0 ? .good : .review } ?? .unknown }
    }

    struct Metric {
        var name: String
        /// Nil where there are no data.
        var value: String?
        var rule: String
        var verdict: Verdict
        /// What it counts, or why there are no data.
        var meaning: String
    }

    var markup: Markup {
        guard model.refresh != nil else { return .empty }
        let rows = metrics.map { metric -> [Markup] in
            [
                "\(metric.name)<span class=\"id\">\(metric.meaning)</span>",
                "\(metric.value ?? page.say("无数据", "no data"))", "\(metric.rule)", verdict(metric.verdict),
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("指标", "Metric")), .number(page.say("本期", "Now")),
                .text(page.say("经验值", "Rule of thumb")), .text(page.say("判断", "Verdict")),
            ], rows: rows, fits: true, isWordy: true)
        let missing = page.say(
            """
            没有数据、因此不显示的指标：服务响应时间、获客成本与 LTV/CAC、30 天复购率的品牌基准。\
            它们需要客服或成本的数据，这里不作推测。
            """,
            """
            Not shown, because there are no data: service response time, LTV/CAC and the brand's benchmark of \
            30-day repurchase. They need service records or costs, and are not guessed here.
            """)
        return page.section(
            page.say("健康指标", "Health of the tiering"),
            lead: page.say(
                "经验值来自行业资料，用来提醒复盘，不是目标。",
                "The rules of thumb are the field's: they call for a review, they are no targets."),
            source: "\(missing)", table.markup)
    }

    private func verdict(_ verdict: Verdict) -> Markup {
        switch verdict {
        case .good: "<span class=\"up\">\(page.say("正常", "fine"))</span>"
        case .review: "<b class=\"alarm\">\(page.say("复盘", "review"))</b>"
        case .unknown: "<span class=\"quiet\">–</span>"
        }
    }

    private var metrics: [Metric] {
        [
            migration, moved, spread, fit, contribution, activation, penetration, recommendation, response,
            sensitivity, uplift,
        ]
    }

    private var needsTwo: String { page.say("需要两次月度分层。", "It takes two refreshes.") }

    private var migration: Metric {
        var metric = Metric(
            name: page.say("价值迁移率", "Migration to the top"), rule: page.say("≥ 8%", "at least 8%"),
            verdict: .unknown, meaning: needsTwo)
        guard let flow = model.flow, flow.tiers.count >= 2, flow.before[1] > 0 else { return metric }
        let risen = flow.members(from: .tier(1), to: .tier(0))
        let (lower, upper) = (page.title(ofTier: 1), page.title(ofTier: 0))
        metric.value = ReportNumbers.percent(risen, of: flow.before[1])
        metric.verdict = Verdict(ReportNumbers.perMille(risen, of: flow.before[1]) >= ReportHeader.riseRuleOfThumb)
        metric.meaning = page.say(
            "由「\(lower)」升入「\(upper)」的会员 ÷ 上期「\(lower)」。", "From \(lower) to \(upper), of \(lower) before.")
        return metric
    }

    private var moved: Metric {
        var metric = Metric(
            name: page.say("层级变动率", "Changed tier"), rule: page.say("> 15%", "above 15%"), verdict: .unknown,
            meaning: needsTwo)
        guard let flow = model.flow, flow.present > 0 else { return metric }
        let moved = flow.promoted + flow.demoted
        metric.value = ReportNumbers.percent(moved, of: flow.present)
        metric.verdict = Verdict(ReportNumbers.perMille(moved, of: flow.present) > ReportHeader.movedRuleOfThumb)
        metric.meaning = page.say("升降级会员 ÷ 两期都在的会员。", "Moved up or down, of the members of both refreshes.")
        return metric
    }

    private var spread: Metric {
        var metric = Metric(
            name: page.say("用户价值方差变化", "Change of the variance of value"), rule: page.say("±30% 以内", "within ±30%"),
            verdict: .unknown, meaning: needsTwo)
        let deviations = [model.refresh, model.previous].map { $0?.figures.value(.whole, of: .spendDeviation) }
        guard let now = deviations[0], let before = deviations[1], before > 0 else { return metric }
        let (new, old) = (Int128(now) * Int128(now), Int128(before) * Int128(before))
        guard let change = Share.basisPoints(new - old, of: old) else { return metric }
        metric.value = "\(change > 0 ? "+" : "")\(basisPoints(change))"
        metric.verdict = Verdict(abs(change) <= 3_000)
        metric.meaning = page.say(
            "有购买会员的金额方差，与上期相比；标准差 \(page.wholeUnits(before)) → \(page.wholeUnits(now)) \(model.currency.code)。",
            """
            Variance of what buyers spent, against the refresh before; standard deviation \(page.wholeUnits(before)) → \
            \(page.wholeUnits(now)) \(model.currency.code).
            """)
        return metric
    }

    private var fit: Metric {
        var metric = Metric(
            name: page.say("分层策略适配度", "Fit of the tiering"), rule: page.say("≥ 75%", "at least 75%"),
            verdict: .unknown, meaning: needsTwo)
        guard let fit = model.now.value(.whole, of: .fit), let chance = model.now.value(.whole, of: .chance)
        else { return metric }
        metric.value = basisPoints(Int(fit))
        metric.verdict = Verdict(fit >= 7_500)
        metric.meaning = page.say(
            "若按上期以来的金额、以同样的人数重新分层，层级不变的会员占比；随机分层也会有 \(basisPoints(Int(chance)))。",
            """
            Members who would be in the same tier had tiers of the same size been given by what was spent since; \
            chance alone gives \(basisPoints(Int(chance))).
            """)
        return metric
    }

    private var contribution: Metric {
        var metric = Metric(
            name: page.say("最高层级贡献", "Contribution of the top tier"), rule: page.say("看趋势", "its trend"),
            verdict: .unknown, meaning: page.say("没有金额。", "No money was spent."))
        guard let top = model.tiers.first else { return metric }
        func share(_ figures: RunFigures) -> (part: Int, whole: Int) {
            (figures.count(.tier, top.id, of: .spend), figures.count(.whole, of: .spend))
        }
        let now = share(model.now)
        guard now.whole > 0 else { return metric }
        metric.value = ReportNumbers.percent(now.part, of: now.whole)
        metric.meaning = page.say(
            "「\(page.title(ofTier: 0))」的金额 ÷ 全部金额。", "The money of \(page.title(ofTier: 0)), of all.")
        if let before = model.previous.map({ share($0.figures) }), before.whole > 0 {
            let change = ReportNumbers.points(now.part, of: now.whole, since: before.part, of: before.whole)
            metric.meaning += page.say("较上期 \(change) 个百分点。", " \(change) points against the refresh before.")
        }
        return metric
    }

    private var activation: Metric {
        let active = model.now.count(.whole, of: .active)
        let days = FigureCount.activeDays
        return Metric(
            name: page.say("会员活跃率", "Active members"), value: ReportNumbers.percent(active, of: model.members),
            rule: page.say("≥ 8%", "at least 8%"),
            verdict: Verdict(model.members > 0 ? ReportNumbers.perMille(active, of: model.members) >= 80 : nil),
            meaning: page.say("最近 \(days) 天内有购买的会员占比。", "Members with a purchase in the last \(days) days."))
    }

    private var penetration: Metric {
        let waiting = model.figures.waiting
        var metric = Metric(
            name: page.say("会员渗透率", "Member penetration"), rule: page.say("> 25%", "above 25%"), verdict: .unknown,
            meaning: page.say(
                "账本里没有非会员顾客的数据。", "The ledger knows of no customers who are not members."))
        guard waiting > 0 else { return metric }
        let all = model.members + waiting
        metric.value = ReportNumbers.percent(model.members, of: all)
        metric.verdict = Verdict(ReportNumbers.perMille(model.members, of: all) > 250)
        metric.meaning = page.say(
            "会员 ÷（会员 + 只在订单等文件里出现、没有会员资料的 \(page.number(waiting)) 人）。",
            "Members, of members and the \(page.number(waiting)) persons known from other files only.")
        return metric
    }

    private var recommendation: Metric {
        var metric = Metric(
            name: page.say("净推荐值（NPS）", "Net promoter score"), rule: page.say("不连续两期下降", "not falling twice in a row"),
            verdict: .unknown,
            meaning: page.say(
                "上次分层以来没有 NPS 回答（nps 事件，value 为 0–10）。",
                "No NPS answers since the refresh before (nps events with a value from 0 to 10)."))
        let scores = model.figures.refreshes.prefix(3).map { NetPromoterScore($0.figures) }
        guard let now = scores.first, let score = now.score else { return metric }
        metric.value = ReportNumbers.signed(score)
        metric.meaning = page.say(
            "\(page.number(now.answers)) 位会员上次分层以来最近一次回答：9–10 分占比减去 0–6 分占比。",
            """
            Share of 9 and 10 less share of 0 to 6, of the latest answers of \(page.number(now.answers)) members since \
            the refresh before.
            """)
        let earlier = scores.dropFirst().map(\.score)
        if let before = earlier.first, let before {
            metric.meaning += page.say(
                "上期 \(ReportNumbers.signed(before))。", " \(ReportNumbers.signed(before)) before.")
            let falls = score < before
            let fellBefore = earlier.count > 1 && earlier[1].map { before < $0 } == true
            metric.verdict = Verdict(!(falls && fellBefore))
        }
        return metric
    }

    /// Basis points as a percentage with one decimal, rounded to the nearest.
    private func basisPoints(_ value: Int) -> String {
        let tenths = (value.magnitude + 5) / 10
        return "\(value < 0 ? "\u{2212}" : "")\(tenths / 10).\(tenths % 10)%"
    }
}

/// Promoters less detractors of a refresh, of all who answered.
private struct NetPromoterScore {
    let answers: Int
    /// -100 to 100, rounded to the nearest; nil where nobody answered.
    let score: Int?

    init(_ figures: RunFigures) {
        let (promoters, detractors) = (
            figures.count(.whole, of: .promoters), figures.count(.whole, of: .detractors)
        )
        answers = promoters + figures.count(.whole, of: .passives) + detractors
        let difference = promoters - detractors
        score = answers > 0 ? (2 * difference * 100 + difference.signum() * answers) / (2 * answers) : nil
    }
}
