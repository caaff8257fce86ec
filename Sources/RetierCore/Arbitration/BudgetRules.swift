/// The budgets of a run by position, what is left of each before it, and which count an action.
struct BudgetRules: Sendable {
    /// By id.
    let budgets: [Budget]
    /// Minor units or actions; below 0 where earlier runs took more than the limit that holds now.
    let left: [Int64]
    private let use: [BudgetUse]
    /// What an action takes of each budget, by playbook, step, option and tier; members without a tier come last.
    private let shares: [[[[[BudgetShare]]]]]
    private let tiers: [UInt8]
    private let lastTier: Int

    init(_ arbitration: Arbitration) {
        let budgets = Budget.all(of: arbitration.budgets, arbitration.playbooks)
        let use = budgets.map { arbitration.budgetUse[$0.id] ?? BudgetUse() }
        self.budgets = budgets
        self.use = use
        left = zip(budgets, use).map { $0.amount - $1.total }
        tiers = arbitration.tiers
        let tierIDs = arbitration.tierIDs.map(Optional.some) + [nil]
        lastTier = tierIDs.count - 1
        shares = arbitration.playbooks.map { playbook in
            playbook.steps.map { step in
                step.variants.map { variant in
                    tierIDs.map { tier in
                        budgets.indices.compactMap { position in
                            let budget = budgets[position]
                            let isCounted = budget.scope.covers(
                                playbook: playbook.id, channel: step.via, tags: step.tags, tier: tier)
                            let amount = isCounted ? budget.share(cost: variant.cost.minorUnits) : 0
                            return amount > 0 ? BudgetShare(budget: position, amount: amount) : nil
                        }
                    }
                }
            }
        }
    }

    /// What a candidate takes of each budget that counts it, with one of its step's options.
    func shares(of candidate: Candidate, option: Int) -> [BudgetShare] {
        let row = Int(candidate.row)
        let tier = row < tiers.count ? min(Int(tiers[row]), lastTier) : lastTier
        return shares[Int(candidate.playbook)][Int(candidate.step)][option][tier]
    }

    /// What earlier runs took of a budget.
    func use(of position: Int) -> BudgetUse { use[position] }
}

/// What one action takes of a budget: minor units or actions, more than 0.
struct BudgetShare: Sendable {
    /// Position in the budgets.
    var budget: Int
    var amount: Int64
}
