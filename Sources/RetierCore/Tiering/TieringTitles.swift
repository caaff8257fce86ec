// How stages, kinds of transitions and rules are called in sentences.

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
        case .potentialGold: LocalizedText(zh: "潜力金矿", en: "potential gold")
        case .highPotential: LocalizedText(zh: "新晋高潜", en: "newly high potential")
        }
    }
}

extension TierRule {
    /// What the rule does, as a part of a sentence.
    package var title: LocalizedText {
        switch self {
        case .keepingLine: LocalizedText(zh: "仍在保级线之上，等级保留", en: "kept: still at or above the keeping line")
        case .validity: LocalizedText(zh: "等级在有效期内，保留", en: "kept: the tier is still valid")
        case .dwell: LocalizedText(zh: "未满最短停留期，等级保留", en: "kept: the shortest stay is not over")
        case .fallInterval: LocalizedText(zh: "距上次降级太近，等级保留", en: "kept: the last fall is too recent")
        case .grace: LocalizedText(zh: "在宽限期内，等级保留", en: "kept: within the grace period")
        case .confirmation: LocalizedText(zh: "低于保级线的次数还不够，等级保留", en: "kept: not yet below in enough runs in a row")
        case .stepsDown: LocalizedText(zh: "一次最多降这么多级", en: "no further down in one run")
        case .stepsUp: LocalizedText(zh: "一次最多升这么多级", en: "no further up in one run")
        case .changeover: LocalizedText(zh: "规则变更不影响原有会员，等级保留", en: "kept: the change of rules moves nobody")
        case .override: LocalizedText(zh: "人工设定", en: "set by hand")
        case .overrideEnded: LocalizedText(zh: "人工设定到期", en: "the tier set by hand has ended")
        }
    }

    /// Whether a person's word, not the rules, decided.
    package var isByHand: Bool { self == .override || self == .overrideEnded }
}
