/// A transition's reason as a sentence with its numbers, such as
/// "spend fell from p91 to p83; score 66.1 was below the keeping line 67.5 of gold 2 runs in a row".
package struct ReasonText {
    private let transition: Transition
    private let ladder: TierLadder
    private let measures: MeasureText

    /// The sentence in one language; tiers appear by title, scores as points of 100, ranks as percentiles.
    package static func sentence(
        for transition: Transition, ladder: TierLadder, language: Language, measures: MeasureText = MeasureText()
    ) -> String {
        ReasonText(transition: transition, ladder: ladder, measures: measures).text(language)
    }

    private var reason: TransitionReason { transition.reason }

    private var text: LocalizedText {
        let days = reason.daysSincePurchase
        switch transition.kind {
        case .enrolled where days == nil && reason.basis == .score:
            return LocalizedText(
                zh: "首次定级为「\(to.chinese)」：尚无消费", en: "first tier \(to.english): no purchase yet") + rule
        case .enrolled:
            return LocalizedText(zh: "首次定级为「\(to.chinese)」：", en: "first tier \(to.english): ") + entered + rule
        case .promoted where reason.rule?.isByHand == true, .demoted where reason.rule?.isByHand == true:
            return byHand
        case .promoted: return change + reached + rule
        case .demoted: return change + missed + rule
        case .slid:
            return change + slid
                + (rule.isEmpty ? LocalizedText(zh: "，等级暂时保留", en: ", the tier is kept for now") : rule)
        case .lapsed: return ReasonText.silence(days: days, stage: transition.toStage)
        case .returned: return ReasonText.recovery(days: days, stage: transition.fromStage)
        case .potentialGold, .highPotential: return signal
        }
    }

    // MARK: Parts

    private var to: LocalizedText { ladder.tiers[transition.toTier].title }
    private var from: LocalizedText { transition.fromTier.map { ladder.tiers[$0].title } ?? LocalizedText("") }

    /// What was measured, in its unit: "66.1", "4300.00", "3 days".
    private func measured(_ value: Int64) -> LocalizedText {
        switch reason.basis {
        case .score, .rank: LocalizedText(Int32(clamping: value).points)
        case .spend: LocalizedText(measures.plain(value, of: "m_total"))
        case .measure: measures.value(value, of: ladder.tiers[decidingTier].entry.measure ?? "")
        case .rule: LocalizedText(String(value))
        }
    }

    private var yardstick: LocalizedText {
        switch reason.basis {
        case .score, .rank: LocalizedText(zh: "得分", en: "score")
        case .spend: LocalizedText(zh: "消费额", en: "spend")
        case .measure: measures.title(of: ladder.tiers[decidingTier].entry.measure ?? "value")
        case .rule: LocalizedText(zh: "规则", en: "rule")
        }
    }

    /// The tier whose line decided.
    private var decidingTier: Int {
        transition.kind == .demoted ? transition.fromTier ?? transition.toTier : transition.toTier
    }

    private var entered: LocalizedText {
        guard reason.basis != .rule else { return LocalizedText(zh: "符合进入规则", en: "its entry rule holds") }
        let (value, cut) = (measured(reason.measured), measured(reason.cut))
        return LocalizedText(
            zh: "\(yardstick.chinese) \(value.chinese)，门槛 \(cut.chinese)",
            en: "\(yardstick.english) \(value.english), entry cut \(cut.english)")
    }

    private var reached: LocalizedText {
        guard reason.basis != .rule else {
            return LocalizedText(zh: "符合「\(to.chinese)」的进入规则", en: "the entry rule of \(to.english) holds")
        }
        let (value, cut) = (measured(reason.measured), measured(reason.cut))
        return LocalizedText(
            zh: "\(yardstick.chinese) \(value.chinese) 达到「\(to.chinese)」门槛 \(cut.chinese)",
            en: "\(yardstick.english) \(value.english) reached the entry cut \(cut.english) of \(to.english)")
    }

    private var missed: LocalizedText {
        let runs = reason.runsBelow == 1 ? "in this run" : "\(reason.runsBelow) runs in a row"
        guard reason.basis != .rule else {
            return LocalizedText(
                zh: "连续 \(reason.runsBelow) 次不符合「\(from.chinese)」的规则",
                en: "the rule of \(from.english) did not hold \(runs)")
        }
        let (value, line) = (measured(reason.measured), measured(reason.cut))
        return LocalizedText(
            zh: "\(yardstick.chinese) \(value.chinese) 连续 \(reason.runsBelow) 次低于「\(from.chinese)」保级线 \(line.chinese)",
            en: "\(yardstick.english) \(value.english) was below the keeping line \(line.english) of \(from.english) "
                + runs)
    }

    private var slid: LocalizedText {
        guard reason.basis != .rule else {
            return LocalizedText(zh: "不再符合「\(to.chinese)」的规则", en: "the rule of \(to.english) no longer holds")
        }
        let (value, cut) = (measured(reason.measured), measured(reason.cut))
        return LocalizedText(
            zh: "\(yardstick.chinese) \(value.chinese) 跌破「\(to.chinese)」门槛 \(cut.chinese)",
            en: "\(yardstick.english) \(value.english) fell below the entry cut \(cut.english) of \(to.english)")
    }

    private var byHand: LocalizedText {
        reason.rule == .override
            ? LocalizedText(zh: "人工设定为「\(to.chinese)」", en: "set to \(to.english) by hand")
            : LocalizedText(
                zh: "人工设定到期，恢复为「\(to.chinese)」", en: "the tier set by hand has ended; back to \(to.english)")
    }

    private var signal: LocalizedText {
        guard let dimension = reason.dimension else { return LocalizedText("") }
        let (after, high) = (reason.rankAfter / 10_000, reason.cut / 10_000)
        let before = reason.rankBefore > 0 ? "P\(reason.rankBefore / 10_000)" : nil
        return LocalizedText(
            zh: "\(dimension.title.chinese)\(before.map { "由 \($0) " } ?? "")升至 P\(after)，首次达到高位线 P\(high)",
            en: "\(dimension.title.english) rose \(before.map { "from \($0.lowercased()) " } ?? "")to p\(after), "
                + "newly at or above the high line p\(high)")
    }

    /// Which rule holds the member, ready to follow the rest; empty where none does.
    private var rule: LocalizedText {
        guard let rule = reason.rule else { return LocalizedText("") }
        return LocalizedText(zh: "；\(rule.title.chinese)", en: "; \(rule.title.english)")
    }

    /// Which dimension moved from where to where, ready to be followed by the rest; empty where none stands out.
    private var change: LocalizedText {
        guard let dimension = reason.dimension else { return LocalizedText("") }
        let (before, after) = (reason.rankBefore / 10_000, reason.rankAfter / 10_000)
        let rises = reason.rankAfter > reason.rankBefore
        return LocalizedText(
            zh: "\(dimension.title.chinese)由 P\(before) \(rises ? "升" : "降")至 P\(after)，",
            en: "\(dimension.title.english) \(rises ? "rose" : "fell") from p\(before) to p\(after); ")
    }

    private static func silence(days: Int?, stage: LifecycleStage) -> LocalizedText {
        let title = stage.title
        guard let days else {
            return LocalizedText(
                zh: "入会后一直没有消费，进入「\(title.chinese)」", en: "no purchase since joining: now \(title.english)")
        }
        return LocalizedText(
            zh: "已 \(days) 天没有消费，进入「\(title.chinese)」", en: "no purchase for \(days) days: now \(title.english)")
    }

    private static func recovery(days: Int?, stage: LifecycleStage?) -> LocalizedText {
        let title = (stage ?? .dormant).title
        let days = days ?? 0
        return LocalizedText(
            zh: days == 0 ? "「\(title.chinese)」之后今天再次消费" : "「\(title.chinese)」之后于 \(days) 天前再次消费",
            en: "bought again \(days == 0 ? "today" : days == 1 ? "1 day ago" : "\(days) days ago") "
                + "after having been \(title.english)")
    }
}

extension LocalizedText {
    fileprivate var isEmpty: Bool { chinese.isEmpty && english.isEmpty }

    fileprivate static func + (left: LocalizedText, right: LocalizedText) -> LocalizedText {
        LocalizedText(zh: left.chinese + right.chinese, en: left.english + right.english)
    }
}
