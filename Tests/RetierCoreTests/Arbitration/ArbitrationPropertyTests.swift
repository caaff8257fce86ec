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
                for channel in world.channels { checkCap(of: channel, member, world, reasons, place) }
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

    private func checkCap(
        of channel: Channel, _ member: String, _ world: World, _ reasons: [World.Key: ReasonCode], _ place: Comment
    ) {
        let own = reasons.filter { $0.key.member == member && world.step($0.key)?.via == channel.id }
        let selected = own.count { $0.value == .selected }
        let waits = own.values.contains { $0 == .displaced || $0 == .frequencyCap }
        guard let cap = channel.cap else {
            #expect(!waits, place)
            return
        }
        let earlier = world.history.count {
            $0.member == member && $0.channel == channel.id && $0.fillsCap && world.asOf.days(since: $0.day) < cap.days
        }
        #expect(selected == 0 || earlier + selected <= cap.max, place)
        #expect(!waits || earlier + selected >= cap.max, place)
    }
}

extension World {
    fileprivate func step(_ key: Key) -> Playbook.Step? {
        playbooks.first { $0.id == key.playbook }?.steps.first { $0.id == key.step }
    }
}
