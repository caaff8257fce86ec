/// What is known of every member as of one day, by column; row `i` is the member with the i-th smallest id (byte order).
///
/// Columns instead of an array of structs: ranks read one column at a time, and a million members stay under 100 MB.
package struct FactTable: Sendable {
    /// Marks a day that never was.
    package static let noDay = Int32.min

    package let asOf: Day
    package let memberIDs: PackedStrings
    /// The ledger's row key of each member; internal, never written to a plan.
    package let keys: [Int64]
    /// Local day of `joined_at`.
    package var joined: [Int32]
    /// Birthday as month * 100 + day; 0 where unknown.
    package var birthday: [Int16]
    /// Local day of the first purchase, or `noDay`.
    package var firstPurchase: [Int32]
    /// Local day of the last purchase, or `noDay`.
    package var lastPurchase: [Int32]
    /// Local day of the last purchase before `lastPurchase`'s day, or `noDay`: tells who has returned after a silence.
    package var previousPurchase: [Int32]
    /// Distinct purchase days ever, the first included.
    package var purchaseDays: [Int32]
    /// Sum of purchases on all days but the first, minor units (for CLV's `monetary`).
    package var repeatTotal: [Int64]
    /// Distinct purchase days in the window: RFM's `f_days`.
    package var windowDays: [Int32]
    /// Purchases (orders with amount >= 0) in the window.
    package var windowOrders: [Int32]
    /// Sum of all amounts in the window, returns included, minor units: RFM's `m_total`.
    package var windowTotal: [Int64]
    /// Purchases in the window that used a coupon or a discount.
    package var windowCouponOrders: [Int32]

    package var count: Int { memberIDs.count }

    package init(asOf: Day, memberIDs: PackedStrings, keys: [Int64]) {
        self.asOf = asOf
        self.memberIDs = memberIDs
        self.keys = keys
        let count = memberIDs.count
        joined = Array(repeating: FactTable.noDay, count: count)
        birthday = Array(repeating: 0, count: count)
        firstPurchase = joined
        lastPurchase = joined
        previousPurchase = joined
        purchaseDays = Array(repeating: 0, count: count)
        repeatTotal = Array(repeating: 0, count: count)
        windowDays = purchaseDays
        windowOrders = purchaseDays
        windowTotal = repeatTotal
        windowCouponOrders = purchaseDays
    }
}
