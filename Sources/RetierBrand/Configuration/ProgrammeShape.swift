import RetierCore

/// Every key of `retier.yaml`.
enum ProgrammeShape {
    static let keys = [
        Key("brand", .text(.id), required: true, zh: "品牌标识，永不更改", en: "the brand's id; never change it"),
        Key("title", .localized, required: true, zh: "会员计划名称", en: "the programme's name"),
        Key(
            "language", .choice(Language.allCases.map(\.rawValue)), fallback: "zh", zh: "面向用户文本的语言",
            en: "language of user-facing text"),
        Key("time_zone", .text(.line), required: true, zh: "IANA 时区", en: "IANA time zone, such as Asia/Shanghai"),
        Key("currency", .text(.currency), required: true, zh: "ISO 4217 币种", en: "ISO 4217 currency code"),
        Key("tiering", .keys(tiering), required: true, zh: "层级模型", en: "how facts become a tier"),
        Key("orders", .keys(FactShape.orders), zh: "哪些订单不计", en: "which orders count"),
        Key("events", .keys(FactShape.events), zh: "各类行为对应的事件 kind", en: "which kinds of events count as what"),
        Key("facts", .table(.word, .keys(FactShape.fact)), zh: "自定义事实", en: "the brand's own facts, by name"),
        Key("tags", .table(.word, .keys(FactShape.tag)), zh: "标签规则，按 id", en: "tag rules, by id"),
        Key("endpoints", .table(.id, EndpointShape.shape), required: true, zh: "投递端点", en: "where messages go, by id"),
        Key("channels", .table(.id, .keys(channel)), required: true, zh: "触达渠道", en: "how members are reached, by id"),
        Key("guards", .keys(guards), zh: "护栏：超限则停止", en: "limits that stop a plan"),
        Key("imports", .keys(imports), zh: "导入限制", en: "limits of imports"),
    ]

    static let tiering = [
        Key(
            "window", .text(.period), zh: "统计窗口；缺省为全部历史", en: "window of frequency and spend; else everything"),
        Key("weights", .keys(weights), zh: "各维度权重，只看比例", en: "weights of the dimensions; only their proportions count"),
        Key(
            "ladder", .list(.keys(tier)), required: true, zh: "层级，从高到低",
            en: "the tiers, highest first; the last takes everyone"),
        Key(
            "learned_on", .text(.date), zh: "分界线的学习日期；缺省为首次运行日",
            en: "date on which cuts are learned; the first refresh when left out"),
        Key(
            "stability", .keys(stability), zh: "稳定性规则", en: "when a member keeps a tier no longer earned"),
        Key("lifetime", .keys(lifetime), zh: "未来价值预测", en: "how the next 13 weeks are predicted"),
        Key("lifecycle", .keys(lifecycle), zh: "生命周期天数", en: "days that separate the lifecycle stages"),
    ]

    static let weights = Dimension.allCases.map { dimension in
        Key(
            dimension.name, .integer(0...1_000), fallback: String(ScoreWeights()[dimension]),
            zh: "权重：\(dimension.name)", en: "weight of \(dimension.name)")
    }

    static let tier = [
        Key("id", .text(.id), required: true, zh: "层级标识", en: "the tier's id"),
        Key("title", .localized, required: true, zh: "层级名称", en: "the tier's name"),
        Key(
            "entry", .either([.choice(["everyone"]), .oneKey(entry)]), required: true, zh: "入层条件",
            en: "how a member enters it"),
    ]

    static let entry = [
        Key(
            "top", .either([.text(.percent), .integer(1...100_000_000)]), zh: "得分前百分之几或前几名",
            en: "best share (5%) or best N (1000) on the learning date"),
        Key("score", .integer(1...100), zh: "综合得分至少", en: "composite score of at least this, 1 to 100"),
    ]

    static let stability = [
        Key(
            "keep", .text(.percent), fallback: "90%", zh: "低于入层线的该比例才算跌破",
            en: "down only below this share of the entry cut"),
        Key(
            "confirming_runs", .integer(1...24), fallback: "2", zh: "连续几次跌破才降级",
            en: "consecutive runs below it before a member moves down"),
        Key(
            "max_steps_down", .integer(1...64), fallback: "1", zh: "一次最多降几级", en: "most tiers a member falls in one run"
        ),
    ]

    static let lifecycle = [
        Key("new", .text(.days), fallback: "P30D", zh: "新客期", en: "a member is new for so long"),
        Key("cooling", .text(.days), fallback: "P60D", zh: "冷却", en: "cooling after so long without a purchase"),
        Key("dormant", .text(.days), fallback: "P90D", zh: "沉默", en: "dormant after so long"),
        Key("lost", .text(.days), fallback: "P365D", zh: "流失", en: "lost after so long"),
    ]

    static let channel = [
        Key("title", .localized, required: true, zh: "渠道名称", en: "the channel's name"),
        Key("endpoint", .text(.id), required: true, zh: "所用端点", en: "the endpoint that carries it"),
        Key(
            "consent", .text(.word), required: true, zh: "所需授权目的；不需要则写 none",
            en: "consent purpose that is needed; `none` where none is (staff tasks)"),
        Key("cap", .keys(cap), zh: "滚动频次上限", en: "most sends to one member in a rolling window"),
        Key("max_bytes", .integer(1...1_000_000), zh: "文本上限（UTF-8 字节）", en: "longest rendered text in UTF-8 bytes"),
    ]

    static let cap = [
        Key("max", .integer(1...1_000), required: true, zh: "次数", en: "number of sends"),
        Key("per", .text(.days), required: true, zh: "窗口", en: "the window, such as P7D"),
    ]

    static let guards = [
        Key("max_data_age", offOr(.text(.days)), fallback: "P7D", zh: "最近一单最多几天前", en: "newest order at most this old"),
        Key(
            "max_row_fall", offOr(.text(.percent)), fallback: "10%", zh: "行数最多下降",
            en: "fall of a table's row count against the last run"),
        Key(
            "max_actions", offOr(.integer(0...1_000_000_000)), fallback: "off", zh: "一次计划最多动作数", en: "sends of one plan"
        ),
        Key(
            "max_action_share", offOr(.text(.percent)), fallback: "50%", zh: "动作数占会员数最多",
            en: "sends as a share of members"),
        Key(
            "max_action_growth", offOr(.text(.percent)), fallback: "300%", zh: "较上次最多增长",
            en: "growth of sends against the last run of the kind"),
        Key(
            "max_demotion_share", offOr(.text(.percent)), fallback: "30%", zh: "降级占会员数最多",
            en: "demotions as a share of members"),
        Key("max_cost", offOr(.text(.money)), fallback: "off", zh: "一次计划最高成本", en: "cost of one plan"),
    ]

    static let imports = [
        Key(
            "max_rejected", .text(.percent), fallback: "5%", zh: "拒收行占比上限",
            en: "share of rejected rows that fails a file"),
        Key(
            "conflicting_identities", .choice(["merge", "reject"]), fallback: "merge",
            zh: "同一身份指向第二名会员时：合并两人，或拒收该行",
            en: "an identity that means a second member: merge the two, or reject the row"),
    ]

    private static func offOr(_ shape: Shape) -> Shape { .either([.choice(["off"]), shape]) }
}
