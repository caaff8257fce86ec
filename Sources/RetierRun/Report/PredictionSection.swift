import RetierCore
import RetierLedger

/// What the lifetime model is worth: its back-test on the last 13 weeks before it was learned.
struct PredictionSection {
    let page: ReportPage
    private var model: ReportModel { page.model }

    var markup: Markup {
        guard model.refresh != nil else { return .empty }
        let title = page.say("预测与实际", "Predicted against actual")
        guard let calibration = model.figures.calibration,
            let learned = LearnedLifetime(numbers: calibration.lifetime)
        else {
            return page.section(
                title, lead: "",
                page.empty(
                    page.say(
                        "没有数据：当前没有学习过的生命周期价值模型。",
                        "No data: no model of lifetime value has been learned.")))
        }
        let lines = LifetimeText(learned, language: page.language).lines
        let byTier = PredictedTiers(page: page).markup
        let list: Markup = "<ul class=\"findings\">\(lines.map { "<li>\($0)</li>" as Markup })</ul>"
        let facts = page.say("模型学习于 \(calibration.learnedOn)。", "The model was learned on \(calibration.learnedOn).")
        guard let test = learned.report.backTest else {
            let words = page.say(
                "没有回测：过去不足以同时学习与检验模型。",
                "No back-test: there is too little past both to learn the model and to test it.")
            return page.section(
                title, lead: "", "\(page.empty(words))\(list)<p class=\"source\">\(facts)</p>\(byTier)")
        }
        let chart: Markup = "\(legend)\(deciles(test))\(list)\(page.details(page.tableSummary, quality(test)))"
        let source: Markup = "<p class=\"source\">\(definition(test)) \(facts)</p>"
        return page.section(title, lead: verdict(test), "\(chart)\(source)\(byTier)")
    }

    private func verdict(_ test: BackTest) -> String {
        let error = (test.model.total - test.actual * 1_000_000)
        let share = ReportNumbers.percent(abs(error), of: max(test.actual * 1_000_000, 1))
        let total =
            error < 0
            ? page.say("总量低估 \(share)", "\(share) too low in total")
            : page.say("总量高估 \(share)", "\(share) too high in total")
        if test.isLost {
            return page.say(
                "回测\(total)；朴素预测的误差更小、排序也更好，模型不予采用。",
                """
                In the back-test it was \(total); the naive forecast has the smaller error and the better order, so \
                the model is not used.
                """)
        }
        let isBoth =
            test.model.meanError <= test.naive.meanError && test.model.rankCorrelation >= test.naive.rankCorrelation
        return isBoth
            ? page.say(
                "回测\(total)，误差与排序都不逊于朴素预测。",
                "In the back-test it was \(total), and no worse than the naive forecast in error and in order.")
            : page.say(
                "回测\(total)，误差与排序中有一项不如朴素预测。",
                "In the back-test it was \(total), and worse than the naive forecast in one of error and order.")
    }

    private var legend: Markup {
        """
        <ul class="legend"><li><i class="dot c-stay"></i>\(page.say("预测", "Predicted"))</li>\
        <li><i class="dot c-up"></i>\(page.say("实际", "Actual"))</li></ul>
        """
    }

    /// Tenths of the members, the best predicted first.
    private func deciles(_ test: BackTest) -> Markup {
        let most = test.deciles.map { max($0.predicted, $0.actual * 1_000_000) }.max() ?? 1
        let rows = test.deciles.enumerated().reversed().map { index, decile -> [Markup] in
            let members = max(decile.members, 1)
            let values = [(decile.predicted, "c-stay"), (decile.actual * 1_000_000, "c-up")]
            let bars = values.map { value, style -> Markup in
                let words = ReportNumbers.decimals(value / members, 2)
                let part = StackedBar.Part(value: value, style: style, title: words)
                return StackedBar(parts: [part], scale: max(most, 1), label: words, isThin: true).markup
            }
            return [
                "\(page.say("第 \(10 - index) 组", "Tenth \(10 - index)"))", "\(bars)", "\(page.number(decile.members))",
                "\(ReportNumbers.decimals(decile.predicted / members, 2))",
                "\(ReportNumbers.decimals(decile.actual * 1_000_000 / members, 2))",
            ]
        }
        return ReportTable(
            columns: [
                .key(page.say("十分组", "Tenth")), .bar(), .optional(page.say("会员", "Members")),
                .number(page.say("预测（人均）", "Predicted each")), .number(page.say("实际（人均）", "Actual each")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(test.members))",
                "\(page.number((test.model.total + 500_000) / 1_000_000))", "\(page.number(test.actual))",
            ], fits: true
        ).markup
    }

    private func quality(_ test: BackTest) -> Markup {
        let rows = [(page.say("模型", "Model"), test.model), (page.say("朴素预测", "Naive forecast"), test.naive)].map {
            name, forecast -> [Markup] in
            [
                "\(name)", "\(ReportNumbers.decimals(forecast.meanError, 4))",
                "\(ReportNumbers.decimals(forecast.rankCorrelation, 4))",
                "\(page.number((forecast.total + 500_000) / 1_000_000))",
            ]
        }
        return ReportTable(
            columns: [
                .text(page.say("预测", "Forecast")), .number(page.say("平均绝对误差", "Mean error")),
                .number(page.say("排序（基尼相关）", "Order (Gini correlation)")), .number(page.say("总量", "Total")),
            ], rows: rows
        ).markup
    }

    private func definition(_ test: BackTest) -> String {
        page.say(
            """
            定义：用截至 \(test.asOf) 的数据学习，预测其后 13 周每位会员的购买天数，再与实际比较；会员按预测由高到低十等分。\
            朴素预测 = 之前 13 周的购买天数。误差以天计；排序 1 为最好，0 与随机无异。行数：\(page.number(test.members)) 位会员。
            """,
            """
            Definition: learned from the data up to \(test.asOf), the model predicts each member's purchase days in \
            the 13 weeks after, compared with what came; members in tenths, the best predicted first. Naive forecast: \
            the purchase days of the 13 weeks before. Errors are in days; an order of 1 is the best, 0 no better than \
            chance. Rows: \(page.number(test.members)) members.
            """)
    }
}
