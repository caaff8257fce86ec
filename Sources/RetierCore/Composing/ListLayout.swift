/// How the records of a list look in a robot's message.
struct ListLayout: Sendable {
    let markup: RobotMarkup
    let language: Language

    private var isTable: Bool { markup.format == .markdownV2 }

    /// What stands between two records.
    var separator: String { isTable ? "\n" : "\n\n" }

    /// What stands above the records besides the heading.
    var columns: String {
        guard isTable else { return "" }
        let names = [
            LocalizedText("#"), memberLabel, LocalizedText(zh: "剧本", en: "playbook"),
            LocalizedText(zh: "步骤", en: "step"),
            LocalizedText(zh: "内容", en: "text"), dueLabel, assignLabel,
        ].map { $0(language) }
        return row(names) + "\n" + row(names.map { _ in "---" }) + "\n"
    }

    /// One action; `number` counts the list's from 1.
    func record(_ action: ListedAction, number: Int) -> String {
        if isTable {
            return row([
                String(number), markup.idCell(action.memberID), markup.cell(action.title),
                markup.cell(action.stage), markup.cell(action.text), action.due?.description ?? "-",
                markup.cell(action.assign),
            ])
        }
        let first = markup.bold("\(number). \(markup.inline(action.title))") + " · " + markup.inline(action.stage)
        var facts = ["\(memberLabel(language)) \(markup.id(action.memberID))"]
        if let due = action.due { facts.append("\(dueLabel(language)) \(due)") }
        if let assign = action.assign { facts.append("\(assignLabel(language)) \(markup.inline(assign))") }
        // Plain text is set in, so that no line of a text can pass for the first line of a record.
        let indent = markup.format == .text ? markup.textPrefix : ""
        let lines = [first, indent + facts.joined(separator: " · ")]
        return (lines + markup.lines(action.text ?? "").map { markup.textPrefix + $0 })
            .joined(separator: markup.lineBreak)
    }

    private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    private var memberLabel: LocalizedText { LocalizedText(zh: "会员", en: "member") }
    private var dueLabel: LocalizedText { LocalizedText(zh: "截止", en: "due") }
    private var assignLabel: LocalizedText { LocalizedText(zh: "指派", en: "assigned to") }
}
