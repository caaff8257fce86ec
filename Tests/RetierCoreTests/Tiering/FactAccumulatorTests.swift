import RetierCore
import RetierTestSupport
import Testing

@Suite struct FactAccumulatorTests {
    typealias Order = (day: Int32, amount: Int64, isDiscounted: Bool)

    private func facts(_ orders: [Order], asOf: Int32 = 100, windowStart: Int32? = nil) -> MemberFacts {
        var accumulator = FactAccumulator(
            asOf: Day(number: asOf), windowStart: windowStart.map { Day(number: $0) })
        for order in orders {
            accumulator.add(day: order.day, amount: order.amount, isDiscounted: order.isDiscounted)
        }
        return accumulator.finish()
    }

    @Test func noOrdersLeaveEverythingEmpty() {
        #expect(facts([]) == MemberFacts())
    }

    @Test func severalOrdersOfADayAreOnePurchaseDay() {
        let result = facts([(10, 500, false), (10, 300, true), (20, 200, false), (20, 100, false)])
        #expect(result.purchaseDays == 2)
        #expect(result.windowDays == 2)
        #expect(result.windowOrders == 4)
        #expect(result.windowCouponOrders == 1)
        #expect(result.windowTotal == 1_100)
        #expect(result.repeatTotal == 300)
        #expect((result.firstPurchase, result.previousPurchase, result.lastPurchase) == (10, 10, 20))
    }

    @Test func zeroIsAPurchaseAndAReturnLowersTheTotalOnly() {
        let result = facts([(10, 0, false), (30, -700, true), (40, 900, false), (90, -100, false)])
        #expect(result.purchaseDays == 2)
        #expect(result.windowOrders == 2)
        #expect(result.windowCouponOrders == 0)
        #expect(result.windowTotal == 100)
        #expect(result.repeatTotal == 900)
        #expect((result.firstPurchase, result.lastPurchase) == (10, 40))
    }

    @Test func aReturnBeforeTheFirstPurchaseIsNoPurchase() {
        let result = facts([(10, -500, false)])
        #expect(result.firstPurchase == FactTable.noDay)
        #expect(result.purchaseDays == 0)
        #expect(result.windowTotal == -500)
    }

    @Test func theDayOfTheFactsIsInAndTheNextOneIsOut() {
        let result = facts([(100, 500, false), (101, 900, false)], asOf: 100)
        #expect((result.windowTotal, result.lastPurchase) == (500, 100))
    }

    @Test func whatWasKnownThirteenAndTwentySixWeeksAgo() {
        let orders: [Order] = [(118, 1, false), (119, 1, false), (209, 1, false), (209, 1, false), (210, 1, false)]
        let result = facts(orders, asOf: 300)
        #expect((result.pastLastPurchase, result.pastDays, result.earlierDays) == (209, 3, 1))
        #expect(facts([(210, 1, false)], asOf: 300).pastLastPurchase == FactTable.noDay)
        #expect(facts([(118, -1, false)], asOf: 300).pastDays == 0)
    }

    @Test func theWindowBeginsAfterItsStart() {
        let orders: [Order] = [(9, 1, true), (10, 10, true), (11, 100, true), (12, 1_000, false)]
        let result = facts(orders, windowStart: 10)
        #expect((result.windowDays, result.windowOrders, result.windowCouponOrders) == (2, 2, 1))
        #expect(result.windowTotal == 1_100)
        #expect((result.purchaseDays, result.repeatTotal, result.firstPurchase) == (4, 1_110, 9))
    }

    @Test func aDayThatGoesBackCountsForTheLaterOne() {
        let result = facts([(10, 1, false), (11, 2, false), (10, 4, false)])
        #expect((result.purchaseDays, result.repeatTotal, result.lastPurchase) == (2, 6, 11))
    }

    @Test func finishBeginsTheNextMember() {
        var accumulator = FactAccumulator(asOf: Day(number: 100), windowStart: nil)
        accumulator.add(day: 50, amount: 10, isDiscounted: true)
        _ = accumulator.finish()
        accumulator.add(day: 20, amount: 7, isDiscounted: false)
        let second = accumulator.finish()
        #expect((second.firstPurchase, second.repeatTotal, second.windowTotal) == (20, 0, 7))
    }

    @Test func anOverflowIsReported() {
        var accumulator = FactAccumulator(asOf: Day(number: 100), windowStart: nil)
        accumulator.add(day: 1, amount: Int64.max, isDiscounted: false)
        #expect(!accumulator.hasOverflowed)
        accumulator.add(day: 2, amount: 1, isDiscounted: false)
        #expect(accumulator.hasOverflowed)
    }

    @Test(arguments: 1...20)
    func theOrderWithinADayDoesNotShow(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var orders: [Order] = []
        for _ in 0..<40 {
            let day = Int32(generator.draw(in: 0...12))
            orders.append((day, Int64(generator.draw(in: -300...900)), generator.draw(in: 0...1) == 1))
        }
        orders.sort { $0.day < $1.day }
        let shuffled = generator.shuffled(orders).sorted { $0.day < $1.day }
        #expect(facts(orders, windowStart: 4) == facts(shuffled, windowStart: 4), "seed \(generator.seed)")
        #expect(facts(orders, windowStart: 4) == oracle(orders, windowStart: 4), "seed \(generator.seed)")
    }

    /// The definitions of Tests/Fixtures/README.md, written as set operations.
    private func oracle(_ orders: [Order], windowStart: Int32, asOf: Int32 = 100) -> MemberFacts {
        let purchases = orders.filter { $0.amount >= 0 }
        let days = Set(purchases.map(\.day)).sorted()
        let inWindow = purchases.filter { $0.day > windowStart }
        var result = MemberFacts()
        result.firstPurchase = days.first ?? FactTable.noDay
        result.lastPurchase = days.last ?? FactTable.noDay
        result.previousPurchase = days.dropLast().last ?? FactTable.noDay
        result.purchaseDays = Int32(days.count)
        result.repeatTotal = purchases.filter { $0.day != days.first }.reduce(0) { $0 + $1.amount }
        result.windowDays = Int32(Set(inWindow.map(\.day)).count)
        result.windowOrders = Int32(inWindow.count)
        result.windowCouponOrders = Int32(inWindow.filter(\.isDiscounted).count)
        result.windowTotal = orders.filter { $0.day > windowStart }.reduce(0) { $0 + $1.amount }
        result.pastLastPurchase = days.last { $0 <= asOf - 91 } ?? FactTable.noDay
        result.pastDays = Int32(days.count { $0 <= asOf - 91 })
        result.earlierDays = Int32(days.count { $0 <= asOf - 182 })
        return result
    }
}
