/// The numbers behind a transition; `ReasonText` makes a sentence of them in the brand's language.
package struct TransitionReason: Hashable, Sendable {
    /// What `measured` and `cut` count.
    package enum Basis: String, CaseIterable, Sendable {
        /// Millionths of the composite score.
        case score
        /// Minor units of money in the window.
        case spend
        /// The unit of the fact or prediction by which the deciding tier is entered.
        case measure
        /// 1 where the deciding tier's rule holds, else 0.
        case rule
        /// Millionths of a dimension's rank.
        case rank
    }

    private static let none = Int32.min

    private var storedScoreBefore: Int32
    /// Composite score in millionths.
    package var scoreAfter: Int32
    /// The line that decided: the entry cut that was reached (enrolled, promoted) or lost (slid), the keeping line that
    /// was missed (demoted), the held tier's entry cut (lapsed, returned), what counts as high (signals).
    package var cut: Int64
    /// What was compared with it.
    package var measured: Int64
    package var basis: Basis
    /// The rule that holds the member where they stand, or moved them; nil where they stand where they earn.
    package var rule: TierRule?
    /// The dimension whose contribution moved most in the move's direction; nil at enrolment and where none did.
    package var dimension: Dimension?
    /// That dimension's ranks in millionths.
    package var rankBefore: Int32
    package var rankAfter: Int32
    private var storedRunsBelow: Int16
    private var storedDays: Int32

    package init(
        scoreBefore: Int32? = nil, scoreAfter: Int32, cut: Int64, measured: Int64? = nil, basis: Basis = .score,
        rule: TierRule? = nil, dimension: Dimension? = nil, rankBefore: Int32 = 0, rankAfter: Int32 = 0,
        runsBelow: Int = 0, daysSincePurchase: Int? = nil
    ) {
        storedScoreBefore = scoreBefore ?? TransitionReason.none
        self.scoreAfter = scoreAfter
        self.cut = cut
        self.measured = measured ?? Int64(scoreAfter)
        self.basis = basis
        self.rule = rule
        self.dimension = dimension
        self.rankBefore = rankBefore
        self.rankAfter = rankAfter
        storedRunsBelow = Int16(clamping: runsBelow)
        storedDays = daysSincePurchase.map { Int32(clamping: $0) } ?? TransitionReason.none
    }

    /// Composite score when the score last earned the tier, in millionths; nil at enrolment.
    package var scoreBefore: Int32? {
        get { storedScoreBefore == TransitionReason.none ? nil : storedScoreBefore }
        set { storedScoreBefore = newValue ?? TransitionReason.none }
    }

    /// Consecutive runs below the keeping line, this one included.
    package var runsBelow: Int {
        get { Int(storedRunsBelow) }
        set { storedRunsBelow = Int16(clamping: newValue) }
    }

    /// Days since the last purchase; nil where there is none.
    package var daysSincePurchase: Int? {
        get { storedDays == TransitionReason.none ? nil : Int(storedDays) }
        set { storedDays = newValue.map { Int32(clamping: $0) } ?? TransitionReason.none }
    }
}
