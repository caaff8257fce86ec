/// Everything a condition, a template or `explain` may ask about one member in one run.
package struct MemberSnapshot: Sendable {
    package var asOf: Day
    package var memberID: String
    package var joined: Day
    /// Month * 100 + day; 0 where unknown.
    package var birthday: Int16
    package var firstPurchase: Day?
    package var lastPurchase: Day?
    /// Distinct purchase days, purchases, and total of all amounts in the window.
    package var windowDays: Int
    package var windowOrders: Int
    package var windowTotal: Money
    package var windowCouponOrders: Int
    /// RFM scores 1...5; 0 where the member has no purchase.
    package var recencyScore: Int
    package var frequencyScore: Int
    package var monetaryScore: Int
    package var segment: Segment8?
    /// Composite score and dimension ranks in millionths.
    package var score: Int
    package var ranks: SIMD8<Int32>
    /// Ladder position after this run (0 highest), what the raw score alone would give, and when the member entered it.
    package var tier: Int
    package var rawTier: Int
    package var tierSince: Day
    package var stage: LifecycleStage
    /// This run's moves, at most one between tiers and one between stages, and its signals.
    package var transitions: [Transition]
    /// Further money to spend to reach the next higher tier, all else equal; nil at the top and where it is out of
    /// reach.
    package var gapToNextTier: Money?
    /// Further purchase days to reach the next higher tier, all else equal.
    package var purchasesToNextTier: Int?
    /// What separates the member from the next higher tier, and from losing the present one; nil where there is none.
    package var nextTier: TierGap?
    package var tierLoss: TierGap?
    /// Columns of the members file that retier does not know; only loaded where a playbook uses one.
    package var attributes: [String: String]
    /// Consent purposes granted, as `channel:purpose`, sorted.
    package var consents: [String]
    /// What each dimension adds to the score, in millionths, by `Dimension.rawValue`; they sum to it.
    package var contributions: SIMD8<Int32> = .zero
    /// Distinct purchase days ever, the first included.
    package var purchaseDays = 0
    /// The last purchase day before `lastPurchase`.
    package var previousPurchase: Day?
    /// Consecutive runs below the line that keeps the tier.
    package var pendingRuns = 0
    /// What holds the member in the tier.
    package var hold = HoldState()
    /// False for a member who joined after the last refresh; `tier` is the last one then.
    package var hasTier = true
    /// Further facts by position in the programme's catalogue, `FactColumn.missing` where nothing is known; empty where
    /// nothing asks for any.
    package var furtherFacts: [Int64] = []
    /// Tags as bits, the programme's first tag lowest.
    package var tags: UInt64 = 0
    /// The number of the cluster; 0 where there is none.
    package var cluster = 0
    /// What people call it.
    package var clusterName: LocalizedText?
    /// By `Prediction.rawValue`, in the units of their fields; only loaded where something uses one.
    package var predictions = PredictionTable.noFields
    /// Score in millionths that enters the next higher tier; nil at the top and without a purchase.
    package var nextTierCut: Int32?
    /// The incident that a condition is asked about; nil for none.
    package var incident: MemberIncident?

    package init(
        asOf: Day, memberID: String, joined: Day, birthday: Int16, firstPurchase: Day?, lastPurchase: Day?,
        windowDays: Int, windowOrders: Int, windowTotal: Money, windowCouponOrders: Int, recencyScore: Int,
        frequencyScore: Int, monetaryScore: Int, segment: Segment8?, score: Int, ranks: SIMD8<Int32>, tier: Int,
        rawTier: Int, tierSince: Day, stage: LifecycleStage, transitions: [Transition] = [],
        gapToNextTier: Money? = nil,
        purchasesToNextTier: Int? = nil, attributes: [String: String] = [:], consents: [String] = []
    ) {
        self.asOf = asOf
        self.memberID = memberID
        self.joined = joined
        self.birthday = birthday
        self.firstPurchase = firstPurchase
        self.lastPurchase = lastPurchase
        self.windowDays = windowDays
        self.windowOrders = windowOrders
        self.windowTotal = windowTotal
        self.windowCouponOrders = windowCouponOrders
        self.recencyScore = recencyScore
        self.frequencyScore = frequencyScore
        self.monetaryScore = monetaryScore
        self.segment = segment
        self.score = score
        self.ranks = ranks
        self.tier = tier
        self.rawTier = rawTier
        self.tierSince = tierSince
        self.stage = stage
        self.transitions = transitions
        self.gapToNextTier = gapToNextTier
        self.purchasesToNextTier = purchasesToNextTier
        self.attributes = attributes
        self.consents = consents
    }
}

extension MemberSnapshot {
    /// A row of a table as far as facts go: before anybody has a score, a tier or a stage.
    package init(facts: FactTable, row: Int) {
        func day(_ number: Int32) -> Day? { number == FactTable.noDay ? nil : Day(number: number) }
        self.init(
            asOf: facts.asOf, memberID: facts.memberIDs[row], joined: Day(number: facts.joined[row]),
            birthday: facts.birthday[row], firstPurchase: day(facts.firstPurchase[row]),
            lastPurchase: day(facts.lastPurchase[row]), windowDays: Int(facts.windowDays[row]),
            windowOrders: Int(facts.windowOrders[row]), windowTotal: Money(minorUnits: facts.windowTotal[row]),
            windowCouponOrders: Int(facts.windowCouponOrders[row]), recencyScore: 0, frequencyScore: 0,
            monetaryScore: 0, segment: nil, score: 0, ranks: .zero, tier: 0, rawTier: 0,
            tierSince: Day(number: facts.joined[row]), stage: .new)
        purchaseDays = Int(facts.purchaseDays[row])
        previousPurchase = day(facts.previousPurchase[row])
        furtherFacts = facts.furtherFacts(of: row)
        tags = facts.tags.isEmpty ? 0 : facts.tags[row]
        hasTier = false
    }

    /// A prediction in the unit of its field; nil where there is none.
    @inline(__always)
    package func prediction(_ prediction: Prediction) -> Int64? {
        let value = predictions[prediction.rawValue]
        return value == PredictionTable.missing ? nil : value
    }
}
