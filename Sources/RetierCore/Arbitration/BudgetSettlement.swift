/// Holds the sends of a run to its budgets: an action is sent if all budgets that count it can pay when its turn comes.
///
/// What no longer fits waits; something cheaper further down may still fit, so that one dear action does not idle a
/// budget for the rest of its period. How near that comes to the best choice is in the manual's page Budgets.
struct BudgetSettlement {
    private let ranking: BudgetRanking
    private let asOf: Day
    private let currency: Currency
    /// Best first.
    private var contenders: [BudgetRanking.Contender]
    /// By place on the board: the options that suit a member better than the one that is paid, each with a budget that
    /// could not pay it.
    private var unaffordable: [Int: [(option: Int, budget: String)]] = [:]

    /// - Parameter board: after every gate, so that it is known who contends.
    init(rules: RuleBook, arbitration: Arbitration, board: Board) {
        ranking = BudgetRanking(rules: rules, arbitration: arbitration)
        asOf = arbitration.asOf
        currency = arbitration.currency
        contenders = ranking.contenders(on: board)
    }

    private var budgets: BudgetRules { ranking.budgets }

    /// Refuses what the budgets cannot pay; returns the candidate ranges of the members concerned, or nil where all is
    /// paid.
    mutating func refuse(on board: inout Board) -> [Range<Int>]? {
        var left = budgets.left
        var dirty: [Range<Int>] = []
        for place in contenders.indices {
            let index = contenders[place].index
            guard board.reasons[index] == .selected else { continue }
            if let lacking = pay(index, from: &left, on: &board) {
                board.reasons[index] = .budget
                contenders[place].refusedBy = Int32(lacking)
                dirty.append(board.range(around: index))
            }
        }
        return dirty.isEmpty ? nil : dirty
    }

