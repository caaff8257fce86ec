import RetierCore
import RetierTestSupport
import Testing

struct ConditionTests {
    private func clause(_ field: Field, _ comparison: Predicate.Comparison, _ operand: Predicate.Operand) -> Condition {
        .clause(Clause(Predicate(field, comparison, operand), text: "\(field.name) \(comparison.rawValue)"))
    }

    @Test(arguments: [
        (Predicate.Comparison.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
        (.greater, [false, false, true]), (.greaterOrEqual, [false, true, true]), (.equal, [false, true, false]),
        (.notEqual, [true, false, true]),
    ])
    func comparisonsOfNumbers(comparison: Predicate.Comparison, expected: [Bool]) {
        var member = sampleMember()
        for (days, isTrue) in zip([29, 30, 31], expected) {
            member.lastPurchase = member.asOf.adding(days: -days)
            #expect(Predicate(.daysSinceOrder, comparison, .number(30)).holds(for: member) == isTrue, "\(days)")
        }
    }

    @Test func emptyGroupsHoldForEverybodyAndForNobody() {
        #expect(Condition.all([]).holds(for: sampleMember()))
        #expect(!Condition.any([]).holds(for: sampleMember()))
    }

    @Test func fieldsAreListedOnceAndByName() {
        let tree = Condition.all([
            clause(.tier, .isIn, .choices(1)), .not(.any([clause(.gapToNextTier, .less, .number(5))])),
            clause(.tier, .isNotIn, .choices(2)), clause(.attribute("city"), .equal, .text("上海")),
        ])
        #expect(tree.fields == [.attribute("city"), .gapToNextTier, .tier])
        #expect(tree.needsDistances && tree.attributes == ["city"] && !tree.needsConsents)
        #expect(clause(.consent("sms:marketing"), .equal, .flag(true)).needsConsents)
    }

    @Test func traceShowsEveryPartAndItsValue() {
        let tree = Condition.all([clause(.tier, .isIn, .choices(1)), clause(.daysSinceOrder, .greater, .number(30))])
        let trace = tree.trace(for: sampleMember(), in: sampleVocabulary)
        #expect(!trace.result)
        #expect(trace.parts.map(\.result) == [false, true])
        #expect(trace.parts.map(\.actual) == ["potential", "31"])
    }

    @Test func traceAlwaysAgreesWithTheEngine() {
        var generator = SeededGenerator(seed: 20_260_301)
        var trueCount = 0
        for round in 0..<20_000 {
            let member = ConditionTests.randomMember(&generator)
            let tree = ConditionTests.randomTree(&generator, depth: 4)
            let trace = tree.trace(for: member, in: sampleVocabulary)
            let comment: Comment = "seed \(generator.seed), round \(round): \(tree)"
            #expect(trace.result == tree.holds(for: member), comment)
            #expect(trace.isConsistent, comment)
            trueCount += trace.result ? 1 : 0
        }
        // Both answers must occur often, or the property says nothing.
        #expect(trueCount > 4_000 && trueCount < 16_000, "\(trueCount)")
    }

    static func randomTree(_ generator: inout SeededGenerator, depth: Int) -> Condition {
        let parts = { (generator: inout SeededGenerator) in
            (0..<generator.draw(in: 0...3)).map { _ in randomTree(&generator, depth: depth - 1) }
        }
        switch depth == 0 ? 0 : generator.draw(in: 0...4) {
        case 1: return .all(parts(&generator))
        case 2: return .any(parts(&generator))
        case 3: return .not(randomTree(&generator, depth: depth - 1))
        default: return .clause(Clause(randomPredicate(&generator), text: "random"))
        }
    }

    private static func randomPredicate(_ generator: inout SeededGenerator) -> Predicate {
        // The further facts are many and alike: two stand for all.
        let fields = FieldCatalogue.all.map(\.field).filter { if case .fact = $0 { false } else { true } }
        let further = FactCatalogue.standard.references.prefix(2).map(Field.fact)
        let field = generator.pick(from: fields + further + [.attribute("city"), .consent("sms:marketing")])
        switch field.kind {
        case .choice:
            return Predicate(
                field, generator.pick(from: [.isIn, .isNotIn]), .choices(UInt64(generator.draw(in: 0...255))))
        case .flag:
            return Predicate(field, generator.pick(from: [.equal, .notEqual]), .flag(generator.draw(in: 0...1) == 1))
        case .attribute: return Predicate(field, generator.pick(from: [.isIn, .isNotIn]), .texts(["a", "b"]))
        case .number:
            let limit = generator.pick(from: [5, 400, 1_000_000])
            if generator.draw(in: 0...5) == 0 {
                return Predicate(field, generator.pick(from: [.isIn, .isNotIn]), .numbers([0, 1, 2, Int64(limit)]))
            }
            let comparison = generator.pick(from: Array(Predicate.Comparison.allCases.prefix(6)))
            return Predicate(field, comparison, .number(Int64(generator.draw(in: 0...limit))))
        }
    }

    private static func randomMember(_ generator: inout SeededGenerator) -> MemberSnapshot {
        var member = sampleMember()
        member.asOf = Day(number: Int32(generator.draw(in: 15_000...25_000)))
        member.joined = member.asOf.adding(days: -generator.draw(in: 0...4_000))
        member.birthday = generator.pick(from: [0, 101, 229, 615, 1231])
        member.lastPurchase =
            generator.draw(in: 0...3) == 0 ? nil : member.asOf.adding(days: -generator.draw(in: 0...500))
        member.windowOrders = generator.draw(in: 0...5)
        member.segment = generator.pick(from: [nil] + Segment8.allCases.map(Optional.some))
        member.tier = generator.draw(in: 0...2)
        member.hasTier = generator.draw(in: 0...9) > 0
        member.stage = generator.pick(from: LifecycleStage.allCases)
        member.score = generator.draw(in: 0...1_000_000)
        member.gapToNextTier = generator.pick(from: [nil, Money(minorUnits: 300)])
        member.purchasesToNextTier = generator.pick(from: [nil, 2])
        member.tags = UInt64(generator.draw(in: 0...7))
        member.furtherFacts = [FactColumn.missing, Int64(generator.draw(in: 0...10))]
        member.attributes = ["city": generator.pick(from: ["", "a", "c"])]
        member.consents = generator.pick(from: [[], ["sms:marketing"], ["*:marketing"]])
        let kinds = Transition.Kind.allCases
        member.transitions = (0..<generator.draw(in: 0...2)).map { _ in
            move(generator.pick(from: kinds), from: 1, to: 0)
        }
        return member
    }
}

extension ConditionTrace {
    /// Whether every group's result follows from its parts.
    fileprivate var isConsistent: Bool {
        guard parts.allSatisfy(\.isConsistent) else { return false }
        switch kind {
        case .all: return result == parts.allSatisfy(\.result)
        case .any: return result == parts.contains(where: \.result)
        case .not: return result != parts[0].result
        case .clause: return parts.isEmpty
        }
    }
}
