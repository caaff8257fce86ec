import RetierCore

/// The keys of `retier.yaml` that say what orders and events mean: uncounted orders, kinds of events, facts, tags.
enum FactShape {
    static let orders = [
        Key(
            "uncounted", .list(.text(.line)),
            fallback: "[" + Programme.usualUncountedStatuses.joined(separator: ", ") + "]",
            zh: "这些状态的订单完全不计，如同从未下单", en: "orders with one of these statuses count for nothing")
    ]

    static let events = EventKinds.Meaning.allCases.map { meaning in
        Key(
            meaning.rawValue, .list(.text(.line)), fallback: "[" + meaning.usualKinds.joined(separator: ", ") + "]",
            zh: meaning.description.chinese, en: meaning.description.english)
    }

    static let aggregates: [(word: String, meaning: LocalizedText)] = [
        ("count", LocalizedText(zh: "行数", en: "rows")),
        ("days", LocalizedText(zh: "有行的天数", en: "days with a row")),
        ("sum", LocalizedText(zh: "`of` 之和", en: "sum of `of`")),
        ("mean", LocalizedText(zh: "`of` 的均值，四舍五入；无则缺失", en: "mean of `of`, rounded half away from zero")),
        ("min", LocalizedText(zh: "`of` 的最小值；无则缺失", en: "smallest `of`; missing without a row")),
        ("max", LocalizedText(zh: "`of` 的最大值；无则缺失", en: "largest `of`; missing without a row")),
        ("last", LocalizedText(zh: "最近一行的 `of`，同一时刻取最大；无则缺失", en: "`of` of the latest row, of one moment the largest")),
        ("distinct", LocalizedText(zh: "`of` 的不同取值数", en: "different values of `of`")),
        (
            "share",
            LocalizedText(
                zh: "`among` 的行中满足 `where` 的占比，给出 `of` 则按金额；分母为 0 则缺失",
                en: "rows that fulfil `where` as a share of those that fulfil `among`; by amount where `of` is given")
        ),
        ("favourite_share", LocalizedText(zh: "最常见取值的占比；无则缺失", en: "share of the most frequent value of `of`")),
        ("since_first", LocalizedText(zh: "距第一行的天数；无则缺失", en: "days since the first row")),
        ("since_last", LocalizedText(zh: "距最近一行的天数；无则缺失", en: "days since the last row")),
        ("cycle", LocalizedText(zh: "相邻有行日的平均间隔（天）；不足 3 日则缺失", en: "mean interval between days with a row, in days")),
        ("variation", LocalizedText(zh: "间隔的变异系数；不足 3 日则缺失", en: "coefficient of variation of those intervals")),
        ("overdue", LocalizedText(zh: "距最近一行的天数除以平均间隔；不足 3 日则缺失", en: "days since the last row in mean intervals")),
    ]

    static let columns: [RowColumn] = [
        .amount, .discount, .listPrice, .returned, .coupon, .category, .channel, .status, .kind, .value, .ref,
    ]

    static let fact = [
        Key("title", .localized, zh: "名称", en: "what people call it"),
        Key("aggregate", .choice(aggregates.map(\.word)), required: true, zh: "聚合方式", en: "what is taken of the rows"),
        Key(
            "over", .choice(FactRows.Source.allCases.map(\.rawValue)), fallback: "purchases",
            zh: "取哪些行：购买（金额不小于 0）、退货、全部订单或事件",
            en: "the rows: purchases (amount of at least 0), returns, all orders, or events"),
        Key("of", .choice(columns.map(\.rawValue)), zh: "取值的列", en: "the column that is aggregated"),
        Key("where", .condition, zh: "行过滤条件", en: "which of the rows count; all when left out"),
        Key("among", .condition, zh: "share 的分母过滤条件", en: "of `share`: the rows that make the whole"),
        Key(
            "window", .either([.choice(["all"]), .text(.period)]), fallback: "tiering.window",
            zh: "统计窗口，如 P30D、P1M；all 为全部历史", en: "days or calendar months back, such as P30D or P1M; or all"),
    ]

    static let tag = [
        Key("title", .localized, zh: "名称", en: "what people call it"),
        Key(
            "when", .condition, zh: "条件：任意事实、属性、日期与在前的标签",
            en: "condition over facts, attributes, dates and tags above it"),
        Key("prefers", .keys(preference), zh: "品类或内容偏好", en: "a preference for categories or content"),
    ]

    static let preference = [
        Key(
            "over", .choice(["purchases", "content"]), fallback: "purchases",
            zh: "按购买品类，或按内容浏览话题（ref）", en: "categories of purchases, or topics (ref) of content views"),
        Key("any_of", .list(.text(.line)), required: true, zh: "品类或话题", en: "the categories or topics"),
        Key("window", .text(.period), fallback: "P6M", zh: "统计窗口", en: "days or calendar months back"),
        Key("share", .text(.percent), fallback: "40%", zh: "占比至少", en: "at least this share of the member's rows"),
        Key("least", .integer(1...1_000_000), fallback: "3", zh: "至少几次", en: "and at least so many of them"),
    ]
}
