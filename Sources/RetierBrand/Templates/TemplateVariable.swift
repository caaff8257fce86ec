package import RetierCore

/// One variable that a template may use.
package struct TemplateVariable: Hashable, Sendable {
    /// When it has a value.
    package enum Presence: Hashable, Sendable {
        case always
        /// Not for every member: a template says what stands there otherwise, in `{{#name}}...{{/name}}`.
        case sometimes
        /// Only where the step has this key.
        case withStepKey(String)
    }

    package var name: String
    package var presence: Presence
    /// The longest text to reckon with when sizes are checked.
    package var longest: LocalizedText
    package var description: LocalizedText

    /// `with.NAME` (a step's parameter) and `attr.NAME` (a column of the members file) come on top.
    package static let parameterPrefix = "with."
    package static let attributePrefix = "attr."

    /// Those that a distance to a tier decides, which is dear to compute.
    package static let distances: Set<String> = [
        "gap", "purchases_gap", "days_gap", "spend_to_lose_tier", "purchases_to_lose_tier", "days_to_lose_tier",
    ]

    /// The closed list; the further facts of a programme's catalogue come on top.
    package static let all: [TemplateVariable] = person + value + predictions + incident + step

    private static func define(
        _ name: String, _ presence: Presence = .always, longest: String, zh chinese: String, en english: String,
        longestEnglish: String? = nil
    ) -> TemplateVariable {
        TemplateVariable(
            name: name, presence: presence, longest: LocalizedText(zh: longest, en: longestEnglish ?? longest),
            description: LocalizedText(zh: chinese, en: english))
    }

    private static let person = [
        define("member_id", longest: String(repeating: "9", count: 20), zh: "会员号", en: "the member's id"),
        define(
            "birthday", .sometimes, longest: "12月31日", zh: "生日", en: "birthday, day and month",
            longestEnglish: "30 September"),
        define("years_in_programme", longest: "99", zh: "入会满几年", en: "full years since joining"),
        define("as_of", longest: "2026-12-31", zh: "运行日期", en: "the run's date"),
    ]

    private static let value = [
        // Titles stand for their own length: see `TemplateVariables.longest`.
        define("tier", longest: "", zh: "当前层级名称", en: "title of the tier"),
        define(
            "next_tier", .sometimes, longest: "", zh: "上一级名称；最高级则无",
            en: "title of the next higher tier; none at the top"),
        define(
            "previous_tier", .sometimes, longest: "", zh: "本次升降级前的层级", en: "title of the tier before this run's move"),
        define(
            "gap", .sometimes, longest: "CNY 99999999.00", zh: "距上一级还需消费的金额，如 CNY 230.00",
            en: "further spend to the next tier, such as CNY 230.00"),
        define(
            "purchases_gap", .sometimes, longest: "999", zh: "距上一级还需的购买天数", en: "further purchase days to the next tier"
        ),
        define(
            "days_gap", .sometimes, longest: "99999", zh: "最近一次消费须近多少天才能升到上一级",
            en: "days nearer that the last purchase must be for the next tier"),
        define(
            "spend_to_lose_tier", .sometimes, longest: "CNY 99999999.00", zh: "消费减少多少即跌破保级线",
            en: "spend less that falls below the line that keeps the tier"),
        define(
            "purchases_to_lose_tier", .sometimes, longest: "999", zh: "购买天数减少多少即跌破保级线",
            en: "purchase days fewer that fall below that line"),
        define(
            "days_to_lose_tier", .sometimes, longest: "99999", zh: "再过多少天不消费即跌破保级线",
            en: "further days without a purchase that fall below that line"),
        define("score", longest: "100.0", zh: "综合得分 0–100", en: "composite score, 0 to 100"),
        define("m_total", longest: "CNY 99999999.00", zh: "窗口内消费额", en: "spend in the window"),
        define("orders", longest: "99999", zh: "窗口内购买单数", en: "purchases in the window"),
        define("days_since_order", .sometimes, longest: "99999", zh: "距上次购买的天数", en: "days since the last purchase"),
        define("days_in_tier", longest: "99999", zh: "进入当前层级的天数", en: "days in the tier"),
        define(
            "segment", .sometimes, longest: "重要价值", zh: "RFM 分群", en: "RFM segment", longestEnglish: "important-value"),
        define(
            "cluster", .sometimes, longest: "", zh: "所属聚类的名称；无购买则无",
            en: "name of the cluster; none without a purchase"),
        define(
            "lifecycle", longest: "新会员", zh: "生命周期阶段", en: "lifecycle stage", longestEnglish: "returned"),
    ]

    private static let predictions = Prediction.allCases.map { prediction in
        let longest = [Field.Unit.share: "99.9999%", .decimal: "99.999999"][prediction.unit] ?? "CNY 99999999.00"
        let (chinese, english) = (prediction.description.chinese, prediction.description.english)
        return define(prediction.name, .sometimes, longest: longest, zh: chinese, en: english)
    }

    /// Those of any incident, and those of one that is over.
    package static let ofAnyIncident = ["incident", "incident_id", "incident_from"]
    package static let ofIncident = ofAnyIncident + ["incident_until", "incident_hours"]

    private static let incident = [
        define(
            "incident", .sometimes, longest: "", zh: "影响该会员的事故类型名称", en: "title of the incident's kind"),
        define(
            "incident_id", .sometimes, longest: String(repeating: "9", count: 64), zh: "事故编号",
            en: "the incident's id"),
        define(
            "incident_from", .sometimes, longest: "2026-12-31 23:59", zh: "事故开始时刻，品牌时区",
            en: "when it began, in the brand's zone"),
        define(
            "incident_until", .sometimes, longest: "2026-12-31 23:59", zh: "事故结束时刻；未结束则无",
            en: "when it ended; none while it is open"),
        define(
            "incident_hours", .sometimes, longest: "9999", zh: "事故时长，按已开始的小时计；未结束则无",
            en: "its length, every started hour counted; none while it is open"),
    ]

    private static let step = [
        define("brand", longest: "", zh: "会员计划名称", en: "the programme's title"),
        define("playbook", longest: "", zh: "剧本标题", en: "the playbook's title"),
        define("assignee", .withStepKey("assign"), longest: "", zh: "任务指派给谁", en: "who gets the task"),
        define("due", .withStepKey("due"), longest: "2026-12-31", zh: "任务截止日期", en: "last day of the task"),
        define("cost", .withStepKey("cost"), longest: "CNY 99999999.00", zh: "动作成本", en: "cost of the action"),
    ]

    /// A further fact as a variable.
    static func ofFact(_ fact: FactDefinition) -> TemplateVariable {
        TemplateVariable(
            name: fact.name, presence: fact.recipe.isAlwaysKnown ? .always : .sometimes,
            longest: LocalizedText("CNY 99999999.00"), description: fact.description)
    }

    /// The definition of a name, or nil.
    package static func named(_ name: String) -> TemplateVariable? { all.first { $0.name == name } }
}
