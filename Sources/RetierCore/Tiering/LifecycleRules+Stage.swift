extension LifecycleRules {
    /// The stage of a member on the day of the facts.
    ///
    /// Let d be the days since the last purchase (since joining, where there is none). In this order:
    /// d >= lostDays is lost, d >= dormantDays dormant, d >= coolingDays cooling; a last purchase less than newDays
    /// ago that ended a silence of at least dormantDays is returned; a first purchase (joining) less than newDays ago
    /// is new; everybody else is active.
    package func stage(of facts: FactTable, row: Int) -> LifecycleStage {
        let today = Int(facts.asOf.number)
        let hasPurchase = facts.hasPurchase(row)
        let silence = today - Int(hasPurchase ? facts.lastPurchase[row] : facts.joined[row])
        if silence >= lostDays { return .lost }
        if silence >= dormantDays { return .dormant }
        if silence >= coolingDays { return .cooling }
        guard hasPurchase else { return silence < newDays ? .new : .active }
        if facts.previousPurchase[row] != FactTable.noDay, silence < newDays {
            let gap = Int(facts.lastPurchase[row]) - Int(facts.previousPurchase[row])
            if gap >= dormantDays { return .returned }
        }
        return today - Int(facts.firstPurchase[row]) < newDays ? .new : .active
    }
}

extension LifecycleStage {
    /// Whether the member has been silent long enough to count as asleep or gone.
    package var isSilent: Bool { self == .dormant || self == .lost }
}
