import RetierCore
import RetierTestSupport
import Testing

@Suite struct ExperimentSplits {
    private func draw(_ playbook: Playbook, brand: String = "brand", members: Int = 20_000) -> (
        held: [Bool], arms: [Int?]
    ) {
        let experiment = Experiment(brand: brand, playbook: playbook)
        let ids = PackedStrings((0..<members).map { "member-\($0)" })
        return (
            (0..<members).map { ids.withUTF8(at: $0) { experiment.holdsOut(memberID: $0) } },
            (0..<members).map { ids.withUTF8(at: $0) { experiment.arm(memberID: $0) } }
        )
    }

    @Test func sharesAreMetWithinFourStandardErrors() {
        let arms = [Playbook.Arm(name: "a", weight: 1), Playbook.Arm(name: "b", weight: 3)]
        let (held, placed) = draw(.sample("p", holdout: 1_000, arms: arms))
        // Binomial: 4 * sqrt(20000 * 0.1 * 0.9) = 170, 4 * sqrt(20000 * 0.25 * 0.75) = 245.
        #expect(abs(held.count { $0 } - 2_000) < 170)
        #expect(abs(placed.count { $0 == 0 } - 5_000) < 245)
    }

    @Test func controlAndArmsAreIndependentAcrossPlaybooksAndOfEachOther() {
        let first = draw(
            .sample("p", holdout: 5_000, arms: [.init(name: "a", weight: 1), .init(name: "b", weight: 1)]))
        let second = draw(.sample("q", holdout: 5_000))
        let both = zip(first.held, second.held).count { $0 && $1 }
        let heldInA = zip(first.held, first.arms).count { $0 && $1 == 0 }
        // 4 * sqrt(20000 * 0.25 * 0.75) = 245.
        #expect(abs(both - 5_000) < 245)
        #expect(abs(heldInA - 5_000) < 245)
    }

    @Test func aGrowingShareKeepsEveryControl() {
        let small = draw(.sample("p", holdout: 1_000)).held
        let large = draw(.sample("p", holdout: 2_000)).held
        #expect(zip(small, large).allSatisfy { !$0 || $1 })
    }

    @Test func controlHasTheClockOfOncePerAndNoArm() {
        var world = World.single([.sample("p", oncePer: "P1M", holdout: 10_000, arms: [.init(name: "a", weight: 1)])])
        let key = World.Key(member: "m1", playbook: "p", step: "s1")
        #expect(world.verdict("p")?.reason == .controlGroup)
        #expect(world.verdict("p")?.outcome == .heldOut)
        #expect(world.decide()[key]?.arm == nil)
        world.history = [.init(member: "m1", playbook: "p", channel: "sms", day: day("2026-11-01"), fillsCap: false)]
        #expect(world.verdict("p")?.reason == .oncePer)
    }
}
