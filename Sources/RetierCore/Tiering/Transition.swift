/// A member's move between tiers or lifecycle stages in one run.
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

        package var name: String { String(describing: self) }

        package init?(name: String) {
            guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    /// The member's row in the run's `FactTable`.
    package var row: Int
    package var kind: Kind
    /// Ladder positions; nil where the member had no tier.
    package var fromTier: Int?
    package var toTier: Int
    package var fromStage: LifecycleStage?
    package var toStage: LifecycleStage
    package var reason: TransitionReason

    package init(
        row: Int, kind: Kind, fromTier: Int?, toTier: Int, fromStage: LifecycleStage?, toStage: LifecycleStage,
        reason: TransitionReason
    ) {
        self.row = row
        self.kind = kind
        self.fromTier = fromTier
        self.toTier = toTier
        self.fromStage = fromStage
        self.toStage = toStage
        self.reason = reason
    }
}

/// The numbers behind a transition; the edge turns them into a sentence in the brand's language.
package struct TransitionReason: Hashable, Sendable {
    /// Composite scores in millionths; the earlier one is nil at enrolment.
    package var scoreBefore: Int32?
    package var scoreAfter: Int32
    /// The cut (millionths) that was reached, missed or is in danger.
    package var cut: Int32
    /// The dimension whose contribution changed most, with its ranks in millionths; nil at enrolment.
    package var dimension: Dimension?
    package var rankBefore: Int32
    package var rankAfter: Int32
    /// Consecutive runs below the keeping line, this one included.
    package var runsBelow: Int
    /// Days since the last purchase; nil where there is none.
    package var daysSincePurchase: Int?

    package init(
        scoreBefore: Int32? = nil, scoreAfter: Int32, cut: Int32, dimension: Dimension? = nil, rankBefore: Int32 = 0,
        rankAfter: Int32 = 0, runsBelow: Int = 0, daysSincePurchase: Int? = nil
    ) {
        self.scoreBefore = scoreBefore
        self.scoreAfter = scoreAfter
        self.cut = cut
        self.dimension = dimension
        self.rankBefore = rankBefore
        self.rankAfter = rankAfter
        self.runsBelow = runsBelow
        self.daysSincePurchase = daysSincePurchase
    }
}