    /// Pays the option that suits best of those that can be paid; returns the budget that lacks the means for the one
    /// that suits best where none can.
    private mutating func pay(_ index: Int, from left: inout [Int64], on board: inout Board) -> Int? {
        let candidate = board.candidates[index]
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
    private func option(at index: Int, on board: Board) -> Int {
        let isPaid = board.reasons[index] == .selected && board.options[index] >= 0
        return isPaid ? Int(board.options[index]) : ranking.choice.order(for: board.candidates[index])[0]
    }

    private func shares(at index: Int, on board: Board) -> [BudgetShare] {
        budgets.shares(of: board.candidates[index], option: option(at: index, on: board))
    }

    /// Sends what was refused for the sake of an action that then went to another playbook's place after all, where
    /// nothing else of its member changes.
    mutating func readmit(on board: inout Board, caps: inout CapSettlement) {
        var left = remainders(on: board)
        for place in contenders.indices where contenders[place].refusedBy >= 0 {
            let index = contenders[place].index
            var rest = left
            guard pay(index, from: &rest, on: &board) == nil else { continue }
            let range = board.range(around: index)
            let before = board.reasons[range]
            board.reasons[index] = nil
            caps.settle(row: Int(board.candidates[index].row), range: range, board: &board)
            let isAlone = range.allSatisfy {
                $0 == index ? board.reasons[$0] == .selected : board.reasons[$0] == before[$0]
            }
            if isAlone {
                left = rest
                contenders[place].refusedBy = -1
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
            for share in shares(at: contender.index, on: board) { left[share.budget] -= share.amount }
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
        var ofLines = Array(repeating: [Int64: [Verdict.Evidence]](), count: lines.count)
        for contender in contenders {
            let reason = board.reasons[contender.index]
            guard reason == .selected || reason == .budget else { continue }
            let candidate = board.candidates[contender.index]
            let option = option(at: contender.index, on: board)
            let shares = budgets.shares(of: candidate, option: option)
            for share in shares { places[share.budget] += 1 }
            guard reason == .budget else { continue }
            var evidence = ranking.evidence(of: candidate, option: option)
            var until: Day?
            var isKnown = true
            for share in lacking(contender, shares, left) {
                let known = ofLines[share.budget][share.amount]
                let ofLine = known ?? self.evidence(of: lines[share.budget], share)
                if known == nil { ofLines[share.budget][share.amount] = ofLine }
                // No more than is needed: of millions that are refused this is most of the memory.
                evidence.reserveCapacity(evidence.count + ofLine.count + 2)
                evidence += ofLine
                evidence.append(
                    Verdict.Evidence(
                        "value_per_cost", thousandths(ranking.valuePerCost(of: candidate, option: option, share))))
                evidence.append(Verdict.Evidence("place", String(places[share.budget])))
                let next = nextPeriods[share.budget]
                isKnown = isKnown && next != nil
                until = max(until ?? asOf, next ?? asOf)
            }
            board.close(contender.index, .budget, evidence, until: isKnown ? until : nil)
        }
        return lines
    }

    /// Settles and explains what members are given of options.
    func explainChoices(_ board: inout Board) { ranking.choice.explain(&board, unaffordable: unaffordable) }

    /// The budgets that cannot pay a contender; the one that refused it where its place was given away since.
    private func lacking(
        _ contender: BudgetRanking.Contender, _ shares: [BudgetShare], _ left: [Int64]
    ) -> [BudgetShare] {
        let lacking = shares.filter { left[$0.budget] < $0.amount }
        return lacking.isEmpty ? shares.filter { $0.budget == Int(contender.refusedBy) } : lacking
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
        let better = isRefused ? contenders[...] : contenders.prefix { ranking.isBetter($0, than: candidate, board) }
        let left = remainders(on: board, of: better)
        let canPay = options.contains { option in
            budgets.shares(of: candidate, option: option).allSatisfy { left[$0.budget] >= $0.amount }
        }
        guard isRefused || !canPay else { return finding }
        var lacking = shares.filter { left[$0.budget] < $0.amount }
        // Its place under a cap was given to the next in line, and the money is there again.
        if isRefused, lacking.isEmpty { lacking = shares }
        let evidence = lacking.flatMap { share -> [Verdict.Evidence] in
            let budget = budgets.budgets[share.budget]
            return text(of: budget, used: budget.amount - left[share.budget], share)
        }
        finding.refusal = Verdict(.budget, evidence: ranking.evidence(of: candidate, option: options[0]) + evidence)
        return finding
    }

    private func lines(of board: Board, _ left: [Int64]) -> [BudgetLine] {
        var lines = budgets.budgets.indices.map {
            BudgetLine(budgets.budgets[$0], asOf: asOf, use: budgets.use(of: $0))
        }
        for contender in contenders {
            let candidate = board.candidates[contender.index]
            let option = option(at: contender.index, on: board)
            let shares = budgets.shares(of: candidate, option: option)
            switch board.reasons[contender.index] {
            case .selected:
                for share in shares {
                    lines[share.budget].paid += 1
                    lines[share.budget].reserved += share.amount
                    lines[share.budget].lastPaid = ranking.valuePerCost(of: candidate, option: option, share)
                }
            case .budget:
                for share in lacking(contender, shares, left) {
                    lines[share.budget].unpaid += 1
                    guard lines[share.budget].firstUnpaid == nil else { continue }
                    lines[share.budget].firstUnpaid = ranking.valuePerCost(of: candidate, option: option, share)
                }
            default: continue
            }
        }
        return lines
    }

    private func evidence(of line: BudgetLine, _ share: BudgetShare) -> [Verdict.Evidence] {
        let budget = budgets.budgets[share.budget]
        var evidence = text(of: budget, used: line.use.total + line.reserved, share)
        evidence.insert(Verdict.Evidence("period_from", line.first.description), at: 3)
        evidence.append(Verdict.Evidence("admitted", String(line.paid)))
        if let cut = line.lastPaid { evidence.append(Verdict.Evidence("cut", thousandths(cut))) }
        return evidence
    }

    private func text(of budget: Budget, used: Int64, _ share: BudgetShare) -> [Verdict.Evidence] {
        func text(_ amount: Int64) -> String {
            budget.isMoney ? Money(minorUnits: amount).text(decimals: currency.decimals) : String(amount)
        }
        return [
            Verdict.Evidence("budget", budget.id), Verdict.Evidence("limit", text(budget.amount)),
            Verdict.Evidence("per", budget.per.description), Verdict.Evidence("used", text(used)),
            Verdict.Evidence("cost", text(share.amount)),
        ]
    }

    private func thousandths(_ value: Int64) -> String { Money(minorUnits: value).text(decimals: 3) }
}
