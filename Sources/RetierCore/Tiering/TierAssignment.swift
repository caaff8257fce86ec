/// Which tier the rules give one member in a run.
package struct TierAssignment: Hashable, Sendable {
    /// What a member held before the run.
    package struct Held: Hashable, Sendable {
        package var tier: Int
        package var since: Int32
        package var pendingRuns: Int
        package var state: HoldState

        package init(tier: Int, since: Int32, pendingRuns: Int = 0, state: HoldState = HoldState()) {
            self.tier = tier
            self.since = since
            self.pendingRuns = pendingRuns
            self.state = state
        }
    }

    /// Ladder position held after the run (0 highest), and what the member earns by themselves.
    package private(set) var tier: Int
    package let rawTier: Int
    package private(set) var since: Int32
    /// Consecutive runs below the keeping line of `tier`, this one included; 0 after a move.
    package private(set) var pendingRuns = 0
    /// What `pendingRuns` had reached when the member moved down; equal to `pendingRuns` otherwise.
    package private(set) var runsBelow = 0
    package private(set) var state: HoldState

    /// Applies the stability rules to the tier that a member earns and what they held so far (nil for none).
    ///
    /// Up at once, by at most `maxStepsUp` tiers. Down only where no rule holds the member, by at most `maxStepsDown`
    /// tiers, never past a tier that the member is good enough to keep, and never below what they earn. The rules are
    /// asked in this order and the first that holds is the reason: keeping line, validity, dwell, interval between
    /// falls, grace, confirming runs. Runs below the line are counted whatever else holds the tier; a run at or above
    /// the line starts the count anew.
    ///
    /// - Parameter keeps: whether the member is at or above the keeping line of a tier.
    package init(earned: Int, held: Held?, day: Day, stability: Stability, keeps: (Int) -> Bool) {
        rawTier = earned
        state = held?.state ?? HoldState()
        state.rule = nil
        tier = held?.tier ?? earned
        since = held?.since ?? day.number
        guard let held else {
            enter(earned, on: day, stability)
            return
        }
        if stability.dwell?.countsRuns == true { state.runs = state.runs == .max ? .max : state.runs + 1 }
        if let baseline = state.baseline {
            guard baseline != earned else {
                hold(.changeover)
                return
            }
            state.baseline = nil
        }
        if earned < held.tier {
            enter(max(earned, held.tier - stability.maxStepsUp), on: day, stability)
            if tier > earned { state.rule = .stepsUp }
        } else if earned == held.tier {
            recover()
            if let validity = stability.validity, day.number > state.validUntil {
                state.validUntil = validity.lastDay(from: day).number
            }
        } else if keeps(held.tier) {
            hold(.keepingLine)
        } else {
            stayOrFall(from: held, on: day, stability, keeps: keeps)
        }
    }

    private mutating func stayOrFall(
        from held: Held, on day: Day, _ stability: Stability, keeps: (Int) -> Bool
    ) {
        runsBelow = held.pendingRuns + 1
        if state.belowSince == FactTable.noDay { state.belowSince = day.number }
        if let rule = state.rule(against: held, runsBelow: runsBelow, on: day, stability) {
            pendingRuns = runsBelow
            state.rule = rule
            return
        }
        var target = held.tier
        while target < rawTier, target - held.tier < stability.maxStepsDown, !keeps(target) { target += 1 }
        enter(target, on: day, stability)
        state.lastFall = day.number
        if target < rawTier { state.rule = keeps(target) ? .keepingLine : .stepsDown }
    }

    /// At or above the line, or kept by a change of rules: nothing is pending.
    private mutating func hold(_ rule: TierRule) {
        recover()
        state.rule = rule
    }

    private mutating func recover() {
        pendingRuns = 0
        state.belowSince = FactTable.noDay
    }

    private mutating func enter(_ target: Int, on day: Day, _ stability: Stability) {
        tier = target
        since = day.number
        pendingRuns = 0
        state.runs = 0
        state.belowSince = FactTable.noDay
        state.validUntil = stability.validity?.lastDay(from: day).number ?? FactTable.noDay
    }
}

extension HoldState {
    /// The first rule that keeps a member below the line from falling; nil where none does.
    fileprivate func rule(
        against held: TierAssignment.Held, runsBelow: Int, on day: Day, _ stability: Stability
    ) -> TierRule? {
        func isWithin(_ period: CalendarPeriod?, from start: Int32) -> Bool {
            guard let period, start != FactTable.noDay else { return false }
            return day < period.after(Day(number: start))
        }
        if let validity = stability.validity {
            let last =
                validUntil == FactTable.noDay ? validity.lastDay(from: Day(number: held.since)).number : validUntil
            if day.number <= last { return .validity }
        }
        switch stability.dwell {
        case .runs(let least) where Int(runs) < least: return .dwell
        case .period(let period) where isWithin(period, from: held.since): return .dwell
        default: break
        }
        if isWithin(stability.fallInterval, from: lastFall) { return .fallInterval }
        if isWithin(stability.grace, from: belowSince) { return .grace }
        return runsBelow < stability.confirmingRuns ? .confirmation : nil
    }
}

extension Stability.Dwell {
    fileprivate var countsRuns: Bool {
        if case .runs = self { return true }
        return false
    }
}
