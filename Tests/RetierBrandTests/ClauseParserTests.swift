import RetierCore
import Testing

@testable import RetierBrand

struct ClauseParserTests {
    private let parser = ClauseParser(
        names: ReferenceNames(
            vocabulary: FieldVocabulary(tierIDs: ["core", "base"], moneyDecimals: 2),
            channels: [(id: "sms", consent: "marketing"), (id: "desk", consent: nil)]))

    @Test(arguments: [
        ("tier == core", Predicate(.tier, .isIn, .choices(1))),
        ("tier != core", Predicate(.tier, .isNotIn, .choices(1))),
        ("tier not in [core,base]", Predicate(.tier, .isNotIn, .choices(3))),
        ("  days_since_order>=30 ", Predicate(.daysSinceOrder, .greaterOrEqual, .number(30))),
        ("r_score in [1, 2]", Predicate(.recencyScore, .isIn, .numbers([1, 2]))),
        ("m_total > 99.9", Predicate(.monetaryTotal, .greater, .number(9_990))),
        ("m_total < -5", Predicate(.monetaryTotal, .less, .number(-500))),
        ("rank.spend >= 99.5", Predicate(.rank(.spend), .greaterOrEqual, .number(995_000))),
        ("coupon_share <= 12.5%", Predicate(.couponShare, .lessOrEqual, .number(125_000))),
        ("segment in [重要价值, general-save]", Predicate(.segment, .isIn, .choices(1 << 7 | 1))),
        ("slide", Predicate(.slide, .equal, .flag(true))), ("slide == false", Predicate(.slide, .equal, .flag(false))),
        ("consent.sms", Predicate(.consent("sms:marketing"), .equal, .flag(true))),
        ("consent.desk.service", Predicate(.consent("desk:service"), .equal, .flag(true))),
        ("attr.n > 1.5", Predicate(.attribute("n"), .greater, .number(1_500_000))),
        ("attr.n == \"5\"", Predicate(.attribute("n"), .equal, .text("5"))),
        ("attr.门店 == \"上海 徐汇\"", Predicate(.attribute("门店"), .equal, .text("上海 徐汇"))),
    ])
    func clauseMeansOnePredicate(text: String, predicate: Predicate) throws {
        #expect(try parser.parse(text) == predicate)
    }

    @Test(arguments: [
        ("kitten", "sitting", 3), ("", "abc", 3), ("tier", "teir", 1), ("同", "同", 0), ("abc", "cab", 2),
    ])
    func editDistanceIsTheLeastNumberOfEdits(left: String, right: String, distance: Int) {
        #expect(NearestName.distance(left, right) == distance)
        #expect(NearestName.distance(right, left) == distance)
    }

    @Test func farNamesAreNotSuggested() {
        #expect(NearestName.of("colour", in: ["tier", "score"]) == nil)
        #expect(NearestName.of("scor", in: ["tier", "score"]) == "score")
    }
}
