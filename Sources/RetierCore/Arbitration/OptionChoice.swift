/// Which of a step's options a member gets: the one that suits the member best and that the budgets can pay, or the one
/// that the length of an incident earns.
///
/// Options whose `suits` names more of the member's tags come first. Among these it is the value that is expected of
/// the member's answer less the cost, which makes the dearer benefit worth its cost for those of whom more is expected;
/// where nothing is predicted of members, the answers for the cost. Equals go by cost and then as they are written.
struct OptionChoice {
    private let rules: RuleBook
    private let arbitration: Arbitration

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
    }

    /// Positions of the options, best first.
    func order(for candidate: Candidate) -> [Int] {
        let options = options(of: candidate)
        guard options.count > 1 else { return OptionChoice.only }
        // What an incident earns is not made smaller by a budget: it waits for one.
        let step = arbitration.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
        if step.isScaled { return [arbitration.incidents.scaledOption(of: candidate, step) ?? 0] }
        let tags = tags(of: candidate)
        let value = Int128(arbitration.values.values[Int(candidate.row)])
        return options.indices.sorted { left, right in
            let (first, second) = (options[left], options[right])
            let matches = ((first.suits & tags).nonzeroBitCount, (second.suits & tags).nonzeroBitCount)
            if matches.0 != matches.1 { return matches.0 > matches.1 }
            let worth = worth(first, second, to: value)
            if worth.0 != worth.1 { return worth.0 > worth.1 }
            return first.cost == second.cost ? left < right : first.cost < second.cost
        }
    }

    /// Two numbers of which the greater tells the better option.
    private func worth(
        _ first: RuleBook.OptionRule, _ second: RuleBook.OptionRule, to value: Int128
    ) -> (Int128, Int128) {
        switch arbitration.values.measure {
        case .predicted: (net(first, of: value), net(second, of: value))
        // first.response / first.cost against second.response / second.cost.
        case .score:
            (Int128(first.response) * Int128(second.cost), Int128(second.response) * Int128(first.cost))
        }
    }

    /// In ten-thousandths of a minor unit.
    private func net(_ option: RuleBook.OptionRule, of value: Int128) -> Int128 {
        value * Int128(option.response) - Int128(option.cost) * 10_000
    }

    private static let only = [0]

    func options(of candidate: Candidate) -> [RuleBook.OptionRule] { step(of: candidate).options }

    /// Whether the candidate's step has options.
    func chooses(_ candidate: Candidate) -> Bool { step(of: candidate).chooses }

    private func step(of candidate: Candidate) -> RuleBook.StepRule {
        rules.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
    }

    private func tags(of candidate: Candidate) -> UInt64 {
        let row = Int(candidate.row)
        return row < arbitration.memberTags.count ? arbitration.memberTags[row] : 0
    }

    /// Settles what no budget settled, and writes into the evidence what was chosen and what was passed over.
    ///
    /// - Parameter unaffordable: options that come before the chosen one, with the id of a budget that could not pay.
    func explain(_ board: inout Board, unaffordable: [Int: [(option: Int, budget: String)]]) {
        guard rules.playbooks.contains(where: { $0.steps.contains(where: \.chooses) }) else { return }
        for index in board.candidates.indices where chooses(board.candidates[index]) {
            let candidate = board.candidates[index]
            guard board.reasons[index] == .selected else {
                board.options[index] = -1
                continue
            }
            let step = arbitration.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
            let order = order(for: candidate)
            if board.options[index] < 0 { board.options[index] = Int8(order[0]) }
            let chosen = Int(board.options[index])
            let rule = options(of: candidate)[chosen]
            var evidence = [Verdict.Evidence("choice", step.options[chosen].id)]
            for (position, tag) in arbitration.tagIDs.enumerated()
            where rule.suits & tags(of: candidate) & 1 << UInt64(position) != 0 {
                evidence.append(Verdict.Evidence("suits", tag))
            }
            for missed in unaffordable[index] ?? [] {
                evidence.append(Verdict.Evidence("unaffordable", step.options[missed.option].id + " " + missed.budget))
            }
            let place = order.firstIndex(of: chosen) ?? 0
            for other in order[(place + 1)...] {
                evidence.append(Verdict.Evidence("passed_over", step.options[other].id))
            }
            board.grounds[index].append(.facts(evidence))
        }
    }
}
