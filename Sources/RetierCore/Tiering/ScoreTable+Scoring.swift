/// The scores of one day with the sorted columns they came from.
package struct Scoring: Sendable {
    package var table: ScoreTable
    /// The members with a purchase, by `Dimension.rawValue`; ranks and distances are read off these.
    package var columns: [RankedColumn]
    /// How many members are scored.
    package var scoredCount: Int

    package func column(_ dimension: Dimension) -> RankedColumn { columns[dimension.rawValue] }
}

extension ScoreTable {
    /// Scores every member with a purchase: RFM quintiles, the eight segments, mid-ranks and their weighted composite.
    ///
    /// All arithmetic is in whole numbers, and a score depends on the set of members only, not on their order.
    package static func scoring(_ facts: FactTable, weights: ScoreWeights) -> Scoring {
        var table = ScoreTable(count: facts.count)
        let rows = (0..<facts.count).filter { facts.hasPurchase($0) }
        for row in rows { table.isScored[row] = true }
        var columns: [RankedColumn] = []
        for dimension in Dimension.allCases {
            let (column, places) = RankedColumn.ranking(rows.map { dimension.value(of: facts, row: $0) })
            let ranks = column.values.indices.map { column.midRank(at: $0) }
            table.ranks[dimension.rawValue].scatter(places.lazy.map { ranks[Int($0)] }, to: rows)
            if let score = dimension.scoreColumn {
                let quintiles = column.values.indices.map { column.quintile(at: $0) }
                table[keyPath: score].scatter(places.lazy.map { quintiles[Int($0)] }, to: rows)
            }
            columns.append(column)
        }
        table.segment.scatter(segments(facts, rows: rows), to: rows)
        table.combine(weights: weights, rows: rows)
        return Scoring(table: table, columns: columns, scoredCount: rows.count)
    }

    /// The segments of some rows: each value times N against the sum, exact in 128 bits; equal to the mean is low.
    private static func segments(_ facts: FactTable, rows: [Int]) -> [UInt8] {
        let count = Int128(rows.count)
        var daySum: Int128 = 0
        var frequencySum: Int128 = 0
        var totalSum: Int128 = 0
        for row in rows {
            daySum += Int128(facts.daysSincePurchase(row))
            frequencySum += Int128(facts.windowDays[row])
            totalSum += Int128(facts.windowTotal[row])
        }
        return rows.map { row in
            Segment8(
                recencyHigh: Int128(facts.daysSincePurchase(row)) * count < daySum,
                frequencyHigh: Int128(facts.windowDays[row]) * count > frequencySum,
                monetaryHigh: Int128(facts.windowTotal[row]) * count > totalSum
            ).rawValue
        }
    }

    /// Writes composites and contributions from the ranks.
    private mutating func combine(weights: ScoreWeights, rows: [Int]) {
        let rankColumns = ranks
        var shares = contributions
        ranks = []
        contributions = []
        for row in rows {
            let ranksOfRow = SIMD4(
                rankColumns[0][row], rankColumns[1][row], rankColumns[2][row], rankColumns[3][row])
            let split = weights.composite(of: ranksOfRow)
            composite[row] = split.composite
            for dimension in 0..<4 { shares[dimension][row] = split.contributions[dimension] }
        }
        ranks = rankColumns
        contributions = shares
    }
}

extension ScoreWeights {
    /// The weighted mean of four ranks in millionths, rounded down, and what each dimension adds to it.
    ///
    /// The contributions sum to the composite exactly: each is rounded down, and what is left goes to the largest
    /// remainders (Hamilton's method), earlier dimensions first where remainders are equal.
    package func composite(of ranks: SIMD4<Int32>) -> (composite: Int32, contributions: SIMD4<Int32>) {
        let weights = SIMD4(spend, frequency, recency, priceSensitivity)
        let total = sum
        guard total > 0 else { return (0, .zero) }
        var contributions = SIMD4<Int32>.zero
        var remainders = SIMD4<Int>.zero
        for index in 0..<4 {
            let (quotient, remainder) = (weights[index] * Int(ranks[index])).quotientAndRemainder(dividingBy: total)
            contributions[index] = Int32(quotient)
            remainders[index] = remainder
        }
        var left = remainders.wrappedSum() / total
        while left > 0 {
            var largest = 0
            for index in 1..<4 where remainders[index] > remainders[largest] { largest = index }
            contributions[largest] += 1
            remainders[largest] = -1
            left -= 1
        }
        return (contributions.wrappedSum(), contributions)
    }
}

extension Dimension {
    /// The number that the dimension ranks, larger is better.
    ///
    /// Price sensitivity is minus the share of coupon and discount orders in the window, in units of 2^-62: two
    /// different shares of fewer than 2^31 orders differ by more than that, so the order and equality of shares are
    /// exact. A member without an order in the window counts as share 0.
    func value(of facts: FactTable, row: Int) -> Int64 {
        switch self {
        case .spend: return facts.windowTotal[row]
        case .frequency: return Int64(facts.windowDays[row])
        case .recency: return Int64(facts.lastPurchase[row])
        case .priceSensitivity:
            let coupons = UInt64(facts.windowCouponOrders[row])
            guard coupons > 0 else { return 0 }
            let orders = UInt64(facts.windowOrders[row])
            guard coupons < orders else { return -(1 << 62) }
            return -Int64(orders.dividingFullWidth((coupons >> 2, coupons << 62)).quotient)
        }
    }

    /// The quintile column that ranks the same number.
    fileprivate var scoreColumn: WritableKeyPath<ScoreTable, [UInt8]>? {
        switch self {
        case .spend: \.monetary
        case .frequency: \.frequency
        case .recency: \.recency
        case .priceSensitivity: nil
        }
    }
}

extension FactTable {
    /// Days from the last purchase to the day of the facts: RFM's `r_days`.
    ///
    /// The member must have a purchase.
    package func daysSincePurchase(_ row: Int) -> Int { Int(asOf.number) - Int(lastPurchase[row]) }
}

extension Array {
    /// Writes values to some rows, in order.
    fileprivate mutating func scatter(_ values: some Sequence<Element>, to rows: [Int]) {
        for (row, value) in zip(rows, values) { self[row] = value }
    }
}
