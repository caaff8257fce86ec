package import RetierCore

/// What an experiment says, by intention to treat: every member counts in the group that was drawn, whatever was sent.
package struct ExperimentResult: Sendable {
    /// What is compared.
    package enum Outcome: String, CaseIterable, Sendable {
        /// The share of members who reached the goal.
        case goal
        /// Spend a member, minor units, adjusted by CUPED.
        case spend
        /// The same with the largest spends cut down and without adjustment: does the result hang on a few members?
        case cappedSpend = "spend-capped"
    }

    /// What may be said.
    package enum Verdict: String, CaseIterable, Sendable {
        case higher, lower
        /// An effect is not shown; that is not the same as no effect.
        case notShown = "not-shown"
        /// Too few members or too few outcomes for any of the tests.
        case tooFew = "too-few"
        /// The groups have not the sizes that were drawn for: nothing is compared.
        case sampleRatio = "sample-ratio"
    }

    package struct Comparison: Sendable {
        /// Nil for all who are treated together.
        package var arm: String?
        /// The arm that it is compared with; nil for control.
        package var baseline: String?
        package var outcome: Outcome
        /// Members whose outcomes count.
        package var treated: Int
        package var control: Int
        /// Nil where nothing may be compared.
        package var uplift: Uplift?
        /// CUPED: the part of the variance that is gone.
        package var reduction: Double?
        /// The smallest true difference that would be found four times of five.
        package var detectable: Double?
        /// The p-value corrected for all comparisons of this outcome; only where the planned day has come.
        package var corrected: Double?
        package var verdict: Verdict
    }

    /// How a tier responds.
    package struct TierResponse: Sendable {
        package var tier: String
        package var treated: Proportion
        package var control: Proportion

        package init(tier: String, treated: Proportion, control: Proportion) {
            self.tier = tier
            self.treated = treated
            self.control = control
        }
    }

    package let question: ExperimentQuestion
    /// Members who were assigned, by group, with how many the shares promise.
    package let assigned: [(group: ExperimentRecord.Group, members: Int, expected: Double)]
    package let ratio: SampleRatio
    package let crossed: Int
    package var comparisons: [Comparison]
    /// In the order of the record's tiers.
    package let tiers: [TierResponse]

    package init(_ record: ExperimentRecord, _ question: ExperimentQuestion) {
        self.question = question
        crossed = record.crossed
        let counts = record.groups.indices.map { group in record.members.count { $0.group == group } }
        let expected = record.expected
        assigned = zip(record.groups, zip(counts, expected)).map { ($0, $1.0, $1.1) }
        ratio = SampleRatio(observed: counts, expected: expected)
        let comparing = GroupComparison(record: record, decides: question.decides, ratio: ratio)
        comparisons = comparing.pairs.flatMap { pair in Outcome.allCases.map { comparing.comparison(pair, $0) } }
        tiers = record.tierResponses
    }

    /// The p-values of a whole listing corrected together, outcome by outcome, and the verdicts that follow.
    ///
    /// The capped spend is a second look at the spend and no test of its own.
    package static func corrected(_ results: [ExperimentResult]) -> [ExperimentResult] {
        var results = results
        for outcome in [Outcome.goal, .spend] {
            let places = results.indices.filter { results[$0].question.decides }.flatMap { result in
                results[result].comparisons.indices.map { (result, $0) }
            }.filter { results[$0.0].comparisons[$0.1].outcome == outcome }
                .filter { results[$0.0].comparisons[$0.1].uplift != nil }
            let values = places.map { results[$0.0].comparisons[$0.1].uplift?.p ?? 1 }
            for (place, value) in zip(places, HolmCorrection.adjusted(values)) {
                results[place.0].comparisons[place.1].decide(by: value)
            }
        }
        return results
    }
}

extension ExperimentResult.Comparison {
    fileprivate mutating func decide(by corrected: Double) {
        guard let uplift else { return }
        self.corrected = corrected
        verdict = corrected >= 0.05 ? .notShown : uplift.difference > 0 ? .higher : .lower
    }
}

extension ExperimentRecord {
    /// How many members the shares promise each group, summed over all shares that were in force.
    var expected: [Double] {
        var drawn: [Int32: Int] = [:]
        for member in members { drawn[member.shares, default: 0] += 1 }
        var expected = [Double](repeating: 0, count: groups.count)
        for (number, count) in drawn.sorted(by: { $0.key < $1.key }) {
            guard let shares = shares[number] else { continue }
            let held = Double(shares.holdout) / 10_000
            let weights = shares.arms.isEmpty ? 1 : shares.arms.reduce(0) { $0 + $1.weight }
            for (place, group) in groups.enumerated() {
                switch group {
                case .control: expected[place] += Double(count) * held
                case .arm(nil): expected[place] += shares.arms.isEmpty ? Double(count) * (1 - held) : 0
                case .arm(let name?):
                    let weight = shares.arms.first { $0.name == name }?.weight ?? 0
                    expected[place] += Double(count) * (1 - held) * Double(weight) / Double(max(weights, 1))
                }
            }
        }
        return expected
    }

    /// Of members whose window has ended, by tier at the assignment.
    var tierResponses: [ExperimentResult.TierResponse] {
        tiers.indices.map { tier in
            func share(_ isControl: Bool) -> Proportion {
                let some = members.filter {
                    $0.isComplete && $0.tier == tier && (groups[$0.group] == .control) == isControl
                }
                return Proportion(some.count(where: \.reached), of: some.count)
            }
            return ExperimentResult.TierResponse(tier: tiers[tier], treated: share(false), control: share(true))
        }
    }
}
