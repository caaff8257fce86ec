import RetierCore
import RetierLedger

/// Brand, run, key figures and the findings in a few sentences.
struct ReportHeader {
    let page: ReportPage
    private var model: ReportModel { page.model }

    /// The share of members that changes tier, below which the sources call for a review of the tiering: 15 %.
    static let movedRuleOfThumb = 150
    /// The share of the second tier that reaches the first, below which the sources call for a review: 8 %.
    static let riseRuleOfThumb = 80

    var markup: Markup {
        let kicker = page.say("会员分层健康报告", "Member tier health report")
        guard let last = model.figures.scope.first else {
            let absence = page.say(
                "账本中还没有已提交的运行。执行 retier run refresh 之后，这里会出现分层、流动与触达的结果。",
                "No run has been committed yet. After retier run refresh this page shows tiers, moves and sends.")
            return """
                <header><p class="kicker">\(kicker)</p><h1>\(model.brandTitle(page.language))</h1></header>
                \(page.empty(absence))

                """
        }
        let findings = sentences.map { finding -> Markup in
            "<li\(finding.isWarning ? " class=\"warn\"" : Markup.empty)>\(finding.text)</li>\n"
        }
        return """
            <header>
            <p class="kicker">\(kicker)</p>
            <h1>\(model.brandTitle(page.language)) · \((model.refresh ?? last).period)</h1>
            \(meta(last))
            </header>
            <div class="keys">
            \(keys)</div>
            <ul class="short">
            \(findings)</ul>

            """
    }

    private func meta(_ last: ReportFigures.Run) -> Markup {
        let run = model.refresh ?? last
        let playbooks = Set(model.figures.verdicts.map(\.playbook)).count
        var entries: [(String, Markup)] = [
            (page.say("数据截至", "Data as of"), "\(last.asOf.description)"),
            (page.say("运行", "Run"), "<code>\(run.id)</code>"),
            (page.say("计划摘要", "Plan digest"), "<code>\(String(run.planDigest.prefix(12)))</code>"),
            (
                page.say("提交时间", "Committed"),
                "\(ReportNumbers.moment(last.committedAt, in: model.zone)) (\(model.zone.name))"
            ),
        ]
        if playbooks > 0 {
            entries.append((page.say("涉及剧本", "Playbooks at work"), "\(page.number(playbooks))"))
        }
        let rows = entries.map { name, value -> Markup in "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
        return "<dl class=\"meta\">\(rows)</dl>"
    }
}

/// Key figures.
extension ReportHeader {
    private var keys: [Markup] { [membersKey, movedKey, sendsKey, costKey, undeliveredKey] }

    private func key(_ name: String, _ value: Markup, _ note: String, isWarning: Bool = false) -> Markup {
        """
        <div class="key\(isWarning ? " warn" : "")"><p class="name">\(name)</p><p class="value">\(value)</p>\
        <p class="note">\(note)</p></div>

        """
    }

    private var membersKey: Markup {
        var note = page.say("首次分层", "first refresh")
        if let flow = model.flow {
            let new = ReportNumbers.signed(flow.new)
            let left = page.number(flow.left)
            note = page.say("新增 \(new) · 离开 \(left)", "\(new) new · \(left) left")
        } else if model.refresh == nil {
            note = page.say("尚无分层", "no refresh yet")
        }
        return key(page.say("会员", "Members"), "\(page.number(model.members))", note)
    }

    private var movedKey: Markup {
        let name = page.say("层级变动率", "Changed tier")
        guard let flow = model.flow else {
            return key(name, "–", page.say("需要两次月度分层", "needs two refreshes"))
        }
        let moved = flow.promoted + flow.demoted
        let alive = ReportNumbers.perMille(moved, of: flow.present) > ReportHeader.movedRuleOfThumb
        let note =
            alive
            ? page.say("经验值 > 15%：分层有活力", "rule of thumb > 15%: alive")
            : page.say("经验值 > 15%：低于，建议复盘", "rule of thumb > 15%: below, review")
        return key(name, "\(ReportNumbers.percent(moved, of: flow.present))", note, isWarning: !alive)
    }

    private var sendsKey: Markup {
        let all = page.number(model.candidates)
        return key(
            page.say("发送动作", "Actions sent out"), "\(page.number(model.candidates(.send)))",
            page.say("候选 \(all)", "of \(all) candidates"))
    }

    private var costKey: Markup {
        let sends = Int64(model.candidates(.send))
        let each = sends > 0 ? (model.cost.minorUnits + sends / 2) / sends : 0
        let average = Money(minorUnits: each).text(decimals: model.currency.decimals)
        let amount = ReportNumbers.money(model.cost, Currency(code: "", decimals: model.currency.decimals))
        return key(
            page.say("动作成本", "Cost of actions"),
            "<small>\(model.currency.code)</small>\(amount.trimmingPrefix(while: { $0 == " " }).description)",
            page.say("每个动作 \(average)", "\(average) per action"))
    }

