import RetierCore
import Testing

struct FieldValueTests {
    @Test(arguments: [
        ("tier", "potential"), ("raw_tier", "base"), ("segment", "重要保持"), ("lifecycle", "cooling"),
        ("slide", "false"), ("days_since_order", "31"), ("r_days", "31"), ("days_in_tier", "59"), ("f_days", "3"),
        ("orders", "4"), ("m_total", "1000.10"), ("avg_order_value", "250.03"), ("coupon_share", "25%"),
        ("r_score", "2"), ("score", "81.25"), ("rank.spend", "90"), ("rank.price_sensitivity", "50"),
        ("gap_to_next_tier", "230.00"), ("purchases_to_next_tier", "1"), ("birthday_in_days", "4"),
        ("birthday_month", "true"), ("years_in_programme", "2"), ("anniversary_in_days", "184"),
    ])
    func fieldReadsAsPeopleWriteIt(name: String, text: String) throws {
        let definition = try #require(FieldCatalogue.definition(named: name))
        #expect(definition.field.valueText(of: sampleMember(), in: sampleVocabulary) == text)
    }

    @Test func attributesAreTextAndMissingWhereEmpty() {
        let member = sampleMember()
        #expect(Field.attribute("city").valueText(of: member, in: sampleVocabulary) == "上海")
        #expect(Field.attribute("empty").valueText(of: member, in: sampleVocabulary) == nil)
        #expect(Field.attribute("other").valueText(of: member, in: sampleVocabulary) == nil)
        #expect(Predicate(.attribute("visits"), .greaterOrEqual, .number(6_000_000)).holds(for: member))
        #expect(Predicate(.attribute("rate"), .less, .number(1_300_000)).holds(for: member))
        #expect(!Predicate(.attribute("city"), .greater, .number(0)).holds(for: member))
    }

    @Test func consentOnAllChannelsCountsForEachOfThem() {
        let member = sampleMember()
        #expect(Predicate(.consent("sms:marketing"), .equal, .flag(true)).holds(for: member))
        #expect(Predicate(.consent("sms:service"), .equal, .flag(true)).holds(for: member))
        #expect(Predicate(.consent("wecom:marketing"), .equal, .flag(false)).holds(for: member))
    }

    @Test func memberWithoutPurchaseLacksWhatPurchasesGive() {
        var member = sampleMember()
        (member.lastPurchase, member.segment, member.windowOrders, member.recencyScore) = (nil, nil, 0, 0)
        for name in ["days_since_order", "r_days", "segment", "avg_order_value", "coupon_share", "r_score"] {
            let field = FieldCatalogue.definition(named: name)?.field
            #expect(field?.valueText(of: member, in: sampleVocabulary) == nil, "\(name)")
        }
    }

    @Test func memberBeforeTheFirstRefreshHasNoTier() {
        var member = sampleMember()
        member.hasTier = false
        #expect(!Predicate(.tier, .isNotIn, .choices(1)).holds(for: member))
        #expect(Field.daysInTier.valueText(of: member, in: sampleVocabulary) == nil)
    }

    private static let order: [Predicate.Comparison] = [
        .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
    ]

    /// Of every kind of operand, with the comparisons that it allows; both truth values of a flag.
    @Test(
        arguments: [
            (.daysSinceOrder, order, .number(5)), (.daysSinceOrder, [.isIn, .isNotIn], .numbers([5, 6])),
            (.segment, [.isIn, .isNotIn], .choices(5)), (.attribute("other"), [.equal, .notEqual], .text("a")),
            (.attribute("empty"), [.isIn, .isNotIn], .texts(["a", "b"])),
            (.birthdayMonth, [.equal, .notEqual], .flag(true)), (.incidentOpen, [.equal, .notEqual], .flag(false)),
        ] as [(Field, [Predicate.Comparison], Predicate.Operand)])
    func missingValueMakesEveryComparisonFalseAndItsNegationTrue(
        field: Field, comparisons: [Predicate.Comparison], operand: Predicate.Operand
    ) {
        var member = sampleMember()
        (member.lastPurchase, member.segment, member.birthday) = (nil, nil, 0)
        for comparison in comparisons {
            let clause = Condition.clause(Clause(Predicate(field, comparison, operand), text: ""))
            #expect(!clause.holds(for: member), "\(comparison)")
            #expect(Condition.not(clause).holds(for: member), "\(comparison)")
        }
    }

