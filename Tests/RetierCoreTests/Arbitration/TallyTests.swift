import RetierCore
import RetierTestSupport
import Testing

@Suite struct Tallies {
    @Test func theTallyOfRandomWorldsBalancesAndAgreesWithCounting() {
        var generator = SeededGenerator(seed: 4)
        for round in 0..<100 {
            let world = World.random(&generator, budgets: true)
            let decisions = world.decide()
            let playbooks = world.playbooks.ordered(for: .daily)
            let tally = Tally(decisions: Array(decisions.values), playbooks: playbooks)
            let place: Comment = "seed \(generator.seed), round \(round)"
            #expect(tally.candidates == decisions.count, place)
            for reason in ReasonCode.allCases {
                #expect(tally.count(reason) == decisions.values.count { $0.verdict.reason == reason }, place)
            }
            let sum = Verdict.Outcome.allCases.reduce(0) { $0 + tally.count($1) }
            #expect(sum == tally.candidates, place)
        }
    }

    @Test func rowsShowEveryPlaybookAndATotalInBothLanguages() {
        let tally = Tally(lines: [
            .init(playbook: "b", reason: .selected, count: 2, cost: Money(minorUnits: 6_000)),
            .init(playbook: "a", reason: .noConsent, count: 3, cost: Money(minorUnits: 900)),
            .init(playbook: "b", reason: .selected, count: 1, cost: Money(minorUnits: 3_000)),
            .init(playbook: "b", reason: .controlGroup, count: 1, cost: Money(minorUnits: 3_000)),
        ])
        let table = tally.byPlaybook(language: .english, currency: Currency(code: "CNY"))
        #expect(table.header == ["playbook", "candidates", "send", "deferred", "suppressed", "held out", "cost CNY"])
        #expect(
            table.rows == [
                ["a", "3", "0", "0", "3", "0", "0.00"], ["b", "4", "3", "0", "0", "1", "90.00"],
                ["total", "7", "3", "0", "3", "1", "90.00"],
            ])
        #expect(tally.balance(language: .english) == "7 candidates = 3 send + 0 deferred + 3 suppressed + 1 held out")
        #expect(tally.balance(language: .chinese) == "7 候选 = 3 发送 + 0 延后 + 3 抑制 + 1 留出对照")
        let reasons = tally.byReason(language: .chinese)
        #expect(reasons.rows.map { $0[1] } == ["selected", "no-consent", "control-group"])
    }

    @Test func reasonsHavePositionsAndTitles() {
        #expect(ReasonCode.allCases.map(\.position) == Array(ReasonCode.allCases.indices))
        #expect(Set(ReasonCode.allCases.map(\.title)).count == ReasonCode.allCases.count)
    }

    @Test func evidenceIsJSONWithRepeatedKeysAsArrays() {
        let verdict = Verdict(
            .displaced, [.facts([.init("by", "a\"\n"), .init("max", "1")]), .facts([.init("by", "b")])])
        #expect(verdict.evidenceJSON == #"{"by":["a\"\n","b"],"max":"1"}"#)
        #expect(Verdict(.selected).evidenceJSON == "{}")
    }
}
