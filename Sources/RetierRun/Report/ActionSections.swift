import RetierCore
import RetierLedger

/// What was decided for whom by which playbook, and what became of the messages.
struct ActionSections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    // MARK: Verdicts

    var verdicts: Markup {
        let title = page.say("剧本与判定", "Playbooks and verdicts")
        guard model.candidates > 0 else {
            return page.section(
                title, lead: "",
                page.empty(page.say("本期没有任何候选动作。", "No playbook matched anybody: there are no candidates.")))
        }
        let legend = Verdict.Outcome.allCases.map { outcome -> Markup in
            """
            <li><i class="dot c-\(outcome.rawValue)"></i>\(ReportVocabulary.outcome(outcome)(page.language)) \
            <b>\(page.number(model.candidates(outcome)))</b></li>
            """
        }
        let source = page.say(
            """
            \(page.scopeText)定义：候选 = 会员 × 剧本步骤，每个候选恰有一个判定。每日运行会对仍在等待的候选再次判定，因此同一会员可计多次。行数：\
            \(page.number(model.candidates)) 个候选。
            """,
            """
            \(page.scopeText) Definition: a candidate is a member and a playbook's step, and ends in exactly one \
            verdict. Daily runs decide again on those who still wait, so a member may count more than once. Rows: \
            \(page.number(model.candidates)) candidates.
            """)
        return page.section(
            title, lead: balance, source: "\(source)",
            "<ul class=\"legend\">\(legend)</ul>\(playbookTable)\(reasonTable)")
    }

    /// The sum that has to come out.
    private var balance: String {
        let counts = Verdict.Outcome.allCases.map { model.candidates($0) }
        let words = zip(Verdict.Outcome.allCases, counts).map { outcome, count in
            "\(page.number(count)) \(ReportVocabulary.outcome(outcome)(page.language).lowercased())"
        }
        let isBalanced = counts.reduce(0, +) == model.candidates
        let mark =
            isBalanced
            ? page.say("，账目相符。", ": the counts balance.") : page.say("，账目不符！", ": THE COUNTS DO NOT BALANCE.")
        return page.say(
            "\(page.number(model.candidates)) 个候选 = \(words.joined(separator: " + "))\(mark)",
            "\(page.number(model.candidates)) candidates = \(words.joined(separator: " + "))\(mark)")
    }

    private var playbookTable: Markup {
        let tallies = model.tallies
        let most = tallies.map(\.total).max() ?? 1
        let rows = tallies.map { tally -> [Markup] in
            let parts = zip(Verdict.Outcome.allCases, tally.counts).map { outcome, count in
                StackedBar.Part(
                    value: count, style: "c-\(outcome.rawValue)",
                    title: "\(ReportVocabulary.outcome(outcome)(page.language)) \(page.number(count))")
            }
            let title = model.playbookTitles[tally.playbook]?(page.language) ?? tally.playbook
            let bar = StackedBar(parts: parts, scale: most, label: title)
            return [
                "\(title)<span class=\"id\">\(tally.playbook) · v\(tally.version)</span>", bar.markup,
                "\(page.number(tally.total))", "\(page.number(tally.counts[0]))",
                "\(ReportNumbers.percent(tally.counts[0], of: tally.total))",
                "\(ReportNumbers.money(tally.cost, model.currency))",
            ]
        }
        let sends = page.number(model.candidates(.send))
        let cost = Money(minorUnits: tallies.reduce(0) { $0 + $1.cost.minorUnits })
        return ReportTable(
            columns: [
                .text(page.say("剧本", "Playbook")), .bar(), .number(page.say("候选", "Candidates")),
                .number(page.say("发送", "Send")), .optional(page.say("发送率", "Sent")),
                .optional(page.say("成本", "Cost")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(model.candidates))", "\(sends)",
                "\(ReportNumbers.percent(model.candidates(.send), of: model.candidates))",
                "\(ReportNumbers.money(cost, model.currency))",
            ], fits: true, isWordy: true
        ).markup
    }

    private var reasonTable: Markup {
        let groups = Dictionary(grouping: model.figures.verdicts) { [$0.verdict, $0.reason] }
        let reasons = groups.map { key, rows in
            (verdict: key[0], reason: key[1], candidates: rows.reduce(0) { $0 + $1.candidates })
        }.sorted { ($1.candidates, $0.verdict, $0.reason) < ($0.candidates, $1.verdict, $1.reason) }
        let most = reasons.map(\.candidates).max() ?? 1
        let rows = reasons.map { entry -> [Markup] in
            let outcome = Verdict.Outcome(rawValue: entry.verdict)
            let verdict = outcome.map { ReportVocabulary.outcome($0)(page.language) } ?? entry.verdict
            let share = ReportNumbers.percent(entry.candidates, of: model.candidates)
            let bar = StackedBar(
                parts: [.init(value: entry.candidates, style: "c-\(entry.verdict)", title: share)], scale: most,
                label: share)
            return [
                """
                \(ReportVocabulary.reason(entry.reason)(page.language))<span class="id">\(verdict) · \
                \(entry.reason)</span>
                """,
                bar.markup, "\(page.number(entry.candidates))", "\(share)",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("判定原因", "Reason")), .bar(), .number(page.say("候选", "Candidates")),
                .number(page.say("占比", "Share")),
            ], rows: rows, fits: true, isWordy: true)
        return """
            <h3>\(page.say("按原因", "By reason"))</h3>
            \(table.markup)\(page.details(page.say("按剧本与原因的明细", "Every playbook and reason"), detailTable))
            """
    }

    private var detailTable: Markup {
        let rows = model.figures.verdicts.map { group -> [Markup] in
            let outcome = Verdict.Outcome(rawValue: group.verdict)
            return [
                "\(group.playbook)<span class=\"id\">v\(group.version)</span>",
                "\(outcome.map { ReportVocabulary.outcome($0)(page.language) } ?? group.verdict)", "\(group.reason)",
                "\(page.number(group.candidates))", "\(page.number(group.ofRefresh))",
                "\(page.number(group.candidates - group.ofRefresh))",
            ]
        }
        return ReportTable(
            columns: [
                .text(page.say("剧本", "Playbook")), .text(page.say("判定", "Verdict")),
                .text(page.say("原因", "Reason")), .number(page.say("候选", "Candidates")),
                .number(page.say("月度分层", "Refresh")), .number(page.say("每日", "Daily")),
            ], rows: rows
        ).markup
    }

    // MARK: Delivery

    var delivery: Markup {
        let title = page.say("送达情况", "Delivery")
        let messages = model.figures.messages
        guard !messages.isEmpty else {
            return page.section(
                title, lead: "",
                "\(olderNotice)\(page.empty(page.say("本期没有需要发送的消息。", "There were no messages to send.")))")
        }
        let states = ReportVocabulary.messageStates.filter { state in messages.contains { $0.state == state } }
        let legend = states.map { state -> Markup in
            """
            <li><i class="dot c-\(state)"></i>\(ReportVocabulary.messageState(state)(page.language)) \
            <b>\(page.number(model.actions(in: [state])))</b></li>
            """
        }
        let requests = messages.reduce(0) { $0 + $1.messages }
        let attempts = messages.reduce(0) { $0 + $1.attempts }
        let source = page.say(
            """
            \(page.scopeText)定义：一条消息是一次 webhook 请求或一个文件，含一个或多个动作；图中按动作计。行数：\(page.number(requests)) 条消息，\
            \(page.number(attempts)) 次尝试。
            """,
            """
            \(page.scopeText) Definition: a message is one webhook request or one file with one or many \
            actions; the bars count actions. Rows: \(page.number(requests)) messages, \(page.number(attempts)) attempts.
            """)
        return page.section(
            title,
            lead: page.say(
                "「结果不明」的动作从不自动猜测，由人决定：retier doubts。",
                "Actions in doubt are never guessed: a person decides with retier doubts."),
            source: "\(source)",
            "\(doubtNotice)\(olderNotice)<ul class=\"legend\">\(legend)</ul>\(endpointTable(states))\(troubleTable)")
    }

    private var doubtNotice: Markup {
        let doubt = model.actions(in: ["in_doubt"])
        guard doubt > 0 else { return .empty }
        return page.notice(
            page.say(
                "\(page.number(doubt)) 个动作结果不明：请求已离开，但没有可信的答复。",
                "\(page.number(doubt)) actions are in doubt: the request left, but no answer can be trusted."))
    }

    private var olderNotice: Markup {
        let older = model.figures.olderMessages
        guard !older.isEmpty else { return .empty }
        let actions = older.reduce(0) { $0 + $1.actions }
        let messages = older.reduce(0) { $0 + $1.messages }
        return page.notice(
            page.say(
                "更早的运行还有 \(page.number(messages)) 条消息（\(page.number(actions)) 个动作）没有了结，不计入下图。",
                """
                \(page.number(messages)) messages (\(page.number(actions)) actions) of earlier runs are still \
                unfinished; they are not in the chart.
                """))
    }

    private func endpointTable(_ states: [String]) -> Markup {
        let messages = model.figures.messages
        let endpoints = Set(messages.map(\.endpoint)).sorted()
        func actions(_ endpoint: String, _ state: String) -> Int {
            messages.reduce(0) { $1.endpoint == endpoint && $1.state == state ? $0 + $1.actions : $0 }
        }
        let rows = endpoints.map { endpoint -> [Markup] in
            let counts = states.map { actions(endpoint, $0) }
            let total = counts.reduce(0, +)
            let parts = zip(states, counts).map { state, count in
                StackedBar.Part(
                    value: count, style: "c-\(state)",
                    title: "\(ReportVocabulary.messageState(state)(page.language)) \(page.number(count))")
            }
            let delivered = actions(endpoint, "delivered")
            return [
                "\(endpoint)", StackedBar(parts: parts, scale: total, label: endpoint).markup, "\(page.number(total))",
                "\(ReportNumbers.percent(delivered, of: total))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("端点", "Endpoint")), .bar(), .number(page.say("动作", "Actions")),
                .number(page.say("送达率", "Delivered")),
            ], rows: rows, fits: true)
        let counts = messages.map { row -> [Markup] in
            [
                "\(row.endpoint)", "\(ReportVocabulary.messageState(row.state)(page.language))",
                "\(page.number(row.messages))", "\(page.number(row.actions))", "\(page.number(row.attempts))",
            ]
        }
        let details = ReportTable(
            columns: [
                .text(page.say("端点", "Endpoint")), .text(page.say("状态", "State")),
                .number(page.say("消息", "Messages")), .number(page.say("动作", "Actions")),
                .number(page.say("尝试", "Attempts")),
            ], rows: counts)
        return "\(table.markup)\(page.details(page.tableSummary, details.markup))"
    }

    private var troubleTable: Markup {
        let troubles = model.figures.troubles
        guard !troubles.isEmpty else { return .empty }
        let rows = troubles.prefix(8).map { trouble -> [Markup] in
            [
                "\(trouble.endpoint)",
                """
                <i class="dot c-\(trouble.state)"></i>\
                \(ReportVocabulary.messageState(trouble.state)(page.language))
                """,
                "\(trouble.httpStatus.map { String($0) } ?? "–")", "\(trouble.code ?? "–")",
                "\(page.number(trouble.messages))", "\(page.number(trouble.actions))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("端点", "Endpoint")), .text(page.say("状态", "State")), .text("HTTP"),
                .text(page.say("代码", "Code")), .number(page.say("消息", "Messages")),
                .number(page.say("动作", "Actions")),
            ], rows: Array(rows))
        return "<h3>\(page.say("未送达的原因", "Why messages were not delivered"))</h3>\(table.markup)"
    }
}