    @Test func transitionsAnswerForTheirKindsAndForTheTierMove() {
        var member = sampleMember()
        #expect(Field.transitionKind.valueText(of: member, in: sampleVocabulary) == nil)
        member.transitions = [move(.demoted, from: 0, to: 1), move(.lapsed, from: 1, to: 1)]
        #expect(Field.transitionKind.valueText(of: member, in: sampleVocabulary) == "demoted,lapsed")
        #expect(Field.transitionFrom.valueText(of: member, in: sampleVocabulary) == "core")
        #expect(Field.transitionTo.valueText(of: member, in: sampleVocabulary) == "potential")
        member.transitions = [move(.enrolled, from: nil, to: 2)]
        #expect(Field.transitionFrom.valueText(of: member, in: sampleVocabulary) == nil)
        member.transitions = [move(.slid, from: 1, to: 1)]
        #expect(Field.transitionTo.valueText(of: member, in: sampleVocabulary) == nil)
        #expect(Field.slide.valueText(of: member, in: sampleVocabulary) == "true")
    }

    @Test(arguments: [
        ("2027-02-28", 229, "0"), ("2028-02-28", 229, "1"), ("2028-02-29", 229, "0"), ("2028-03-01", 229, "364"),
        ("2026-12-31", 101, "1"), ("2026-01-01", 101, "0"), ("2026-06-15", 614, "364"),
    ])
    func birthdayOnLeapDayIsKeptOnTheTwentyEighth(asOf: String, birthday: Int, days: String) {
        var member = sampleMember(asOf: asOf)
        member.birthday = Int16(birthday)
        #expect(Field.birthdayInDays.valueText(of: member, in: sampleVocabulary) == days)
    }

    @Test(arguments: [
        ("2026-03-01", "2026-03-01", "365", "0"), ("2026-03-01", "2027-03-01", "0", "1"),
        ("2024-02-29", "2025-02-28", "0", "1"), ("2024-02-29", "2025-02-27", "1", "0"),
        ("2024-02-29", "2028-02-28", "1", "3"), ("2024-02-29", "2028-02-29", "0", "4"),
        ("2023-12-31", "2026-01-01", "364", "2"),
    ])
    func anniversaryCountsFullYears(joined: String, asOf: String, days: String, years: String) throws {
        var member = sampleMember(asOf: asOf)
        member.joined = try #require(Day(iso: joined))
        #expect(Field.anniversaryInDays.valueText(of: member, in: sampleVocabulary) == days)
        #expect(Field.yearsInProgramme.valueText(of: member, in: sampleVocabulary) == years)
    }

    @Test(
        arguments: [
            ("5", 5_000_000), ("-0.5", -500_000), ("1.123456", 1_123_456), ("1.1234567", nil), ("1.", nil), (".5", nil),
            ("", nil), ("-", nil), ("1e5", nil), ("1,000", nil), ("1234567890123", nil),
        ] as [(String, Int64?)])
    func decimalTextIsExactOrNothing(text: String, millionths: Int64?) {
        #expect(Decimal6.parse(text) == millionths)
    }

    @Test func everyCataloguedFieldKnowsItsOwnNameAndKind() {
        #expect(Set(FieldCatalogue.all.map(\.name)).count == FieldCatalogue.all.count)
        for definition in FieldCatalogue.all {
            #expect(definition.field.kind == definition.kind)
            #expect(!definition.description.chinese.isEmpty && !definition.description.english.isEmpty)
        }
    }
}
