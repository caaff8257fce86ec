import RetierCore
import RetierLedger

/// What the tiers are worth: their contribution, and their profile in every dimension of the score.
struct ValueSections {
    let page: ReportPage
    private var model: ReportModel { page.model }
    private var figures: RunFigures { model.now }
    private var spend: Int { figures.count(.whole, of: .spend) }
    /// The tiers that have members.
    private var tiers: [Int] { model.tiers.indices.filter { model.counts[$0] > 0 } }

    private func spend(of tier: Int) -> Int { figures.count(.tier, model.tiers[tier].id, of: .spend) }

    // MARK: Contribution

    var contribution: Markup {
        guard let refresh = model.refresh, figures.count(.whole, of: .scored) > 0 else { return .empty }
        let best = figures.count(.fifth, "5")
        let bestMoney = ReportNumbers.percent(figures.count(.fifth, "5", of: .spend), of: spend)
        let scored = figures.count(.whole, of: .scored)
        let bestShare = ReportNumbers.percent(best, of: scored)
        let source = page.say(
            """
            期间：\(page.period(refresh))。定义：金额为\(page.windowText)的订单金额，已扣退货；客单价 = 金额 ÷ 购买订单数。\
            行数：\(page.number(figures.count(.whole, of: .orders))) 笔购买，\(page.number(scored)) 位有购买的会员。
            """,
            """
            Period: \(page.period(refresh)). Definition: the money is the amounts of orders \(page.windowText), less \
            returns; per order divides it by purchases. Rows: \(page.number(figures.count(.whole, of: .orders))) \
            purchases, \(page.number(scored)) members with one.
            """)
        return page.section(
            page.say("层级贡献", "What the tiers contribute"),
            lead: page.say(
                "上条是会员占比，下条是金额占比：下条越长于上条，该层级越值钱。金额最高的 \(bestShare) 会员带来 \(bestMoney) 的金额。",
                """
                The upper bar is the tier's share of members, the lower one its share of the money: the more the lower \
                one exceeds the upper, the more a member of it is worth. The best \(bestShare) of buyers bring \
                \(bestMoney) of the money.
                """),
            source: "\(source)", "\(contributionTable)\(page.details(page.tableSummary, contributionHistory))")
    }

    private var contributionTable: Markup {
        let rows = tiers.map { tier -> [Markup] in
            let money = spend(of: tier)
            let orders = figures.count(.tier, model.tiers[tier].id, of: .orders)
            let bars = ShareBars(
                members: model.counts[tier], ofMembers: model.members, money: money, ofMoney: spend, style: "t\(tier)")
            return [
                page.name(ofTier: tier), bars.markup,
                "\(ReportNumbers.percent(model.counts[tier], of: model.members))",
                "\(ReportNumbers.percent(money, of: spend))", "\(page.wholeUnits(money / model.counts[tier]))",
                "\(orders > 0 ? page.wholeUnits(money / orders) : "–")",
            ]
        }
        let orders = figures.count(.whole, of: .orders)
        let code = model.currency.code
        return ReportTable(
            columns: [
                .text(page.say("层级", "Tier")), .bar(), .optional(page.say("会员占比", "Members")),
                .number(page.say("金额占比", "Money")), .number(page.say("人均（\(code)）", "Each (\(code))")),
                .optional(page.say("客单价", "Per order")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(model.members))",
                "\(page.wholeUnits(spend))", "\(model.members > 0 ? page.wholeUnits(spend / model.members) : "–")",
                "\(orders > 0 ? page.wholeUnits(spend / orders) : "–")",
            ], fits: true
        ).markup
    }

    /// Each tier's share of the money after each of the last refreshes.
    private var contributionHistory: Markup {
        let rows = model.figures.refreshes.map { run -> [Markup] in
            let total = run.figures.count(.whole, of: .spend)
            let shares = model.tiers.map { tier -> Markup in
                "\(ReportNumbers.percent(run.figures.count(.tier, tier.id, of: .spend), of: total))"
            }
            return ["\(run.period)"] + shares + ["\(page.wholeUnits(total))"]
        }
        let heads = model.tiers.indices.map { ReportTable.Column.number(page.title(ofTier: $0)) }
        return ReportTable(
            columns: [.key(page.say("期间", "Period"))] + heads + [.number(page.say("金额", "Money"))], rows: rows
        ).markup
    }

