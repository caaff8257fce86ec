/// The contenders that count against budgets, in the order in which these pay: priority, then expected value per cost,
/// then member, playbook and step.
///
/// The cost of an action is the share that it takes of what a budget has left before the run; where several budgets
/// count it, the largest share. With one budget that is the order of value divided by cost.
struct BudgetRanking {
    struct Contender {
        let valuePerCost: ValuePerCost
        // Its own, because contenders are gone through in an order in which the board's are all over memory.
        let candidate: Candidate
        let priority: UInt8
        private let place: Int32

        init(_ candidate: Candidate, at index: Int, priority: UInt8, valuePerCost: ValuePerCost) {
            self.valuePerCost = valuePerCost
            self.candidate = candidate
            self.priority = priority
            place = Int32(index)
        }

        /// Position on the board.
        var index: Int { Int(place) }
    }

    let budgets: BudgetRules
    let choice: OptionChoice
    private let rules: RuleBook
    private let values: MemberValues
    private let currency: Currency

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        budgets = BudgetRules(arbitration)
        choice = OptionChoice(rules: rules, arbitration: arbitration)
        values = arbitration.values
        currency = arbitration.currency
    }

    func contenders(on board: Board) -> [Contender] {
        guard !budgets.budgets.isEmpty else { return [] }
        var found: [Contender] = []
        found.reserveCapacity(board.candidates.count)
        for index in board.candidates.indices where board.contends[index] {
            guard let contender = contender(board.candidates[index], index) else { continue }
            found.append(contender)
        }
        found.sort { left, right in
            BudgetRanking.isBetter(left, than: right) ?? (left.index < right.index)
        }
        return found
    }

    /// Whether a contender comes before a candidate that may not be on the board.
    func isBetter(_ contender: Contender, than candidate: Candidate) -> Bool {
        guard let other = self.contender(candidate, 0) else { return false }
        return BudgetRanking.isBetter(contender, than: other) ?? (contender.candidate < candidate)
    }

    /// Nil for equals.
    private static func isBetter(_ left: Contender, than right: Contender) -> Bool? {
        if left.priority != right.priority { return left.priority < right.priority }
        return left.valuePerCost == right.valuePerCost ? nil : left.valuePerCost > right.valuePerCost
    }

    /// Nil for what no budget counts.
    private func contender(_ candidate: Candidate, _ index: Int) -> Contender? {
        valuePerCost(of: candidate).map {
            Contender(
                candidate, at: index, priority: rules.playbooks[Int(candidate.playbook)].priority, valuePerCost: $0)
        }
    }

    /// By the option that suits the member best; nil where no budget counts that.
    private func valuePerCost(of candidate: Candidate) -> ValuePerCost? {
        let option = choice.order(for: candidate)[0]
        var scarcest: (amount: Int64, left: Int64)?
        for share in budgets.shares(of: candidate, option: option) {
            let left = max(1, budgets.left[share.budget])
            guard let other = scarcest else {
                scarcest = (share.amount, left)
                continue
            }
            // share.amount / left > other.amount / other.left
            if Int128(share.amount) * Int128(other.left) > Int128(other.amount) * Int128(left) {
                scarcest = (share.amount, left)
            }
        }
        return scarcest.map {
            ValuePerCost(expectedValue(of: candidate, option: option) * UInt128($0.left), per: $0.amount)
        }
    }

    /// The member's value times the option's response, in ten-thousandths of the measure's unit.
    private func expectedValue(of candidate: Candidate, option: Int) -> UInt128 {
        UInt128(values.values[Int(candidate.row)]) * UInt128(choice.options(of: candidate)[option].response)
    }

    /// Expected value for each unit of a budget, as people read it: thousandths of a yuan for a yuan, or for an action.
    func valuePerCost(of candidate: Candidate, option: Int, _ share: BudgetShare) -> Int64 {
        let unit = budgets.budgets[share.budget].isMoney ? currency.unit : 1
        let divisor = values.scale(currency) * 10_000 * UInt128(share.amount)
        return Int64(clamping: expectedValue(of: candidate, option: option) * 1_000 * unit / divisor)
    }

    /// The most that `append(to:of:option:)` adds.
    static let groundCount = 2

    /// Adds what the evidence of a refused candidate says of its rank.
    func append(to grounds: inout [Verdict.Ground], of candidate: Candidate, option: Int) {
        let value = values.values[Int(candidate.row)]
        switch values.measure {
        case .predicted: grounds.append(.number(value, decimals: UInt8(currency.decimals), as: .predicted))
        case .score: grounds.append(.number(value, decimals: 4, as: .score))
        }
        let response = choice.options(of: candidate)[option].response
        if response != 10_000 { grounds.append(.number(Int64(response), as: .response)) }
    }

    /// What it says of its expected value for each unit of a budget.
    func ground(of candidate: Candidate, option: Int, _ share: BudgetShare) -> Verdict.Ground {
        .number(valuePerCost(of: candidate, option: option, share), decimals: 3, as: .valuePerCost)
    }
}
