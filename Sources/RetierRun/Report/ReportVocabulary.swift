import RetierCore

/// The report's words for ids that the ledger keeps: the core's own where it has them.
///
/// An unknown id is shown as it is.
enum ReportVocabulary {
    static func stage(_ id: String) -> LocalizedText {
        heading(LifecycleStage(name: id)?.title ?? LocalizedText(id))
    }

    static func kind(_ kind: Transition.Kind) -> LocalizedText { heading(kind.title) }

    static func dimension(_ id: String?) -> LocalizedText {
        guard let id else { return LocalizedText(zh: "没有突出的维度", en: "No dimension stands out") }
        return heading(Dimension.allCases.first { $0.name == id }?.title ?? LocalizedText(id))
    }

    static func segment(_ segment: Segment8) -> LocalizedText {
        heading(LocalizedText(zh: segment.name, en: segment.alias.replacing("-", with: " ")))
    }

    static func outcome(_ outcome: Verdict.Outcome) -> LocalizedText { heading(outcome.title) }

    static func reason(_ id: String) -> LocalizedText {
        heading(ReasonCode(rawValue: id)?.title ?? LocalizedText(id))
    }

    /// A word of the core as it stands at the beginning of a line.
    private static func heading(_ text: LocalizedText) -> LocalizedText {
        LocalizedText(zh: text.chinese, en: text.english.prefix(1).uppercased() + text.english.dropFirst())
    }

    static func messageState(_ id: String) -> LocalizedText {
        switch id {
        case "withheld": LocalizedText(zh: "等待试发结果", en: "Withheld")
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
        "delivered", "withheld", "pending", "sending", "retry", "in_doubt", "rejected", "exhausted", "expired",
        "cancelled",
    ]
    static let openStates = ["withheld", "pending", "sending", "retry"]
    static let lostStates = ["rejected", "exhausted", "expired", "cancelled"]

    static func dataKind(_ id: String) -> LocalizedText {
        switch id {
        case "members": LocalizedText(zh: "会员", en: "Members")
        case "orders": LocalizedText(zh: "订单", en: "Orders")
        case "events": LocalizedText(zh: "事件", en: "Events")
        case "identities": LocalizedText(zh: "身份", en: "Identities")
        case "consents": LocalizedText(zh: "同意", en: "Consents")
        case "suppressions": LocalizedText(zh: "勿扰名单", en: "Suppression lists")
        case "acks": LocalizedText(zh: "确认", en: "Acknowledgements")
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
