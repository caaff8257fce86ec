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
        }
    }

    @Test func budgetsAndCapsHoldAndNothingDeferredCouldBeAdded() {
        var generator = SeededGenerator(seed: 3)
        var refused = 0
        for round in 0..<400 {
            let world = World.random(&generator, budgets: true)
            let reasons = world.decide().mapValues(\.verdict.reason)
            refused += reasons.values.count { $0 == .budget }
            let place: Comment = "seed \(generator.seed), round \(round)"
            for playbook in world.playbooks { checkBudget(of: playbook, world, reasons, place) }
            for member in world.members.keys {
                checkCaps(of: member, world, reasons, place)
            }
        }
        #expect(refused > 100)
    }

    private func cost(_ key: World.Key, _ world: World) -> Int64 {
        world.step(key)?.cost.minorUnits ?? 0
    }

    private func checkBudget(
        of playbook: Playbook, _ world: World, _ reasons: [World.Key: ReasonCode], _ place: Comment
    ) {
        let own = reasons.filter { $0.key.playbook == playbook.id }
        guard let amount = playbook.budget?.amount.minorUnits else {
            #expect(!own.values.contains(.budget), place)
            return
        }
        let selected = own.filter { $0.value == .selected && cost($0.key, world) > 0 }.map(\.key)
        let refused = own.filter { $0.value == .budget }.map(\.key)
        let used = selected.reduce(0) { $0 + cost($1, world) }
        #expect(used <= amount, place)
        func isBetter(_ left: World.Key, _ right: World.Key) -> Bool {
            let (first, second) = (world.members[left.member] ?? 0, world.members[right.member] ?? 0)
            return first == second ? (left.member, left.step) < (right.member, right.step) : first > second
        }
        // The best one refused does not fit; nobody below it is served.
        guard let best = refused.min(by: isBetter) else { return }
        #expect(used + cost(best, world) > amount, place)
        #expect(selected.allSatisfy { isBetter($0, best) }, place)
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
