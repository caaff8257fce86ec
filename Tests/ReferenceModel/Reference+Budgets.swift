/// Who is paid, by the manual's page Budgets: round after round, everything from the beginning.
extension Reference {
    /// What one round pays.
    private struct Round {
        /// What is left of each budget.
        var left: [String: Int]
        /// The steps that are paid, with the option that is.
        var paid: [Chronicle.Key: Chronicle.Option?] = [:]
        /// What cannot be paid, with the budget that lacks the means.
        var lacking: [Chronicle.Key: String] = [:]
    }

    /// What a run decides.
    package func rulings(_ run: Chronicle.Run) -> [Chronicle.Key: Ruling] {
        var refused: [Chronicle.Key: String] = [:]
        var round = round(run, refused)
        while !round.lacking.isEmpty {
            refused.merge(round.lacking) { first, _ in first }
            round = self.round(run, refused)
        }
        for key in ranked(Array(refused.keys), run) where flaw != .nobodyIsLookedAtTwice {
            lookAgain(at: key, run, &refused, &round)
        }
        var rulings = rulings(run, refused: refused)
        for (key, ruling) in rulings {
            guard let step = chronicle.step(key) else { continue }
            if let budget = refused[key] { rulings[key]?.until = until(key, step, budget, round.left, run.day) }
            if ruling.reason == "selected", !step.options.isEmpty {
                let best = options(of: step, for: key.member).first
                rulings[key]?.choice = (round.paid[key] ?? best)?.id
            }
        }
        return rulings
    }

    private func rulings(_ run: Chronicle.Run, refused: [Chronicle.Key: String]) -> [Chronicle.Key: Ruling] {
        people.reduce(into: [:]) { all, member in
            all.merge(rulings(of: member, run, refused: Set(refused.keys))) { first, _ in first }
        }
    }

    /// Pays, the best first, whoever has a place under the caps.
    private func round(_ run: Chronicle.Run, _ refused: [Chronicle.Key: String]) -> Round {
        var round = Round(left: means(run))
        let selected = rulings(run, refused: refused).filter { $0.value.reason == "selected" }
        for key in ranked(Array(selected.keys), run) {
            guard let step = chronicle.step(key) else { continue }
            if !pay(key, step, run, &round) {
                let best = ways(step, key.member)[0].step
                let lacking = chronicle.budgets.first { !$0.canPay(share(key, best, run, of: $0), round.left) }
                round.lacking[key] = lacking?.id
                if flaw == .nothingCheaperFollows { round.left = round.left.mapValues { _ in 0 } }
            }
        }
        return round
    }

    /// Pays the best way that can be paid; false where none can.
    private func pay(
        _ key: Chronicle.Key, _ step: Chronicle.Step, _ run: Chronicle.Run, _ round: inout Round
    ) -> Bool {
        let way = ways(step, key.member).first { way in
            chronicle.budgets.allSatisfy { $0.canPay(share(key, way.step, run, of: $0), round.left) }
        }
        guard let way else { return false }
        for budget in chronicle.budgets { round.left[budget.id, default: 0] -= share(key, way.step, run, of: budget) }
        round.paid[key] = way.option
        return true
    }

    /// Somebody whose place went to something else may be paid after all, where the member gets nothing less for it.
    private func lookAgain(
        at key: Chronicle.Key, _ run: Chronicle.Run, _ refused: inout [Chronicle.Key: String], _ round: inout Round
    ) {
        func sends(_ refused: [Chronicle.Key: String]) -> Set<Chronicle.Key> {
            let rulings = rulings(of: key.member, run, refused: Set(refused.keys))
            return Set(rulings.filter { $0.value.reason == "selected" }.keys)
        }
        var (others, after) = (refused, round)
        others[key] = nil
        guard let step = chronicle.step(key), pay(key, step, run, &after), sends(others) == sends(refused).union([key])
        else { return }
        (refused, round) = (others, after)
    }

    /// What is left of each budget before a run.
    private func means(_ run: Chronicle.Run) -> [String: Int] {
        var left: [String: Int] = [:]
        for budget in chronicle.budgets {
            let taken = sent.filter { !$0.isShadow && $0.arrived && isIn(budget.window, $0.day, of: run.day) }
            left[budget.id] = budget.amount - taken.reduce(0) { $0 + share($1.key, $1.step, $1.tier, of: budget) }
        }
        return left
    }

