import RetierCore

/// What came of budgets, and which playbook pushed out which, in words and as JSON.
struct SettlementText {
    let figures: RunFigures
    let currency: Currency
    let language: Language

    private func say(_ chinese: String, _ english: String) -> String {
        LocalizedText(zh: chinese, en: english)(language)
    }

    /// A table with one row a budget and what its columns mean; nothing where there is no budget.
    var budgets: String {
        let lines = figures.budgets
        guard !lines.isEmpty else { return "" }
        let heads = [
            say("预算", "budget"), say("周期", "period"), say("上限", "limit"), say("先前占用", "used before"),
            say("其中已送达", "of it settled"), say("本次预留", "reserved"), say("剩余", "left"), say("支付", "paid"),
            say("等待", "unpaid"), say("末位已付", "last paid"), say("首位未付", "first unpaid"),
        ]
        var table = TextTable(columns: heads.enumerated().map { TextTable.Column($1, $0 < 2 ? .left : .right) })
        for line in lines {
            table.append(
                [line.id, "\(line.first)..\(line.last)"]
                    + [line.limit, line.use.total, line.use.settled, line.reserved, line.left].map {
                        amount($0, of: line)
                    } + [String(line.paid), String(line.unpaid)]
                    + [line.lastPaid, line.firstUnpaid].map { $0.map(SettlementText.decimal) ?? "-" })
        }
        return "\n" + table.text() + LocalizedText.valuePerCost(language) + "\n"
    }

    /// A table with one row a playbook that pushes others out: what it adds, and what it pushes out of which.
    func displacements(_ tally: Tally) -> String {
        let pairs = figures.displacements
        guard !pairs.isEmpty else { return "" }
        let heads = [
            say("剧本", "playbook"), say("带来", "adds"), say("挤掉", "pushes out"), say("被挤掉的剧本", "of playbook"),
        ]
        var table = TextTable(
            columns: heads.enumerated().map { TextTable.Column($1, [1, 2].contains($0) ? .right : .left) })
        for pair in pairs {
            table.append([
                pair.winner, String(tally.count(.send, playbook: pair.winner)), String(pair.candidates), pair.loser,
            ])
        }
        return "\n" + table.text() + LocalizedText.displacement(language) + "\n"
    }

    /// An amount as the budget counts it.
    func amount(_ value: Int64, of line: BudgetLine) -> String {
        line.isMoney ? Money(minorUnits: value).text(decimals: currency.decimals) : String(value)
    }

    static func decimal(_ thousandths: Int64) -> String { Money(minorUnits: thousandths).text(decimals: 3) }

    var budgetJSON: [String] {
        figures.budgets.map { line in
            var object = JSONObject()
            object.add("budget", line.id)
            object.add("unit", line.isMoney ? currency.code : "actions")
            object.add("from", line.first.description)
            object.add("until", line.last.description)
            object.add("limit", amount(line.limit, of: line))
            object.add("used_before", amount(line.use.total, of: line))
            object.add("settled", amount(line.use.settled, of: line))
            object.add("reserved", amount(line.reserved, of: line))
            object.add("left", amount(line.left, of: line))
            object.add("paid", Int64(line.paid))
            object.add("unpaid", Int64(line.unpaid))
            object.add("last_paid", line.lastPaid.map(SettlementText.decimal))
            object.add("first_unpaid", line.firstUnpaid.map(SettlementText.decimal))
            return object.json
        }
    }

    var displacementJSON: [String] {
        figures.displacements.map { pair in
            var object = JSONObject()
            object.add("playbook", pair.winner)
            object.add("pushes_out", pair.loser)
            object.add("candidates", Int64(pair.candidates))
            return object.json
        }
    }
}

extension LocalizedText {
    /// What the cut line of a budget is.
    static let valuePerCost = LocalizedText(
        zh: "末位已付、首位未付：每单位成本（或每个动作）的预期价值 = 会员价值 × 响应率 ÷ 成本，先比优先级。",
        en: "last paid, first unpaid: expected value for a unit of cost, or for an action: the member's value times "
            + "response, divided by cost; priority comes first")

    /// What displacement means.
    static let displacement = LocalizedText(
        zh: "挤掉：因该剧本占用频次名额或处于其升级响应中而延后或抑制的候选；多个剧本占满同一上限时各计一次。",
        en: "pushes out: candidates that wait or are suppressed because the playbook has the place under a cap, or an "
            + "escalation; where several fill a cap, each counts")
}
