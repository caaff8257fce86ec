/// Where one member stands after a run.
struct MemberPlace: Sendable {
    private(set) var tier: UInt8
    let rawTier: UInt8
    private(set) var since: Int32
    let pendingRuns: UInt8
    let stage: LifecycleStage
    private(set) var hold: HoldState

    /// In the tier of the rules, or in the one that a person set.
    init(
        _ assignment: TierAssignment, stage: LifecycleStage, override: TierOverride?, previous: StandingTable?,
        row: Int, on day: Day
    ) {
        rawTier = UInt8(assignment.rawTier)
        self.stage = stage
        pendingRuns = UInt8(clamping: assignment.pendingRuns)
        hold = assignment.state
        tier = UInt8(assignment.tier)
        since = assignment.since
        guard let override else { return }
        tier = UInt8(override.tier)
        let isKept = previous?.heldTier(row) == override.tier
        since = isKept ? previous?.since[row] ?? day.number : day.number
        hold.ruledTier = assignment.tier
        hold.ruledSince = assignment.since
        hold.rule = .override
    }
}
