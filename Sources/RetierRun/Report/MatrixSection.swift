import RetierCore
import RetierLedger

/// From tier to tier: one square of counts for each two refreshes that follow each other.
struct MatrixSection {
    let page: ReportPage
    private var model: ReportModel { page.model }

    var markup: Markup {
        guard let now = model.refresh else { return .empty }
        let title = page.say("层级转移矩阵", "Moves from tier to tier")
        let shown = Transition.Kind.allCases.filter { !$0.isSignal || model.moves(of: $0) > 0 }
        let kinds = shown.map { kind -> Markup in
            "<li>\(ReportVocabulary.kind(kind)(page.language)) <b>\(page.number(model.moves(of: kind)))</b></li>"
        }
        let list: Markup = "<ul class=\"legend\">\(kinds)</ul>"
        guard let flow = model.flow else {
            return page.section(title, lead: page.say("本次分层的变动。", "The moves of this refresh."), list)
        }
        let source = page.say(
            """
            期间：\(page.period(now))。定义：行是上一期层级，列是本期层级；百分比以上一期该层级人数为分母。虚线格为保持不变，不参与着色。\
            「离开」是上一期有、本期没有的会员。右侧三列按上一期层级计生命周期的变化：本期转为沉睡、转为流失、沉睡或流失后再次购买；\
            他们已含在左侧各格。
            """,
            """
            Period: \(page.period(now)). Definition: rows are the tier before, columns the tier now; percentages are \
            of the tier before. Dashed cells stayed and take no part in the shading. Left: members of the earlier \
            refresh only. The last three columns count changes of the lifecycle stage by the tier before: who became \
            dormant, who became lost, who bought again after either; they are in the cells to their left already.
            """)
        return page.section(
            title,
            lead: page.say(
                "颜色越浓人数越多：蓝色向上，橙色向下，紫色为新增，灰色为离开。",
                "The stronger the colour, the more members: blue upwards, orange downwards, violet new, grey left."),
            source: "\(source)", "\(list)\(table(flow))\(earlier)")
    }

    /// The pairs of refreshes before the latest one, folded.
    private var earlier: [Markup] {
        let refreshes = model.figures.refreshes
        return model.flows.enumerated().dropFirst().compactMap { index, flow in
            flow.map { page.details("\(refreshes[index + 1].period) → \(refreshes[index].period)", table($0)) }
        }
    }

    private func table(_ flow: TierFlow) -> Markup {
        let movers = flow.ribbons.filter { $0.from != $0.to }
        let most = movers.map(\.members).max() ?? 1
        var rows = model.tiers.indices.compactMap { from -> Markup? in
            guard flow.before[from] + flow.after[from] > 0 else { return nil }
            let cells = columns(flow).map { cell(flow, .tier(from), $0, of: flow.before[from], most: most) }
            let stages = [flow.dormant, flow.lost, flow.returned].map { number($0[from]) }
            return row(page.title(ofTier: from), cells, flow.before[from], stages)
        }
        if flow.new > 0 {
            let cells = columns(flow).map { cell(flow, .outside, $0, of: flow.new, most: most) }
            rows.append(row(page.say("新增", "New"), cells, flow.new, Array(repeating: number(0), count: 3)))
        }
        let totals = columns(flow).map { to in
            number(flow.ribbons.reduce(0) { $1.to == to ? $0 + $1.members : $0 })
        }
        let stages = [flow.dormant, flow.lost, flow.returned].map { number($0.reduce(0, +)) }
        rows.append(row(page.say("本期", "Now"), totals, flow.before.reduce(0, +) + flow.new, stages))
        let names = columns(flow).map { name($0) }
        let last = [
            page.say("上期", "Before"), page.say("沉睡", "Dormant"), page.say("流失", "Lost"), page.say("回归", "Returned"),
        ]
        let heads = (names + last).map { "<th scope=\"col\">\($0)</th>" as Markup }
        return """
            <div class="scroll"><table class="heat"><thead><tr><td class="none"></td>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    /// The tiers in use, and the outside where somebody went there.
    private func columns(_ flow: TierFlow) -> [TierFlow.Place] {
        let tiers = model.tiers.indices.filter { flow.before[$0] + flow.after[$0] > 0 }
        return tiers.map { TierFlow.Place.tier($0) } + (flow.left > 0 ? [.outside] : [])
    }

    private func number(_ members: Int) -> Markup {
        "<td class=\"none\">\(members > 0 ? page.number(members) : "·")</td>"
    }

    private func name(_ place: TierFlow.Place) -> String {
        switch place {
        case .tier(let tier): page.title(ofTier: tier)
        case .outside: page.say("离开", "Left")
        }
    }

    private func row(_ name: String, _ cells: [Markup], _ total: Int, _ last: [Markup]) -> Markup {
        "<tr><th scope=\"row\">\(name)</th>\(cells)<td class=\"none\">\(page.number(total))</td>\(last)</tr>\n"
    }

    private func cell(
        _ flow: TierFlow, _ from: TierFlow.Place, _ to: TierFlow.Place, of total: Int, most: Int
    ) -> Markup {
        let members = flow.members(from: from, to: to)
        guard members > 0 else { return "<td class=\"none\">·</td>" }
        let share = ReportNumbers.percent(members, of: total)
        let content: Markup = "\(page.number(members))<small>\(share)</small>"
        guard from != to else { return "<td class=\"same\">\(content)</td>" }
        let hue =
            switch (from, to) {
            case (.tier(let from), .tier(let to)): to < from ? "up" : "down"
            case (_, .outside): "gone"
            default: "new"
            }
        return "<td\(HeatShade(members, most: most, hue: hue).attributes)>\(content)</td>"
    }
}
