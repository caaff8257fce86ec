/// One member's number, larger being better, and what may become of it.
struct Reading {
    var measure: Measure
    var own: Int64
    var dimension: Dimension?
    /// For the share of coupon orders, which changes by orders only.
    var orders: (coupons: Int64, all: Int64) = (0, 0)

    /// The smallest change that brings the number to `least` or above, or below it.
    ///
    /// `least` is `Int64.min` where every number is enough, nil where none is. Numbers that count something do not fall
    /// below 0.
    func way(least: Int64?, rises: Bool) -> TierGap.Way? {
        let isThere = least.map { own >= $0 } ?? false
        guard isThere != rises else { return found(value: measure.isLowerBetter ? -own : own, change: 0) }
        guard let least, least > .min else { return nil }
        if measure.name == "coupon_share" { return couponWay(least: least, rises: rises) }
        let target = rises ? least : least - 1
        let (change, overflow) = target.subtractingReportingOverflow(own)
        guard !overflow else { return nil }
        let value = measure.isLowerBetter ? -own : own
        let (after, beyond) = value.addingReportingOverflow(measure.isLowerBetter ? -change : change)
        guard !beyond, after >= min(0, value) else { return nil }
        return found(value: value, change: after - value)
    }

    /// Further orders at full price that lower the share of coupon orders, or with a coupon that raise it.
    private func couponWay(least: Int64, rises: Bool) -> TierGap.Way? {
        let unit = Int128(1) << 62
        let (coupons, all) = (Int128(orders.coupons), Int128(orders.all))
        let further: Int128
        if rises {
            // coupons / (all + n) <= share, both in units of 2^-62 and rounded down.
            let share = -Int128(least)
            guard share >= 0 else { return nil }
            further = coupons * unit / (share + 1) + 1 - all
        } else {
            // (coupons + n) / (all + n) >= share.
            let share = 1 - Int128(least)
            guard share < unit else { return all == 0 && share == unit ? found(orders: 1, rises: rises) : nil }
            let missing = share * all - coupons * unit
            further = max(1, (missing + unit - share - 1) / (unit - share))
        }
        guard let count = Int64(exactly: further), count < Int64(Int32.max) else { return nil }
        return found(orders: count, rises: rises)
    }

    private func found(orders further: Int64, rises: Bool) -> TierGap.Way {
        TierGap.Way(
            dimension: dimension, measure: rises ? "full_price_orders" : "coupon_orders",
            value: rises ? orders.all - orders.coupons : orders.coupons, change: further)
    }

    private func found(value: Int64, change: Int64) -> TierGap.Way {
        TierGap.Way(dimension: dimension, measure: measure.name, value: value, change: change)
    }
}
