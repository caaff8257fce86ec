import RetierCore
import RetierLedger

/// What budgets paid and left, and which playbook pushed out which.
struct BudgetSection {
    let page: ReportPage
    private var model: ReportModel { page.model }

    var markup: Markup {
        let lines = model.budgets
        let pairs = model.displacements
        guard !lines.isEmpty || !pairs.isEmpty else { return .empty }
        return page.section(
            page.say("预算与挤占", "Budgets and displacement"),
            lead: page.say(
                "每个预算先付优先级高的，再付单位成本预期价值高的；付不起的等待下一周期。",
                """
                A budget pays by priority, then by expected value for the cost; what it cannot pay waits for the next \
                period.
                """),
            source: "\(definition)", "\(budgets(lines))\(displacements(pairs))")
    }

    private var definition: String {
        page.say(
            """
            \(page.scopeText)定义：每个预算取最近一次使用它的运行。先前占用 = 更早的运行在同一周期内已送达、待发与结果不明的动作；未送出的退还。\
            分界线 = 末位已付与首位未付的动作每单位成本（或每个动作）的预期价值（会员价值 × 响应率 ÷ 成本）。挤掉 = 因该剧本占用频次名额或处于其\
            升级响应中而延后或抑制的候选；多个剧本占满同一上限时各计一次。
            """,
            """
            \(page.scopeText) Definition: each budget as of the latest run that used it. Used before: actions of \
            earlier runs in the same period that were delivered, are still to leave or are in doubt; what did not \
            leave is given back. Cut line: expected value for a unit of cost (or for an action) of the last action \
            paid and of the first unpaid: the member's value times response, divided by cost. Pushed out: candidates \
            that wait or are suppressed because the playbook has the place under a cap, or an escalation; where \
            several fill a cap, each counts.
            """)
    }

    private func budgets(_ lines: [BudgetLine]) -> Markup {
        guard !lines.isEmpty else { return .empty }
        let rows = lines.map { line -> [Markup] in
            let parts = [
                (line.use.total, "c-delivered", page.say("先前占用", "used before")),
                (line.reserved, "c-pending", page.say("本次预留", "reserved")),
            ].map { value, style, title in
                StackedBar.Part(value: Int(value), style: style, title: "\(title) \(amount(value, line))")
            }
            let scale = max(1, Int(max(line.limit, line.use.total + line.reserved)))
            let cut = [line.lastPaid, line.firstUnpaid].map { $0.map(SettlementText.decimal) ?? "–" }
            return [
                "\(line.id)<span class=\"id\">\(line.first.description) – \(line.last.description)</span>",
                StackedBar(parts: parts, scale: scale, label: line.id).markup, "\(amount(line.limit, line))",
                "\(amount(line.use.total, line))", "\(amount(line.reserved, line))", "\(amount(line.left, line))",
                "\(page.number(line.paid)) / \(page.number(line.unpaid))", "\(cut[0]) / \(cut[1])",
            ]
        }
        return ReportTable(
            columns: [
                .text(page.say("预算", "Budget")), .bar(isOptional: true), .number(page.say("上限", "Limit")),
                .number(page.say("先前占用", "Used before")), .number(page.say("本次预留", "Reserved")),
                .number(page.say("剩余", "Left")), .number(page.say("支付 / 等待", "Paid / unpaid")),
                .optional(page.say("分界线", "Cut line")),
            ], rows: rows, fits: true
        ).markup
    }

    private func displacements(_ pairs: [Displacement]) -> Markup {
        guard !pairs.isEmpty else { return .empty }
        let rows = pairs.map { pair -> [Markup] in
            let sends = model.figures.verdicts.reduce(0) { sum, group in
                group.playbook == pair.winner && group.verdict == Verdict.Outcome.send.rawValue
                    ? sum + group.candidates : sum
            }
            return [
                name(pair.winner), "\(page.number(sends))", "\(page.number(pair.candidates))", name(pair.loser),
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("剧本", "Playbook")), .number(page.say("带来", "Adds")),
                .number(page.say("挤掉", "Pushes out")), .text(page.say("被挤掉的剧本", "Of playbook")),
            ], rows: rows, fits: true, isWordy: true)
        return "<h3>\(page.say("剧本之间的挤占", "Which playbook pushes out which"))</h3>\(table.markup)"
    }

    private func name(_ playbook: String) -> Markup {
        "\(model.playbookTitles[playbook]?(page.language) ?? playbook)<span class=\"id\">\(playbook)</span>"
    }

    private func amount(_ value: Int64, _ line: BudgetLine) -> String {
        line.isMoney ? page.wholeUnits(value) : page.number(Int(value))
    }
}

extension ReportModel {
    /// The account of each budget in the latest of the report's runs that used it, by id.
    var budgets: [BudgetLine] {
        var latest: [String: BudgetLine] = [:]
        for run in figures.scope.reversed() {
            for line in run.figures.budgets { latest[line.id] = line }
        }
        return latest.values.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    /// Over the report's runs, most first.
    var displacements: [Displacement] {
        var sums: [[String]: Int] = [:]
        for pair in figures.scope.flatMap(\.figures.displacements) {
            sums[[pair.winner, pair.loser], default: 0] += pair.candidates
        }
        return sums.map { Displacement(winner: $0.key[0], loser: $0.key[1], candidates: $0.value) }.sorted {
            ($1.candidates, $0.winner, $0.loser) < ($0.candidates, $1.winner, $1.loser)
        }
    }
}
