/// Asks every rule of arbitration about a candidate, none left out: of a run that is decided, whether or not the run
/// had the candidate.
///
/// The rules are the engine's own, so that the first that refuses is the reason of the verdict.
package struct Inquiry {
    /// What one rule says.
    package struct Finding: Hashable, Sendable {
        /// The reason with which the rule refuses; `frequency-cap` stands for `displaced` too.
        ///
        /// `open-case` comes twice: for an escalation that the member is in, and for one that begins in the run.
        package var rule: ReasonCode
        /// Nil where it has nothing against the candidate.
        package var refusal: Verdict?
    }

    /// All reasons in the order in which their rules are asked; `selected` where none refuses.
    package static let reasons: [ReasonCode] = Gate.order + [.displaced, .frequencyCap, .budget, .selected]

    private let board: Board
    private var gate: Gate
    private var caps: CapSettlement
    private let budgets: BudgetSettlement

    /// - Parameters:
    ///   - arbitration: what the run knew.
    ///   - decisions: what it decided, in the order of `Arbitration.decide`.
    package init(_ arbitration: Arbitration, decisions: [Decision]) {
        let rules = RuleBook(arbitration)
        board = Board(decisions: decisions)
        gate = Gate(rules: rules, arbitration: arbitration)
        caps = CapSettlement(rules: rules, arbitration: arbitration)
        budgets = BudgetSettlement(rules: rules, arbitration: arbitration, board: board)
    }

    /// What the rules say, in their order.
    package mutating func findings(of candidate: Candidate) -> [Finding] {
        let range = board.range(ofRow: candidate.row)
        let index = range.first { board.candidates[$0] == candidate }
        var places = caps.findings(of: candidate, range: range, board: board)
        // What a budget refused had its place, whoever got it afterwards.
        if let index, board.reasons[index] == .budget { for place in places.indices { places[place].refusal = nil } }
        return gate.findings(of: candidate) + places
            + [budgets.finding(of: candidate, index: index, board: board)]
    }
}

extension [Inquiry.Finding] {
    /// The verdict that they come to: that of the first rule that refuses.
    package var verdict: Verdict { lazy.compactMap(\.refusal).first ?? Verdict(.selected) }
}

extension Board {
    /// A board on which everything is settled.
    fileprivate init(decisions: [Decision]) {
        self.init(
            candidates: decisions.map {
                Candidate(row: $0.row, playbook: $0.playbook, step: $0.step, incident: $0.incident ?? -1)
            })
        for (index, decision) in decisions.enumerated() {
            reasons[index] = decision.verdict.reason
            options[index] = Int8(decision.option ?? -1)
            contends[index] = Board.contended.contains(decision.verdict.reason)
        }
    }

    private static let contended: Set<ReasonCode> = [.selected, .displaced, .frequencyCap, .budget]

    /// The candidates of a row; empty where it has none.
    fileprivate func range(ofRow row: Int32) -> Range<Int> {
        let lower = candidates.partitioningIndex { $0.row >= row }
        return lower..<candidates.partitioningIndex { $0.row > row }
    }
}