    /// Those that some budget counts, the best first.
    private func ranked(_ keys: [Chronicle.Key], _ run: Chronicle.Run) -> [Chronicle.Key] {
        let left = means(run)
        let ranks = keys.compactMap { key in rank(key, run, left).map { (key: key, rank: $0) } }
        return ranks.sorted { one, other in
            // value / cost > value / cost, without dividing.
            let (first, second) = (one.rank.value * other.rank.cost, other.rank.value * one.rank.cost)
            return (one.rank.priority, -first, one.key.member, one.key.playbook, one.rank.position)
                < (other.rank.priority, -second, other.key.member, other.key.playbook, other.rank.position)
        }.map(\.key)
    }

    /// By the budget of which the best way takes the largest share; nil where none counts it.
    private func rank(
        _ key: Chronicle.Key, _ run: Chronicle.Run, _ left: [String: Int]
    ) -> (priority: Int, value: Int, cost: Int, position: Int)? {
        guard let playbook = chronicle.playbook(key.playbook),
            let position = playbook.steps.firstIndex(where: { $0.id == key.step })
        else { return nil }
        let best = ways(playbook.steps[position], key.member)[0]
        let shares = chronicle.budgets.map { budget in
            (cost: share(key, best.step, run, of: budget), left: max(1, left[budget.id] ?? 0))
        }.filter { $0.cost > 0 }
        let scarcest = shares.max { $0.cost * $1.left < $1.cost * $0.left }
        guard let counting = flaw == .theFirstBudgetRanks ? shares.first : scarcest else { return nil }
        let value = (values[key.member] ?? 0) * (best.option?.response ?? 10_000) * counting.left
        return (playbook.priority, value, flaw == .costsDoNotRank ? 1 : counting.cost, position)
    }

    /// A step in each way in which a member may get it, the best first.
    private func ways(
        _ step: Chronicle.Step, _ member: String
    ) -> [(option: Chronicle.Option?, step: Chronicle.Step)] {
        step.options.isEmpty
            ? [(nil, step)] : options(of: step, for: member).map { ($0, self.step(step, choosing: $0.id)) }
    }

    /// When every budget that lacks the means begins anew; where all have them again, the one that refused.
    private func until(
        _ key: Chronicle.Key, _ step: Chronicle.Step, _ refusing: String, _ left: [String: Int], _ day: Int
    ) -> Int? {
        let best = ways(step, key.member)[0].step
        let tier = tier(of: key.member, on: day)
        let lacking = chronicle.budgets.filter { !$0.canPay(share(key, best, tier, of: $0), left) }
        let days = (lacking.isEmpty ? chronicle.budgets.filter { $0.id == refusing } : lacking).map {
            end(of: $0.window, on: day)
        }
        return days.contains(nil) ? nil : days.compactMap(\.self).max()
    }

    private func share(
        _ key: Chronicle.Key, _ step: Chronicle.Step, _ run: Chronicle.Run, of budget: Chronicle.Budget
    ) -> Int { share(key, step, tier(of: key.member, on: run.day), of: budget) }

    /// What an action takes of a budget.
    private func share(
        _ key: Chronicle.Key, _ step: Chronicle.Step, _ tier: String?, of budget: Chronicle.Budget
    ) -> Int {
        let isCounted =
            (budget.playbooks.isEmpty || budget.playbooks.contains(key.playbook))
            && (budget.channels.isEmpty || budget.channels.contains(step.channel))
            && (budget.tags.isEmpty || step.tags.contains { budget.tags.contains($0) })
            && (budget.tiers.isEmpty || tier.map { budget.tiers.contains($0) } ?? false)
        guard isCounted else { return 0 }
        return budget.isMoney ? step.cost : 1
    }

    /// The day on which the next period begins; nil where one rolls.
    private func end(of window: Chronicle.Window, on day: Int) -> Int? {
        switch window {
        case .days(let days): return days == 1 ? day + 1 : nil
        case .months(let months):
            return (day...(day + 400)).first {
                PlainCalendar.block($0, months: months) != PlainCalendar.block(day, months: months)
            }
        }
    }
}

extension Chronicle.Budget {
    /// What takes nothing of a budget does not need it.
    fileprivate func canPay(_ share: Int, _ left: [String: Int]) -> Bool { share == 0 || share <= left[id] ?? 0 }
}
