import RetierCore
import RetierStatistics

/// What playbooks bring beyond their control groups, with intervals, and how tiers answer.
struct UpliftSection {
    let page: ReportPage
    private var text: ExperimentText { ExperimentText(currency: page.model.currency, language: page.language) }

    var markup: Markup {
        guard let measurement = page.model.measurement, !measurement.entries.isEmpty else { return .empty }
        let rows = measurement.entries.flatMap { entry in
            entry.result.comparisons.map { row($0, of: entry) }
        }
        let body: Markup =
            rows.isEmpty
            ? page.empty(page.say("尚无可以比较的两组。", "There are no two groups to compare yet.")) : table(rows)
        let notes = measurement.entries.flatMap { text.notes($0) }.map { note -> Markup in "<li>\(note)</li>\n" }
        return page.section(
            page.say("策略提升与区间", "Uplift with intervals"),
            lead: page.say(
                "区间比数值重要：跨过 0 的区间不能说明有效，也不能说明无效。",
                """
                The interval matters more than the value: one that spans 0 shows no effect, and does not show that \
                there is none.
                """),
            source: "\(definition(measurement.lastDay))",
            "\(body)<ul class=\"notes\">\n\(notes)</ul>\(tiers(measurement))")
    }

    private func definition(_ lastDay: Day) -> String {
        page.say(
            """
            数据截至 \(lastDay)。定义：按分组意向（intention to treat），每位会员按首次进入时抽到的组计，无论是否收到；只计进入后窗口已结束的会员。\
            先查样本比例（卡方，p < 0.001 则不比较）。转化率：两比例 z 检验与 Newcombe 区间；消费：Welch t 检验，经 CUPED 用进入前一年的消费调整；\
            截顶 = 最高 0.5% 的消费截到该分位。判定日之前的区间是置信序列，可以天天看。校正 p：对全部剧本按 Holm 校正，每种结果各自校正。
            """,
            """
            Data to \(lastDay). Definition: by intention to treat, every member counts in the group that was drawn at \
            the first entry, whatever was received; only members whose window has ended count. The sample ratio comes \
            first (chi-square; below p 0.001 nothing is compared). Shares: z test of two proportions with Newcombe's \
            interval; spend: Welch's t test, adjusted by CUPED with the spend of the year before; capped: the highest \
            0.5% of the spends are cut to that quantile. Before the planned day intervals are confidence sequences, \
            which may be looked at every day. Corrected p: Holm's correction over all playbooks, each outcome alone.
            """)
    }

    private func row(_ comparison: ExperimentResult.Comparison, of entry: Measurement.Entry) -> [Markup] {
        let question = entry.result.question
        let baseline = comparison.baseline ?? page.say("对照组", "control")
        let arm = comparison.arm ?? page.say("全部实验组", "treated")
        let cells = text.cells(comparison)
        return [
            "\(entry.title(page.language))<span class=\"id\">\(question.experiment) · \(arm) / \(baseline)</span>",
            "\(text.outcome(comparison.outcome, of: question))",
            "\(page.number(comparison.treated)) / \(page.number(comparison.control))", "\(cells[0])", "\(cells[1])",
            "\(cells[2])", "\(cells[3])", "\(cells[4])",
            "\(comparison.reduction.map { ExperimentText.decimal($0 * 100, 1) + "%" } ?? "–")",
            verdict(comparison, question),
        ]
    }

    private func verdict(_ comparison: ExperimentResult.Comparison, _ question: ExperimentQuestion) -> Markup {
        let word = text.verdict(comparison, question)
        return switch comparison.verdict {
        case .higher: "<span class=\"up\">\(word)</span>"
        case .lower, .sampleRatio: "<b class=\"alarm\">\(word)</b>"
        case .notShown, .tooFew: "<span class=\"quiet\">\(word)</span>"
        }
    }

    private func table(_ rows: [[Markup]]) -> Markup {
        ReportTable(
            columns: [
                .text(page.say("实验", "Experiment")), .text(page.say("结果", "Outcome")),
                .optional(page.say("实验组 / 对照", "Members")), .optional(page.say("数值", "Value")),
                .optional(page.say("对照值", "Control")), .number(page.say("提升", "Uplift")),
                .number(page.say("95% 区间", "95% interval")), .optional(page.say("校正 p", "Corrected p")),
                .optional(page.say("CUPED 减少方差", "CUPED took")), .text(page.say("结论", "Verdict")),
            ], rows: rows, isWordy: true
        ).markup
    }

    // MARK: Tiers

    /// The same playbook in each tier; nothing where nobody's window has ended.
    private func tiers(_ measurement: Measurement) -> Markup {
        let rows = measurement.entries.flatMap { entry in
            entry.result.tiers.filter { $0.treated.members > 0 }.map { tier -> [Markup] in
                let title = page.model.tiers.firstIndex { $0.id == tier.tier }.map(page.title(ofTier:)) ?? tier.tier
                let isFeasible = ProportionTest.isFeasible(treated: tier.treated, control: tier.control)
                let uplift = ProportionTest.uplift(treated: tier.treated, control: tier.control)
                func share(_ group: Proportion) -> String {
                    group.members > 0 ? text.value(group.share, .goal) : "–"
                }
                return [
                    "\(entry.title(page.language))<span class=\"id\">\(entry.result.question.experiment)</span>",
                    "\(title)", "\(page.number(tier.treated.members)) / \(page.number(tier.control.members))",
                    "\(share(tier.treated))", "\(share(tier.control))",
                    "\(isFeasible ? text.value(uplift.difference, .goal, signed: true) : "–")",
                ]
            }
        }
        guard !rows.isEmpty else { return .empty }
        let table = ReportTable(
            columns: [
                .text(page.say("实验", "Experiment")), .text(page.say("进入时层级", "Tier at entry")),
                .optional(page.say("实验组 / 对照", "Members")), .number(page.say("响应率", "Response")),
                .number(page.say("对照", "Control")), .number(page.say("差", "Difference")),
            ], rows: rows, isWordy: true)
        return "<h3>\(page.say("各层级的响应", "Response of the tiers"))</h3>\n\(table.markup)"
    }
}
