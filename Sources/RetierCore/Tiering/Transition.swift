/// A member's move between tiers or lifecycle stages in one run, or a signal that was seen in it.
///
/// Stored narrow: a first run enrols every member, and a million moves should not cost 100 MB.
package struct Transition: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// First tier ever.
        case enrolled
        /// A higher tier.
        case promoted
        /// A lower tier.
        case demoted
        /// The tier is kept by the stability rule, but the raw score fell below it in this run: the value slide.
        case slid
        /// The stage became dormant or lost.
        case lapsed
        /// A purchase after the stage had been dormant or lost.
        case returned
        /// High value that just showed in a member below the top tier: 潜力金矿.
        case potentialGold
        /// A high prediction that just showed: 新晋高潜.
        case highPotential

        package var name: String {
            switch self {
            case .enrolled: "enrolled"
            case .promoted: "promoted"
            case .demoted: "demoted"
            case .slid: "slid"
            case .lapsed: "lapsed"
            case .returned: "returned"
            case .potentialGold: "potential_gold"
            case .highPotential: "high_potential"
            }
        }

        /// Whether the member stands in another tier afterwards.
        package var changesTier: Bool { self == .enrolled || self == .promoted || self == .demoted }

        /// Whether it moves nobody and only points somebody out.
        package var isSignal: Bool { self == .potentialGold || self == .highPotential }

        package init?(name: String) {
            guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    package var reason: TransitionReason
    private var storedRow: UInt32
    private var storedFromTier: UInt8
    private var storedToTier: UInt8
    package var kind: Kind
    package var fromStage: LifecycleStage?
    package var toStage: LifecycleStage

    package init(
        row: Int, kind: Kind, fromTier: Int?, toTier: Int, fromStage: LifecycleStage?, toStage: LifecycleStage,
        reason: TransitionReason
    ) {
        storedRow = UInt32(row)
        storedFromTier = fromTier.map { UInt8($0) } ?? StandingTable.noTier
        storedToTier = UInt8(toTier)
        self.kind = kind
        self.fromStage = fromStage
        self.toStage = toStage
        self.reason = reason
    }

    /// The member's row in the run's `FactTable`.
    package var row: Int {
        get { Int(storedRow) }
        set { storedRow = UInt32(newValue) }
    }

    /// Ladder position before; nil where the member had no tier.
    package var fromTier: Int? {
        get { storedFromTier == StandingTable.noTier ? nil : Int(storedFromTier) }
        set { storedFromTier = newValue.map { UInt8($0) } ?? StandingTable.noTier }
    }

    /// Ladder position after.
    package var toTier: Int {
        get { Int(storedToTier) }
        set { storedToTier = UInt8(newValue) }
    }
}
