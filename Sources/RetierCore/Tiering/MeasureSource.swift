/// The numbers that dimensions and entry rules read, by name: columns of a `FactTable` and whatever else is given.
package struct MeasureSource: Sendable {
    /// Stands where nothing is known of a member.
    package static let missing = Int64.min

    private let facts: FactTable
    private let further: [String: [Int64]]

    /// `further` holds facts and predictions by name, each by row of the table.
    package init(_ facts: FactTable, further: [String: [Int64]] = [:]) {
        self.facts = facts
        self.further = further
    }

    /// The names of numbers that every `FactTable` has.
    package static let builtIn: Set<String> = [
        "m_total", "f_days", "r_days", "days_since_order", "orders", "coupon_share", "avg_order_value",
        "days_since_joined",
    ]

    /// The values of some rows in order, `missing` where nothing is known; nil for a name that is not there.
    package func values(of name: String, rows: [Int]) -> [Int64]? {
        if let column = further[name] { return rows.map { column[$0] } }
        switch name {
        case "m_total": return rows.map(spend)
        case "f_days": return rows.map { Int64(facts.windowDays[$0]) }
        case "r_days", "days_since_order": return rows.map(daysSincePurchase)
        default: return MeasureSource.builtIn.contains(name) ? rows.map { builtIn(name, $0) ?? 0 } : nil
        }
    }

    /// The same of one row.
    func value(of name: String, row: Int) -> Int64? {
        if !further.isEmpty, let column = further[name] { return column[row] }
        return builtIn(name, row)
    }

    /// A number that every table has, of one row; nil for another name.
    ///
    /// `coupon_share` is exact: in units of 2^-62, so that two different shares of fewer than 2^31 orders differ. A
    /// member without an order in the window counts as share 0.
    private func builtIn(_ name: String, _ row: Int) -> Int64? {
        switch name {
        case "m_total": return spend(row)
        case "f_days": return Int64(facts.windowDays[row])
        case "r_days", "days_since_order": return daysSincePurchase(row)
        case "orders": return Int64(facts.windowOrders[row])
        case "coupon_share": return couponShare(row)
        case "avg_order_value":
            let orders = Int64(facts.windowOrders[row])
            return orders > 0 ? facts.windowTotal[row] / orders : MeasureSource.missing
        case "days_since_joined": return Int64(facts.asOf.number) - Int64(facts.joined[row])
        default: return nil
        }
    }

    /// The least number stands for nothing known.
    private func spend(_ row: Int) -> Int64 { max(facts.windowTotal[row], MeasureSource.missing + 1) }

    private func daysSincePurchase(_ row: Int) -> Int64 {
        facts.hasPurchase(row) ? Int64(facts.daysSincePurchase(row)) : MeasureSource.missing
    }

    /// Orders of the window with a coupon or discount, and all.
    func couponOrders(_ row: Int) -> (coupons: Int64, all: Int64) {
        (Int64(facts.windowCouponOrders[row]), Int64(facts.windowOrders[row]))
    }

    private func couponShare(_ row: Int) -> Int64 {
        let coupons = UInt64(facts.windowCouponOrders[row])
        guard coupons > 0 else { return 0 }
        let orders = UInt64(facts.windowOrders[row])
        guard coupons < orders else { return 1 << 62 }
        return Int64(orders.dividingFullWidth((coupons >> 2, coupons << 62)).quotient)
    }
}
