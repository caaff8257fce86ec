/// How a programme turns facts into a tier: window, score weights, ladder, stability, lifecycle.
///
/// Configuration as values.
package struct TieringModel: Hashable, Sendable {
    /// The window of `f_days` and `m_total`; nil means everything since the first order.
    package var window: CalendarPeriod?
    package var weights: ScoreWeights
    package var weighting: Weighting
    package var dimensions: DimensionRules
    package var ladder: TierLadder
    /// The named date of the first calibration; nil means the first refresh's own date.
    package var learnedOn: Day?
    package var stability: Stability
    package var lifecycle: LifecycleRules
    package var signals: SignalRules
    package var lifetime = LifetimeSettings()

    package init(
        window: CalendarPeriod? = nil, weights: ScoreWeights = ScoreWeights(), weighting: Weighting = Weighting(),
        dimensions: DimensionRules = DimensionRules(), ladder: TierLadder, learnedOn: Day? = nil,
        stability: Stability = Stability(), lifecycle: LifecycleRules = LifecycleRules(),
        signals: SignalRules = SignalRules()
    ) {
        self.window = window
        self.weights = weights
        self.weighting = weighting
        self.dimensions = dimensions
        self.ladder = ladder
        self.learnedOn = learnedOn
        self.stability = stability
        self.lifecycle = lifecycle
        self.signals = signals
    }
}

extension TieringModel {
    /// The facts and predictions that used dimensions and tiers read, by name, sorted.
    package var measureNames: [String] {
        let ofDimensions = weights.used.flatMap { dimensions.measures(of: $0).map(\.name) }
        return Set(ofDimensions + ladder.tiers.compactMap(\.entry.measure)).sorted()
    }
}

/// What counts as showing high value.
package struct SignalRules: Hashable, Sendable {
    /// A rank of at least so many millionths is high.
    package var high: Int32

    package init(high: Int32 = 800_000) { self.high = high }
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