    private var undeliveredKey: Markup {
        let doubt = model.actions(in: ["in_doubt"])
        let lost = model.actions(in: ReportVocabulary.lostStates)
        let open = model.actions(in: ReportVocabulary.openStates)
        let note = page.say(
            "不明 \(page.number(doubt)) · 未成 \(page.number(lost)) · 在途 \(page.number(open))",
            "\(page.number(doubt)) in doubt · \(page.number(lost)) lost · \(page.number(open)) open")
        return key(
            page.say("未送达动作", "Not delivered"), "\(page.number(doubt + lost + open))", note,
            isWarning: doubt + lost > 0)
    }
}

/// Findings in words.
extension ReportHeader {
    private struct Finding {
        var text: String
        var isWarning = false
    }

    private var sentences: [Finding] {
        [movedFinding, riseFinding, slideFinding, silentFinding, reasonFinding, deliveryFinding, rejectedFinding]
            .compactMap { $0 }
    }

    private var movedFinding: Finding? {
        guard let flow = model.flow, let previous = model.previous else { return nil }
        let up = page.number(flow.promoted)
        let down = page.number(flow.demoted)
        let share = ReportNumbers.percent(flow.promoted + flow.demoted, of: flow.present)
        return Finding(
            text: page.say(
                "自 \(previous.period) 以来，\(share) 的老会员变动了层级：\(up) 人升级，\(down) 人降级。",
                "Since \(previous.period), \(share) of the members changed tier: \(up) moved up, \(down) moved down."))
    }

    private var riseFinding: Finding? {
        guard let flow = model.flow, flow.tiers.count >= 2, flow.before[1] > 0 else { return nil }
        let risen = flow.members(from: .tier(1), to: .tier(0))
        let isLow = ReportNumbers.perMille(risen, of: flow.before[1]) < ReportHeader.riseRuleOfThumb
        let share = ReportNumbers.percent(risen, of: flow.before[1])
        let from = page.title(ofTier: 1)
        let to = page.title(ofTier: 0)
        let reading =
            isLow
            ? page.say("低于 8% 的经验值，建议调整分层策略", "below the 8% rule of thumb, so revise the tiering strategy")
            : page.say("达到 8% 的经验值", "which meets the 8% rule of thumb")
        return Finding(
            text: page.say(
                "「\(from)」中有 \(share) 升入「\(to)」，\(reading)。", "\(share) of “\(from)” rose to “\(to)”, \(reading)."),
            isWarning: isLow)
    }

    private var slideFinding: Finding? {
        let slid = model.moves(of: .slid)
        guard slid > 0 else { return nil }
        return Finding(
            text: page.say(
                "价值滑落预警：\(page.number(slid)) 位会员层级暂未下降，但本期得分已低于该层级的门槛。",
                """
                Value slide: \(page.number(slid)) members keep their tier for now, but their score fell below \
                its entry cut.
                """),
            isWarning: true)
    }

    private var silentFinding: Finding? {
        let silent = model.now.figures.reduce(0) {
            $1.part == .stage && ["dormant", "lost"].contains($1.object) ? $0 + Int($1.value) : $0
        }
        guard silent > 0 else { return nil }
        let share = ReportNumbers.percent(silent, of: model.members)
        let days = model.lifecycle.dormantDays
        return Finding(
            text: page.say(
                "\(share) 的会员（\(page.number(silent)) 人）已 \(days) 天以上没有购买。",
                "\(share) of the members (\(page.number(silent))) have not bought for \(days) days or more."))
    }

    private var reasonFinding: Finding? {
        let withheld = model.figures.verdicts.filter { $0.verdict != Verdict.Outcome.send.rawValue }
        let byReason = Dictionary(grouping: withheld, by: \.reason).mapValues { $0.reduce(0) { $0 + $1.candidates } }
        let top = byReason.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let top, model.candidates > 0 else { return nil }
        let words = ReportVocabulary.reason(top.key)(page.language)
        let share = ReportNumbers.percent(model.candidates(.send), of: model.candidates)
        let count = page.number(top.value)
        return Finding(
            text: page.say(
                "\(share) 的候选动作获准发送；未发送的首要原因是「\(words)」（\(count)）。",
                "\(share) of the candidates may go out; the first reason against the others: “\(words)” (\(count))."))
    }

    private var deliveryFinding: Finding? {
        let doubt = model.actions(in: ["in_doubt"])
        let lost = model.actions(in: ReportVocabulary.lostStates)
        let all = model.figures.messages.reduce(0) { $0 + $1.actions }
        guard all > 0 else { return nil }
        if doubt > 0 {
            return Finding(
                text: page.say(
                    "\(page.number(doubt)) 个动作结果不明，需要人工判断：retier doubts list。",
                    "\(page.number(doubt)) actions are in doubt and need a person's word: retier doubts list."),
                isWarning: true)
        }
        let share = ReportNumbers.percent(model.actions(in: ["delivered"]), of: all)
        return Finding(
            text: page.say("\(share) 的发送动作已送达。", "\(share) of the actions sent out have been delivered."),
            isWarning: lost > 0)
    }

    private var rejectedFinding: Finding? {
        let rejected = model.figures.imports.reduce(0) { $0 + $1.rejected }
        guard rejected > 0 else { return nil }
        return Finding(
            text: page.say(
                "最近导入的文件有 \(page.number(rejected)) 行被拒绝，见「数据」一节。",
                "\(page.number(rejected)) rows of the latest imported files were rejected; see “Data”."),
            isWarning: true)
    }
}
