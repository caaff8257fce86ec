import RetierCore
import RetierTestSupport
import Testing

/// Which incident a member is told of or compensated for in a run, and how.
@Suite struct IncidentTableTests {
    private static let start = day("2026-11-01")

    /// Three of one kind, an hour, two and five long; the last day of each is the 10th.
    private static let items: [IncidentTable.Item] = [("c", 30, 5), ("a", 10, 1), ("b", 20, 2)].map {
        id, hour, length in
        let from = Instant(utcMidnightOf: start).adding(seconds: Int64(hour) * 3_600)
        let until = from.adding(seconds: Int64(length) * 3_600)
        return .init(
            Incident(id: id, kind: "app", from: from, until: until, registeredAt: until), kind: 0,
            last: day("2026-11-10"))
    }

    /// Grants 10.00 from the second hour on, 40.00 from the fourth.
    private static var grant: Playbook {
        var step = Playbook.Step(id: "coupon", action: "coupon", via: "sms", notAfter: CalendarPeriod(days: 2))
        step.options = [
            .init(id: "short", cost: Money(minorUnits: 1_000), hours: 2),
            .init(id: "long", cost: Money(minorUnits: 4_000), hours: 4),
        ]
        let tell = Playbook.Step(id: "tell", action: "message", via: "sms")
        var playbook = Playbook.sample("p", steps: [tell, step])
        playbook.condition = .clause(
            Clause(Predicate(.incidentOpen, .equal, .flag(false)), text: "incident.open == false"))
        return playbook
    }

    private static func table(
        _ pasts: [(String, String, Bool)] = [], of playbook: String = "p", asOf: Day = day("2026-11-03"),
        _ shuffle: ([Int]) -> [Int] = { $0 }
    ) -> IncidentTable {
        let items = shuffle(Array(items.indices)).map { self.items[$0] }
        func position(_ id: String) -> Int { items.firstIndex { $0.incident.id == id } ?? 0 }
        var effects: [(row: Int, value: IncidentTable.Effect)] = []
        for (id, fact, second) in [("c", "order", 9), ("a", "order", 5), ("a", "event:login", 2), ("b", "order", 1)] {
            effects.append((1, .init(incident: position(id), fact: fact, at: Instant(seconds: Int64(second)))))
        }
        effects.append((2, .init(incident: position("b"), fact: "order", at: Instant(seconds: 7))))
        return IncidentTable(
            count: 4, items: items, effects: shuffle(Array(effects.indices)).map { effects[$0] },
            pasts: pasts.map { (1, .init(incident: position($0.0), playbook: playbook, step: $0.1, isSettled: $0.2)) },
            asOf: asOf)
    }

    /// The candidates of row 1 as `incident step`.
    private static func candidates(_ table: IncidentTable, row: Int = 1) -> [String] {
        table.candidates(row: row, playbook: grant, position: 0) { _ in true }.map {
            "\(table.items[Int($0.incident)].incident.id) \(grant.steps[Int($0.step)].id)"
        }
    }

    @Test(
        arguments: [
            // The first incident comes first; an hour earns nothing.
            ([], ["a tell"]),
            ([("a", "tell", false)], ["a tell"]),
            ([("a", "tell", true)], ["b tell", "b coupon"]),
            ([("a", "tell", true), ("b", "coupon", true)], ["b tell"]),
            ([("a", "tell", true), ("b", "coupon", true), ("b", "tell", true)], ["c tell", "c coupon"]),
            (
                [
                    ("a", "tell", true), ("b", "coupon", true), ("b", "tell", true), ("c", "tell", true),
                    ("c", "coupon", true),
                ], []
            ),
        ] as [([(String, String, Bool)], [String])])
    func oneIncidentAfterTheOtherAndEachStepOnce(pasts: [(String, String, Bool)], expected: [String]) {
        #expect(Self.candidates(Self.table(pasts)) == expected)
        #expect(Self.candidates(Self.table(pasts) { $0.reversed() }) == expected)
    }

    /// Another playbook with a step of the same name has its own past.
    @Test func whatOnePlaybookDidSettlesNothingOfAnother() {
        let settled = [("a", "tell", true)]
        #expect(Self.candidates(Self.table(settled)) == ["b tell", "b coupon"])
        #expect(Self.candidates(Self.table(settled, of: "q")) == ["a tell"])
        #expect(Self.table(settled, of: "q").settledSteps(of: "a", row: 1, playbook: Self.grant) == [])
    }

    @Test func ofIncidentsThatBeganAtOnceTheSmallerIDComesFirst() {
        let from = Instant(utcMidnightOf: Self.start)
        let items = ["y", "x", "z"].map {
            IncidentTable.Item(Incident(id: $0, kind: $0, from: from, registeredAt: from), kind: 0, last: nil)
        }
        let effects = items.indices.map { (row: 0, value: IncidentTable.Effect(incident: $0, fact: "order", at: from)) }
        let table = IncidentTable(count: 1, items: items, effects: effects, asOf: Self.start)
        #expect(table.items.map(\.incident.id) == ["x", "y", "z"] && table[0].map(\.incident.id) == ["x", "y", "z"])
    }

