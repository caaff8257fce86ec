import RetierCore
import RetierTestSupport
import Testing

@Suite struct FactFoldTests {
    private static let asOf = Day(number: 400)

    private func order(
        _ day: Int32, _ amount: Int64, discount: Int64 = FactColumn.missing, coupon: Int64 = FactColumn.missing,
        category: Int64 = FactColumn.missing, at second: Int64 = 0
    ) -> FactRow {
        var row = FactRow(at: Int64(day) * 86_400 + second, day: day)
        row[.amount] = amount
        row[.discount] = discount
        row[.coupon] = coupon
        row[.category] = category
        return row
    }

    /// The facts of one member by name.
    private func facts(
        _ rows: [FactRow], named names: [String], window: CalendarPeriod? = nil, orders: Bool = true
    ) throws -> [String: Int64] {
        let catalogue = FactCatalogue.standard
        let wanted = try names.map { try #require(catalogue.reference(named: $0)) }
        let pass = FactPass(
            wanted, of: catalogue, orders: orders, asOf: Self.asOf, programmeWindow: window, number: { _, _ in 1 })
        var fold = FactFold(pass)
        var values: [Int64] = []
        fold.fold(rows.span, into: &values)
        #expect(!fold.hasOverflowed)
        let found = pass.positions.map { catalogue.definitions[$0].name }
        return Dictionary(uniqueKeysWithValues: zip(found, values))
    }

    /// By hand: purchase days 100, 110, 130 and 160, so intervals 10, 20, 30: mean 20, variance 200 / 3, standard
    /// deviation 8.164965..., divided by the mean 0.408248...; 240 days since the last are 12 means.
    @Test func theRhythmOfThreeIntervals() throws {
        let rows = [order(100, 5), order(110, 5), order(110, 7), order(130, 5), order(160, 0), order(165, -5)]
        let facts = try facts(
            rows, named: ["purchase_cycle", "cycle_variation", "overdue_ratio", "days_since_first_order"])
        #expect(
            facts == [
                "purchase_cycle": 20, "cycle_variation": 408_248, "overdue_ratio": 12_000_000,
                "days_since_first_order": 300,
            ])
    }

    @Test(arguments: [[], [100], [100, 150]] as [[Int32]])
    func twoPurchaseDaysAreNoRhythm(days: [Int32]) throws {
        let facts = try facts(
            days.map { order($0, 1) }, named: ["purchase_cycle", "cycle_variation", "overdue_ratio"])
        #expect(Set(facts.values) == [FactColumn.missing])
    }

    @Test func aClockworkHasNoVariation() throws {
        let facts = try facts(
            [order(0, 1), order(30, 1), order(60, 1)], named: ["cycle_variation", "purchase_cycle"])
        #expect(facts == ["cycle_variation": 0, "purchase_cycle": 30])
    }

    /// 100.00 at full price, 60.00 with 20.00 off, 20.00 with a coupon and nothing off, 30.00 of it returned.
    @Test func pricesAndReturns() throws {
        let rows = [
            order(10, 10_000, discount: 0), order(11, 6_000, discount: 2_000), order(12, 2_000, coupon: 3),
            order(13, -3_000, discount: 900, coupon: 3),
        ]
        let facts = try facts(
            rows,
            named: [
                "full_price_share", "discount_total", "discount_depth", "returns", "return_total", "return_share",
                "purchase_total", "largest_order", "lifetime_total", "lifetime_orders",
            ])
        #expect(
            facts == [
                "full_price_share": 333_333, "discount_total": 2_000, "discount_depth": 100_000, "returns": 1,
                "return_total": 3_000, "return_share": 166_667, "purchase_total": 18_000, "largest_order": 10_000,
                "lifetime_total": 15_000, "lifetime_orders": 3,
            ])
    }

    @Test func categoriesCountPurchasesThatHaveOne() throws {
        let rows =
            [order(1, 1, category: 5), order(2, 1, category: 6), order(2, 1, category: 5), order(3, 1)]
            + [order(4, -1, category: 8)]
        #expect(
            try facts(rows, named: ["categories", "favourite_category_share"])
                == ["categories": 2, "favourite_category_share": 666_667])
        #expect(
            try facts([order(3, 1)], named: ["categories", "favourite_category_share"])
                == ["categories": 0, "favourite_category_share": FactColumn.missing])
    }

    /// The window of 30 days before day 400 begins after day 370.
    @Test func onlyDaysOfTheWindowCount() throws {
        let rows = [order(370, 500), order(371, 20), order(400, 3), order(401, 1_000)]
        #expect(
            try facts(rows, named: ["purchase_total", "largest_order"], window: CalendarPeriod(days: 30))
                == ["purchase_total": 23, "largest_order": 20])
    }

    @Test func whoHasNothingHasZerosAndMissingValues() throws {
        let facts = try facts([], named: FactCatalogue.standard.definitions.map(\.name))
        for (name, value) in facts {
            let definition = try #require(FactCatalogue.standard.definitions.first { $0.name == name })
            #expect(value == (definition.description.english.contains("missing") ? FactColumn.missing : 0), "\(name)")
        }
    }

    @Test func sumsBeyondSixtyFourBitsAreAnErrorAndNoNumber() throws {
        let catalogue = FactCatalogue.standard
        let wanted = try #require(catalogue.reference(named: "discount_depth"))
        for rows in [[order(1, .max, discount: 1)], [order(1, .max, discount: 0), order(2, 1, discount: 0)]] {
            let pass = FactPass(
                [wanted], of: catalogue, orders: true, asOf: Self.asOf, programmeWindow: nil, number: { _, _ in 1 })
            var fold = FactFold(pass)
            var values: [Int64] = []
            fold.fold(rows.span, into: &values)
            #expect(fold.hasOverflowed)
        }
    }

    @Test func moreValuesThanAreSearchedOneByOneAreToldApart() throws {
        var rows = (0..<200).map { order(Int32($0), 1, category: Int64($0 % 90)) }
        rows += [order(300, 1, category: 89), order(301, 1, category: 89)]
        #expect(
            try facts(rows, named: ["categories", "favourite_category_share"])
                == ["categories": 90, "favourite_category_share": 19_802])
    }
}
