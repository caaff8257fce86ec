/// The numbers behind a transition; `ReasonText` makes a sentence of them in the brand's language.
package struct TransitionReason: Hashable, Sendable {
    private static let none = Int32.min

    private var storedScoreBefore: Int32
    /// Composite score in millionths.
    package var scoreAfter: Int32
    /// The line (millionths) that decided: the entry cut that was reached (enrolled, promoted) or lost (slid), the
    /// keeping line that was missed (demoted), the held tier's entry cut (lapsed, returned).
    package var cut: Int32
    /// The dimension whose contribution moved most in the move's direction; nil at enrolment and where none did.
    package var dimension: Dimension?
    /// That dimension's ranks in millionths.
    package var rankBefore: Int32
    package var rankAfter: Int32
    private var storedRunsBelow: Int32
    private var storedDays: Int32

    package init(
        scoreBefore: Int32? = nil, scoreAfter: Int32, cut: Int32, dimension: Dimension? = nil, rankBefore: Int32 = 0,
        rankAfter: Int32 = 0, runsBelow: Int = 0, daysSincePurchase: Int? = nil
    ) {
        storedScoreBefore = scoreBefore ?? TransitionReason.none
        self.scoreAfter = scoreAfter
        self.cut = cut
        self.dimension = dimension
        self.rankBefore = rankBefore
        self.rankAfter = rankAfter
        storedRunsBelow = Int32(clamping: runsBelow)
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
        set { storedRunsBelow = Int32(clamping: newValue) }
    }

    /// Days since the last purchase; nil where there is none.
    package var daysSincePurchase: Int? {
        get { storedDays == TransitionReason.none ? nil : Int(storedDays) }
        set { storedDays = newValue.map { Int32(clamping: $0) } ?? TransitionReason.none }
    }
}
