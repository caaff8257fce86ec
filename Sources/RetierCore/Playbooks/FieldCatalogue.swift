/// One field of the catalogue, as conditions, the linter, the editor schema and the manual know it.
package struct FieldDefinition: Hashable, Sendable {
    package var field: Field
    package var name: String
    package var kind: Field.Kind
    /// The smallest and the largest value that can occur, in the unit people write; nil where there is no bound.
    package var range: ClosedRange<Int>?
    package var description: LocalizedText
}

/// The closed list of fields; `consent.CHANNEL`, `attr.NAME` and a programme's own facts come on top.
package enum FieldCatalogue {
    package static let consentPrefix = "consent."
    package static let attributePrefix = "attr."

    package static let all: [FieldDefinition] =
        standing + moves + behaviour + further + scores + predictions + distances + dates + incidents

    /// The definition of a name, or nil.
    package static func definition(named name: String) -> FieldDefinition? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static func define(
        _ field: Field, _ kind: Field.Kind, _ range: ClosedRange<Int>? = nil, zh chinese: String, en english: String
    ) -> FieldDefinition {
        FieldDefinition(
            field: field, name: field.name, kind: kind, range: range,
            description: LocalizedText(zh: chinese, en: english))
    }

    private static let standing = [
        define(
            .tier, .choice(.tiers), zh: "本次运行后的层级；首次刷新前缺失",
            en: "tier after this run; missing before the member's first refresh"),
        define(
            .rawTier, .choice(.tiers), zh: "仅按原始得分应得的层级；首次刷新前缺失",
            en: "tier that the raw score alone would give; missing before the first refresh"),
        define(
            .segment, .choice(.segments), zh: "RFM 八分群；无购买则缺失",
            en: "RFM segment, by Chinese name or alias; missing without a purchase"),
        define(
            .tag, .choice(.tags), zh: "本次运行符合的标签，命中其一即可；见配置 tags",
            en: "tags that the member carries in this run, one of which must match; see tags in retier.yaml"),
        define(
            .cluster, .choice(.clusters), zh: "聚类编号，如 cluster in [1, 3]；无购买则缺失；见配置 clusters",
            en: "number of the cluster, as in cluster in [1, 3]; missing without a purchase; see clusters in "
                + "retier.yaml"),
        define(.lifecycle, .choice(.stages), zh: "生命周期阶段", en: "lifecycle stage"),
        define(
            .daysInTier, .number(.days), 0...1_000_000, zh: "进入当前层级的天数；首次刷新前缺失",
            en: "days since the member entered the tier; missing before the first refresh"),
    ]

    private static let moves = [
        define(
            .transitionKind, .choice(.transitionKinds), zh: "本次运行的变动类型；无变动则缺失",
            en: "kinds of this run's transitions, one of which must match; missing without a transition"),
        define(
            .transitionFrom, .choice(.tiers), zh: "本次升降级前的层级；首次入层则缺失",
            en: "tier before this run's promotion or demotion; missing at enrolment"),
        define(
            .transitionTo, .choice(.tiers), zh: "本次入层、升级或降级后的层级",
            en: "tier after this run's enrolment, promotion or demotion"),
        define(
            .slide, .flag, zh: "价值滑落预警：层级保留但原始得分已跌破",
            en: "value slide: the tier is kept, the raw score fell below it in this run"),
    ]

    private static let behaviour = [
        define(
            .daysSinceOrder, .number(.days), 0...1_000_000, zh: "距最近一次购买的天数；无购买则缺失",
            en: "days since the last purchase; missing without one"),
        define(
            .recencyDays, .number(.days), 0...1_000_000, zh: "RFM 的 R，同 days_since_order",
            en: "RFM's name for days_since_order"),
        define(
            .frequencyDays, .number(.count), 0...1_000_000, zh: "窗口内有购买的天数（F）",
            en: "distinct purchase days in the window"),
        define(.orders, .number(.count), 0...1_000_000_000, zh: "窗口内购买单数", en: "purchases in the window"),
        define(
            .monetaryTotal, .number(.money), zh: "窗口内净消费额（含退货）",
            en: "total of all amounts in the window, returns included"),
        define(
            .averageOrderValue, .number(.money), zh: "客单价：m_total 除以 orders，四舍五入到分；无购买则缺失",
            en: "m_total divided by orders, rounded to minor units; missing without a purchase"),
        define(
            .couponShare, .number(.share), 0...100, zh: "使用券或折扣的订单占比，如 30%；无购买则缺失",
            en: "share of purchases with a coupon or discount, such as 30%; missing without a purchase"),
    ]

    private static let further = FactCatalogue.standard.definitions.compactMap { fact -> FieldDefinition? in
        guard let reference = FactCatalogue.standard.reference(named: fact.name) else { return nil }
        let counts = fact.unit == .days || fact.unit == .count
        return FieldDefinition(
            field: .fact(reference), name: fact.name, kind: .number(fact.unit),
            range: counts ? 0...1_000_000_000 : nil, description: fact.description)
    }

    private static let scores = [
        define(
            .recencyScore, .number(.count), 1...5, zh: "R 分（5 最好）；无购买则缺失",
            en: "RFM recency score, 5 best; missing without a purchase"),
        define(
            .frequencyScore, .number(.count), 1...5, zh: "F 分；无购买则缺失",
            en: "RFM frequency score; missing without a purchase"),
        define(
            .monetaryScore, .number(.count), 1...5, zh: "M 分；无购买则缺失",
            en: "RFM monetary score; missing without a purchase"),
        define(.score, .number(.points), 0...100, zh: "综合得分 0–100", en: "composite score, 0 to 100"),
        define(
            .rank(.spend), .number(.points), 0...100, zh: "消费百分位 0–100", en: "percent rank of spend, higher is better"),
        define(.rank(.frequency), .number(.points), 0...100, zh: "频次百分位 0–100", en: "percent rank of frequency"),
        define(.rank(.recency), .number(.points), 0...100, zh: "近度百分位 0–100", en: "percent rank of recency"),
        define(
            .rank(.priceSensitivity), .number(.points), 0...100, zh: "价格敏感度百分位 0–100（越高越不敏感）",
            en: "percent rank of price sensitivity, higher is less sensitive"),
    ]

    private static let predictions = Prediction.allCases.map { prediction in
        FieldDefinition(
            field: .prediction(prediction), name: prediction.name, kind: .number(prediction.unit),
            range: prediction.most.map { 0...$0 }, description: prediction.description)
    }

    private static let distances = [
        define(
            .gapToNextTier, .number(.money), 0...1_000_000_000_000, zh: "其他不变时升到上一级还需消费的金额；最高级则缺失",
            en: "further spend that reaches the next higher tier, all else equal; missing at the top"),
        define(
            .purchasesToNextTier, .number(.count), 0...1_000_000, zh: "其他不变时升到上一级还需的购买天数；最高级则缺失",
            en: "further purchase days that reach the next higher tier; missing at the top"),
        define(
            .daysToNextTier, .number(.days), 0...1_000_000, zh: "其他不变时，最近一次消费须近多少天才能升到上一级；今天消费也不够则缺失",
            en: "days nearer that the last purchase must be to reach the next higher tier; missing where today is not "
                + "near enough"),
        define(
            .spendToLoseTier, .number(.money), 0...1_000_000_000_000, zh: "其他不变时消费减少多少即跌破保级线；已跌破为 0，仅凭它不会跌破则缺失",
            en: "spend less that falls below the line that keeps the tier; 0 below it, missing where it alone never "
                + "does"),
        define(
            .purchasesToLoseTier, .number(.count), 0...1_000_000, zh: "其他不变时购买天数减少多少即跌破保级线；同上",
            en: "purchase days fewer that fall below the line that keeps the tier; likewise"),
        define(
            .daysToLoseTier, .number(.days), 0...1_000_000, zh: "其他不变时再过多少天不消费即跌破保级线；同上",
            en: "further days without a purchase that fall below the line that keeps the tier; likewise"),
    ]

    private static let dates = [
        define(.daysSinceJoined, .number(.days), 0...1_000_000, zh: "入会天数", en: "days since joining"),
        define(.yearsInProgramme, .number(.years), 0...200, zh: "入会满几年", en: "full years since joining"),
        define(
            .birthdayInDays, .number(.days), 0...366, zh: "距下个生日的天数，当天为 0；2 月 29 日在平年按 28 日；未知则缺失",
            en:
                "days to the next birthday, 0 on the day; 29 February is 28 February in common years; or missing"
        ),
        define(.birthdayMonth, .flag, zh: "本月生日；生日未知则缺失", en: "birthday in this calendar month; missing if unknown"),
        define(
            .anniversaryInDays, .number(.days), 0...366, zh: "距下个入会周年日的天数，当天为 0；入会当天不算",
            en: "days to the next anniversary of joining, 0 on the day; the joining day itself is none"),
    ]

    private static let incidents = [
        define(
            .incidentKind, .choice(.incidentKinds), zh: "影响该会员的事故类型；见配置 incidents",
            en: "kind of the incident that affected the member; missing without one; see incidents in retier.yaml"),
        define(
            .incidentOpen, .flag, zh: "事故是否尚未结束；未受影响则缺失",
            en: "whether the incident is not over yet; missing without one"),
        define(
            .incidentHours, .number(.count), 1...1_000_000, zh: "事故时长，按已开始的小时计；未结束则缺失",
            en: "length of the incident, every started hour counted; missing while it is open"),
    ]
}

