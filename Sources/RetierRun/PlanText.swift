package import RetierCore

/// A plan's tally in words: what would happen, by playbook and verdict, and that the counts balance.
package enum PlanText {
    /// Lines for the terminal, in the brand's language.
    package static func summary(
        header: PlanHeader, members: Int, transitions: [Transition.Kind: Int], tally: Tally, titles: [String: LocalizedText],
        language: Language
    ) -> String {
        let words = Words(language)
        var text = "\(words.run(header)) \(words.asOf) \(header.asOf), \(members) \(words.members)\n"
        let moves = Transition.Kind.allCases.compactMap { kind in
            transitions[kind].map { "\(kind.title(language)) \($0)" }
        }
        if !moves.isEmpty { text += words.moves + moves.joined(separator: language == .chinese ? "，" : ", ") + "\n" }
        text += "\n" + table(tally, titles: titles, header: header, language: language)
        text += "\n" + words.balance(tally) + "\n"
        return text
    }

    private static func table(
        _ tally: Tally, titles: [String: LocalizedText], header: PlanHeader, language: Language
    ) -> String {
        let words = Words(language)
        var table = TextTable(
            columns: [.init(words.playbook), .init(words.title)]
                + ([words.candidates] + Verdict.Outcome.allCases.map { $0.title(language) }
                    + ["\(words.cost) \(header.currency.code)"]).map { .init($0, .right) } + [.init(words.reasons)])
        for playbook in tally.playbooks {
            let lines = tally.lines.filter { $0.playbook == playbook }
            let reasons = lines.filter { $0.reason != .selected }.map { "\($0.reason.rawValue) \($0.count)" }
            table.append(
                [playbook, titles[playbook]?(language) ?? "", String(lines.reduce(0) { $0 + $1.count })]
                    + Verdict.Outcome.allCases.map { String(tally.count($0, playbook: playbook)) }
                    + [
                        tally.cost(playbook: playbook).text(decimals: header.currency.decimals),
                        reasons.joined(separator: ", "),
                    ])
        }
        return table.text()
    }

    private struct Words {
        let language: Language

        init(_ language: Language) { self.language = language }

        private func pick(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

        func run(_ header: PlanHeader) -> String {
            switch header.kind {
            case .refresh: pick("月度重新分层 \(header.period)，", "refresh \(header.period),")
            case .daily: pick("每日运行 \(header.period)，", "daily run \(header.period),")
            }
        }

        var asOf: String { pick("数据截至", "as of") }
        var members: String { pick("名会员", "members") }
        var moves: String { pick("变动：", "moves: ") }
        var playbook: String { pick("剧本", "playbook") }
        var title: String { pick("名称", "title") }
        var candidates: String { pick("候选", "candidates") }
        var cost: String { pick("成本", "cost") }
        var reasons: String { pick("未发送的原因", "why not sent") }

        func balance(_ tally: Tally) -> String {
            let parts = Verdict.Outcome.allCases.map { "\($0.title(language)) \(tally.count($0))" }
            return pick("候选", "candidates") + " \(tally.candidates) = " + parts.joined(separator: " + ")
        }
    }
}

extension Verdict.Outcome {
    /// The outcome's name for people.
    package func title(_ language: Language) -> String {
        switch (self, language) {
        case (.send, .chinese): "发送"
        case (.send, .english): "send"
        case (.deferred, .chinese): "推迟"
        case (.deferred, .english): "deferred"
        case (.suppressed, .chinese): "不发送"
        case (.suppressed, .english): "suppressed"
        case (.heldOut, .chinese): "对照组"
        case (.heldOut, .english): "held out"
        }
    }
}

extension Transition.Kind {
    /// The kind's name for people.
    package func title(_ language: Language) -> String {
        switch (self, language) {
        case (.enrolled, .chinese): "入会定级"
        case (.promoted, .chinese): "升级"
        case (.demoted, .chinese): "降级"
        case (.slid, .chinese): "价值滑落"
        case (.lapsed, .chinese): "沉睡"
        case (.returned, .chinese): "回归"
        case (_, .english): name
        }
    }
}
