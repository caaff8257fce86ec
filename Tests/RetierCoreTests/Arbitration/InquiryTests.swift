import RetierTestSupport
import Testing

@testable import RetierCore

/// What an inquiry says of a candidate is what the engine decides, with nothing left out.
@Suite struct InquiryTests {
    private static let rules: [ReasonCode] = [
        .neverContact, .noConsent, .noRecipient, .openCase, .tooLate, .oncePer, .outsidePilot, .laterStep,
        .quietHours, .programmeControl, .controlGroup, .needsApproval, .openCase, .frequencyCap, .budget,
    ]

    @Test func theFirstRuleThatRefusesIsTheReasonOfTheVerdict() {
        var generator = SeededGenerator(seed: 11)
        var seen: [ReasonCode: Int] = [:]
        var several = 0
        for round in 0..<400 {
            let world = World.random(&generator, budgets: true)
            let prepared = world.prepare()
            let decisions = prepared.arbitration.decide(prepared.candidates)
            var inquiry = Inquiry(prepared.arbitration, decisions: decisions)
            var wrong: [World.Key] = []
            for decision in decisions {
                let findings = inquiry.findings(
                    of: Candidate(row: decision.row, playbook: decision.playbook, step: decision.step))
                let isRight =
                    findings.map(\.rule) == Self.rules && findings.allSatisfy(\.isOfItsRule)
                    && findings.verdict.reason == decision.verdict.reason
                if !isRight { wrong.append(prepared.key(of: decision)) }
                seen[decision.verdict.reason, default: 0] += 1
                if findings.count(where: { $0.refusal != nil }) > 1 { several += 1 }
            }
            #expect(wrong == [], "seed \(generator.seed), round \(round)")
        }
        #expect(
            Inquiry.reasons.sorted { $0.rawValue < $1.rawValue }
                == ReasonCode.allCases.sorted { $0.rawValue < $1.rawValue })
        // A property over worlds in which a rule never fires proves nothing about it.
        #expect(Set(seen.keys) == Set(ReasonCode.allCases) && several > 1_000, "\(seen), \(several)")
    }

    /// Of a member who was no candidate: what the engine decides once the member is one and everything else is equal.
    @Test func whoWasNoCandidateIsToldWhatWouldHaveBeenDecided() {
        var generator = SeededGenerator(seed: 12)
        var seen: Set<ReasonCode> = []
        for round in 0..<2_000 {
            var world = World.random(&generator)
            guard let asked = world.strangers().randomElement(using: &generator) else { continue }
            let prepared = world.prepare()
            var inquiry = Inquiry(
                prepared.arbitration, decisions: prepared.arbitration.decide(prepared.candidates))
            world.matches.append(asked)
            let after = world.prepare()
            for decision in after.arbitration.decide(after.candidates) {
                let key = after.key(of: decision)
                guard key.member == asked.member, key.playbook == asked.playbook else { continue }
                let findings = inquiry.findings(
                    of: Candidate(row: decision.row, playbook: decision.playbook, step: decision.step))
                #expect(
                    findings.verdict.reason == decision.verdict.reason, "seed \(generator.seed), round \(round), \(key)"
                )
                seen.insert(decision.verdict.reason)
            }
        }
        #expect(
            seen.isSuperset(of: [.selected, .displaced, .frequencyCap, .openCase, .oncePer, .laterStep, .noConsent]))
    }

    /// What is asked again when a message is about to leave is what was asked when it was planned.
    @Test func consentIsTheSameAtDeliveryAsInThePlan() {
        var generator = SeededGenerator(seed: 13)
        var seen: Set<ReasonCode> = []
        for round in 0..<200 {
            let prepared = World.random(&generator).prepare()
            var inquiry = Inquiry(prepared.arbitration, decisions: [])
            for candidate in prepared.candidates {
                let step = prepared.arbitration.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
                guard let channel = prepared.arbitration.channels.first(where: { $0.id == step.via }) else { continue }
                let refusal = prepared.arbitration.consents.refusal(row: Int(candidate.row), of: channel)
                let planned = inquiry.findings(of: candidate).prefix(2).compactMap(\.refusal).first
                #expect(refusal == planned, "seed \(generator.seed), round \(round)")
                if let refusal { seen.insert(refusal.reason) }
            }
        }
        #expect(seen == [.neverContact, .noConsent])
    }

    @Test func everyRuleThatRefusesIsToldAndNotTheFirstAlone() throws {
        let channel = Channel(
            id: "sms", title: LocalizedText("sms"), endpoint: "e", consent: "marketing",
            cap: FrequencyCap(max: 1, days: 7))
        let budget = Playbook.OwnBudget(.money(Money(minorUnits: 50)), per: CalendarPeriod(months: 1))
        let step = Playbook.Step(
            id: "s1", action: "coupon", via: "sms", cost: Money(minorUnits: 100), requiresApproval: true)
        var world = World.single(
            [.sample("p", oncePer: "P30D", steps: [step], holdout: 10_000, budget: budget)], channel: channel)
        world.consents = [
            .init(member: "m1", channel: "*", purpose: "all", granted: false, at: Instant(seconds: 9))
        ]
        world.programmeControl = 10_000
        world.history = [
            .init(member: "m1", playbook: "p", channel: "sms", day: day("2026-11-20"), fillsCap: true)
        ]
        let prepared = world.prepare()
        var inquiry = Inquiry(prepared.arbitration, decisions: prepared.arbitration.decide(prepared.candidates))
        let refusals = inquiry.findings(of: prepared.candidates[0]).compactMap(\.refusal)
        try #require(
            refusals.map(\.reason) == [
                .neverContact, .noConsent, .oncePer, .programmeControl, .controlGroup, .needsApproval, .frequencyCap,
                .budget,
            ])
        #expect(refusals[2].values("entered") == ["2026-11-20"] && refusals[6].values("sent") == ["2026-11-20 p"])
        #expect(refusals[7].values("cost") == ["1.00"] && refusals[7].values("used") == ["0.00"])
    }
}

extension Inquiry.Finding {
    /// Whether a refusal is the rule's own.
    fileprivate var isOfItsRule: Bool {
        guard let refusal else { return true }
        return refusal.reason == rule || rule == .frequencyCap && refusal.reason == .displaced
    }
}

extension World {
    /// Playbooks of one step that goes out at once, of members whom they do not match and who are in no case of them.
    fileprivate func strangers() -> [Match] {
        members.keys.sorted().flatMap { member in
            playbooks.filter { playbook in
                playbook.steps.count == 1 && !matches.contains(Match(member: member, playbook: playbook.id))
                    && !cases.contains { $0.member == member && $0.playbook == playbook.id }
            }.map { Match(member: member, playbook: $0.id) }
        }
    }
}
