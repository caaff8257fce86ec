package import RetierCore

/// A plan's tally in words: what would happen, by playbook and by reason, and that the counts balance.
package enum PlanText {
    /// Lines for the terminal, in the brand's language; `titles` are those of the playbooks, by id.
    package static func summary(
        header: PlanHeader, members: Int, transitions: [Transition.Kind: Int], tally: Tally,
        figures: RunFigures, titles: [String: LocalizedText], language: Language
    ) -> String {
        var text = heading(header, members: members)(language) + "\n"
        let moves = Transition.Kind.allCases.compactMap { kind in
            transitions[kind].map { "\(kind.title(language)) \($0)" }
        }
        if !moves.isEmpty {
            text += LocalizedText(zh: "变动：", en: "moves: ")(language)
            text += moves.joined(separator: LocalizedText(zh: "，", en: ", ")(language)) + "\n"
        }
        let accounts = SettlementText(figures: figures, currency: header.currency, language: language)
        guard tally.candidates > 0 else {
            return text + LocalizedText(zh: "没有候选动作", en: "no candidates")(language) + "\n" + accounts.budgets
        }
        let byPlaybook = tally.byPlaybook(language: language, currency: header.currency) { id in
            titles[id].map { "\(id) \($0(language))" } ?? id
        }
        text += "\n" + layOut(byPlaybook, leading: 1)
        text += "\n" + layOut(tally.byReason(language: language), leading: 3)
        return text + "\n" + tally.balance(language: language) + "\n" + accounts.budgets + accounts.displacements(tally)
    }

    private static func heading(_ header: PlanHeader, members: Int) -> LocalizedText {
        switch header.kind {
        case .refresh:
            LocalizedText(
                zh: "月度重新分层 \(header.period)，数据截至 \(header.asOf)，\(members) 名会员",
                en: "refresh \(header.period) as of \(header.asOf), \(members) members")
        case .daily:
            LocalizedText(
                zh: "每日运行 \(header.asOf)，\(members) 名会员", en: "daily run \(header.asOf), \(members) members")
        }
    }

    /// The first columns are texts, the others numbers.
    private static func layOut(_ rows: Tally.Table, leading: Int) -> String {
        var table = TextTable(
            columns: rows.header.enumerated().map { TextTable.Column($1, $0 < leading ? .left : .right) })
        for row in rows.rows { table.append(row) }
        return table.text()
    }
}
