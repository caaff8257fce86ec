import RetierCore
import RetierTestSupport
import Testing

/// Which benefit a member gets of those among which a step chooses.
@Suite struct OptionChoices {
    private let month = CalendarPeriod(months: 1)

    /// Members of these values; of the options the spa costs 60.00, the card 30.00, and words nothing.
    private func world(_ members: [String: Int32]) -> World {
        var step = Playbook.Step(id: "s1", action: "benefit", via: "sms")
        step.options = [
            .init(id: "card", cost: Money(minorUnits: 3_000), response: 2_000),
            .init(id: "spa", suits: ["spa-lover"], cost: Money(minorUnits: 6_000), response: 3_000),
            .init(id: "words", suits: ["poet"], response: 100),
        ]
        var world = World.single([.sample("p", steps: [step])])
        world.members = members
        world.matches = members.keys.map { .init(member: $0, playbook: "p") }
        world.tagIDs = ["poet", "spa-lover"]
        return world
    }

    private func choices(_ world: World) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: world.decide().map { key, decision in
                (key.member, decision.option.map { ["card", "spa", "words"][$0] } ?? decision.verdict.reason.rawValue)
            })
    }

    /// Of 100,000 expect 20,000 - 3,000 or 30,000 - 6,000; of 20,000 4,000 - 3,000 or 6,000 - 6,000; of 5,000 a loss.
    ///
    /// Of 30,000 it is 3,000 either way: the cheaper.
    @Test func theDearerBenefitIsForMembersOfWhomMoreIsExpected() {
        #expect(
            choices(world(["rich": 100_000, "even": 30_000, "middle": 20_000, "small": 5_000]))
                == ["rich": "spa", "even": "card", "middle": "card", "small": "words"])
    }

    @Test func whatSuitsTheMembersTagsComesFirst() {
        var world = world(["rich": 100_000, "small": 5_000])
        world.tags = ["rich": ["poet"], "small": ["spa-lover"]]
        #expect(choices(world) == ["rich": "words", "small": "spa"])
        let verdict = world.verdict("p", member: "small")
        #expect(verdict?.reason == .selected)
        #expect(verdict?.values("choice") == ["spa"] && verdict?.values("suits") == ["spa-lover"])
        #expect(verdict?.values("passed_over") == ["words", "card"] && verdict?.values("unaffordable") == [])
    }

    /// 100.00 pay one spa and one card; the third member gets what costs nothing.
    @Test func theBestThatTheBudgetCanPayIsSent() {
        var world = world(["a": 90_000, "b": 80_000, "c": 70_000])
        world.budgets = [Budget(id: "gifts", limit: .money(Money(minorUnits: 10_000)), per: month)]
        #expect(choices(world) == ["a": "spa", "b": "card", "c": "words"])
        #expect(world.verdict("p", member: "b")?.values("unaffordable") == ["spa gifts"])
        #expect(world.verdict("p", member: "c")?.values("unaffordable") == ["spa gifts", "card gifts"])
        let line = world.lines()[0]
        #expect((line.reserved, line.left, line.paid, line.unpaid) == (9_000, 1_000, 2, 0))
        world.budgets.append(Budget(id: "letters", limit: .actions(2), per: month))
        #expect(choices(world) == ["a": "spa", "b": "card", "c": "budget"])
        #expect(world.verdict("p", member: "c")?.values("choice") == [])
    }

    /// Choices keep budgets, depend on no order, and nobody is refused who could be given something.
    @Test func choicesKeepBudgetsInAnyOrder() {
        var generator = SeededGenerator(seed: 51)
        var downgraded = 0
        for round in 0..<200 {
            let names = (0..<generator.draw(in: 1...6)).map { "m\($0)" }
            var world = world(
                Dictionary(uniqueKeysWithValues: names.map { ($0, Int32(generator.draw(in: 0...9)) * 10_000) }))
            for name in names { world.tags[name] = generator.pick(from: [[], ["poet"], ["spa-lover"]]) }
            world.budgets = [
                Budget(
                    id: "gifts", limit: .money(Money(minorUnits: Int64(generator.draw(in: 0...20)) * 1_000)), per: month
                ),
                Budget(id: "letters", limit: .actions(generator.draw(in: 1...7)), per: month),
            ]
            let place: Comment = "seed \(generator.seed), round \(round)"
            let (choices, lines) = (choices(world), world.lines())
            #expect(lines.allSatisfy { $0.left >= 0 }, place)
            #expect(world.decide() == world.decide { $0 = generator.shuffled($0) }, place)
            let costs: [String: Int64] = ["spa": 6_000, "card": 3_000]
            #expect(choices.values.reduce(0) { $0 + (costs[$1] ?? 0) } == lines[0].reserved, place)
            // Words cost no money: whoever waits, waits for a letter.
            #expect(!choices.values.contains("budget") || lines[1].left == 0, place)
            downgraded += world.decide().values.count { !$0.verdict.values("unaffordable").isEmpty }
        }
        #expect(downgraded > 50)
    }
}
