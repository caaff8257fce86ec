/// The dimensions of the composite score; each is a percent rank, higher is better for the brand.
package enum Dimension: Int, CaseIterable, Sendable {
    case spend, frequency, recency, priceSensitivity, activity, loyalty, influence, potential

    /// The stable name in configuration, output and plans.
    package var name: String {
        switch self {
        case .spend: "spend"
        case .frequency: "frequency"
        case .recency: "recency"
        case .priceSensitivity: "price_sensitivity"
        case .activity: "activity"
        case .loyalty: "loyalty"
        case .influence: "influence"
        case .potential: "potential"
        }
    }

    package init?(name: String) {
        guard let dimension = Dimension.allCases.first(where: { $0.name == name }) else { return nil }
        self = dimension
    }

    /// The dimension's name in sentences.
    package var title: LocalizedText {
        switch self {
        case .spend: LocalizedText(zh: "消费金额", en: "spend")
        case .frequency: LocalizedText(zh: "消费频次", en: "purchase frequency")
        case .recency: LocalizedText(zh: "最近消费", en: "recency")
        case .priceSensitivity: LocalizedText(zh: "正价消费", en: "full-price buying")
        case .activity: LocalizedText(zh: "行为活跃度", en: "activity")
        case .loyalty: LocalizedText(zh: "忠诚度", en: "loyalty")
        case .influence: LocalizedText(zh: "社交影响力", en: "influence")
        case .potential: LocalizedText(zh: "未来潜力", en: "potential")
        }
    }
}

/// One number that a dimension is made of.
package struct Measure: Hashable, Sendable {
    /// The fact's name, as in conditions.
    package var name: String
    /// Its part in the dimension; only proportions matter.
    package var weight: Int
    /// Whether a smaller number is better, as with days since the last visit.
    package var isLowerBetter: Bool

    package init(_ name: String, weight: Int = 1, isLowerBetter: Bool = false) {
        self.name = name
        self.weight = weight
        self.isLowerBetter = isLowerBetter
    }

    /// The facts of which a smaller number is better unless the configuration says otherwise.
    package static let usuallyLower: Set<String> = [
        "r_days", "days_since_order", "coupon_share", "discount_depth", "days_since_visit", "days_since_login",
        "cycle_variation", "overdue_ratio", "returns", "return_share", "complaints",
    ]
}

/// What the dimensions are made of.
package struct DimensionRules: Hashable, Sendable {
    private var own: [Dimension: [Measure]]

    /// `own` replaces the usual measures of the dimensions that it names.
    package init(own: [Dimension: [Measure]] = [:]) { self.own = own }

    package func measures(of dimension: Dimension) -> [Measure] { own[dimension] ?? dimension.usualMeasures }
}

extension Dimension {
    /// The measures that count unless the programme says otherwise.
    package var usualMeasures: [Measure] {
        func lower(_ name: String) -> Measure { Measure(name, isLowerBetter: true) }
        switch self {
        case .spend: return [Measure("m_total")]
        case .frequency: return [Measure("f_days")]
        case .recency: return [lower("r_days")]
        case .priceSensitivity: return [lower("coupon_share")]
        case .activity:
            return [
                Measure("visits"), Measure("logins"), Measure("interactions"), lower("days_since_visit"),
                lower("days_since_login"),
            ]
        case .loyalty:
            return [Measure("days_since_first_order"), lower("cycle_variation"), Measure("full_price_share")]
        case .influence: return [Measure("referrals"), Measure("shares"), Measure("user_content")]
        case .potential: return [Measure("clv_13w")]
        }
    }
}
