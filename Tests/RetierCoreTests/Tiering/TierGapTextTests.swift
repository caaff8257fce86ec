import RetierCore
import Testing

@Suite struct TierGapTextTests {
    private static let tiers = [
        Tier(id: "gold", title: LocalizedText(zh: "金卡", en: "Gold"), entry: .score(900_000)),
        Tier(id: "silver", title: LocalizedText(zh: "银卡", en: "Silver"), entry: .value(of: "m_total", atLeast: 90_000)),
        Tier(id: "base", title: LocalizedText(zh: "普通", en: "Base"), entry: .everyone),
    ]

    private func text(_ language: Language, runs: Int = 2, tiers: [Tier] = tiers) -> TierGapText {
        TierGapText(
            model: TieringModel(ladder: TierLadder(tiers: tiers), stability: Stability(confirmingRuns: runs)),
            measures: MeasureText(), language: language)
    }

    private func gap(
        _ ways: [(measure: String, change: Int64)], out: [String] = [], unknown: [String] = [], tier: Int = 0
    ) -> TierGap {
        var gap = TierGap(tier: tier)
        gap.ways = ways.map { TierGap.Way(dimension: .spend, measure: $0.measure, value: 0, change: $0.change) }
        gap.outOfReach = out
        gap.unknown = unknown
        return gap
    }

    @Test func everyWayIsToldInTheProgrammesOwnTerms() {
        let missing = gap([("m_total", 23_000), ("f_days", 2)], out: ["r_days"], unknown: ["visits"])
        #expect(
            text(.english).entering(missing) == [
                "to reach gold (Gold), any one of these is enough:", "  CNY 230.00 more spend",
                "  2 more purchase days", "  not enough alone: recency", "  nothing known: visits",
                "  while the other numbers, and the ranks of everybody else, stay as they are",
            ])
        #expect(
            text(.chinese).entering(missing) == [
                "升到 gold「金卡」，以下任一项即可：", "  消费金额增加 CNY 230.00", "  购买天数增加 2", "  单凭它不够：最近消费", "  没有数据：到访次数",
                "  以其他数字与其他会员的排名都不变为前提",
            ])
        let spare = gap([("m_total", -100), ("f_days", -1), ("r_days", 1), ("coupon_orders", 1)])
        #expect(
            text(.english).losing(spare) == [
                "below the line that keeps gold (Gold) by any one of these (the tier is lost after 2 runs in a row):",
                "  CNY 1.00 less spend", "  1 fewer purchase day", "  1 day more without a purchase",
                "  1 more coupon order",
                "  while the other numbers, and the ranks of everybody else, stay as they are",
            ])
        #expect(
            text(.chinese, runs: 1).losing(spare).prefix(4) == [
                "以下任一项会跌破 gold「金卡」的保级线：", "  消费金额减少 CNY 1.00", "  购买天数减少 1", "  再过 1 天不消费",
            ])
    }

    @Test func aTierBySpendDependsOnNobodyElse() {
        #expect(
            text(.english).entering(gap([("m_total", 45_000)], tier: 1)) == [
                "to reach silver (Silver), any one of these is enough:", "  CNY 450.00 more spend",
            ])
    }

    @Test func whatIsReachedOutOfReachOrUnknownIsSaid() {
        let english = text(.english)
        #expect(english.entering(gap([("m_total", 0)])) == ["the entry cut of gold (Gold) is reached"])
        #expect(
            english.losing(gap([("m_total", 0)])) == [
                "already below the line that keeps gold (Gold) (the tier is lost after 2 runs in a row)"
            ])
        #expect(
            english.entering(gap([], out: ["m_total"])).prefix(2) == [
                "no single number alone reaches gold (Gold)", "  not enough alone: spend",
            ])
        #expect(
            english.losing(gap([], out: ["f_days"])).first
                == "no single number alone falls below the line that keeps gold (Gold)")
        // A tier by score that is held without a purchase: somebody set it.
        #expect(english.losing(gap([])).first?.hasPrefix("already below the line that keeps gold") == true)
        #expect(
            english.entering(gap([])) == ["gold (Gold) takes a first purchase: it begins the score"])
    }

    @Test func aTierByRuleShowsItsCondition() {
        let clause = Clause(
            Predicate(.orders, .greaterOrEqual, .number(3)), text: "orders >= 3")
        var tiers = Self.tiers
        tiers[0].entry = .rule(.clause(clause))
        #expect(text(.english, tiers: tiers).entering(gap([])) == ["gold (Gold) is entered where orders >= 3"])
        #expect(
            text(.chinese, tiers: tiers).losing(gap([])) == ["gold「金卡」的条件成立才保留：orders >= 3（连续 2 次分层才会降级）"])
    }

    @Test func numbersAreWrittenInTheirOwnUnits() {
        let measures = MeasureText(currency: Currency(code: "JPY", decimals: 0))
        let changes: [(String, Int64, String, String)] = [
            ("m_total", 230, "JPY 230 more spend", "消费金额增加 JPY 230"),
            ("r_days", -3, "a last purchase 3 days more recent", "最近一次消费近 3 天"),
            ("days_since_visit", -1, "time since the last visit down by 1 day", "距上次到访减少 1 天"),
            ("full_price_share", 50_000, "share of orders at full price up by 5%", "正价占比增加 5%"),
            ("own_fact", 4, "4 more own_fact", "own_fact增加 4"),
            // Predictions are ranked finer than they are written: 1.000001 of the currency needs 2.
            ("clv_13w", 1_000_001, "value predicted for 13 weeks up by JPY 2", "13 周预测价值增加 JPY 2"),
            (
                "exp_purchases_13w", -1_500_000_001, "purchase days expected in 13 weeks down by 1.500001",
                "13 周预计购买天数减少 1.500001"
            ),
        ]
        for (name, change, english, chinese) in changes {
            let text = measures.change(change, of: name)
            #expect((text.english, text.chinese) == (english, chinese))
        }
    }
}
