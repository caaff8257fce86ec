/// How a programme turns facts into a tier: window, score weights, ladder, stability, lifecycle.
///
/// Configuration as values.
package struct TieringModel: Hashable, Sendable {
    /// The window of `f_days` and `m_total`; nil means everything since the first order.
    package var window: CalendarPeriod?
    package var weights: ScoreWeights
    package var ladder: TierLadder
    /// The named date on which the entry cuts are learned; nil means the first refresh's own date.
    package var learnedOn: Day?
    package var stability: Stability
    package var lifecycle: LifecycleRules
    package var lifetime = LifetimeSettings()

    package init(
        window: CalendarPeriod? = nil, weights: ScoreWeights = ScoreWeights(), ladder: TierLadder,
        learnedOn: Day? = nil,
        stability: Stability = Stability(), lifecycle: LifecycleRules = LifecycleRules()
    ) {
        self.window = window
        self.weights = weights
        self.ladder = ladder
        self.learnedOn = learnedOn
        self.stability = stability
        self.lifecycle = lifecycle
    }
}

/// The dimensions of the composite score.
package enum Dimension: Int, CaseIterable, Sendable {
    case spend, frequency, recency, priceSensitivity

    /// The stable name in configuration, output and plans.
    package var name: String {
        switch self {
        case .spend: "spend"
        case .frequency: "frequency"
        case .recency: "recency"
        case .priceSensitivity: "price_sensitivity"
        }
    }
}

/// Whole-number weights of the dimensions; only their proportions matter.
package struct ScoreWeights: Hashable, Sendable {
    package var spend: Int
    package var frequency: Int
    package var recency: Int
    package var priceSensitivity: Int

    package init(spend: Int = 40, frequency: Int = 30, recency: Int = 20, priceSensitivity: Int = 10) {
        self.spend = spend
        self.frequency = frequency
        self.recency = recency
        self.priceSensitivity = priceSensitivity
    }

    package subscript(dimension: Dimension) -> Int {
        switch dimension {
        case .spend: spend
        case .frequency: frequency
        case .recency: recency
        case .priceSensitivity: priceSensitivity
        }
    }

    package var sum: Int { spend + frequency + recency + priceSensitivity }
}

/// One level of the programme.
package struct Tier: Hashable, Sendable {
    /// How a member enters it.
    package enum Entry: Hashable, Sendable {
        /// Composite score of at least this many millionths (0.75 is 750,000).
        case score(Int)
        /// The best share of scored members on the learning date, in basis points (20 % is 2,000).
        case topShare(Int)
        /// The best N scored members on the learning date.
        case topCount(Int)
        /// Everybody: the lowest tier.
        case everyone
    }

    package var id: String
    package var title: LocalizedText
    package var entry: Entry

    package init(id: String, title: LocalizedText, entry: Entry) {
        self.id = id
        self.title = title
        self.entry = entry
    }
}

/// The ordered tiers, highest first; the last one takes everybody.
///
/// At most 64.
package struct TierLadder: Hashable, Sendable {
    package var tiers: [Tier]

    package init(tiers: [Tier]) { self.tiers = tiers }

    /// The position of a tier (0 is the highest), or nil.
    package func index(of id: String) -> Int? { tiers.firstIndex { $0.id == id } }
}

/// When a member keeps a tier that the raw score no longer earns.
package struct Stability: Hashable, Sendable {
    /// Down only below this share of the entry cut, in basis points (90 % is 9,000).
    package var keepShare: Int
    /// Consecutive runs below it before the member moves down.
    package var confirmingRuns: Int
    /// The most tiers a member falls in one run.
    package var maxStepsDown: Int

    package init(keepShare: Int = 9_000, confirmingRuns: Int = 2, maxStepsDown: Int = 1) {
        self.keepShare = keepShare
        self.confirmingRuns = confirmingRuns
        self.maxStepsDown = maxStepsDown
    }
}

/// Days that separate the lifecycle stages.
package struct LifecycleRules: Hashable, Sendable {
    /// Days since the first purchase (or joining) in which a member is new, and after a return in which one is
    /// returned.
    package var newDays: Int
    package var coolingDays: Int
    package var dormantDays: Int
    package var lostDays: Int

    package init(newDays: Int = 30, coolingDays: Int = 60, dormantDays: Int = 90, lostDays: Int = 365) {
        self.newDays = newDays
        self.coolingDays = coolingDays
        self.dormantDays = dormantDays
        self.lostDays = lostDays
    }
}

/// Where a member stands in their life with the brand.
package enum LifecycleStage: UInt8, CaseIterable, Sendable {
    case new, active, cooling, dormant, lost, returned

    /// The stable name in conditions, output and plans.
    package var name: String {
        switch self {
        case .new: "new"
        case .active: "active"
        case .cooling: "cooling"
        case .dormant: "dormant"
        case .lost: "lost"
        case .returned: "returned"
        }
    }

    package init?(name: String) {
        guard let stage = LifecycleStage.allCases.first(where: { $0.name == name }) else { return nil }
        self = stage
    }
}
