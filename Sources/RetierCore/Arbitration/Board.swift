/// The candidates of a run with the state of their decision.
struct Board: Sendable {
    /// Sorted by row, playbook and step.
    let candidates: [Candidate]
    /// Nil while a candidate is still in the running for a place.
    var reasons: [ReasonCode?]
    var grounds: [[Verdict.Ground]]
    var until: [Day?]
    /// Position of the member's arm, -1 for none.
    var arms: [Int16]
    /// The quiet windows that it keeps where it is sent, or would be if its member were no control.
    var quiet: [QuietTerm?]
    /// Whether nothing but caps and budgets may still stand against it.
    var contends: [Bool]
    /// Position of what is chosen among the step's options, -1 for nothing yet.
    var options: [Int8]

    init(candidates: [Candidate]) {
        self.candidates = candidates
        reasons = Array(repeating: nil, count: candidates.count)
        grounds = Array(repeating: [], count: candidates.count)
        until = Array(repeating: nil, count: candidates.count)
        arms = Array(repeating: -1, count: candidates.count)
        quiet = Array(repeating: nil, count: candidates.count)
        contends = Array(repeating: false, count: candidates.count)
        options = Array(repeating: -1, count: candidates.count)
    }

    mutating func close(_ index: Int, _ reason: ReasonCode, _ why: [Verdict.Ground] = [], until day: Day? = nil) {
        reasons[index] = reason
        grounds[index] = why
        until[index] = day
    }

    /// The range of candidates of the member to whom the candidate at `index` belongs.
    func range(around index: Int) -> Range<Int> {
        let row = candidates[index].row
        var lower = index
        while lower > 0, candidates[lower - 1].row == row { lower -= 1 }
        var upper = index + 1
        while upper < candidates.count, candidates[upper].row == row { upper += 1 }
        return lower..<upper
    }

    /// A later step has a day only where its member has entered: sent or kept as control.
    mutating func withholdLaterSteps(in range: Range<Int>, rules: RuleBook) {
        for index in range where reasons[index] == .laterStep {
            let playbook = candidates[index].playbook
            let hasEntered = range.contains { other in
                candidates[other].playbook == playbook
                    && (reasons[other] == .selected || reasons[other] == .controlGroup)
            }
            guard !hasEntered else { continue }
            until[index] = nil
            grounds[index] = rules.playbooks[Int(playbook)].steps[Int(candidates[index].step)].notEntered
        }
    }

    /// One decision a candidate; all must be closed.
    ///
    /// The board gives its grounds away.
    mutating func decisions(_ incidents: IncidentTable) -> [Decision] {
        candidates.indices.map { index in
            let candidate = candidates[index]
            guard let reason = reasons[index] else { preconditionFailure("every candidate ends in one verdict") }
            let incident = incidents.incident(of: candidate)
            // Moved, not copied: a copy counts its owners, and those counts are all over memory.
            var why: [Verdict.Ground] = []
            swap(&why, &grounds[index])
            if let incident { why = incident.grounds + why }
            return Decision(
                row: Int(candidate.row), playbook: Int(candidate.playbook), step: Int(candidate.step),
                verdict: Verdict(reason, why, until: until[index]),
                arm: arms[index] < 0 ? nil : Int(arms[index]), quiet: reason.keepsQuietHours ? quiet[index] : nil,
                option: options[index] < 0 ? nil : Int(options[index]),
                incident: incident == nil ? nil : Int(candidate.incident))
        }
    }
}

extension Board {
    /// The range of candidates of each member who has any, in row order.
    func memberRanges() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var lower = 0
        while lower < candidates.count {
            let row = candidates[lower].row
            var upper = lower + 1
            while upper < candidates.count, candidates[upper].row == row { upper += 1 }
            ranges.append(lower..<upper)
            lower = upper
        }
        return ranges
    }
}
