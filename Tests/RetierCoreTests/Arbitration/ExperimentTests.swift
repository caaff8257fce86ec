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

    /// A basis point less than all leaves somebody out: 10 of 100,000 are expected.
    @Test func aShareTakesNoMoreThanItSays() {
        #expect(draw(.sample("p", holdout: 9_999), members: 100_000).held.contains(false))
        let almost = Experiment(brand: "brand", playbook: .sample("p", pilot: 9_999))
        let ids = PackedStrings((0..<100_000).map { "member-\($0)" })
        #expect((0..<100_000).contains { ids.withUTF8(at: $0) { !almost.isInPilot(memberID: $0) } })
    }

    /// Whatever the weights, as many as the basis points of a share among them.
    @Test(arguments: [1, 50, 5_000])
    func controlAndArmsAreIndependentAcrossPlaybooksAndOfEachOther(weight: Int) {
        let arms = ["a", "b"].map { Playbook.Arm(name: $0, weight: weight) }
        let first = draw(.sample("p", holdout: 5_000, arms: arms))
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

    @Test func aWiderPilotKeepsEverybodyAndReshufflesNobody() {
        func places(_ pilot: Int) -> [ExperimentPlace] {
            let playbook = Playbook.sample(
                "p", holdout: 1_000, arms: [.init(name: "a", weight: 1), .init(name: "b", weight: 1)], pilot: pilot)
            let experiment = Experiment(brand: "brand", playbook: playbook)
            let ids = PackedStrings((0..<20_000).map { "member-\($0)" })
            return (0..<20_000).map { ids.withUTF8(at: $0) { experiment.place(memberID: $0) } }
        }
        let (narrow, wide, all) = (places(2_000), places(4_000), places(10_000))
        // Binomial: 4 * sqrt(20000 * 0.2 * 0.8) = 226.
        #expect(abs(narrow.count { $0 != .outside } - 4_000) < 226)
        #expect(zip(narrow, wide).allSatisfy { $0 == .outside || $0 == $1 })
        #expect(zip(wide, all).allSatisfy { $0 == .outside || $0 == $1 })
        #expect(!all.contains(.outside))
        // Control is a tenth of the pilot too: 4 * sqrt(4000 * 0.1 * 0.9) = 76.
        #expect(abs(narrow.count { $0 == .control } - 400) < 90)
    }

    /// A brand that is renamed keeps the salts that its ledger has, and with them everybody's group.
    @Test func theSaltOfTheLedgerOutlivesTheBrandsName() {
        var world = World.single([.sample("p", holdout: 5_000)])
        world.members = Dictionary(uniqueKeysWithValues: (0..<200).map { ("m\($0)", 1) })
        world.matches = world.members.keys.map { .init(member: $0, playbook: "p") }
        func control(_ brand: String, salt: String? = nil) -> Set<String> {
            var prepared = world.prepare()
            var groups = AssignmentTable.Builder(count: prepared.ids.count)
            groups.salts["p"] = salt
            prepared.arbitration.assignments = groups.build()
            prepared.arbitration.brand = brand
            let decisions = prepared.arbitration.decide(prepared.candidates)
            return Set(decisions.filter { $0.verdict.reason == .controlGroup }.map { prepared.key(of: $0).member })
        }
        let before = control("brand")
        #expect((60...140).contains(before.count) && control("other") != before)
        #expect(control("other", salt: Experiment.salt(brand: "brand", experiment: "p")) == before)
    }

    @Test func shadowsOfLaterStepsWaitAsLongAsTheSteps() {
        let steps = [
            Playbook.Step(id: "s1", action: "care", via: "sms"),
            Playbook.Step(id: "s2", action: "care", via: "sms", after: CalendarPeriod(days: 3)),
        ]
        let control = World.single([.sample("p", steps: steps, holdout: 10_000)])
        #expect(control.verdict("p")?.reason == .controlGroup)
        #expect(control.verdict("p", step: "s2") == World.single([.sample("p", steps: steps)]).verdict("p", step: "s2"))
    }

    @Test func outsideThePilotNothingHappensAndNoClockStarts() {
        let world = World.single([.sample("p", oncePer: "P1M", pilot: 1)])
        #expect(world.verdict("p")?.reason == .outsidePilot)
        #expect(world.verdict("p")?.outcome == .suppressed)
        #expect(world.verdict("p")?.values("pilot_bp") == ["1"])
    }

    @Test func theProgrammesControlGetsNothingOfAnyPlaybook() {
        var world = World.single([.sample("p", arms: [.init(name: "a", weight: 1)]), .sample("q", holdout: 10_000)])
        world.programmeControl = 10_000
        #expect(world.verdict("p")?.reason == .programmeControl && world.verdict("p")?.outcome == .heldOut)
        #expect(world.verdict("q")?.reason == .programmeControl)
        #expect(world.decide().values.allSatisfy { $0.arm == nil })
        world.assigned = [.init(member: "m1", experiment: AssignmentTable.programme, isControl: false)]
        #expect(world.verdict("p")?.reason == .selected)
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

extension Experiment {
    /// A playbook's, as its first run draws it.
    fileprivate init(brand: String, playbook: Playbook) {
        self.init(salt: Experiment.salt(brand: brand, experiment: playbook.id), shares: playbook.shares)
    }
}
