/// How far each member is from the next tier and from losing the one they hold, one number at a time: see `TierGap`.
///
/// Prepared once a run; a gap costs a few binary searches.
package struct TierDistance: Sendable {
    private let scoring: Scoring
    private let source: MeasureSource
    private let ladder: TierLadder
    private let cuts: [Int64]
    private let keepingLines: [Int64]

    init(_ scoring: Scoring, source: MeasureSource, calibration: Calibration, model: TieringModel) {
        self.scoring = scoring
        self.source = source
        ladder = model.ladder
        cuts = calibration.entryCuts
        keepingLines = cuts.map { model.stability.keepingLine(cut: $0) }
    }

    /// What is missing to enter a tier.
    package func gap(entering tier: Int, row: Int) -> TierGap { gap(tier, row: row, line: cuts[tier], rises: true) }

    /// What a member may lose until they fall below the line that keeps a tier; nil for the last one, which nobody
    /// loses.
    ///
    /// A change of 0 means that they are below it already. The fall itself comes when the stability rules allow it.
    package func gap(losing tier: Int, row: Int) -> TierGap? {
        guard ladder.tiers[tier].entry != .everyone else { return nil }
        return gap(tier, row: row, line: keepingLines[tier], rises: false)
    }

    private func gap(_ tier: Int, row: Int, line: Int64, rises: Bool) -> TierGap {
        var gap = TierGap(tier: tier)
        switch ladder.tiers[tier].entry.yardstick {
        case .nothing: break
        case .rule: gap.isByRule = true
        case .measure(let name):
            let measure = Measure(name)
            guard let value = value(of: measure, row: row) else {
                gap.outOfReach = [name]
                break
            }
            add(Reading(measure: measure, own: value), least: line, rises: rises, to: &gap)
        case .score:
            guard scoring.table.isScored[row] else { break }
            for dimension in scoring.weights.used { add(dimension, row: row, line: Int(line), rises: rises, to: &gap) }
        }
        return gap
    }

    /// Adds what each measure of a dimension has to become for a composite of at least `line`, or for a lower one.
    private func add(_ dimension: Dimension, row: Int, line: Int, rises: Bool, to gap: inout TierGap) {
        guard let scale = scoring.scales[dimension.rawValue] else { return }
        let ranks = scoring.table.ranks(of: row)
        let own = scale.parts.map { value(of: $0.measure, row: row) ?? MeasureSource.missing }
        guard ranks[dimension.rawValue] != ScoreTable.unranked else {
            // The first number of a dimension would bring all its weight with it.
            gap.outOfReach += scale.parts.map(\.measure.name)
            return
        }
        let weights = scoring.weights
        var others = 0
        for other in weights.used where other != dimension && ranks[other.rawValue] != ScoreTable.unranked {
            others += weights[other] * Int(ranks[other.rawValue])
        }
        let needed = (line * weights.sum(ranked: ranks) - others).ceilingDivided(by: weights[dimension])
        for (index, part) in scale.parts.enumerated() {
            guard own[index] != MeasureSource.missing else {
                gap.outOfReach.append(part.measure.name)
                continue
            }
            let least = scale.leastValue(of: index, reaching: needed, own: own)
            var reading = Reading(measure: part.measure, own: own[index])
            reading.dimension = dimension
            reading.orders = source.couponOrders(row)
            add(reading, least: least, rises: rises, to: &gap)
        }
    }

    private func add(_ reading: Reading, least: Int64?, rises: Bool, to gap: inout TierGap) {
        if let way = reading.way(least: least, rises: rises) {
            gap.ways.append(way)
        } else {
            gap.outOfReach.append(reading.measure.name)
        }
    }

    /// A measure of one row, larger being better; nil where nothing is known.
    private func value(of measure: Measure, row: Int) -> Int64? {
        guard let value = source.values(of: measure.name, rows: [row])?.first, value != MeasureSource.missing
        else { return nil }
        return measure.isLowerBetter ? -value : value
    }
}

/// One member's number, larger being better, and what may become of it.
private struct Reading {
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
