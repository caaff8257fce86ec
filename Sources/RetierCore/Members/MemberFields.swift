/// What conditions read of one member: a `MemberSnapshot`, or a row of `MemberColumns` where nothing is copied.
package protocol MemberFields {
    associatedtype Transitions: Collection<Transition>

    var asOf: Day { get }
    var joined: Day { get }
    /// Month * 100 + day; 0 where unknown.
    var birthday: Int16 { get }
    var lastPurchase: Day? { get }
    var windowDays: Int { get }
    var windowOrders: Int { get }
    var windowTotal: Money { get }
    var windowCouponOrders: Int { get }
    /// RFM scores 1...5; 0 where the member has no purchase.
    var recencyScore: Int { get }
    var frequencyScore: Int { get }
    var monetaryScore: Int { get }
    var segment: Segment8? { get }
    /// Millionths.
    var score: Int { get }
    var tier: Int { get }
    var rawTier: Int { get }
    var tierSince: Day { get }
    var hasTier: Bool { get }
    var stage: LifecycleStage { get }
    var transitions: Transitions { get }
    /// Tags as bits.
    var tags: UInt64 { get }
    /// The number of the cluster; 0 where there is none.
    var cluster: Int { get }
    /// The incident that a condition is asked about; nil for none.
    var incident: MemberIncident? { get }

    /// Millionths, or `ScoreTable.unranked`.
    func rank(in dimension: Dimension) -> Int32
    /// The smallest change of one number that reaches the next tier, or that loses the present one.
    func change(of number: DistanceNumber, reachesNext: Bool) -> Int64?
    /// A further fact by its position in the catalogue, or `FactColumn.missing`.
    func furtherFact(at position: Int) -> Int64
    /// In the unit of its field; nil where there is none.
    func prediction(_ prediction: Prediction) -> Int64?
    func attribute(_ name: String) -> String?
    /// Whether a consent is granted, as `channel:purpose`, on its channel or on all.
    func grants(_ consent: String) -> Bool
}

/// The numbers by which conditions name distances to tiers.
package enum DistanceNumber: Int, CaseIterable, Sendable {
    case spend, purchases, days

    /// The number's name in dimensions and tiers.
    var measure: String {
        switch self {
        case .spend: "m_total"
        case .purchases: "f_days"
        case .days: "r_days"
        }
    }
}

extension MemberSnapshot: MemberFields {
    @inline(__always)
    package func rank(in dimension: Dimension) -> Int32 { ranks[dimension.rawValue] }

    package func change(of number: DistanceNumber, reachesNext: Bool) -> Int64? {
        switch (number, reachesNext) {
        case (.spend, true): gapToNextTier?.minorUnits
        case (.purchases, true): purchasesToNextTier.map { Int64($0) }
        default: (reachesNext ? nextTier : tierLoss)?.change(of: number.measure)
        }
    }

    @inline(__always)
    package func furtherFact(at position: Int) -> Int64 {
        furtherFacts.indices.contains(position) ? furtherFacts[position] : FactColumn.missing
    }

    package func attribute(_ name: String) -> String? { attributes[name] }

    package func grants(_ consent: String) -> Bool {
        consents.contains { ConsentTable.grant($0, covers: consent) }
    }
}
