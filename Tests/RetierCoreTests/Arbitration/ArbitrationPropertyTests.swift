import RetierCore
import RetierTestSupport
import Testing

@Suite struct ArbitrationProperties {
    @Test func verdictsEqualTheOracleThatTriesAllSubsets() {
        var generator = SeededGenerator(seed: 1)
        var seen: Set<ReasonCode> = []
        for round in 0..<400 {
            let world = World.random(&generator)
            let decided = world.decide().mapValues(\.verdict.reason)
            let expected = Oracle(world: world).reasons()
            let differing = Set(decided.keys).union(expected.keys).filter { decided[$0] != expected[$0] }
                .map { "\($0): \(decided[$0]?.rawValue ?? "-"), expected \(expected[$0]?.rawValue ?? "-")" }
            #expect(differing == [], "seed \(generator.seed), round \(round)")
            seen.formUnion(decided.values)
        }
        // A property over worlds in which a rule never fires proves nothing about it.
        #expect(seen == Set(ReasonCode.allCases).subtracting([.budget]))
    }

    @Test func shufflingMembersPlaybooksCandidatesAndHistoryChangesNothing() {
        var generator = SeededGenerator(seed: 2)
        for round in 0..<200 {
            let world = World.random(&generator, budgets: true)
            let plain = world.decide()
            let mixed = world.decide { $0 = generator.shuffled($0) }
            #expect(plain == mixed, "seed \(generator.seed), round \(round)")
            #expect(world.figures() == world.figures { $0 = generator.shuffled($0) }, "round \(round)")
        }
    }

    @Test func budgetsAndCapsHoldAndNothingDeferredCouldBeAdded() {
        var generator = SeededGenerator(seed: 3)
        var refused = 0
        for round in 0..<400 {
            let world = World.random(&generator, budgets: true)
            let decisions = world.decide()
            let reasons = decisions.mapValues(\.verdict.reason)
            checkRefused(world, decisions, "seed \(generator.seed), round \(round)")
            refused += reasons.values.count { $0 == .budget }
            let place: Comment = "seed \(generator.seed), round \(round)"
            for budget in Budget.all(of: world.budgets, world.playbooks) {
                checkBudget(budget, world, reasons, place)
            }
            for member in world.members.keys {
                checkCaps(of: member, world, reasons, place)
            }
        }
        #expect(refused > 100)
    }

    /// What a candidate takes of a budget.
    private func share(_ key: World.Key, of budget: Budget, _ world: World) -> Int64 {
        guard let step = world.step(key) else { return 0 }
        let isCounted = budget.scope.covers(
            playbook: key.playbook, channel: step.via, tags: step.tags, tier: world.tiers[key.member])
        return isCounted ? budget.share(cost: step.cost.minorUnits) : 0
    }

    private func checkBudget(
        _ budget: Budget, _ world: World, _ reasons: [World.Key: ReasonCode], _ place: Comment
    ) {
        let taken = reasons.filter { $0.value == .selected }.reduce(0) { $0 + share($1.key, of: budget, world) }
        let used = world.budgetUse[budget.id]?.total ?? 0
        #expect(taken == 0 || taken + used <= budget.amount, place)
        let line = world.lines().first { $0.id == budget.id }
        #expect(line?.reserved == taken && line?.use.total == used, place)
    }

    /// Every budget that a refused candidate names lacks what it needs, or a place under a cap is gone by now.
    private func checkRefused(_ world: World, _ decisions: [World.Key: Decision], _ place: Comment) {
        let lines = world.lines()
        let budgets = Budget.all(of: world.budgets, world.playbooks)
        for (key, decision) in decisions where decision.verdict.reason == .budget {
            let named = decision.verdict.values("budget")
            #expect(!named.isEmpty, place)
            let lacking = lines.filter { line in
                let amount = budgets.first { $0.id == line.id }.map { share(key, of: $0, world) } ?? 0
                return amount > 0 && line.left < amount
            }
            #expect(lacking.isEmpty || lacking.map(\.id) == named, place)
            guard lacking.isEmpty else { continue }
            // Whoever was next in line has the place that it would need.
            #expect(decisions.contains { $0.key.member == key.member && $0.value.verdict.reason == .selected }, place)
        }
    }

    private func checkCaps(
        of member: String, _ world: World, _ reasons: [World.Key: ReasonCode], _ place: Comment
    ) {
        let oracle = Oracle(world: world)
        let own = reasons.filter { $0.key.member == member }
        func isIn(_ cap: FrequencyCap, _ key: World.Key, _ ask: (FrequencyCap, Playbook, Playbook.Step) -> Bool) -> Bool
        {
            guard let playbook = world.playbooks.first(where: { $0.id == key.playbook }), let step = world.step(key)
            else {
                return false
            }
            return ask(cap, playbook, step)
        }
        func filled(_ cap: FrequencyCap) -> Int {
            oracle.earlier(cap, member) + own.count { $0.value == .selected && isIn(cap, $0.key, oracle.counts) }
        }
        for cap in oracle.caps {
            let heeding = own.filter { $0.value == .selected && isIn(cap, $0.key, oracle.heeds) }.map(\.key)
            let all = own.filter { $0.value == .selected && isIn(cap, $0.key, oracle.counts) }.map(\.key)
            guard !heeding.isEmpty, Set(all).isSubset(of: heeding) else { continue }
            #expect(all.isEmpty || filled(cap) <= cap.max, place)
        }
        for (key, reason) in own where reason == .displaced || reason == .frequencyCap {
            #expect(oracle.caps.contains { isIn($0, key, oracle.heeds) && filled($0) >= $0.max }, place)
        }
    }
}

extension World {
    fileprivate func step(_ key: Key) -> Playbook.Step? {
        playbooks.first { $0.id == key.playbook }?.steps.first { $0.id == key.step }
    }
}
