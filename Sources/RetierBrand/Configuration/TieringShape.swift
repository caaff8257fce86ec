import RetierCore

/// Every key under `tiering` of `retier.yaml`.
enum TieringShape {
    static let keys = [
        Key(
            "window", .text(.period), zh: "统计窗口；缺省为全部历史", en: "window of frequency and spend; else everything"),
        Key("weights", .keys(weights), zh: "各维度权重，只看比例", en: "weights of the dimensions; only their proportions count"),
        Key("weighting", .keys(weighting), zh: "权重如何得来", en: "where the weights come from"),
        Key("dimensions", .keys(dimensions), zh: "各维度由哪些事实构成", en: "which facts make the dimensions"),
        Key(
            "ladder", .list(.keys(tier)), required: true, zh: "层级，从高到低",
            en: "the tiers, highest first; the last takes everyone"),
        Key(
            "learned_on", .text(.date), zh: "首次校准的学习日期；缺省为首次运行日",
            en: "date of the first calibration; the first refresh when left out"),
        Key(
            "stability", .keys(stability), zh: "稳定性规则", en: "when a member keeps a tier no longer earned"),
        Key("lifetime", .keys(ProgrammeShape.lifetime), zh: "未来价值预测", en: "how the next 13 weeks are predicted"),
        Key("lifecycle", .keys(lifecycle), zh: "生命周期天数", en: "days that separate the lifecycle stages"),
        Key("signals", .keys(signals), zh: "何为高价值信号", en: "what counts as showing high value"),
    ]

    static let weights = Dimension.allCases.map { dimension in
        Key(
            dimension.name, .integer(0...1_000), fallback: String(ScoreWeights()[dimension]),
            zh: "权重：\(dimension.title.chinese)", en: "weight of \(dimension.name)")
    }

    static let weighting = [
        Key(
            "by", .choice(Weighting.Method.allCases.map(\.rawValue)), fallback: "fixed",
            zh: "fixed 按配置；entropy 熵权；critic CRITIC；three-axis 三轴（消费能力、意愿、传播）",
            en: "fixed, or learned at each calibration: entropy, critic, three-axis (power, willingness, spread)"),
        Key(
            "blend", .text(.percent), fallback: "50%", zh: "学得权重所占比例，其余为配置权重",
            en: "part of the learned weights; the rest is as configured"),
        Key("least", .text(.percent), fallback: "5%", zh: "学得权重下限", en: "a learned weight is at least this"),
        Key("most", .text(.percent), fallback: "50%", zh: "学得权重上限", en: "a learned weight is at most this"),
    ]

    static let dimensions = Dimension.allCases.map { dimension in
        let usual = dimension.usualMeasures.map { $0.isLowerBetter ? "\($0.name)↓" : $0.name }
        return Key(
            dimension.name, .list(.either([.text(.word), .keys(measure)])), fallback: usual.joined(separator: ", "),
            zh: "\(dimension.title.chinese)由哪些事实构成（↓ 越小越好）", en: "facts of \(dimension.name) (↓ smaller is better)")
    }

    static let measure = [
        Key("fact", .text(.word), required: true, zh: "事实名", en: "the fact's name, as in conditions"),
        Key("weight", .integer(1...1_000), fallback: "1", zh: "在维度内的权重", en: "its part in the dimension"),
        Key(
            "better", .choice(["higher", "lower"]), zh: "越大越好还是越小越好；缺省按事实本身",
            en: "whether more or less is better; as is usual for the fact when left out"),
    ]

    static let tier = [
        Key("id", .text(.id), required: true, zh: "层级标识", en: "the tier's id"),
        Key("title", .localized, required: true, zh: "层级名称", en: "the tier's name"),
        Key(
            "entry", .either([.choice(["everyone"]), .oneKey(entry)]), required: true, zh: "入层条件",
            en: "how a member enters it"),
    ]

    static let entry = [
        Key(
            "top", .either([.text(.percent), .integer(1...100_000_000), .keys(best)]), zh: "得分前百分之几或前几名",
            en: "best share (5%) or best N (1000) on the learning date, by score or as {best: 20%, by: FACT}"),
        Key("score", .integer(1...100), zh: "综合得分至少", en: "composite score of at least this, 1 to 100"),
        Key("spend", .text(.money), zh: "窗口内消费额至少", en: "money in the window of at least this"),
        Key("value", .keys(value), zh: "某事实至少", en: "a fact of at least this, as {of: visits, at_least: 6}"),
        Key("when", .condition, zh: "满足条件（标签、任务）", en: "whoever fulfils a condition: a tag, a task that is done"),
    ]

    static let best = [
        Key(
            "best", .either([.text(.percent), .integer(1...100_000_000)]), required: true, zh: "前百分之几或前几名",
            en: "best share or best N on the learning date"),
        Key("by", .text(.word), required: true, zh: "按哪个事实或预测", en: "the fact or prediction, such as clv_13w"),
    ]

    static let value = [
        Key("of", .text(.word), required: true, zh: "事实名", en: "the fact's name"),
        Key(
            "at_least", .either([.text(.money), .text(.percent)]), required: true, zh: "至少",
            en: "its least value, as in conditions"),
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
        Key(
            "max_steps_up", .integer(1...64), fallback: "64", zh: "一次最多升几级",
            en: "most tiers a member rises in one run"),
        Key(
            "dwell", .either([.text(.calendarDays), .integer(1...250)]), zh: "最短停留：次数或时间",
            en: "shortest stay before a fall: refreshes after the one of entry, or a period since it"),
        Key(
            "grace", .text(.calendarDays), zh: "首次跌破后的宽限期",
            en: "time to recover, counted from the first run below the line"),
        Key("valid_for", .text(.calendarDays), zh: "等级有效期，期内不降级", en: "how long a tier is valid once entered: no fall"),
        Key(
            "valid_to_end_of", .choice(["month", "quarter", "year"]), zh: "有效期顺延至月末、季末或年末",
            en: "rounds the validity up to the end of a calendar part"),
        Key("fall_interval", .text(.calendarDays), zh: "多久内最多降级一次", en: "at most one fall in such a period"),
        Key(
            "changes", .choice(Stability.Changes.allCases.map(\.rawValue)), fallback: "all",
            zh: "规则或校准变更影响谁：all 全部；movers 只影响此后自身变动的会员",
            en: "whom another ladder, weights or calibration moves: all, or movers (members who move by themselves)"),
    ]

    static let lifecycle = [
        Key("new", .text(.days), fallback: "P30D", zh: "新客期", en: "a member is new for so long"),
        Key("cooling", .text(.days), fallback: "P60D", zh: "冷却", en: "cooling after so long without a purchase"),
        Key("dormant", .text(.days), fallback: "P90D", zh: "沉默", en: "dormant after so long"),
        Key("lost", .text(.days), fallback: "P365D", zh: "流失", en: "lost after so long"),
    ]

    static let signals = [
        Key(
            "high", .text(.percent), fallback: "80%", zh: "百分位达到多少算高（潜力金矿、新晋高潜）",
            en: "a percent rank of at least this is high: potential gold, newly high potential")
    ]
}
