/// What the stability rules remember of one member between refreshes, besides tier, day of entry and runs below the
/// line.
package struct HoldState: Hashable, Sendable {
    /// The tier that the rules alone hold and the day of its entry, while a person has set another one.
    package var ruledTier: Int? {
        get { storedRuledTier == StandingTable.noTier ? nil : Int(storedRuledTier) }
        set { storedRuledTier = newValue.map { UInt8($0) } ?? StandingTable.noTier }
    }
    /// Entry day of `ruledTier`; `FactTable.noDay` without one.
    package var ruledSince = FactTable.noDay
    /// Refreshes since the tier was entered, at most 255; counted only where the programme has a dwell in runs.
    package var runs: UInt8 = 0
    /// Day of the first run of those below the keeping line in a row, or `noDay`.
    package var belowSince = FactTable.noDay
    /// Day of the last fall, or `noDay`.
    package var lastFall = FactTable.noDay
    /// Last day on which the tier is valid, or `noDay` where the programme knows no validity.
    package var validUntil = FactTable.noDay
    /// What the member earned when the rules changed, while they keep their tier because of that.
    package var baseline: Int? {
        get { storedBaseline == StandingTable.noTier ? nil : Int(storedBaseline) }
        set { storedBaseline = newValue.map { UInt8($0) } ?? StandingTable.noTier }
    }
    /// The rule that holds the member where they stand; nil where they stand where they earn.
    package var rule: TierRule? {
        get { TierRule(rawValue: storedRule) }
        set { storedRule = newValue?.rawValue ?? UInt8.max }
    }
    private var storedRuledTier = StandingTable.noTier
    private var storedBaseline = StandingTable.noTier
    private var storedRule = UInt8.max

    package init() {}
}
