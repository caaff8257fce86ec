import RetierCore
import RetierLedger

/// What the members of each tier are predicted to be worth in the next 13 weeks.
struct PredictedTiers {
    let page: ReportPage
    private var model: ReportModel { page.model }
    private var figures: RunFigures { model.now }

    private func count(_ tier: Int, _ quantity: Figure.Quantity) -> Int {
        figures.count(.tier, model.tiers[tier].id, of: quantity)
    }

    var markup: Markup {
        let tiers = model.tiers.indices.filter { count($0, .predicted) > 0 }
        guard let refresh = model.refresh, !tiers.isEmpty else { return .empty }
        let value = tiers.reduce(0) { $0 + count($1, .predictedValue) }
        let members = tiers.reduce(0) { $0 + count($1, .predicted) }
        let source = page.say(
            """
            期间：\(page.period(refresh))。定义：每位会员未来 13 周的预计购买天数 × 预计每购买日金额，不折现；上条是会员占比，下条是预测价值占比。\
            行数：\(page.number(members)) 位有预测的会员。
            """,
            """
            Period: \(page.period(refresh)). Definition: each member's expected purchase days of the next 13 weeks, \
            times the expected value of one, not discounted; the upper bar is the share of members, the lower one the \
            share of the predicted value. Rows: \(page.number(members)) members with a prediction.
            """)
        return """
            <h3>\(page.say("各层级未来 13 周的预测价值", "Predicted value of the tiers, next 13 weeks"))</h3>
            \(table(tiers, value: value, members: members))<p class="source">\(source)</p>
            """
    }

    private func table(_ tiers: [Int], value: Int, members: Int) -> Markup {
        let code = model.currency.code
        let rows = tiers.map { tier -> [Markup] in
            let (worth, holders) = (count(tier, .predictedValue), count(tier, .predicted))
            let bars = ShareBars(
                members: holders, ofMembers: members, money: worth, ofMoney: value, style: "t\(tier)")
            return [
                page.name(ofTier: tier), bars.markup, "\(page.number(holders))", "\(page.wholeUnits(worth))",
                "\(ReportNumbers.percent(worth, of: value))", "\(page.wholeUnits(worth / holders))",
            ]
        }
        return ReportTable(
            columns: [
                .text(page.say("层级", "Tier")), .bar(), .optional(page.say("会员", "Members")),
                .optional(page.say("预测价值（\(code)）", "Predicted (\(code))")),
                .number(page.say("价值占比", "Of the value")), .number(page.say("人均（\(code)）", "Each (\(code))")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(members))", "\(page.wholeUnits(value))", "100%",
                "\(page.wholeUnits(value / members))",
            ], fits: true
        ).markup
    }
}
