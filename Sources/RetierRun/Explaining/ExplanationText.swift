import RetierBrand
package import RetierCore
import RetierLedger

/// An explanation as lines for the terminal, in the brand's language; ids, fields and reason codes are never
/// translated.
package struct ExplanationText {
    private let explanation: Explanation
    private let programme: Programme
    private let language: Language
    /// Whether every rule is shown, also those that let a step pass.
    private let showsRules: Bool
    private var lines: [String] = []

    package static func text(_ explanation: Explanation, programme: Programme, showsRules: Bool = false) -> String {
        var text = ExplanationText(
            explanation: explanation, programme: programme, language: programme.language, showsRules: showsRules)
        text.write()
        return text.lines.joined(separator: "\n") + "\n"
    }

    private func pick(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

    private mutating func write() {
        let run = explanation.run.map { "\($0.id)" } ?? pick("尚无运行（预演）", "no run yet: what a refresh would decide")
        lines.append(
            pick(
                "会员 \(explanation.memberID)，数据截至 \(explanation.asOf)，\(run)",
                "member \(explanation.memberID) as of \(explanation.asOf), \(run)"))
        writeTier()
        writeMoves()
        writeConsents()
        for playbook in explanation.playbooks
        where playbook.playbook.trigger == explanation.run?.kind ?? .refresh || !playbook.steps.isEmpty {
            write(playbook)
        }
    }

    private mutating func writeTier() {
        let member = explanation.snapshot
        let tiers = programme.tiering.ladder.tiers
        let (tier, raw) = (tiers[member.tier], tiers[member.rawTier])
        lines.append("")
        lines.append(
            pick(
                "等级 \(tier.id)「\(tier.title(language))」，自 \(member.tierSince) 起",
                "tier \(tier.id) (\(tier.title(language))) since \(member.tierSince)"))
        if let override = explanation.override {
            lines.append(
                pick(
                    "  由 \(override.operatorName) 人工设定，至 \(override.until) 止：\(override.reason)",
                    "  set by \(override.operatorName) until \(override.until): \(override.reason)"))
        } else if member.rawTier != member.tier, member.hasTier {
            writeStability(member, raw: raw)
        }
        lines.append(
            pick("生命周期 \(member.stage.name)", "lifecycle \(member.stage.name)")
                + (member.segment.map { pick("，分群 \($0.name)", ", segment \($0.name) (\($0.alias))") } ?? ""))
        let tags = programme.tags.indices.filter { member.tags & 1 << UInt64($0) != 0 }.map { programme.tags[$0] }
        if !tags.isEmpty {
            let names = tags.map { "\($0.id)「\($0.title(language))」" }
            lines.append(pick("标签 ", "tags ") + names.joined(separator: pick("、", ", ")))
        }
        writeScore(member)
        lines += clusterLines
        writeDistances(member)
        if let recorded = explanation.recordedScore, Int(recorded) != member.score {
            lines.append(
                pick(
                    "注意：运行时得分为 \(points(Int(recorded)))，数据此后有变",
                    "note: the run scored \(points(Int(recorded))); the data has changed since"))
        }
    }

    private mutating func writeDistances(_ member: MemberSnapshot) {
        let text = TierGapText(model: programme.tiering, measures: measures, language: language)
        if let gap = member.nextTier { lines += text.entering(gap) }
        if let gap = member.tierLoss { lines += text.losing(gap) }
        if let override = explanation.override, member.nextTier != nil || member.tierLoss != nil {
            lines.append(
                pick(
                    "  （人工设定至 \(override.until)，此后才起作用）",
                    "  (of effect once the tier set by hand has ended, \(override.until))"))
        }
    }

    private mutating func writeStability(_ member: MemberSnapshot, raw: Tier) {
        let hold = member.hold
        let rule = hold.rule?.title(language) ?? pick("此后的数据", "the data since")
        lines.append(
            pick("  仅凭自身应为 \(raw.id)；", "  earned by itself: \(raw.id); ") + rule
                + (hold.rule.map { " [\($0.name)]" } ?? ""))
        if member.pendingRuns > 0 {
            let since = hold.belowSince == FactTable.noDay ? "" : " \(Day(number: hold.belowSince))"
            lines.append(
                pick(
                    "  自\(since) 起已连续 \(member.pendingRuns) 次低于保级线（需 \(stability.confirmingRuns) 次）",
                    "  below the keeping line in \(member.pendingRuns) run(s) since\(since), "
                        + "\(stability.confirmingRuns) confirm a fall"))
        }
        if hold.validUntil != FactTable.noDay {
            lines.append(pick("  等级有效至 ", "  the tier is valid until ") + "\(Day(number: hold.validUntil))")
        }
    }

    private var measures: MeasureText { MeasureText(facts: programme.facts, currency: programme.currency) }
    private var stability: Stability { programme.tiering.stability }

    private mutating func writeScore(_ member: MemberSnapshot) {
        guard member.segment != nil else {
            lines.append(pick("没有消费，不评分", "no purchase, so no score"))
            return
        }
        let calibration = explanation.calibration
        lines.append(
            pick("得分 \(points(member.score))（校准 ", "score \(points(member.score)) (calibration ")
                + "\(calibration.version), \(calibration.learnedOn): " + cuts.joined(separator: pick("，", ", "))
                + pick("）＝", ") ="))
        let total = explanation.weights.sum(ranked: member.ranks)
        for dimension in explanation.weights.used where member.ranks[dimension.rawValue] >= 0 {
            let rank = points(Int(member.ranks[dimension.rawValue]))
            let part = points(Int(member.contributions[dimension.rawValue]))
            let weight = explanation.weights[dimension]
            lines.append(
                "  \(part)  \(dimension.name): "
                    + pick("百分位 \(rank) × 权重 \(weight)/\(total)", "rank \(rank) x weight \(weight)/\(total)"))
        }
    }

    /// What each tier asks for.
    private var cuts: [String] {
        zip(programme.tiering.ladder.tiers, explanation.calibration.entryCuts).map { tier, cut in
            "\(tier.id) \(tier.entry.text(ofCut: cut, currency: programme.currency))"
        }
    }

    private var clusterLines: [String] {
        if let (table, place) = explanation.cluster {
            return ClusterText(table, language: language).lines(of: place, decimals: programme.currency.decimals)
        }
        guard programme.clusters != nil else { return [] }
        return [pick("没有聚类：没有消费，或聚类尚未学习", "no cluster: no purchase, or clusters are not learned yet")]
    }

    private mutating func writeMoves() {
        guard !explanation.moves.isEmpty else { return }
        lines.append("")
        lines.append(pick("变动", "moves"))
        for move in explanation.moves {
            let sentence = ReasonText.sentence(
                for: move.transition, ladder: programme.tiering.ladder, language: language, measures: measures)
            let title = move.transition.kind.title(language)
            lines.append("  \(move.day) \(title): \(sentence)" + (move.run.isEmpty ? "" : " [\(move.run)]"))
        }
    }

    private mutating func write(_ explained: Explanation.PlaybookExplanation) {
        let playbook = explained.playbook
        lines.append("")
        let outcome =
            explained.trace.result ? pick("条件成立", "the condition holds") : pick("条件不成立", "the condition does not hold")
        lines.append("\(playbook.id) v\(playbook.version)「\(playbook.title(language))」: \(outcome)")
        write(explained.trace, indent: "  ")
        if let incidents = explained.incidents { write(incidents) }
        if explanation.disagrees(explained) {
            lines.append(
                pick(
                    "  注意：与运行时的记录不同，数据或剧本此后有变",
                    "  note: this differs from what the run recorded; the data or the playbook has changed since"))
        }
        if playbook.isPaused { lines.append(pick("  剧本已暂停：无人进入", "  the playbook is paused: nobody enters")) }
        for step in explained.steps {
            write(step)
            if !showsRules { writeFurther(explained.rules.first { $0.step == step.step }, beyond: step.reason) }
        }
        if showsRules { write(explained.rules, of: explained) }
        for stored in explained.cases { write(stored, of: playbook) }
    }

    /// By what the member was affected, and what is done already.
    private mutating func write(_ explained: IncidentExplanation) {
        if explained.incidents.isEmpty {
            lines.append(pick("  未受任何在期事故影响", "  affected by no incident that is of interest on the day"))
        }
        for affecting in explained.incidents {
            let (incident, zone) = (affecting.value.incident, programme.zone)
            let end = incident.until.map(zone.minute(of:)) ?? pick("尚未结束", "still open")
            var line = pick("  事故 ", "  incident ") + "\(incident.id) [\(incident.kind)]"
            line += " \(zone.minute(of: incident.from)) - \(end): "
            line += "\(affecting.value.fact) \(zone.minute(of: affecting.value.at))"
            if !affecting.settled.isEmpty {
                line += pick("；已处理：", "; settled: ") + affecting.settled.joined(separator: ", ")
            }
            lines.append(line)
        }
    }

    /// What stood against a step besides the reason of its verdict.
    private mutating func writeFurther(_ rules: Explanation.StepRules?, beyond reason: String) {
        let further = rules?.findings.compactMap(\.refusal).filter { $0.reason.rawValue != reason } ?? []
        guard !further.isEmpty, reason != ReasonCode.selected.rawValue else { return }
        lines.append(pick("    另有：", "    besides: ") + further.map(text(of:)).joined(separator: ", "))
    }

    /// The rules of every step that is still to be taken.
    private mutating func write(_ rules: [Explanation.StepRules], of explained: Explanation.PlaybookExplanation) {
        for rules in rules where explained.incidents?.isSettled(rules.step) != true {
            write(rules, decided: explained.steps.map(\.step))
        }
    }

    /// Every rule of one step, and what they come to where the run did not decide about it.
    private mutating func write(_ rules: Explanation.StepRules, decided: [String]) {
        let verdict = rules.findings.verdict
        let outcome = "\(verdict.outcome.rawValue) [\(verdict.reason.rawValue)]"
        lines.append(
            decided.contains(rules.step)
                ? pick("  步骤 \(rules.step) 的各项规则：", "  rules of step \(rules.step):")
                : pick(
                    "  步骤 \(rules.step)：若条件成立，则为 \(outcome)",
                    "  step \(rules.step): did the condition hold, \(outcome)"))
        var passed: [ReasonCode] = []
        for finding in rules.findings {
            guard let refusal = finding.refusal else {
                if !passed.contains(finding.rule) { lines.append("    ✓ \(finding.rule.rawValue)") }
                passed.append(finding.rule)
                continue
            }
            lines.append("    ✗ \(text(of: refusal))  (\(refusal.reason.title(language)))")
        }
    }

    private func text(of refusal: Verdict) -> String {
        let evidence = refusal.evidenceJSON
        return refusal.reason.rawValue + (evidence == "{}" ? "" : " " + evidence)
    }

    /// What the member has said of each channel and purpose, with the proof.
    private mutating func writeConsents() {
        guard !explanation.consents.isEmpty else { return }
        lines.append("")
        lines.append(pick("同意", "consents"))
        for consent in explanation.consents {
            if let list = consent.list {
                let word = consent.isGranted ? pick("已移出名单", "no longer on list") : pick("在勿扰名单", "on suppression list")
                let reason = consent.proof.map { ": \($0)" } ?? ""
                lines.append("  \(consent.channel) \(word) \(list), \(consent.at)\(reason)")
                continue
            }
            let word = consent.isGranted ? pick("同意", "granted") : pick("撤回", "withdrawn")
            let proof = consent.proof.map { pick("，凭证 \($0)", ", proof \($0)") } ?? pick("，无凭证", ", no proof")
            lines.append("  \(consent.channel):\(consent.purpose) \(word), \(consent.at)\(proof)")
        }
    }

    private mutating func write(_ stored: StoredCase, of playbook: Playbook) {
        let value = stored.value
        let shadow = value.isShadow ? pick("（对照）", " (shadow)") : ""
        var line = pick("  个案 ", "  case ") + "\(value.id)\(shadow): \(value.state.rawValue), \(value.opened)"
        if let level = value.level { line += ", L\(level)" }
        if let due = CaseLadder(playbook).flatMap(value.due(in:)) {
            line += pick("，下一步 ", ", next ") + "\(due.step) \(due.first)..\(due.last)"
        }
        if let cause = stored.cause { line += " {\(cause)}  (\(value.state.title(language)))" }
        lines.append(line)
    }

    private mutating func write(_ trace: ConditionTrace, indent: String) {
        let mark = trace.result ? "✓" : "✗"
        switch trace.kind {
        case .all: lines.append("\(indent)\(mark) all")
        case .any: lines.append("\(indent)\(mark) any")
        case .not: lines.append("\(indent)\(mark) not")
        case .clause(let clause):
            let actual = trace.actual.map { named($0, field: clause.predicate.field) } ?? pick("无", "none")
            lines.append("\(indent)\(mark) \(clause.text)  (\(pick("实际", "actual")): \(actual))")
        }
        for part in trace.parts { write(part, indent: indent + "  ") }
    }

    /// A value as a clause may name it: segments have a Chinese name and an alias.
    private func named(_ value: String, field: Field) -> String {
        guard case .segment = field, let segment = Segment8.allCases.first(where: { $0.name == value }) else {
            return value
        }
        return "\(segment.alias) \(segment.name)"
    }

    private mutating func write(_ step: Explanation.StepExplanation) {
        var line = "  \(pick("步骤", "step")) \(step.step): \(step.verdict) [\(step.reason)]"
        if let until = step.until { line += pick("，至 \(until)", " until \(until)") }
        if step.evidence != "{}" { line += " \(step.evidence)" }
        lines.append(line)
        guard let decision = step.committed, let message = decision.message else { return }
        var delivery = "    \(decision.actionID) > \(message): \(decision.messageState ?? "?")"
        if decision.isTakenBack {
            delivery += pick("，同意已撤回，此动作未发出", ", this action was taken back before it left: consent was withdrawn")
        } else if let refusal = decision.refusal {
            delivery += pick("，接收方拒绝了此动作（\(refusal)）", ", this action was refused by the receiver (\(refusal))")
        }
        delivery += pick("，尝试 \(decision.attempts) 次", ", \(decision.attempts) attempts")
        if let status = decision.httpStatus { delivery += ", HTTP \(status)" }
        if let code = decision.code { delivery += ", \(code)" }
        if let at = decision.finishedAt { delivery += ", \(at)" }
        lines.append(delivery)
    }

    /// Millionths as points of 100 with four decimals.
    private func points(_ millionths: Int) -> String { Money(minorUnits: Int64(millionths)).text(decimals: 4) }
}
