/// Holds the sends of a run to its budgets: an action is sent if all budgets that count it can pay when its turn comes.
///
/// What no longer fits waits; something cheaper further down may still fit, so that one dear action does not idle a
/// budget for the rest of its period. How near that comes to the best choice is in the manual's page Budgets.
struct BudgetSettlement {
    private let ranking: BudgetRanking
    private let asOf: Day
    private let currency: Currency
    /// Best first.
    private let contenders: [BudgetRanking.Contender]
    /// The first budget that refused each of them; -1 for none.
    private var refusedBy: [Int16]
    /// By place on the board: the options that suit a member better than the one that is paid, each with a budget that
    /// could not pay it.
    private var unaffordable: [Int: [(option: Int, budget: String)]] = [:]

    /// - Parameter board: after every gate, so that it is known who contends.
    init(rules: RuleBook, arbitration: Arbitration, board: Board) {
        ranking = BudgetRanking(rules: rules, arbitration: arbitration)
        asOf = arbitration.asOf
        currency = arbitration.currency
        contenders = ranking.contenders(on: board)
        refusedBy = Array(repeating: -1, count: contenders.count)
    }

    private var budgets: BudgetRules { ranking.budgets }

    /// Refuses what the budgets cannot pay; returns the candidate ranges of the members concerned in the order of rows,
    /// or nil where all is paid.
    mutating func refuse(on board: inout Board) -> [Range<Int>]? {
        var left = budgets.left
        var refused: [Int] = []
        for place in contenders.indices {
            let index = contenders[place].index
            guard board.reasons[index] == .selected else { continue }
            if let lacking = pay(contenders[place], from: &left, on: &board) {
                board.reasons[index] = .budget
                refusedBy[place] = Int16(lacking)
                refused.append(index)
            }
        }
        guard !refused.isEmpty else { return nil }
        // By rows, because a member's sends lie in memory beside those of the next; and each member once.
        refused.sort()
        var dirty: [Range<Int>] = []
        for index in refused where !(dirty.last.map { $0.contains(index) } ?? false) {
            dirty.append(board.range(around: index))
        }
        return dirty
    }

    /// Pays the option that suits best of those that can be paid; returns the budget that lacks the means for the one
    /// that suits best where none can.
    private mutating func pay(
        _ contender: BudgetRanking.Contender, from left: inout [Int64], on board: inout Board
    ) -> Int? {
        let (candidate, index) = (contender.candidate, contender.index)
        var missed: [(option: Int, budget: Int)] = []
        for option in ranking.choice.order(for: candidate) {
            let shares = budgets.shares(of: candidate, option: option)
            if let lacking = shares.first(where: { left[$0.budget] < $0.amount }) {
                missed.append((option, lacking.budget))
                continue
            }
            for share in shares { left[share.budget] -= share.amount }
            if ranking.choice.chooses(candidate) { board.options[index] = Int8(option) }
            if !missed.isEmpty {
                unaffordable[index] = missed.map { ($0.option, budgets.budgets[$0.budget].id) }
            } else if !unaffordable.isEmpty {
                unaffordable[index] = nil
            }
            return nil
        }
        return missed.first?.budget
    }

    /// The option that is paid, or would be best.
    private func option(of contender: BudgetRanking.Contender, on board: Board) -> Int {
        let option = board.options[contender.index]
        let isPaid = option >= 0 && board.reasons[contender.index] == .selected
        return isPaid ? Int(option) : ranking.choice.order(for: contender.candidate)[0]
    }

    /// Sends what was refused for the sake of an action that then went to another playbook's place after all, where
    /// nothing else that its member is sent changes.
    mutating func readmit(on board: inout Board, caps: inout CapSettlement) {
        var left = remainders(on: board)
        for place in contenders.indices where refusedBy[place] >= 0 {
            let index = contenders[place].index
            var rest = left
            guard pay(contenders[place], from: &rest, on: &board) == nil else { continue }
            let range = board.range(around: index)
            let before = board.reasons[range]
            board.reasons[index] = nil
            caps.settle(row: Int(contenders[place].candidate.row), range: range, board: &board)
            let isAlone = range.allSatisfy {
                (board.reasons[$0] == .selected) == ($0 == index || before[$0] == .selected)
            }
            if isAlone {
                left = rest
                refusedBy[place] = -1
            } else {
                board.reasons.replaceSubrange(range, with: before)
            }
        }
    }

    /// What the plan leaves of each budget.
    private func remainders(on board: Board) -> [Int64] { remainders(on: board, of: contenders[...]) }

    private func remainders(on board: Board, of contenders: ArraySlice<BudgetRanking.Contender>) -> [Int64] {
        var left = budgets.left
        for contender in contenders where board.reasons[contender.index] == .selected {
            let shares = budgets.shares(of: contender.candidate, option: option(of: contender, on: board))
            for share in shares { left[share.budget] -= share.amount }
        }
        return left
    }

