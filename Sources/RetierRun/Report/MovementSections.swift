import RetierCore
import RetierLedger

/// Who moved: the flow between two refreshes, the heat map of moves, and their causes.
struct MovementSections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    /// Why there is no flow to show.
    private var absence: String {
        switch model.figures.refreshes.count {
        case 0: page.say("还没有月度分层。", "No refresh has been committed yet.")
        case 1:
            page.say(
                "这是第一次月度分层，还没有可比较的上一期；下一次分层后这里会出现流向图。",
                "This is the first refresh: there is nothing to compare with. The flow appears after the next one.")
        default:
            page.say(
                "账本里的层级变动与当前层级对不上，无法推算流向；请运行 retier audit verify 检查账本。",
                """
                The ledger's moves do not fit the standings, so no flow can be derived; check it with retier \
                audit verify.
                """)
        }
    }

    // MARK: Flow

    var flow: Markup {
        let title = page.say("层级流动", "Flow between tiers")
        guard let flow = model.flow, let now = model.refresh, let before = model.previous else {
            return page.section(title, lead: "", page.empty(absence))
        }
        let stayed = flow.present - flow.promoted - flow.demoted
        let lead = page.say(
            "左为 \(before.period)，右为 \(now.period)；带的粗细就是人数，同一比例尺。",
            "\(before.period) on the left, \(now.period) on the right; the width of a band is its members, one scale.")
        var source = page.say(
            """
            期间：\(page.period(before)) 至 \(page.period(now))。行数：\(page.number(flow.present)) 位两期都在的会员，\
            \(page.number(flow.new)) 位新增，\(page.number(flow.left)) 位离开。
            """,
            """
            Period: \(page.period(before)) to \(page.period(now)). Rows: \(page.number(flow.present)) members of both, \
            \(page.number(flow.new)) new, \(page.number(flow.left)) left.
            """)
        if flow.unreconciled > 0 {
            source += page.say(
                "注意：有 \(page.number(flow.unreconciled)) 位会员在上一期运行的计数之外。",
                " Note: \(page.number(flow.unreconciled)) members were not counted by the run before.")
        }
        let legend: [Markup] = [
            legendItem("up", page.say("升级", "Up"), flow.promoted),
            legendItem("down", page.say("降级", "Down"), flow.demoted),
            legendItem("stay", page.say("保持", "Stayed"), stayed), legendItem("new", page.say("新增", "New"), flow.new),
            legendItem("gone", page.say("离开", "Left"), flow.left),
        ]
        return page.section(
            title, lead: lead, source: "\(source)",
            "<ul class=\"legend\">\(legend)</ul>\(SankeyFigure(page: page, flow: flow).markup)\(flowTable(flow))")
    }

    private func legendItem(_ style: String, _ name: String, _ members: Int) -> Markup {
        "<li><i class=\"dot c-\(style)\"></i>\(name) <b>\(page.number(members))</b></li>"
    }

    private func flowTable(_ flow: TierFlow) -> Markup {
        let figure = SankeyFigure(page: page, flow: flow)
        let total = flow.ribbons.reduce(0) { $0 + $1.members }
        let rows = flow.ribbons.map { ribbon -> [Markup] in
            [
                "\(figure.name(ribbon.from, isSource: true))", "\(figure.name(ribbon.to, isSource: false))",
                "\(page.number(ribbon.members))", "\(ReportNumbers.percent(ribbon.members, of: total))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("从", "From")), .text(page.say("到", "To")), .number(page.say("会员", "Members")),
                .number(page.say("占比", "Share")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(total))",
                "\(ReportNumbers.percent(total, of: total))",
            ], fits: true)
        return page.details(page.tableSummary, table.markup)
    }

    // MARK: Heat map

    var heat: Markup {
        guard let now = model.refresh else { return .empty }
        let title = page.say("变动热力图", "Moves from tier to tier")
        let shown = Transition.Kind.allCases.filter { !$0.isSignal || model.moves(of: $0) > 0 }
        let kinds = shown.map { kind -> Markup in
            "<li>\(ReportVocabulary.kind(kind)(page.language)) <b>\(page.number(model.moves(of: kind)))</b></li>"
        }
        let list: Markup = "<ul class=\"legend\">\(kinds)</ul>"
        guard let flow = model.flow else {
            return page.section(title, lead: page.say("本次分层的变动。", "The moves of this refresh."), list)
        }
        let source = page.say(
            "期间：\(page.period(now))。定义：行是上一期层级，列是本期层级；百分比以行合计为分母。虚线格为保持不变，不参与着色。",
            """
            Period: \(page.period(now)). Definition: rows are the tier before, columns the tier now; \
            percentages are of the row. Dashed cells stayed and take no part in the shading.
            """)
        return page.section(
            title,
            lead: page.say(
                "颜色越浓人数越多：蓝色向上，橙色向下，紫色为新增。",
                "The stronger the colour, the more members: blue upwards, orange downwards, violet newly enrolled."),
            source: "\(source)", "\(list)\(heatTable(flow))")
    }

    private func heatTable(_ flow: TierFlow) -> Markup {
        let most = flow.ribbons.filter { $0.from != $0.to && $0.from != .unknown }.map(\.members).max() ?? 1
        let heads = model.tiers.indices.map { "<th scope=\"col\">\(page.title(ofTier: $0))</th>" as Markup }
        var rows = model.tiers.indices.map { from -> Markup in
            let cells = model.tiers.indices.map { to -> Markup in
                let members = flow.members(from: from, to: to)
                return heatCell(members, of: flow.before[from], from: from, to: to, most: most)
            }
            return heatRow(page.title(ofTier: from), cells, flow.before[from])
        }
        if flow.new > 0 {
            let cells = model.tiers.indices.map { to -> Markup in
                let members = flow.ribbons.first { $0.from == .outside && $0.to == .tier(to) }?.members ?? 0
                return heatCell(members, of: flow.new, from: nil, to: to, most: most)
            }
            rows.append(heatRow(page.say("新增", "New"), cells, flow.new))
        }
        return """
            <div class="scroll"><table class="heat"><thead><tr><td class="none"></td>\(heads)\
            <th scope="col">\(page.say("合计", "Total"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func heatRow(_ name: String, _ cells: [Markup], _ total: Int) -> Markup {
        "<tr><th scope=\"row\">\(name)</th>\(cells)<td class=\"none\">\(page.number(total))</td></tr>\n"
    }

    private func heatCell(_ members: Int, of total: Int, from: Int?, to: Int, most: Int) -> Markup {
        guard members > 0 else { return "<td class=\"none\">·</td>" }
        let share = ReportNumbers.percent(members, of: total)
        let content: Markup = "\(page.number(members))<small>\(share)</small>"
        guard from != to else { return "<td class=\"same\">\(content)</td>" }
        let hue = from.map { to < $0 ? "up" : "down" } ?? "new"
        return "<td\(HeatShade(members, most: most, hue: hue).attributes)>\(content)</td>"
    }

    // MARK: Causes

    var causes: Markup {
        let kinds: [Transition.Kind] = [.demoted, .slid, .promoted]
        let blocks = kinds.compactMap { kind -> Markup? in
            let causes = model.figures.causes.filter { $0.kind == kind.name }
            return causes.isEmpty ? nil : causeBlock(kind, causes)
        }
        guard !blocks.isEmpty, let now = model.refresh else { return .empty }
        let source = page.say(
            "期间：\(page.period(now))。定义：每次变动归因于对得分影响最大的维度；p91 表示高于 91% 的会员；数值为平均排名。",
            """
            Period: \(page.period(now)). Definition: each move is put down to the dimension whose contribution to the \
            score changed most; p91 is better than 91% of members; ranks are means.
            """)
        return page.section(
            page.say("升降级原因", "Why members moved"),
            lead: page.say("先看降级与滑落，再看升级。", "Losses first, gains after."), source: "\(source)",
            "<div class=\"pair\">\(blocks)</div>")
    }

    private func causeBlock(_ kind: Transition.Kind, _ causes: [ReportFigures.Cause]) -> Markup {
        let total = causes.reduce(0) { $0 + $1.members }
        let most = causes.map(\.members).max() ?? 1
        let style = kind == .promoted ? "c-up" : "c-down"
        let rows = causes.prefix(5).map { cause -> [Markup] in
            let share = ReportNumbers.percent(cause.members, of: total)
            let bar = StackedBar(
                parts: [.init(value: cause.members, style: style, title: share)], scale: most, label: share)
            return [
                "\(words(cause))", bar.markup,
                "\(page.number(cause.members))<span class=\"id\">\(share)</span>",
            ]
        }
        let columns: [ReportTable.Column] = [
            .text(page.say("原因", "Reason")), .bar(), .number(page.say("会员", "Members")),
        ]
        let head = "\(ReportVocabulary.kind(kind)(page.language)) · \(page.number(total))"
        return "<div><h3>\(head)</h3>\(ReportTable(columns: columns, rows: rows, fits: true).markup)</div>"
    }

    private func words(_ cause: ReportFigures.Cause) -> String {
        let dimension = ReportVocabulary.dimension(cause.dimension)(page.language)
        guard cause.dimension != nil else { return dimension }
        let before = ReportNumbers.percentile(cause.rankBefore)
        let after = ReportNumbers.percentile(cause.rankAfter)
        if before == after {
            return page.say("\(dimension)排名不变，仍为 \(before)", "\(dimension) rank unchanged at \(before)")
        }
        return cause.rankAfter < cause.rankBefore
            ? page.say("\(dimension)排名由 \(before) 降至 \(after)", "\(dimension) rank fell from \(before) to \(after)")
            : page.say("\(dimension)排名由 \(before) 升至 \(after)", "\(dimension) rank rose from \(before) to \(after)")
    }
}
