import RetierCore
import RetierTestSupport
import Testing

/// How near the budgets' choice comes to the best of all choices, which is found by trying every subset.
@Suite struct BudgetBounds {
    /// With one budget each priority, in turn, gets within its largest single value of the best that is left to it.
    @Test func oneBudgetLosesAtMostOneAction() {
        var generator = SeededGenerator(seed: 41)
        var gaps = 0
        for round in 0..<300 {
            let world = World.auction(&generator, budgets: 1, priorities: Playbook.Priority.allCases)
            let place: Comment = "seed \(generator.seed), round \(round)"
            let items = world.items()
            var left = world.budgets.map(\.amount)
            for priority in Playbook.Priority.allCases {
                let own = items.filter { $0.priority == priority }
                let best = World.best(own, left)
                let value = own.filter(\.isSelected).reduce(0) { $0 + $1.value }
                #expect(value >= best - (own.map(\.value).max() ?? 0), place)
                if value < best { gaps += 1 }
                for item in own where item.isSelected { left = zip(left, item.shares).map { $0 - $1 } }
            }
            #expect(left.allSatisfy { $0 >= 0 }, place)
        }
        #expect(gaps > 0, "a bound that is never needed says nothing")
    }

    /// With m budgets and one priority: value × m ≥ best − m × the largest single value.
    @Test func severalBudgetsReachTheirShareOfTheBest() {
        var generator = SeededGenerator(seed: 42)
        for round in 0..<300 {
            let count = generator.draw(in: 2...3)
            let world = World.auction(&generator, budgets: count, priorities: [.grow])
            let items = world.items()
            let best = World.best(items, world.budgets.map(\.amount))
            let value = items.filter(\.isSelected).reduce(0) { $0 + $1.value }
            let largest = items.map(\.value).max() ?? 0
            #expect(Int64(count) * (value + largest) >= best, "seed \(generator.seed), round \(round)")
        }
    }

    /// Where all cost the same in one budget, nothing is lost at all.
    @Test func equalCostsAreSettledAtTheOptimum() {
        var generator = SeededGenerator(seed: 43)
        for round in 0..<200 {
            let world = World.auction(&generator, budgets: 1, priorities: [.grow], costs: 300...300)
            let items = world.items()
            let value = items.filter(\.isSelected).reduce(0) { $0 + $1.value }
            #expect(
                value == World.best(items, world.budgets.map(\.amount)), "seed \(generator.seed), round \(round)")
        }
    }
}

extension World {
    /// What one candidate is worth and takes of each budget.
    struct Item {
        var priority: Playbook.Priority
        var value: Int64
        var shares: [Int64]
        var isSelected: Bool
    }

    /// Up to eleven candidates under budgets only: no cap, no consent, no group.
    static func auction(
        _ generator: inout SeededGenerator, budgets: Int, priorities: [Playbook.Priority],
        costs: ClosedRange<Int> = 0...6
    ) -> World {
        var world = World()
        world.channels = [Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e")]
        for number in 0..<4 {
            world.playbooks.append(
                .sample(
                    "p\(number)", priority: generator.pick(from: priorities),
                    steps: [
                        Playbook.Step(
                            id: "s1", action: "coupon", via: "sms",
                            cost: Money(minorUnits: Int64(generator.draw(in: costs))),
                            response: generator.pick(from: [10_000, 5_000]),
                            tags: generator.pick(from: [["t1"], ["t2"], ["t1", "t2"]]))
                    ]))
        }
        for number in 0..<generator.draw(in: 2...11) {
            let member = "m\(number)"
            world.members[member] = Int32(generator.draw(in: 0...40)) * 2
            world.matches.append(Match(member: member, playbook: "p\(generator.draw(in: 0...3))"))
        }
        for number in 0..<budgets {
            let isUnits = generator.draw(in: 0...2) == 0
            let most = Int(costs.upperBound) * 5
            world.budgets.append(
                Budget(
                    id: "b\(number)",
                    limit: isUnits
                        ? .actions(generator.draw(in: 1...6))
                        : .money(Money(minorUnits: Int64(generator.draw(in: 1...most)))),
                    per: CalendarPeriod(months: 1),
                    scope: .init(tags: budgets == 1 ? [] : generator.pick(from: [[], ["t1"], ["t2"]]))))
        }
        return world
    }

    func items() -> [Item] {
        decide().compactMap { key, decision in
            guard let playbook = playbooks.first(where: { $0.id == key.playbook }) else { return nil }
            let step = playbook.steps[0]
            let shares = budgets.map { budget in
                budget.scope.covers(playbook: key.playbook, channel: step.via, tags: step.tags, tier: nil)
                    ? budget.share(cost: step.cost.minorUnits) : 0
            }
            return Item(
                priority: playbook.priority, value: Int64(members[key.member] ?? 0) * Int64(step.response) / 5_000,
                shares: shares, isSelected: decision.verdict.reason == .selected)
        }
    }

    /// The greatest value of a subset that all budgets can pay.
    static func best(_ items: [Item], _ budgets: [Int64]) -> Int64 {
        var best: Int64 = 0
        for subset in 0..<(1 << items.count) {
            var value: Int64 = 0
            var left = budgets
            for (position, item) in items.enumerated() where subset >> position & 1 == 1 {
                value += item.value
                left = zip(left, item.shares).map { $0 - $1 }
            }
            if left.allSatisfy({ $0 >= 0 }) { best = max(best, value) }
        }
        return best
    }
}
