import RetierCore

/// Every key of `guards`.
enum GuardShape {
    static let keys =
        [
            Key(
                "max_data_age", offOr(.text(.days)), fallback: "P7D", zh: "最近一单最多几天前",
                en: "newest order at most this old"),
            Key(
                "max_row_fall", offOr(.text(.percent)), fallback: "10%", zh: "行数最多下降",
                en: "fall of a table's row count against the last run"),
            Key(
                "sources", .table(.id, .keys(source)), zh: "各数据源的文件应多新、多全，按 id",
                en: "how fresh and how complete the files of each source must be, by id"),
        ] + PlanAmount.allCases.flatMap(limits)

    static let source = [
        Key(
            "kind", .choice(GuardLimits.Source.kinds), required: true, zh: "文件内容",
            en: "what its files hold, as `retier import` names it"),
        Key(
            "files", .text(.line), zh: "文件名模式，如 pos-*；省略为该类全部",
            en: "their names, such as pos-*; all of the kind when left out"),
        Key("max_age", .text(.days), zh: "最近文件最多几天前导入", en: "days since the last of them was imported"),
        Key(
            "max_fall", .text(.percent), zh: "最近文件的行数较此前文件的中位数最多下降",
            en: "fall of its rows against the median of the three to six files before it"),
    ]

    private static func limits(of amount: PlanAmount) -> [Key] {
        let keys = amount.keys
        let (zh, en) = amount.words
        let most: Shape = amount == .cost ? .text(.money) : .integer(0...1_000_000_000)
        let share = keys.share.map {
            Key(
                $0, offOr(.text(.percent)), fallback: amount.fallback(\.share), zh: "\(zh)占会员数最多",
                en: "\(en) as a share of members")
        }
        return [Key(keys.most, offOr(most), fallback: "off", zh: "一次计划最多\(zh)", en: "\(en) of one plan")]
            + [share].compactMap(\.self) + [
                Key(
                    keys.growth, offOr(.text(.percent)), fallback: amount.fallback(\.growth),
                    zh: "\(zh)较上次最多增长（此前延后的与事故的不计）",
                    en: "growth of the \(en) against the last run of the kind, "
                        + "without incidents and what a refresh deferred"
                ),
                Key(
                    keys.drift, offOr(.text(.percent)), fallback: amount.fallback(\.drift),
                    zh: "\(zh)较此前三至六次的中位数最多偏离（事故的不计）",
                    en: "distance of the \(en), up or down, from the median of the three to six runs of the kind "
                        + "before, without incidents"
                ),
            ]
    }

    private static func offOr(_ shape: Shape) -> Shape { .either([.choice(["off"]), shape]) }
}

extension PlanAmount {
    fileprivate var words: (zh: String, en: String) {
        switch self {
        case .actions: ("动作数", "actions")
        case .reach: ("触达会员数", "members reached")
        case .demotions: ("降级会员数", "demotions")
        case .cost: ("成本", "cost")
        }
    }

    fileprivate func fallback(_ limit: KeyPath<GuardLimits.Limit, Int?>) -> String {
        GuardLimits.usual[self]?[keyPath: limit].map { "\($0 / 100)%" } ?? "off"
    }
}
