/// A transition's reason as a sentence with its numbers, such as
/// "spend fell from p91 to p83; score 66.1 was below the keeping line 67.5 of gold 2 runs in a row".
package enum ReasonText {
    /// The sentence in one language; tiers appear by title, scores as points of 100, ranks as percentiles.
    package static func sentence(
        for transition: Transition, ladder: TierLadder, language: Language
    ) -> String {
        let reason = transition.reason
        let change = changeText(reason)
        let score = reason.scoreAfter.points
        let cut = reason.cut.points
        let days = reason.daysSincePurchase
        let from = transition.fromTier.map { ladder.tiers[$0].title } ?? LocalizedText("")
        let to = ladder.tiers[transition.toTier].title
        let text: LocalizedText
        switch transition.kind {
        case .enrolled where days == nil:
            text = LocalizedText(zh: "首次定级为「\(to.chinese)」：尚无消费", en: "first tier \(to.english): no purchase yet")
        case .enrolled:
            text = LocalizedText(
                zh: "首次定级为「\(to.chinese)」：得分 \(score)，门槛 \(cut)",
                en: "first tier \(to.english): score \(score), entry cut \(cut)")
        case .promoted:
            text = LocalizedText(
                zh: change.chinese + "得分 \(score) 达到「\(to.chinese)」门槛 \(cut)",
                en: change.english + "score \(score) reached the entry cut \(cut) of \(to.english)")
        case .demoted:
            text = LocalizedText(
                zh: change.chinese + "得分 \(score) 连续 \(reason.runsBelow) 次低于「\(from.chinese)」保级线 \(cut)",
                en: change.english + "score \(score) was below the keeping line \(cut) of \(from.english) "
                    + (reason.runsBelow == 1 ? "in this run" : "\(reason.runsBelow) runs in a row"))
        case .slid:
            text = LocalizedText(
                zh: change.chinese + "得分 \(score) 跌破「\(to.chinese)」门槛 \(cut)，等级暂时保留",
                en: change.english
                    + "score \(score) fell below the entry cut \(cut) of \(to.english), the tier is kept for now")
        case .lapsed: text = silence(days: days, stage: transition.toStage)
        case .returned: text = recovery(days: days, stage: transition.fromStage)
        }
        return text(language)
    }

    /// Which dimension moved from where to where, ready to be followed by the rest; empty where none stands out.
    private static func changeText(_ reason: TransitionReason) -> LocalizedText {
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

extension LifecycleStage {
    /// The stage's name in sentences.
    package var title: LocalizedText {
        switch self {
        case .new: LocalizedText(zh: "新客", en: "new")
        case .active: LocalizedText(zh: "活跃", en: "active")
        case .cooling: LocalizedText(zh: "降温", en: "cooling")
        case .dormant: LocalizedText(zh: "沉睡", en: "dormant")
        case .lost: LocalizedText(zh: "流失", en: "lost")
        case .returned: LocalizedText(zh: "回归", en: "returned")
        }
    }
}

extension Transition.Kind {
    /// The kind's name for people.
    package var title: LocalizedText {
        switch self {
        case .enrolled: LocalizedText(zh: "首次入级", en: "enrolled")
        case .promoted: LocalizedText(zh: "升级", en: "promoted")
        case .demoted: LocalizedText(zh: "降级", en: "demoted")
        case .slid: LocalizedText(zh: "价值滑落", en: "value slide")
        case .lapsed: LocalizedText(zh: "转入沉睡或流失", en: "lapsed")
        case .returned: LocalizedText(zh: "回流", en: "returned")
        }
    }
}
