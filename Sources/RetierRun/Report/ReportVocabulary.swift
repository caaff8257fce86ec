import RetierCore

/// The report's words for ids that the ledger keeps; an id that it does not know is shown as it is.
enum ReportVocabulary {
    static func stage(_ id: String) -> LocalizedText {
        switch LifecycleStage(name: id) {
        case .new: LocalizedText(zh: "新会员", en: "New")
        case .active: LocalizedText(zh: "活跃", en: "Active")
        case .cooling: LocalizedText(zh: "降温", en: "Cooling")
        case .dormant: LocalizedText(zh: "沉睡", en: "Dormant")
        case .lost: LocalizedText(zh: "流失", en: "Lost")
        case .returned: LocalizedText(zh: "回流", en: "Returned")
        case nil: LocalizedText(id)
        }
    }

    static func kind(_ kind: Transition.Kind) -> LocalizedText {
        switch kind {
        case .enrolled: LocalizedText(zh: "首次入级", en: "Enrolled")
        case .promoted: LocalizedText(zh: "升级", en: "Promoted")
        case .demoted: LocalizedText(zh: "降级", en: "Demoted")
        case .slid: LocalizedText(zh: "价值滑落", en: "Value slide")
        case .lapsed: LocalizedText(zh: "转入沉睡或流失", en: "Lapsed")
        case .returned: LocalizedText(zh: "回流", en: "Returned")
        }
    }

    static func dimension(_ id: String?) -> LocalizedText {
        switch id {
        case "spend": LocalizedText(zh: "消费金额", en: "Spend")
        case "frequency": LocalizedText(zh: "购买频次", en: "Frequency")
        case "recency": LocalizedText(zh: "最近购买", en: "Recency")
        case "price_sensitivity": LocalizedText(zh: "价格敏感度", en: "Price sensitivity")
        case let id?: LocalizedText(id)
        case nil: LocalizedText(zh: "未指明维度", en: "No dimension named")
        }
    }

    static func outcome(_ outcome: Verdict.Outcome) -> LocalizedText {
        switch outcome {
        case .send: LocalizedText(zh: "发送", en: "Send")
        case .deferred: LocalizedText(zh: "延后", en: "Defer")
        case .suppressed: LocalizedText(zh: "不发", en: "Suppress")
        case .heldOut: LocalizedText(zh: "对照组", en: "Hold out")
        }
    }

    static func reason(_ id: String) -> LocalizedText {
        switch ReasonCode(rawValue: id) {
        case .selected: LocalizedText(zh: "没有任何规则阻止", en: "Nothing stood against it")
        case .noConsent: LocalizedText(zh: "该渠道未获同意或已撤回", en: "No consent for the channel, or withdrawn")
        case .neverContact: LocalizedText(zh: "在永不联系名单中", en: "On the suppression list")
        case .controlGroup: LocalizedText(zh: "属于对照组，留作比较", en: "In the control group")
        case .oncePer: LocalizedText(zh: "间隔期内已进入过该剧本", en: "Entered this playbook too recently")
        case .displaced: LocalizedText(zh: "名额让给优先级更高的剧本", en: "A playbook of higher priority took the place")
        case .frequencyCap: LocalizedText(zh: "已达频次上限", en: "The frequency cap is full")
        case .laterStep: LocalizedText(zh: "后续级别，尚未到时间", en: "A later level that waits for its time")
        case .needsApproval: LocalizedText(zh: "需要人工审批", en: "Needs a person's approval")
        case .budget: LocalizedText(zh: "本期预算已用完", en: "The budget of the period is used up")
        case nil: LocalizedText(id)
        }
    }

    static func messageState(_ id: String) -> LocalizedText {
        switch id {
        case "pending": LocalizedText(zh: "待发送", en: "Pending")
        case "sending": LocalizedText(zh: "发送中", en: "Sending")
        case "delivered": LocalizedText(zh: "已送达", en: "Delivered")
        case "rejected": LocalizedText(zh: "被拒绝", en: "Rejected")
        case "retry": LocalizedText(zh: "等待重试", en: "Waiting to retry")
        case "exhausted": LocalizedText(zh: "重试用尽", en: "Exhausted")
        case "in_doubt": LocalizedText(zh: "结果不明", en: "In doubt")
        case "cancelled": LocalizedText(zh: "已取消", en: "Cancelled")
        case "expired": LocalizedText(zh: "已过期", en: "Expired")
        default: LocalizedText(id)
        }
    }

    /// Message states in the order of the delivery bar: good, open, doubtful, lost.
    static let messageStates = [
        "delivered", "pending", "sending", "retry", "in_doubt", "rejected", "exhausted", "expired", "cancelled",
    ]
    static let openStates = ["pending", "sending", "retry"]
    static let lostStates = ["rejected", "exhausted", "expired", "cancelled"]

    static func dataKind(_ id: String) -> LocalizedText {
        switch id {
        case "members": LocalizedText(zh: "会员", en: "Members")
        case "orders": LocalizedText(zh: "订单", en: "Orders")
        case "events": LocalizedText(zh: "事件", en: "Events")
        case "identities": LocalizedText(zh: "身份", en: "Identities")
        case "consents": LocalizedText(zh: "同意", en: "Consents")
        default: LocalizedText(id)
        }
    }

    static let dataKinds = ["members", "orders", "events", "identities", "consents"]

    static func runKind(_ id: String) -> LocalizedText {
        switch id {
        case "refresh": LocalizedText(zh: "月度分层", en: "Refresh")
        case "daily": LocalizedText(zh: "每日", en: "Daily")
        default: LocalizedText(id)
        }
    }
}
