/// Holds the sends of a playbook to its budget: the most valuable members first, down to the cut line.
///
/// The line is strict: whoever stands below the first action that does not fit waits, even where a cheaper step would
/// fit, so
/// that nobody of lesser value is served before somebody of greater. Steps without cost need no budget.
struct BudgetSettlement {
    private let rules: RuleBook
    private let arbitration: Arbitration

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
    }

    /// Refuses what lies below the cut lines; returns the candidate ranges of the members concerned, or nil where all
    /// fits.
    func refuse(on board: inout Board) -> [Range<Int>]? {
        var dirty: [Range<Int>] = []
        for (position, playbook) in arbitration.playbooks.enumerated() {
            guard let budget = playbook.budget else { continue }
            var left = budget.amount.minorUnits - spent(playbook)
            var cut = false
            for index in contenders(of: position, on: board) {
                // What an earlier round refused still marks the line: nobody below it may pass.
                if board.reasons[index] == .budget { cut = true }
                guard board.reasons[index] == .selected else { continue }
                let cost = cost(of: board.candidates[index])
                cut = cut || cost > left
                if cut {
                    board.reasons[index] = .budget
                    dirty.append(board.range(around: index))
                } else {
                    left -= cost
                }
            }
        }
        return dirty.isEmpty ? nil : dirty
    }

    /// Writes the cut line into the evidence of everything refused.
    func explain(_ board: inout Board) {
        for (position, playbook) in arbitration.playbooks.enumerated() {
            guard let budget = playbook.budget else { continue }
            let ranked = contenders(of: position, on: board).filter {
                board.reasons[$0] == .selected || board.reasons[$0] == .budget
            }
            let admitted = ranked.filter { board.reasons[$0] == .selected }
            let used = admitted.reduce(spent(playbook)) { $0 + cost(of: board.candidates[$1]) }
            let start = budget.per.budgetStart(containing: arbitration.asOf)
            var common = [
                Verdict.Evidence("budget", text(budget.amount.minorUnits)),
                Verdict.Evidence("per", budget.per.description), Verdict.Evidence("period_from", start.description),
                Verdict.Evidence("used", text(used)), Verdict.Evidence("admitted", String(admitted.count)),
            ]
            if let last = admitted.last {
                common.append(Verdict.Evidence("cut_score", String(value(of: board.candidates[last]))))
            }
            for (place, index) in ranked.enumerated() where board.reasons[index] == .budget {
                let own = [
                    Verdict.Evidence("score", String(value(of: board.candidates[index]))),
                    Verdict.Evidence("place", String(place + 1)),
                    Verdict.Evidence("cost", text(cost(of: board.candidates[index]))),
                ]
                board.close(index, .budget, common + own, until: nextPeriod(budget.per, start))
            }
        }
    }

    /// What the playbook's budget has against a candidate once all places are final, whether or not it contends.
    func finding(of candidate: Candidate, index: Int?, board: Board) -> Inquiry.Finding {
        var finding = Inquiry.Finding(rule: .budget, refusal: nil)
        let playbook = arbitration.playbooks[Int(candidate.playbook)]
        let reason = index.flatMap { board.reasons[$0] }
        guard let budget = playbook.budget, cost(of: candidate) > 0, reason != .selected else { return finding }
        let better = contenders(of: Int(candidate.playbook), on: board).prefix { other in
            let value = value(of: board.candidates[other])
            return value == self.value(of: candidate)
                ? board.candidates[other] < candidate : value > self.value(of: candidate)
        }
        let used = better.reduce(spent(playbook)) {
            board.reasons[$1] == .selected ? $0 + cost(of: board.candidates[$1]) : $0
        }
        let isBelowCut = better.contains { board.reasons[$0] == .budget }
        guard reason == .budget || isBelowCut || used + cost(of: candidate) > budget.amount.minorUnits else {
            return finding
        }
        finding.refusal = Verdict(
            .budget,
            evidence: [
                Verdict.Evidence("budget", text(budget.amount.minorUnits)),
                Verdict.Evidence("per", budget.per.description), Verdict.Evidence("used", text(used)),
                Verdict.Evidence("score", String(value(of: candidate))),
                Verdict.Evidence("cost", text(cost(of: candidate))),
            ])
        return finding
    }

    /// The playbook's contenders whose step costs something: by value, best first, then by member and step.
    private func contenders(of playbook: Int, on board: Board) -> [Int] {
        let indices = board.candidates.indices.filter {
            Int(board.candidates[$0].playbook) == playbook && board.contends[$0] && cost(of: board.candidates[$0]) > 0
        }
        return indices.sorted { left, right in
            let (first, second) = (value(of: board.candidates[left]), value(of: board.candidates[right]))
            return first == second ? left < right : first > second
        }
    }

    /// The day on which the next calendar block begins; nil for a rolling window, whose places free one by one.
    private func nextPeriod(_ per: CalendarPeriod, _ start: Day) -> Day? {
        let next = per.after(start)
        return next.budgetIsBlock(per) ? next : nil
    }

    private func spent(_ playbook: Playbook) -> Int64 { arbitration.spent[playbook.id]?.minorUnits ?? 0 }
    private func value(of candidate: Candidate) -> Int32 { arbitration.values[Int(candidate.row)] }
    private func text(_ amount: Int64) -> String {
        Money(minorUnits: amount).text(decimals: arbitration.currency.decimals)
    }

    private func cost(of candidate: Candidate) -> Int64 {
        rules.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)].cost
    }
}

extension Day {
    /// Whether this day is the first of its own budget period, so that the periods are calendar blocks.
    fileprivate func budgetIsBlock(_ per: CalendarPeriod) -> Bool { per.budgetStart(containing: self) == self }
}
