import RetierCore

/// Compares the groups of one experiment.
struct GroupComparison {
    /// Who is compared with whom, as positions of groups.
    struct Pair {
        var arm: String?
        var baseline: String?
        var treated: [Int]
        var control: [Int]
    }

    let record: ExperimentRecord
    let decides: Bool
    let ratio: SampleRatio
    /// Members whose window has ended, by group.
    private let complete: [[ExperimentRecord.Member]]

    /// Members with any spend that each group needs before means of money are compared: fewer say more about one
    /// basket than about the group.
    static let leastSpenders = 30
    /// The share of members whose spend the second look keeps as it is.
    static let keptShare = 0.995

    init(record: ExperimentRecord, decides: Bool, ratio: SampleRatio) {
        self.record = record
        self.decides = decides
        self.ratio = ratio
        var complete = [[ExperimentRecord.Member]](repeating: [], count: record.groups.count)
        for member in record.members where member.isComplete { complete[member.group].append(member) }
        self.complete = complete
    }

    /// All treated members against control, and where there are several arms each of them; without control each further
    /// arm against the first.
    var pairs: [Pair] {
        let control = record.groups.firstIndex(of: .control)
        let arms = record.groups.indices.filter { $0 != control }
        func name(_ place: Int) -> String? {
            guard case .arm(let name) = record.groups[place] else { return nil }
            return name
        }
        if let control {
            let each = arms.map { Pair(arm: name($0), baseline: nil, treated: [$0], control: [control]) }
            let all = Pair(arm: nil, baseline: nil, treated: arms, control: [control])
            return arms.count > 1 ? [all] + each : [all]
        }
        guard let first = arms.first else { return [] }
        return arms.dropFirst().map {
            Pair(arm: name($0), baseline: name(first), treated: [$0], control: [first])
        }
    }

    func comparison(_ pair: Pair, _ outcome: ExperimentResult.Outcome) -> ExperimentResult.Comparison {
        let (treated, control) = (members(pair.treated), members(pair.control))
        var result = ExperimentResult.Comparison(
            arm: pair.arm, baseline: pair.baseline, outcome: outcome, treated: treated.count, control: control.count,
            verdict: .tooFew)
        guard !ratio.isMismatch else {
            result.verdict = .sampleRatio
            return result
        }
        switch outcome {
        case .goal: compareGoal(treated, control, &result)
        case .spend: compareSpend(treated, control, &result)
        case .cappedSpend: compareCapped(treated, control, &result)
        }
        guard let uplift = result.uplift else { return result }
        result.detectable = DetectableEffect.smallest(standardError: uplift.standardError)
        result.verdict =
            uplift.interval.lowerBound > 0 ? .higher : uplift.interval.upperBound < 0 ? .lower : .notShown
        return result
    }

    private func members(_ groups: [Int]) -> [ExperimentRecord.Member] { groups.flatMap { complete[$0] } }

    private func compareGoal(
        _ treated: [ExperimentRecord.Member], _ control: [ExperimentRecord.Member],
        _ result: inout ExperimentResult.Comparison
    ) {
        let shares = [treated, control].map { Proportion($0.count(where: \.reached), of: $0.count) }
        guard ProportionTest.isFeasible(treated: shares[0], control: shares[1]) else { return }
        let uplift = ProportionTest.uplift(treated: shares[0], control: shares[1])
        let error = ProportionTest.ownError(treated: shares[0], control: shares[1])
        result.uplift = decides ? uplift : early(uplift, error, treated.count + control.count)
    }

    private func compareSpend(
        _ treated: [ExperimentRecord.Member], _ control: [ExperimentRecord.Member],
        _ result: inout ExperimentResult.Comparison
    ) {
        let groups = [treated, control].map { members in
            members.reduce(into: GroupMoments()) { $0.add(Double($1.spend), covariate: Double($1.spendBefore)) }
        }
        let cuped = CovariateAdjustment(treated: groups[0], control: groups[1])
        guard hasSpenders(treated), hasSpenders(control),
            let welch = WelchTest(treated: cuped.treated, control: cuped.control)
        else { return }
        result.reduction = cuped.reduction
        result.uplift = decides ? welch.uplift : early(welch.uplift, nil, treated.count + control.count)
    }

    private func compareCapped(
        _ treated: [ExperimentRecord.Member], _ control: [ExperimentRecord.Member],
        _ result: inout ExperimentResult.Comparison
    ) {
        let spends = (treated + control).map(\.spend).sorted()
        guard hasSpenders(treated), hasSpenders(control), !spends.isEmpty else { return }
        let limit = spends[max(0, Int((Double(spends.count) * GroupComparison.keptShare).rounded(.up)) - 1)]
        let groups = [treated, control].map { members in
            members.reduce(into: GroupMoments()) { $0.add(Double(min($1.spend, limit))) }
        }
        guard let welch = WelchTest(treated: groups[0], control: groups[1]) else { return }
        result.uplift = decides ? welch.uplift : early(welch.uplift, nil, treated.count + control.count)
    }

    private func hasSpenders(_ members: [ExperimentRecord.Member]) -> Bool {
        members.count { $0.spend != 0 } >= GroupComparison.leastSpenders
    }

    /// The same difference as it may be looked at on any day: with a confidence sequence and without a p-value.
    private func early(_ uplift: Uplift, _ error: Double?, _ members: Int) -> Uplift {
        var early = uplift
        let error = error ?? uplift.standardError
        early.interval = ConfidenceSequence().interval(uplift.difference, standardError: error, members: members)
        early.p = 1
        return early
    }
}