    /// Writes the cut lines into the evidence of everything refused, and returns the account of each budget.
    func explain(_ board: inout Board) -> [BudgetLine] {
        let left = remainders(on: board)
        let lines = lines(of: board, left)
        var places = Array(repeating: 0, count: lines.count)
        let nextPeriods = budgets.budgets.map { $0.nextPeriod(after: asOf) }
        // What it says of a budget and a cost is the same for thousands.
        var ofLines = Array(repeating: [Int64: Verdict.Ground](), count: lines.count)
        for (contender, refusedBy) in zip(contenders, refusedBy) {
            let reason = board.reasons[contender.index]
            guard reason == .selected || reason == .budget else { continue }
            let candidate = contender.candidate
            let option = option(of: contender, on: board)
            let shares = budgets.shares(of: candidate, option: option)
            for share in shares { places[share.budget] += 1 }
            guard reason == .budget else { continue }
            let lacking = lacking(shares, left, refusedBy)
            var grounds: [Verdict.Ground] = []
            grounds.reserveCapacity(BudgetRanking.groundCount + 3 * lacking.count)
            ranking.append(to: &grounds, of: candidate, option: option)
            var until: Day?
            var isKnown = true
            for share in lacking {
                let known = ofLines[share.budget][share.amount]
                let ofLine = known ?? .facts(facts(of: lines[share.budget], share))
                if known == nil { ofLines[share.budget][share.amount] = ofLine }
                grounds.append(ofLine)
                grounds.append(ranking.ground(of: candidate, option: option, share))
                grounds.append(.number(Int64(places[share.budget]), as: .place))
                let next = nextPeriods[share.budget]
                isKnown = isKnown && next != nil
                until = max(until ?? asOf, next ?? asOf)
            }
            board.close(contender.index, .budget, grounds, until: isKnown ? until : nil)
        }
        return lines
    }

    /// Settles and explains what members are given of options.
    func explainChoices(_ board: inout Board) { ranking.choice.explain(&board, unaffordable: unaffordable) }

    /// The budgets that cannot pay a contender; the one that refused it where its place was given away since.
    private func lacking(_ shares: [BudgetShare], _ left: [Int64], _ refusedBy: Int16) -> [BudgetShare] {
        let lacking = shares.filter { left[$0.budget] < $0.amount }
        return lacking.isEmpty ? shares.filter { $0.budget == Int(refusedBy) } : lacking
    }

    /// What the budgets have against a candidate once all places are final, whether or not it contends: whether those
    /// who are better left enough.
    func finding(of candidate: Candidate, index: Int?, board: Board) -> Inquiry.Finding {
        var finding = Inquiry.Finding(rule: .budget, refusal: nil)
        let options = ranking.choice.order(for: candidate)
        let shares = budgets.shares(of: candidate, option: options[0])
        let reason = index.flatMap { board.reasons[$0] }
        guard !shares.isEmpty, reason != .selected else { return finding }
        let isRefused = reason == .budget
        let better = isRefused ? contenders[...] : contenders.prefix { ranking.isBetter($0, than: candidate) }
        let left = remainders(on: board, of: better)
        let canPay = options.contains { option in
            budgets.shares(of: candidate, option: option).allSatisfy { left[$0.budget] >= $0.amount }
        }
        guard isRefused || !canPay else { return finding }
        var lacking = shares.filter { left[$0.budget] < $0.amount }
        // Its place under a cap was given to the next in line, and the money is there again.
        if isRefused, lacking.isEmpty { lacking = shares }
        let ofBudgets = lacking.flatMap { share -> [Verdict.Evidence] in
            let budget = budgets.budgets[share.budget]
            return facts(of: budget, used: budget.amount - left[share.budget], share)
        }
        var grounds: [Verdict.Ground] = []
        ranking.append(to: &grounds, of: candidate, option: options[0])
        finding.refusal = Verdict(.budget, grounds + [.facts(ofBudgets)])
        return finding
    }

    private func lines(of board: Board, _ left: [Int64]) -> [BudgetLine] {
        var lines = budgets.budgets.indices.map {
            BudgetLine(budgets.budgets[$0], asOf: asOf, use: budgets.use(of: $0))
        }
        for (contender, refusedBy) in zip(contenders, refusedBy) {
            let candidate = contender.candidate
            let option = option(of: contender, on: board)
            let shares = budgets.shares(of: candidate, option: option)
            switch board.reasons[contender.index] {
            case .selected:
                for share in shares {
                    lines[share.budget].paid += 1
                    lines[share.budget].reserved += share.amount
                    lines[share.budget].lastPaid = ranking.valuePerCost(of: candidate, option: option, share)
                }
            case .budget:
                for share in lacking(shares, left, refusedBy) {
                    lines[share.budget].unpaid += 1
                    guard lines[share.budget].firstUnpaid == nil else { continue }
                    lines[share.budget].firstUnpaid = ranking.valuePerCost(of: candidate, option: option, share)
                }
            default: continue
            }
        }
        return lines
    }

    private func facts(of line: BudgetLine, _ share: BudgetShare) -> [Verdict.Evidence] {
        let budget = budgets.budgets[share.budget]
        var facts = facts(of: budget, used: line.use.total + line.reserved, share)
        facts.insert(Verdict.Evidence("period_from", line.first.description), at: 3)
        facts.append(Verdict.Evidence("admitted", String(line.paid)))
        if let cut = line.lastPaid {
            facts.append(Verdict.Evidence("cut", Money(minorUnits: cut).text(decimals: 3)))
        }
        return facts
    }

    private func facts(of budget: Budget, used: Int64, _ share: BudgetShare) -> [Verdict.Evidence] {
        func text(_ amount: Int64) -> String {
            budget.isMoney ? Money(minorUnits: amount).text(decimals: currency.decimals) : String(amount)
        }
        return [
            Verdict.Evidence("budget", budget.id), Verdict.Evidence("limit", text(budget.amount)),
            Verdict.Evidence("per", budget.per.description), Verdict.Evidence("used", text(used)),
            Verdict.Evidence("cost", text(share.amount)),
        ]
    }
}
