import RetierCore
import Testing

@Suite struct ApprovalRulesTests {
    private static let limits = ApprovalRules(
        costAbove: Money(minorUnits: 1_000), playbookCostAbove: Money(minorUnits: 700), newPlaybooks: .costly)

    private static func line(_ playbook: String, _ cost: Int64, _ reason: ReasonCode = .selected) -> Tally.Line {
        Tally.Line(playbook: playbook, reason: reason, count: 1, cost: Money(minorUnits: cost))
    }

    /// One step below, at and above each threshold; what is not sent costs nothing.
    @Test(arguments: [
        (lines: [line("a", 300), line("b", 700)], causes: []),
        (lines: [line("a", 299), line("b", 700)], causes: []),
        (lines: [line("a", 301), line("b", 700)], causes: ["cost"]),
        (lines: [line("a", 300), line("b", 701)], causes: ["cost", "playbook-cost b"]),
        (lines: [line("a", 299), line("b", 701)], causes: ["playbook-cost b"]),
        (lines: [line("a", 701), line("b", 900, .budget)], causes: ["playbook-cost a"]),
        (lines: [line("a", 1_001, .controlGroup)], causes: []),
    ])
    func aWordIsNeededAboveAThreshold(lines: [Tally.Line], causes: [String]) {
        #expect(Self.causes(Self.limits.needs(of: Tally(lines: lines), known: ["a", "b"])) == causes)
    }

    /// `free` costs nothing, `dear` does, `shadow` sends nothing, `known` is not new.
    @Test(arguments: [
        (rule: ApprovalRules.NewPlaybooks.all, causes: ["new-playbook dear", "new-playbook free"]),
        (rule: .costly, causes: ["new-playbook dear"]), (rule: .none, causes: []),
    ])
    func theFirstSendsOfANewPlaybookNeedAWord(rule: ApprovalRules.NewPlaybooks, causes: [String]) {
        let tally = Tally(lines: [
            Self.line("free", 0), Self.line("dear", 1), Self.line("shadow", 9, .controlGroup), Self.line("known", 9),
        ])
        let rules = ApprovalRules(newPlaybooks: rule)
        #expect(Self.causes(rules.needs(of: tally, known: ["known"])) == causes)
        #expect(rules.needs(of: tally, known: nil) == [])
    }

    @Test func withoutConfigurationOnlyNewPlaybooksThatCostSomethingNeedAWord() {
        let tally = Tally(lines: [Self.line("dear", 1_000_000_000), Self.line("free", 0)])
        #expect(Self.causes(ApprovalRules().needs(of: tally, known: [])) == ["new-playbook dear"])
        #expect(ApprovalRules().needs(of: tally, known: ["dear"]) == [])
    }

    @Test func aWordOnOnePlaybookDoesNotCoverThePlan() {
        var word = Approval(reason: "r", operatorName: "o", at: Instant(seconds: 0))
        #expect(word.covers(nil) && word.covers("a"))
        word.playbook = "a"
        #expect(word.covers("a") && !word.covers("b") && !word.covers(nil))
    }

    private static func causes(_ needs: [ApprovalNeed]) -> [String] {
        needs.map { need in need.playbook.map { "\(need.cause.rawValue) \($0)" } ?? need.cause.rawValue }
    }
}
