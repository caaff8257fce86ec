package import RetierCore

/// One variable that the body of a custom channel may use; the names are those of a webhook's JSON.
package struct BodyVariable: Hashable, Sendable {
    /// When it has a value.
    enum Presence: Hashable, Sendable {
        case always
        /// Only where the step has this key.
        case withStepKey(String)
        /// Only where the playbook has arms.
        case withArms
    }

    /// What a value may look like.
    enum Content: Hashable, Sendable {
        /// Made by retier or checked by it: digits, words of ASCII, times; a sample of it.
        case plain(String)
        /// Anything that people or data can hold.
        case free
    }

    package var name: String
    var presence: Presence
    var content: Content
    package var description: LocalizedText

    /// Of each action.
    package static let action = [
        define("action_id", "a_0123456789abcdef", zh: "动作标识，永不重复", en: "the action's id, never used twice"),
        define("member_id", nil, zh: "会员号", en: "the member's id"),
        define("text", nil, .withStepKey("template"), zh: "渲染后的文本", en: "the rendered text"),
        define("title", nil, zh: "剧本标题", en: "the playbook's title"),
        define("playbook", "core-welcome", zh: "剧本标识", en: "the playbook's id"),
        define("version", "3", zh: "剧本版本", en: "the playbook's version"),
        define("step", "l1", zh: "步骤标识", en: "the step's id"),
        define("level", "1", .withStepKey("level"), zh: "升级级别 1–3", en: "level of an escalation, 1 to 3"),
        define("type", "care", zh: "动作类型", en: "type of action"),
        define("channel", "sms", zh: "渠道标识", en: "the channel's id"),
        define("due", "2026-12-31", .withStepKey("due"), zh: "任务截止日期", en: "last day of the task"),
        define("assign", "owner", .withStepKey("assign"), zh: "任务指派给谁", en: "who gets the task"),
        define("arm", "script_a", .withArms, zh: "实验分组", en: "arm of the experiment"),
        define("cost", "30.00", zh: "成本，十进制数", en: "cost as a decimal number"),
        define("currency", "CNY", zh: "币种", en: "ISO 4217 code of the cost"),
        define(
            "parameters", nil, zh: "步骤的 with 参数，JSON 对象", en: "the step's `with` as a JSON object, `{{{parameters}}}`"),
    ]

    /// Of the whole message.
    package static let message = [
        define("brand", "sunfield", zh: "品牌标识", en: "the brand's id"),
        define("brand_title", nil, zh: "会员计划名称", en: "the programme's title"),
        define("endpoint", "sms-gateway", zh: "端点标识", en: "the endpoint's id"),
        define("run", "run_0123456789abcdef", zh: "运行标识", en: "the run's id"),
        define("kind", "refresh", zh: "运行类型", en: "`refresh` or `daily`"),
        define("period", "2026-12", zh: "运行所属月或日", en: "month or day of the run"),
        define("as_of", "2026-12-31", zh: "运行日期", en: "the run's date"),
        define("timestamp", "2026-12-31T08:00:00Z", zh: "提交时间", en: "when the run was committed"),
    ]

    /// Of each action inside `{{#actions}}`.
    package static let list = [
        define("comma", ",", zh: "逗号，最后一个动作后没有", en: "a comma; nothing after the last action"),
        define("first", "true", zh: "是否第一个动作", en: "whether it is the first action"),
        define("last", "true", zh: "是否最后一个动作", en: "whether it is the last action"),
    ]

    /// The section over a message's actions.
    package static let actions = "actions"

    private static func define(
        _ name: String, _ sample: String?, _ presence: Presence = .always, zh chinese: String, en english: String
    ) -> BodyVariable {
        BodyVariable(
            name: name, presence: presence, content: sample.map(Content.plain) ?? .free,
            description: LocalizedText(zh: chinese, en: english))
    }
}
