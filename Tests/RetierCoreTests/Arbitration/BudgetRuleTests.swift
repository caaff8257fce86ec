import RetierCore
import Testing

@Suite struct BudgetRules {
    private let month = CalendarPeriod(months: 1)

    private func step(_ cost: Int64, response: Int = 10_000, tags: [String] = []) -> Playbook.Step {
        Playbook.Step(
            id: "s1", action: "coupon", via: "sms", cost: Money(minorUnits: cost), response: response, tags: tags)
    }

    /// Members `m1`, `m2` and so on, of these values, all of whom match all playbooks.
    private func world(_ values: [Int32], _ playbooks: [Playbook]) -> World {
        var world = World.single(playbooks)
        world.members = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("m\($0 + 1)", $1) })
        world.matches = world.members.keys.flatMap { member in
            playbooks.map { World.Match(member: member, playbook: $0.id) }
        }
        return world
    }

    private func paid(_ world: World) -> [String] {
        world.decide().filter { $0.value.verdict.reason == .selected }.map { "\($0.key.member) \($0.key.playbook)" }
            .sorted()
    }

    /// 20 for 40 is better than 30 for 100; half of those who get it answer, so 24 is worth 12.
    @Test func whatIsWorthMostForItsCostIsPaidFirst() {
        var world = world([20, 30], [.sample("cheap", steps: [step(40)]), .sample("dear", steps: [step(100)])])
        world.budgets = [Budget(id: "all", limit: .money(Money(minorUnits: 120)), per: month)]
        world.matches = [.init(member: "m1", playbook: "cheap"), .init(member: "m2", playbook: "dear")]
        #expect(paid(world) == ["m1 cheap"])
        world.playbooks[0].steps = [step(40, response: 5_000)]
        #expect(paid(world) == ["m2 dear"])
        let line = world.lines()[0]
        #expect((line.reserved, line.left, line.paid, line.unpaid) == (100, 20, 1, 1))
        #expect(line.lastPaid == 300 && line.firstUnpaid == 250)
        let verdict = world.verdict("cheap", member: "m1")
        #expect(verdict?.values("response_bp") == ["5000"] && verdict?.values("clv_13w") == ["0.20"])
        #expect(verdict?.values("value_per_cost") == ["0.250"] && verdict?.values("cut") == ["0.300"])
    }

    /// A protected member of no value comes before everybody else.
    @Test func priorityComesBeforeValue() {
        var world = world(
            [1, 99], [.sample("care", priority: .protect, steps: [step(50)]), .sample("offer", steps: [step(50)])])
        world.budgets = [Budget(id: "all", limit: .money(Money(minorUnits: 100)), per: month)]
        #expect(paid(world) == ["m1 care", "m2 care"])
    }

    @Test func actionsAreCountedWhateverTheyCost() {
        var world = world([10, 30, 20], [.sample("call", steps: [step(0)])])
        world.budgets = [Budget(id: "calls", limit: .actions(2), per: CalendarPeriod(days: 1))]
        #expect(paid(world) == ["m2 call", "m3 call"])
        let verdict = world.verdict("call", member: "m1")
        #expect(verdict?.values("budget") == ["calls"] && verdict?.values("limit") == ["2"])
        #expect(verdict?.values("used") == ["2"] && verdict?.values("cost") == ["1"])
        #expect(verdict?.until == day("2026-11-22"))
        world.budgetUse["calls"] = BudgetUse(settled: 1)
        #expect(paid(world) == ["m2 call"])
        // Of a week's places nobody knows when they free.
        world.budgets[0].per = CalendarPeriod(days: 7)
        #expect(world.verdict("call", member: "m1")?.until == nil)
    }

    @Test func aBudgetOfATierChannelOrTagLeavesTheOthersAlone() {
        let steps = [step(10, tags: ["gift"])]
        var world = world([30, 20, 10], [.sample("p", steps: steps), .sample("q", steps: [step(10)])])
        world.tiers = ["m1": "core", "m2": "base"]
        func budget(_ scope: Budget.Scope) -> Budget { Budget(id: "b", limit: .actions(0), per: month, scope: scope) }
        world.budgets = [budget(.init(tiers: ["base"]))]
        #expect(paid(world) == ["m1 p", "m1 q", "m3 p", "m3 q"])
        world.budgets = [budget(.init(tags: ["gift"]))]
        #expect(paid(world) == ["m1 q", "m2 q", "m3 q"])
        world.budgets = [budget(.init(playbooks: ["q"], tiers: ["core"]))]
        #expect(paid(world) == ["m1 p", "m2 p", "m2 q", "m3 p", "m3 q"])
        world.budgets = [budget(.init(channels: ["mail"]))]
        #expect(paid(world).count == 6)
    }

    @Test func allBudgetsOfAnActionMustPay() {
        let own = Playbook.OwnBudget(.money(Money(minorUnits: 30)), per: month)
        var world = world([30, 20, 10], [.sample("p", steps: [step(10)], budget: own)])
        world.budgets = [Budget(id: "z", limit: .actions(1), per: CalendarPeriod(days: 1))]
        #expect(paid(world) == ["m1 p"])
        #expect(world.verdict("p", member: "m2")?.values("budget") == ["z"])
        world.budgets = [Budget(id: "z", limit: .money(Money(minorUnits: 10)), per: month)]
        world.budgetUse = ["p": BudgetUse(open: 20)]
        #expect(paid(world) == ["m1 p"])
        #expect(world.verdict("p", member: "m2")?.values("budget") == ["p", "z"])
    }

    /// What is too dear for the rest does not keep cheaper actions from being sent till the period ends.
    @Test func whatStillFitsIsSent() {
        var world = world([100, 10], [.sample("big", steps: [step(80)]), .sample("small", steps: [step(20)])])
        world.matches = [.init(member: "m1", playbook: "big"), .init(member: "m2", playbook: "small")]
        world.budgets = [Budget(id: "all", limit: .money(Money(minorUnits: 60)), per: month)]
        #expect(paid(world) == ["m2 small"])
        #expect(world.verdict("big", member: "m1")?.values("place") == ["1"])
    }

    /// Budget y prefers m1's call to m2's.
    ///
    /// Budget x then refuses m1's coupon, whose place goes to the letter, which
    /// leaves none for m1's call: m2's is made after all.
    @Test func whatWasRefusedForNothingIsSent() {
        var world = World.single([
            .sample("coupon", rank: 1, steps: [step(10, tags: ["offer"])]),
            .sample("letter", rank: 2, steps: [step(0, tags: ["offer", "talk"])]),
            .sample("phone", rank: 3, steps: [step(0, tags: ["talk"])]),
        ])
        world.caps = ["offer", "talk"].map {
            FrequencyCap(id: $0, max: 1, window: .rolling(days: 1), tags: [$0])
        }
        world.members = ["m1": 50, "m2": 40]
        world.matches = ["coupon", "letter", "phone"].map { .init(member: "m1", playbook: $0) }
        world.matches.append(.init(member: "m2", playbook: "phone"))
        world.budgets = [
            Budget(id: "x", limit: .actions(0), per: month, scope: .init(playbooks: ["coupon"])),
            Budget(id: "y", limit: .actions(1), per: month, scope: .init(playbooks: ["phone"])),
        ]
        #expect(paid(world) == ["m1 letter", "m2 phone"])
    }

    /// As before, but m2's place under the cap went to a chat meanwhile: the call stays refused, and says by which
    /// budget although that has means again.
    @Test func whatLostItsPlaceStaysRefusedByTheBudgetThatRefusedIt() {
        var world = World.single([
            .sample("coupon", rank: 1, steps: [step(10, tags: ["offer"])]),
            .sample("letter", rank: 2, steps: [step(0, tags: ["offer", "talk"])]),
            .sample("phone", rank: 3, steps: [step(0, tags: ["talk"])]),
            .sample("chat", rank: 4, steps: [step(0, tags: ["talk"])]),
        ])
        world.caps = ["offer", "talk"].map {
            FrequencyCap(id: $0, max: 1, window: .rolling(days: 1), tags: [$0])
        }
        world.members = ["m1": 50, "m2": 40]
        world.matches = ["coupon", "letter", "phone"].map { .init(member: "m1", playbook: $0) }
        world.matches += ["phone", "chat"].map { .init(member: "m2", playbook: $0) }
        world.budgets = [
            Budget(id: "x", limit: .actions(0), per: month, scope: .init(playbooks: ["coupon"])),
            Budget(id: "y", limit: .actions(1), per: month, scope: .init(playbooks: ["phone"])),
        ]
        #expect(paid(world) == ["m1 letter", "m2 chat"])
        let verdict = world.verdict("phone", member: "m2")
        #expect(verdict?.reason == .budget && verdict?.values("budget") == ["y"] && verdict?.values("used") == ["0"])
        #expect(world.lines().map { [$0.paid, $0.unpaid] } == [[0, 1], [0, 1]])
    }

    /// 11 takes three fifths of the money, 10 half of the money and of the actions: 18.3 to 20 by the largest share,
    /// but 22 to 20 by the smallest.
    @Test func ofSeveralBudgetsTheScarcestRanks() {
        var world = world([11, 10], [.sample("dear", steps: [step(600)]), .sample("cheap", steps: [step(500)])])
        world.matches = [.init(member: "m1", playbook: "dear"), .init(member: "m2", playbook: "cheap")]
        for ids in [["a", "b"], ["b", "a"]] {
            world.budgets = [
                Budget(id: ids[0], limit: .money(Money(minorUnits: 1_000)), per: month),
                Budget(id: ids[1], limit: .actions(2), per: month),
            ]
            #expect(paid(world) == ["m2 cheap"])
        }
    }

    /// What several budgets refuse waits for the last of them; where one is unknown, nobody knows.
    @Test(arguments: [("P1M", "P1D", "2026-12-01"), ("P1D", "P1M", "2026-12-01"), ("P1D", "P7D", nil)])
    func whatSeveralBudgetsRefuseWaitsForTheLast(first: String, second: String, until: String?) {
        var world = world([10], [.sample("p", steps: [step(10)])])
        world.budgets = [("a", first), ("b", second)].map { id, period in
            Budget(id: id, limit: .actions(0), per: CalendarPeriod(iso: period) ?? month)
        }
        #expect(world.verdict("p")?.values("budget") == ["a", "b"])
        #expect(world.verdict("p")?.until == until.map(day))
    }

    @Test func membersOfUnknownValueComeLastAndTiesGoByMember() {
        var world = world([0, 7, 7], [.sample("p", steps: [step(10)])])
        world.budgets = [Budget(id: "all", limit: .actions(1), per: month)]
        #expect(paid(world) == ["m2 p"])
        world.budgets[0].limit = .actions(2)
        #expect(paid(world) == ["m2 p", "m3 p"])
    }

    /// 2^53 minor units and shares of unlike budgets: products beyond 64 bits still compare exactly.
    @Test func hugeValuesCompareExactly() {
        let many = ValuePerCost(UInt128(1) << 110, per: 3)
        #expect(ValuePerCost((UInt128(1) << 110) + 1, per: 3) > many)
        #expect(ValuePerCost(UInt128(1) << 111, per: 6) == many)
        #expect(ValuePerCost(7, per: 3) > ValuePerCost(16, per: 7))
    }
}
