extension Tally {
    /// A table of texts for the terminal: one header row, then rows of as many cells.
    package struct Table: Hashable, Sendable {
        package var header: [String]
        package var rows: [[String]]
    }

    /// One row a playbook and a last row with the totals.
    package func byPlaybook(
        language: Language, currency: Currency, title: (String) -> String = { $0 }
    ) -> Table {
        func row(_ name: String, _ playbook: String?) -> [String] {
            let counts = Verdict.Outcome.allCases.map { count($0, playbook: playbook) }
            let all = counts.reduce(0, +)
            return [name, String(all)] + counts.map(String.init) + [
                cost(playbook: playbook).text(decimals: currency.decimals)
            ]
        }
        let header =
            [
                LocalizedText(zh: "剧本", en: "playbook")(language), LocalizedText(zh: "候选", en: "candidates")(language),
            ] + Verdict.Outcome.allCases.map { $0.title(language) } + [
                LocalizedText(zh: "成本 \(currency.code)", en: "cost \(currency.code)")(language)
            ]
        let total = LocalizedText(zh: "合计", en: "total")(language)
        return Table(header: header, rows: playbooks.map { row(title($0), $0) } + [row(total, nil)])
    }

    /// One row a reason that occurred: verdict, reason code, what it means, count.
    package func byReason(language: Language) -> Table {
        let header = [
            LocalizedText(zh: "结论", en: "verdict"), LocalizedText(zh: "原因", en: "reason"),
            LocalizedText(zh: "含义", en: "meaning"), LocalizedText(zh: "数量", en: "count"),
        ]
        let rows = ReasonCode.allCases.filter { count($0) > 0 }.map { reason in
            [reason.outcome.title(language), reason.rawValue, reason.title(language), String(count(reason))]
        }
        return Table(header: header.map { $0(language) }, rows: rows)
    }

    /// One line that shows the balance: `120 candidates = 80 send + 30 deferred + 8 suppressed + 2 held out`.
    package func balance(language: Language) -> String {
        let parts = Verdict.Outcome.allCases.map { "\(count($0)) \($0.title(language))" }
        return "\(candidates) " + LocalizedText(zh: "候选", en: "candidates")(language) + " = "
            + parts.joined(separator: " + ")
    }
}

extension Verdict.Outcome {
    package var title: LocalizedText {
        switch self {
        case .send: LocalizedText(zh: "发送", en: "send")
        case .deferred: LocalizedText(zh: "延后", en: "deferred")
        case .suppressed: LocalizedText(zh: "抑制", en: "suppressed")
        case .heldOut: LocalizedText(zh: "留出对照", en: "held out")
        }
    }
}

extension ReasonCode {
    /// What the reason means, for people.
    package var title: LocalizedText {
        switch self {
        case .selected: LocalizedText(zh: "无阻碍，发送", en: "nothing stood against it")
        case .noConsent: LocalizedText(zh: "该渠道与用途未获同意", en: "no consent for the channel and purpose")
        case .neverContact: LocalizedText(zh: "在勿扰名单上", en: "on the suppression list")
        case .noRecipient: LocalizedText(zh: "接收方没有该会员的可用标识", en: "no usable id of the member at the receiver")
        case .outsidePilot: LocalizedText(zh: "剧本仍在试点，会员不在试点范围", en: "the playbook is in its pilot, the member is not")
        case .programmeControl: LocalizedText(zh: "属于全局对照组", en: "in the control group of the whole programme")
        case .controlGroup: LocalizedText(zh: "属于对照组", en: "in the control group")
        case .openCase: LocalizedText(zh: "会员正处于升级响应个案中", en: "the member is in an escalation")
        case .oncePer: LocalizedText(zh: "间隔期内已进入过该剧本", en: "entered this playbook too recently")
        case .displaced: LocalizedText(zh: "本次名额被优先级更高的剧本占用", en: "another playbook took the place in this run")
        case .frequencyCap: LocalizedText(zh: "先前的发送已占满频次上限", en: "earlier sends fill the channel's cap")
        case .laterStep: LocalizedText(zh: "后续步骤，等待升级时点", en: "a later step, waiting for its time")
        case .tooLate: LocalizedText(zh: "已过最晚发送日", en: "the step's last day is over")
        case .quietHours: LocalizedText(zh: "落在免打扰时段", en: "falls into quiet hours")
        case .needsApproval: LocalizedText(zh: "需要人工审批", en: "waiting for a person's approval")
        case .budget: LocalizedText(zh: "超出本期预算", en: "beyond the budget of the period")
        }
    }
}