    @Test func whatWasNotGrantedByTheLastDayIsGivenUpOnlyWhereItWaits() {
        #expect(Self.candidates(Self.table(asOf: day("2026-11-10"))) == ["a tell"])
        #expect(Self.candidates(Self.table(asOf: day("2026-11-11"))) == [])
        #expect(Self.candidates(Self.table([("b", "coupon", false)], asOf: day("2026-11-11"))) == ["b coupon"])
        #expect(Self.candidates(Self.table([("b", "coupon", true)], asOf: day("2026-11-11"))) == [])
    }

    @Test func nobodyElseIsACandidateAndTheFirstFactIsTheEvidence() throws {
        let table = Self.table()
        #expect(Self.candidates(table, row: 0) == [] && Self.candidates(table, row: 3) == [])
        #expect(Self.candidates(table, row: 2) == ["b tell", "b coupon"])
        let first = try #require(table[1].first)
        #expect(first.incident.id == "a" && first.fact == "event:login" && first.at == Instant(seconds: 2))
        #expect(table[1].map(\.incident.id) == ["a", "b", "c"])
    }

    /// The matcher asks the condition about each incident, and about no other member.
    @Test func theMatcherAsksTheConditionOfEachIncident() {
        var playbook = Self.grant
        playbook.condition = .not(.clause(Clause(Predicate(.incidentHours, .less, .number(5)), text: "")))
        let matcher = Matcher(playbooks: [playbook], trigger: .daily, incidents: Self.table())
        let members = (0..<4).map { (id: "m\($0)", joined: Self.start, last: Day?.none, tier: Int?(0)) }
        let columns = MemberColumns.sample(asOf: day("2026-11-03"), members)
        let found = matcher.candidates(rows: 0..<4, of: columns)
        #expect(found.map(\.row) == [1, 1] && found.allSatisfy { $0.incident == 2 })
        #expect(Matcher(playbooks: [playbook], trigger: .daily).candidates(rows: 0..<4, of: columns) == [])
    }

    // MARK: Verdicts

    private static func decide(
        asOf: Day, limit: Int64 = 1_000_000, pasts: [(String, String, Bool)] = [("a", "tell", true)]
    ) -> [String: Decision] {
        var world = World.single([grant])
        world.members = ["m0": 0, "m1": 0]
        world.asOf = asOf
        world.budgets = [
            Budget(id: "sorry", limit: .money(Money(minorUnits: limit)), per: CalendarPeriod(months: 1))
        ]
        var arbitration = world.prepare().arbitration
        let table = table(pasts, asOf: asOf)
        arbitration.incidents = table
        let candidates = table.candidates(row: 1, playbook: grant, position: 0) { _ in true }
        return Dictionary(
            uniqueKeysWithValues: arbitration.decide(candidates).map { (grant.steps[$0.step].id, $0) })
    }

    @Test func theLengthDecidesTheOptionAndTheEvidenceNamesIncidentAndFact() throws {
        let decided = Self.decide(asOf: day("2026-11-03"))
        let coupon = try #require(decided["coupon"])
        #expect(coupon.verdict.reason == .selected && coupon.option == 0)
        #expect(
            coupon.verdict.evidenceJSON
                == #"{"incident":"b","fact":"order","fact_at":"1970-01-01T00:00:01Z","choice":"short"}"#)
        let later = Self.decide(
            asOf: day("2026-11-03"), pasts: [("a", "tell", true), ("b", "tell", true), ("b", "coupon", true)])
        #expect(later["coupon"]?.option == 1)
    }

    @Test func aBudgetDefersABenefitAndMakesItNoSmaller() {
        let pasts = [("a", "tell", true), ("b", "tell", true), ("b", "coupon", true)]
        let decided = Self.decide(asOf: day("2026-11-03"), limit: 3_999, pasts: pasts)
        #expect(decided["coupon"]?.verdict.reason == .budget && decided["coupon"]?.option == nil)
        #expect(Self.decide(asOf: day("2026-11-03"), limit: 4_000, pasts: pasts)["coupon"]?.option == 1)
    }

    /// The 10th is the last day, and the step may be sent two days longer.
    @Test func whatWaitsForTooLongEndsInAVerdict() {
        let waiting = [("b", "coupon", false)]
        #expect(Self.decide(asOf: day("2026-11-12"), pasts: waiting)["coupon"]?.verdict.reason == .selected)
        let late = Self.decide(asOf: day("2026-11-13"), pasts: waiting)["coupon"]?.verdict
        #expect(late?.reason == .tooLate && late?.values("not_after") == ["2026-11-12"])
        #expect(late?.values("incident") == ["b"])
    }
}
