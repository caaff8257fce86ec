import RetierCore

// Stability, lifecycle and signals.
extension TieringReader {
    mutating func stability(_ node: YAMLNode?) -> Stability {
        var stability = Stability()
        if let keep = node?["keep"]?.basisPoints { stability.keepShare = keep }
        if stability.keepShare > 10_000 {
            findings.add(
                "bad-value", at: node?["keep"], message: "`tiering.stability.keep` is above 100%",
                hint: "write the share of the entry cut below which a member moves down, such as 90%")
        }
        stability.confirmingRuns = node?["confirming_runs"]?.integer ?? stability.confirmingRuns
        stability.maxStepsDown = node?["max_steps_down"]?.integer ?? stability.maxStepsDown
        stability.maxStepsUp = node?["max_steps_up"]?.integer ?? stability.maxStepsUp
        if let runs = node?["dwell"]?.integer {
            stability.dwell = .runs(runs)
        } else if let period = node?["dwell"]?.period {
            stability.dwell = .period(period)
        }
        stability.grace = node?["grace"]?.period
        stability.fallInterval = node?["fall_interval"]?.period
        let rounding = node?["valid_to_end_of"]?.text.flatMap(Stability.Validity.Rounding.init(rawValue:))
        if let period = node?["valid_for"]?.period {
            stability.validity = Stability.Validity(period, rounding: rounding ?? .none)
        } else if rounding != nil {
            findings.add(
                "bad-value", at: node?["valid_to_end_of"], message: "there is no validity to round",
                hint: "add `valid_for`, such as P12M")
        }
        stability.changes = node?["changes"]?.text.flatMap(Stability.Changes.init(rawValue:)) ?? stability.changes
        return stability
    }

    mutating func lifecycle(_ node: YAMLNode?) -> LifecycleRules {
        let standard = LifecycleRules()
        let rules = LifecycleRules(
            newDays: node?["new"]?.wholeDays ?? standard.newDays,
            coolingDays: node?["cooling"]?.wholeDays ?? standard.coolingDays,
            dormantDays: node?["dormant"]?.wholeDays ?? standard.dormantDays,
            lostDays: node?["lost"]?.wholeDays ?? standard.lostDays)
        if !(rules.coolingDays < rules.dormantDays && rules.dormantDays < rules.lostDays) {
            findings.add(
                "bad-value", at: node, message: "the lifecycle periods are not in order, so a stage is never reached",
                hint: "write cooling < dormant < lost")
        }
        return rules
    }

    mutating func signals(_ node: YAMLNode?) -> SignalRules {
        let high = node?["high"]?.basisPoints ?? Int(SignalRules().high) / 100
        if high > 10_000 {
            findings.add(
                "bad-value", at: node?["high"], message: "`tiering.signals.high` is above 100%, so nobody reaches it",
                hint: "write a percent rank such as 80%")
        }
        return SignalRules(high: Int32(min(high, 10_000) * 100))
    }
}
