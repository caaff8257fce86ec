import RetierCore

/// Adds up what earlier runs have taken of budgets in the periods that contain a day.
///
/// Whatever was decided to be sent counts, by the tier that its member had then, except what certainly did not leave or
/// was refused: a plan reserves, delivery settles, and what is rejected, exhausted, cancelled or expired is given back.
struct BudgetTally {
    /// What budgets tell sends apart by; texts by their positions.
    private struct Kind: Hashable {
        var playbook: UInt16
        var channel: UInt16
        var marks: UInt16
        var tier: UInt16?
        var day: Day
        var isSettled: Bool
    }

    /// What was sent of one kind.
    private struct Sum {
        var cost: Int64 = 0
        var actions: Int64 = 0

        mutating func add(cost: Int64) {
            self.cost += cost
            actions += 1
        }
    }

    private let budgets: [Budget]
    /// The first day of each budget's period.
    private let starts: [Day]
    /// The first of these; nil where there is no budget.
    let firstDay: Day?
    private var sums: [Kind: Sum] = [:]

    init(_ budgets: [Budget], asOf: Day) {
        self.budgets = budgets
        starts = budgets.map { $0.period(containing: asOf).first }
        firstDay = starts.min()
    }

    /// Whether any of the budgets may count a day's sends.
    func isAbout(_ day: Day) -> Bool { firstDay.map { day >= $0 } ?? false }

    /// Adds a send that left, may have left or is still to leave; it is settled once it is delivered.
    mutating func add(_ item: SendHistory.Item, tier: UInt16?, isSettled: Bool, cost: Int64) {
        let kind = Kind(
            playbook: item.playbook, channel: item.channel, marks: item.marks, tier: tier, day: item.day,
            isSettled: isSettled)
        sums[kind, default: Sum()].add(cost: cost)
    }

    /// What was taken, by budget id.
    func uses(texts: [String]) -> [String: BudgetUse] {
        var uses = Dictionary(uniqueKeysWithValues: budgets.map { ($0.id, BudgetUse()) })
        for (kind, sum) in sums {
            let tags = SendMarks(text: texts[Int(kind.marks)]).tags
            let tier = kind.tier.map { texts[Int($0)] }
            for (budget, start) in zip(budgets, starts) where kind.day >= start {
                let covers = budget.scope.covers(
                    playbook: texts[Int(kind.playbook)], channel: texts[Int(kind.channel)], tags: tags, tier: tier)
                guard covers else { continue }
                let amount = budget.isMoney ? sum.cost : sum.actions
                if kind.isSettled { uses[budget.id]?.settled += amount } else { uses[budget.id]?.open += amount }
            }
        }
        return uses
    }
}
