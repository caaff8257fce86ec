/// The facts of one member: one row of a `FactTable`.
package struct MemberFacts: Hashable, Sendable {
    /// Local days of the first, the last and the last-but-one purchase day, or `FactTable.noDay`.
    package var firstPurchase = FactTable.noDay
    package var lastPurchase = FactTable.noDay
    package var previousPurchase = FactTable.noDay
    /// Distinct purchase days ever.
    package var purchaseDays: Int32 = 0
    /// Sum of purchases on all days but the first, minor units.
    package var repeatTotal: Int64 = 0
    /// In the window: distinct purchase days, purchases, purchases with a coupon or discount, sum of all amounts.
    package var windowDays: Int32 = 0
    package var windowOrders: Int32 = 0
    package var windowCouponOrders: Int32 = 0
    package var windowTotal: Int64 = 0
    /// As of 13 weeks before: the last purchase day or `FactTable.noDay`, and distinct purchase days; those of 26
    /// weeks.
    package var pastLastPurchase = FactTable.noDay
    package var pastDays: Int32 = 0
    package var earlierDays: Int32 = 0

    package init() {}
}

/// Folds one member's orders, in order of time, into facts as of a day (inclusive).
///
/// A purchase is an order with amount >= 0; a return (amount < 0) lowers `windowTotal` and nothing else. Several
/// purchases of a day are one purchase day, and the order of the orders within a day does not show. Days must not
/// go backwards; where a clock change at midnight makes one do so, the order counts for the later day.
package struct FactAccumulator: Sendable {
    private let asOf: Int32
    private let windowStart: Int32
    /// 13 and 26 weeks before the day.
    private let past: Int32
    private let earlier: Int32
    private var facts = MemberFacts()
    private var newestDay = FactTable.noDay
    /// Sum of purchases on all days up to now, and on the first purchase day.
    private var purchaseTotal: Int64 = 0
    private var firstDayTotal: Int64 = 0
    /// Whether a sum left the range of Int64; the facts are not usable then.
    package private(set) var hasOverflowed = false

    /// Counts the window's days after `windowStart` (exclusive) up to `asOf`; nil counts everything.
    package init(asOf: Day, windowStart: Day?) {
        self.asOf = asOf.number
        self.windowStart = windowStart?.number ?? FactTable.noDay
        past = asOf.number - FactTable.horizonDays
        earlier = past - FactTable.horizonDays
    }

    /// Adds the next order; orders after the day of the facts are ignored.
    @inline(__always)
    package mutating func add(day orderDay: Int32, amount: Int64, isDiscounted: Bool) {
        guard orderDay <= asOf else { return }
        let day = max(orderDay, newestDay)
        newestDay = day
        let isInWindow = day > windowStart
        if isInWindow { facts.windowTotal = sum(facts.windowTotal, amount) }
        guard amount >= 0 else { return }
        if day != facts.lastPurchase {
            if facts.purchaseDays == 0 { facts.firstPurchase = day }
            facts.previousPurchase = facts.lastPurchase
            facts.lastPurchase = day
            facts.purchaseDays += 1
            if isInWindow { facts.windowDays += 1 }
            if day <= past {
                facts.pastLastPurchase = day
                facts.pastDays += 1
                if day <= earlier { facts.earlierDays += 1 }
            }
        }
        purchaseTotal = sum(purchaseTotal, amount)
        if facts.purchaseDays == 1 { firstDayTotal = purchaseTotal }
        guard isInWindow else { return }
        facts.windowOrders += 1
        if isDiscounted { facts.windowCouponOrders += 1 }
    }

    @inline(__always)
    private mutating func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (result, overflow) = left.addingReportingOverflow(right)
        if overflow { hasOverflowed = true }
        return result
    }

    /// Returns the facts of the orders added since the last call and begins the next member.
    package mutating func finish() -> MemberFacts {
        var result = facts
        result.repeatTotal = purchaseTotal - firstDayTotal
        facts = MemberFacts()
        newestDay = FactTable.noDay
        purchaseTotal = 0
        firstDayTotal = 0
        return result
    }
}