extension Field {
    /// The name that conditions use.
    package var name: String {
        switch self {
        case .tier: "tier"
        case .rawTier: "raw_tier"
        case .segment: "segment"
        case .tag: "tag"
        case .cluster: "cluster"
        case .lifecycle: "lifecycle"
        case .transitionKind: "transition.kind"
        case .transitionFrom: "transition.from"
        case .transitionTo: "transition.to"
        case .slide: "slide"
        case .daysSinceOrder: "days_since_order"
        case .daysSinceJoined: "days_since_joined"
        case .daysInTier: "days_in_tier"
        case .yearsInProgramme: "years_in_programme"
        case .recencyDays: "r_days"
        case .frequencyDays: "f_days"
        case .orders: "orders"
        case .monetaryTotal: "m_total"
        case .averageOrderValue: "avg_order_value"
        case .couponShare: "coupon_share"
        case .recencyScore: "r_score"
        case .frequencyScore: "f_score"
        case .monetaryScore: "m_score"
        case .score: "score"
        case .rank(let dimension): "rank." + dimension.name
        case .gapToNextTier: "gap_to_next_tier"
        case .purchasesToNextTier: "purchases_to_next_tier"
        case .daysToNextTier: "days_to_next_tier"
        case .spendToLoseTier: "spend_to_lose_tier"
        case .purchasesToLoseTier: "purchases_to_lose_tier"
        case .daysToLoseTier: "days_to_lose_tier"
        case .birthdayInDays: "birthday_in_days"
        case .birthdayMonth: "birthday_month"
        case .anniversaryInDays: "anniversary_in_days"
        case .incidentKind: "incident.kind"
        case .incidentOpen: "incident.open"
        case .incidentHours: "incident.hours"
        case .fact(let fact): fact.name
        case .prediction(let prediction): prediction.name
        case .consent(let consent): FieldCatalogue.consentPrefix + consent
        case .attribute(let name): FieldCatalogue.attributePrefix + name
        }
    }

    /// What it holds.
    package var kind: Kind {
        switch self {
        case .fact(let fact): .number(fact.unit)
        case .consent: .flag
        case .attribute: .attribute
        default: FieldCatalogue.definition(named: name)?.kind ?? .flag
        }
    }
}

extension Field {
    /// Whether it is known before tiers are, so that a tier may be entered by it: facts, scores, consents.
    package var isKnownBeforeTiers: Bool {
        switch self {
        case .score, .recencyScore, .frequencyScore, .monetaryScore, .segment, .rank, .prediction, .consent: true
        default: isKnownBeforeScores
        }
    }
}
