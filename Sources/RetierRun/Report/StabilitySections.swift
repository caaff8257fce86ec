import RetierCore
import RetierLedger

/// How settled the tiers are: moves that are taken back, and scores that lie near a cut.
struct StabilitySections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    // MARK: Flaps

    var flaps: Markup {
        guard model.figures.refreshes.count >= 2, let now = model.refresh else { return .empty }
        let recent = FlapReport.patience
        let source = page.say(
            """
            定义：撤回 = 会员回到最近 \(recent) 次月度分层之内因变动离开过的层级；撤回率 = 撤回 ÷ 本期升降级人数。\
            每人每年 = 每位会员每年（365.25 天）的升降级次数；偏离 = 稳定规则使其层级不同于得分应得层级的会员占比。参照：Online Retail 2010 数据（每周分层）在没有稳定规则时撤回率 23%，\
            用默认规则（低于门槛 90%、连续 2 次）时为 15%。
            """,
            """
            Definition: a move takes back an earlier one where it leads to a tier that the member left in one of the \
            last \(recent) refreshes; the rate is of this refresh's moves up and down. A year each: moves in a \
            member's year of \
            365.25 days. Held is the share of members whose tier differs \
            from what the score alone would give. For comparison: on the Online Retail data of 2010, tiered weekly, \
            23% of moves were taken back without a stability rule, 15% with the default one (below 90% of the cut, \
            twice in a row).
            """)
        return page.section(
            page.say("反复变动", "Moves taken back"),
            lead: page.say(
                "刚变动又变回的会员多，说明门槛附近在抖动：剧本会白白触发。",
                "Many members who move back soon mean that tiers flicker at a cut, and that playbooks fire for nothing."
            ),
            source: "\(source)", "\(history)\(pairs(now))\(causes(now))")
    }

    /// The flap report of a refresh, the latest first; days count from the refresh before.
    private func report(_ index: Int) -> FlapReport {
        let refreshes = model.figures.refreshes
        func sum(_ counts: (Figure) -> Bool) -> Int {
            refreshes[index].figures.figures.reduce(0) { counts($1) ? $0 + Int($1.value) : $0 }
        }
        let flow = index + 1 < refreshes.count ? model.flows[index] : nil
        let days = flow.map { $0.present * refreshes[index].asOf.days(since: refreshes[index + 1].asOf) }
        return FlapReport(
            changes: sum { $0.part == .move && [.promoted, .demoted].contains($0.quantity) },
            takenBack: sum { $0.part == .undone }, memberDays: days ?? 0)
    }

    private var history: Markup {
        let rows = model.figures.refreshes.enumerated().map { index, run -> [Markup] in
            let report = report(index)
            let share = ReportNumbers.percent(report.takenBack, of: report.changes)
            let bar = StackedBar(
                parts: [.init(value: report.takenBack, style: "c-down", title: share)], scale: report.changes,
                label: share)
            return [
                "\(run.period)", bar.markup, "\(page.number(report.changes))", "\(page.number(report.takenBack))",
                "\(share)", "\(report.changesPerYear.map { ReportNumbers.decimals($0 * 1_000, 2) } ?? "–")",
                "\(ReportNumbers.percent(run.figures.count(.whole, of: .unearned), of: run.figures.count(.whole)))",
            ]
        }
        return ReportTable(
            columns: [
                .key(page.say("期间", "Period")), .bar(isOptional: true), .number(page.say("升降级", "Moves")),
                .number(page.say("撤回", "Taken back")), .number(page.say("撤回率", "Rate")),
                .optional(page.say("每人每年", "A year each")), .number(page.say("偏离", "Held")),
            ], rows: rows, fits: true
        ).markup
    }

    /// Between which tiers the latest refresh took moves back.
    private func pairs(_ run: ReportFigures.Run) -> Markup {
        let undone = run.figures.figures.filter { $0.part == .undone }.sorted { $0.value > $1.value }
        guard !undone.isEmpty else { return .empty }
        let rows = undone.map { figure -> [Markup] in
            let (from, to) = (figure.subject, figure.object)
            let all = [Figure.Quantity.promoted, .demoted].reduce(0) { $0 + run.figures.count(.move, from, to, of: $1) }
            return [
                "\(title(from)) → \(title(to))", "\(page.number(Int(figure.value)))", "\(page.number(all))",
                "\(ReportNumbers.percent(Int(figure.value), of: all))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("变动", "Move")), .number(page.say("撤回", "Taken back")),
                .number(page.say("全部", "All")), .number(page.say("撤回率", "Rate")),
            ], rows: rows, fits: true)
        return page.details(page.say("\(run.period) 按层级", "\(run.period) by tiers"), table.markup)
    }

    /// Why members moved back in the latest refresh, as the reasons of their moves say.
    private func causes(_ run: ReportFigures.Run) -> Markup {
        let undone = run.figures.figures.filter { $0.part == .undoneCause }.sorted { $0.value > $1.value }
        guard !undone.isEmpty else { return .empty }
        let rows = undone.map { figure -> [Markup] in
            let all = run.figures.count(.cause, figure.subject, figure.object)
            let kind = Transition.Kind.allCases.first { $0.name == figure.subject }
            let dimension = figure.object.isEmpty ? nil : figure.object
            return [
                "\(kind.map { ReportVocabulary.kind($0)(page.language) } ?? figure.subject)",
                "\(ReportVocabulary.dimension(dimension)(page.language))", "\(page.number(Int(figure.value)))",
                "\(page.number(all))", "\(ReportNumbers.percent(Int(figure.value), of: all))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("变动", "Move")), .text(page.say("原因", "Reason")),
                .number(page.say("撤回", "Taken back")), .number(page.say("全部", "All")),
                .number(page.say("撤回率", "Rate")),
            ], rows: rows, fits: true)
        return page.details(page.say("\(run.period) 按原因", "\(run.period) by reasons"), table.markup)
    }

    private func title(_ tier: String) -> String {
        model.tiers.firstIndex { $0.id == tier }.map { page.title(ofTier: $0) } ?? tier
    }

    // MARK: Near the cuts

    private static let bins = -10..<10
    private var heading: String { page.say("门槛附近的会员", "Members near the cuts") }

    private var cuts: [String] { model.now.subjects(of: .cut) }

    private func members(_ cut: String, _ bin: Int) -> Int { model.now.count(.cut, cut, String(bin)) }

    var nearCuts: Markup {
        guard let refresh = model.refresh else { return .empty }
        guard !cuts.isEmpty else {
            let tables = DistanceTables(page: page).markup
            return tables.text.isEmpty ? .empty : page.section(heading, lead: "", tables)
        }
        let scored = model.now.count(.whole, of: .scored)
        let near = cuts.reduce(0) { $0 + members($1, -1) + members($1, 0) }
        let share = ReportNumbers.percent(near, of: scored)
        let source = page.say(
            """
            期间：\(page.period(refresh))。定义：横轴是综合得分与该层级门槛之差，每格 1 分（满分 100），左侧未达门槛，右侧已达；\
            虚线是保级线，低于它且连续多次才会降级。门槛与保级线都已冻结。行数：\(page.number(scored)) 位有购买的会员中，得分在门槛上下 10 分之内者。
            """,
            """
            Period: \(page.period(refresh)). Definition: the score less the tier's entry cut, one point (of 100) a \
            column; at the left below the cut, at the right above. The dashed line is the keeping line: only a score \
            below it, several times in a row, costs the tier. Cuts are frozen. Rows: of \(page.number(scored)) members \
            with a purchase those within ten points of a cut.
            """)
        let charts: Markup = """
            <div class="pair">\(cuts.map(chart))</div>\(page.details(page.tableSummary, cutTable))
            """
        return page.section(
            heading,
            lead: page.say(
                "\(page.number(near)) 位会员（\(share)）与某个门槛相差不到 1 分：一点变化就会改变他们的层级。",
                """
                \(page.number(near)) members (\(share)) are less than one point from a cut: little is needed to move \
                them.
                """),
            "\(charts)<p class=\"source\">\(source)</p>\(DistanceTables(page: page).markup)")
    }

    private func chart(_ cut: String) -> Markup {
        let position = model.tiers.firstIndex { $0.id == cut } ?? 0
        let most = max(StabilitySections.bins.map { members(cut, $0) }.max() ?? 1, 1)
        let columns = StabilitySections.bins.map { bin -> Markup in
            let count = members(cut, bin)
            let height = (count * 100 + most - 1) / most
            let style = bin < 0 ? "c-stay" : "t\(position)"
            let title = "\(ReportNumbers.signed(bin)) … \(ReportNumbers.signed(bin + 1)): \(page.number(count))"
            return """
                <rect class="f \(style)" x="\((bin + 10) * 10)" y="\(100 - height)" width="9" \
                height="\(height)"><title>\(title)</title></rect>
                """
        }
        let entry = model.now.value(.cut, cut, of: .entry) ?? 0
        let keep = model.now.value(.cut, cut, of: .keep) ?? 0
        let offset = Int(keep - entry) / 1_000 + 100
        let line: Markup =
            offset >= 0
            ? "<line class=\"keep\" x1=\"\(offset)\" x2=\"\(offset)\" y1=\"0\" y2=\"100\" />" : .empty
        let score = Int32(clamping: entry).points
        let label = page.say("得分与「\(title(cut))」门槛之差的分布", "scores around the entry cut of \(title(cut))")
        return """
            <div><h3><i class="dot t\(position)"></i>\(title(cut)) · \(score)</h3>
            <svg class="columns" viewBox="0 0 200 100" preserveAspectRatio="none" role="img" aria-label="\(label)">\
            \(columns)<line x1="99.5" x2="99.5" y1="0" y2="100" />\(line)</svg>
            <div class="axis"><span>\(ReportNumbers.signed(-10))</span><span>\(page.say("门槛", "cut"))</span>\
            <span>+10</span></div></div>
            """
    }

    private var cutTable: Markup {
        let rows = StabilitySections.bins.map { bin -> [Markup] in
            ["\(ReportNumbers.signed(bin)) … \(ReportNumbers.signed(bin + 1))"]
                + cuts.map { "\(page.number(members($0, bin)))" }
        }
        return ReportTable(
            columns: [.key(page.say("与门槛之差", "Points from the cut"))] + cuts.map { .number(title($0)) }, rows: rows
        ).markup
    }
}
