/// An action list as a CSV file for a spreadsheet: RFC 4180, UTF-8 with the mark by which Excel knows it.
package enum ActionSheet {
    /// What a service team works with first; the ids by which a system finds the action again last.
    package static let columns = [
        "member_id", "title", "step", "level", "due", "assign", "text", "parameters", "cost", "currency", "channel",
        "type", "arm", "playbook", "version", "action_id",
    ]

    /// What stands above the rows.
    static let head = "\u{FEFF}" + csvLine(columns, ending: "\r\n")

    static func row(_ action: PlannedDecision, currency: Currency) -> String {
        let cells = [
            action.memberID, action.title, action.step, action.level.map(String.init), action.due?.description,
            action.assign, action.text, action.parameters == "{}" ? nil : action.parameters,
            action.cost.text(decimals: currency.decimals), currency.code, action.channel, action.type, action.arm,
            action.playbook, String(action.version), action.actionID,
        ]
        return csvLine(cells.map { $0.map(inert) }, ending: "\r\n")
    }

    /// Signs that begin a formula in a spreadsheet; the full-width ones do where the keyboard is Chinese or Japanese.
    private static let formulaSigns: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]

    /// A cell that a spreadsheet shows and does not work out: an apostrophe stands before what would be a formula.
    static func inert(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first, formulaSigns.contains(first) else { return cell }
        return "'" + cell
    }
}