    // MARK: Profile

    private var dimensions: [String] {
        let known = Dimension.allCases.map(\.name)
        return known.filter { name in figures.figures.contains { $0.part == .profile && $0.object == name } }
    }

    var profile: Markup {
        guard let refresh = model.refresh, !dimensions.isEmpty else { return .empty }
        let legend = tiers.map { "<li><i class=\"dot t\($0)\"></i>\(page.title(ofTier: $0))</li>" as Markup }
        let source = page.say(
            """
            期间：\(page.period(refresh))。定义：每个点是该层级有购买会员在该维度上的平均排名，左端 p0 最低，右端 p100 最高，竖线是全体平均 p50；\
            只列出权重大于 0 的维度。差距 = 最高层级与最低层级平均排名之差，单位为百分点。
            """,
            """
            Period: \(page.period(refresh)). Definition: each dot is the mean rank of the tier's buyers in that \
            dimension, p0 at the left, p100 at the right; the line in the middle is the mean of all, p50. Dimensions \
            with a weight above 0. Gap: the mean rank of the highest tier less that of the lowest, in points.
            """)
        return page.section(
            page.say("各层级的维度画像", "Profile of the tiers by dimension"),
            lead: page.say(
                "点与点离得越远，这个维度越能区分层级；挤在一起的维度几乎不起作用。",
                "The further apart the dots, the more the dimension tells tiers apart; where they crowd it hardly does."
            ),
            source: "\(source)",
            "<ul class=\"legend\">\(legend)</ul>\(strips)\(page.details(page.tableSummary, profileTable))")
    }

    private func rank(_ tier: Int, _ dimension: String) -> Int? {
        figures.value(.profile, model.tiers[tier].id, dimension, of: .rank).map { Int($0) }
    }

    private var strips: Markup {
        let rows = dimensions.map { dimension -> [Markup] in
            let ranks = tiers.compactMap { tier in rank(tier, dimension).map { (tier, $0) } }
            let gap = (ranks.first?.1 ?? 0) - (ranks.last?.1 ?? 0)
            let dots = ranks.map { tier, rank -> Markup in
                """
                <circle class="f t\(tier)" cx="\(percent(rank))" cy="50%" r="7"><title>\(page.title(ofTier: tier)) \
                \(ReportNumbers.percentile(rank))</title></circle>
                """
            }
            let title = page.title(ofDimension: dimension)
            let words = ranks.map { "\(page.title(ofTier: $0)) \(ReportNumbers.percentile($1))" }
            let label = "\(title): \(words.joined(separator: ", "))"
            let strip: Markup = """
                <svg class="strip" role="img" aria-label="\(label)"><line x1="0" x2="100%" y1="50%" y2="50%" />\
                <line x1="50%" x2="50%" y1="15%" y2="85%" />\(dots.reversed())</svg>
                """
            return ["\(title)", strip, "\(ReportNumbers.signed(gap / 10_000))"]
        }
        return ReportTable(
            columns: [.text(page.say("维度", "Dimension")), .bar(), .number(page.say("差距", "Gap"))], rows: rows,
            fits: true
        ).markup
    }

    /// Millionths as a percentage with one decimal.
    private func percent(_ millionths: Int) -> String { "\(millionths / 10_000).\(millionths / 1_000 % 10)%" }

    private var profileTable: Markup {
        let rows = tiers.map { tier -> [Markup] in
            [page.name(ofTier: tier)]
                + dimensions.map { "\(rank(tier, $0).map { ReportNumbers.percentile($0) } ?? "–")" }
        }
        return ReportTable(
            columns: [.text(page.say("层级", "Tier"))] + dimensions.map { .number(page.title(ofDimension: $0)) },
            rows: rows
        ).markup
    }
}
