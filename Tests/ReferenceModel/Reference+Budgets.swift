extension Reference {
    /// What no choice of the budgets may do: spend more than there is, refuse what could be paid, or refuse without a
    /// budget.
    package func complaints(
        _ run: Chronicle.Run, _ rulings: [Chronicle.Key: Ruling], refused: [Chronicle.Key: Int?]
    ) -> [String] {
        var left: [String: Int] = [:]
        var found: [String] = []
        for budget in chronicle.budgets {
            let before = sent.filter { !$0.isShadow && $0.arrived && isIn(budget.window, $0.day, of: run.day) }
                .reduce(0) { $0 + share($1.key, $1.step, $1.tier, of: budget) }
            let now = rulings.filter { $0.value.reason == "selected" }.reduce(0) { sum, ruling in
                guard let step = chronicle.step(ruling.key) else { return sum }
                let sent = self.step(step, choosing: ruling.value.choice)
                return sum + share(ruling.key, sent, tier(of: ruling.key.member, on: run.day), of: budget)
            }
            if now > 0, before + now > budget.amount {
                found.append("\(budget.id) pays \(before) and \(now) of \(budget.amount)")
            }
            left[budget.id] = budget.amount - before - now
        }
        for key in refused.keys.sorted() { found += complaints(about: key, run, rulings, refused, left) }
        for key in rulings.keys.sorted() { found += complaints(aboutChoice: key, run, rulings, left) }
        return found
    }

    /// Whoever gets an option does so because what is better for the member cannot be paid.
    private func complaints(
        aboutChoice key: Chronicle.Key, _ run: Chronicle.Run, _ rulings: [Chronicle.Key: Ruling],
        _ left: [String: Int]
    ) -> [String] {
        guard let step = chronicle.step(key), !step.options.isEmpty, rulings[key]?.reason == "selected" else {
            return []
        }
        let options = options(of: step, for: key.member)
        guard let place = options.firstIndex(where: { $0.id == rulings[key]?.choice }) else {
            return ["\(key) gets none of the options"]
        }
        let tier = tier(of: key.member, on: run.day)
        let paid = self.step(step, choosing: options[place].id)
        return options[..<place].filter { option in
            let better = self.step(step, choosing: option.id)
            return chronicle.budgets.allSatisfy { budget in
                (left[budget.id] ?? 0) + share(key, paid, tier, of: budget) >= share(key, better, tier, of: budget)
            }
        }.map { "\(key) could have got \($0.id), which is better for the member than \(options[place].id)" }
    }

    private func complaints(
        about key: Chronicle.Key, _ run: Chronicle.Run, _ rulings: [Chronicle.Key: Ruling],
        _ refused: [Chronicle.Key: Int?], _ left: [String: Int]
    ) -> [String] {
        guard rulings[key]?.reason == "budget" else {
            return ["\(key) is refused by a budget, not by \(rulings[key]?.reason ?? "-")"]
        }
        guard let step = chronicle.step(key) else { return [] }
        let variants = variants(of: step, for: key.member)
        let tier = tier(of: key.member, on: run.day)
        func short(_ variant: Chronicle.Step) -> [Chronicle.Budget] {
            chronicle.budgets.filter { budget in
                let share = share(key, variant, tier, of: budget)
                return share > 0 && (left[budget.id] ?? 0) < share
            }
        }
        guard variants.allSatisfy({ variant in chronicle.budgets.contains { share(key, variant, tier, of: $0) > 0 } })
        else { return ["\(key) is refused and counts against no budget"] }
        let lacking = short(variants[0])
        guard variants.contains(where: { short($0).isEmpty }) else {
            let until = lacking.map { end(of: $0.window, on: run.day) }
            let known = until.contains(nil) ? nil : until.compactMap(\.self).max()
            return known == refused[key] ?? nil
                ? []
                : ["\(key) waits until \(refused[key].map { "\($0 ?? 0)" } ?? "-"), the period ends on \(known ?? 0)"]
        }
        // There is money: then its place under a cap went to somebody else.
        var others = refused
        others[key] = nil
        let again = self.rulings(of: key.member, run, refused: others)
        let isAlone = again.allSatisfy { other, ruling in
            other == key ? ruling.reason == "selected" : ruling.reason == rulings[other]?.reason
        }
        return isAlone ? ["\(key) could be paid, and nothing would change for anybody else"] : []
    }

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
