/// What members are worth to budgets, all by one measure.
package struct MemberValues: Sendable {
    package enum Measure: String, Sendable {
        /// Minor units that are expected of the member in the next 13 weeks, not discounted.
        case predicted = "clv_13w"
        /// The composite score, millionths of 100: where nothing is predicted.
        case score
    }

    package let measure: Measure
    /// By row, from 0 upwards.
    package let values: [Int64]

    /// Predicted values in minor units by row; whoever has none is worth 0.
    package init(predicted: [Int64]) {
        measure = .predicted
        values = predicted.map { max(0, $0) }
    }

    package init(scores: [Int32]) {
        measure = .score
        values = scores.map { Int64(max(0, $0)) }
    }

    /// How many of its units make one of those in which people read it: a yuan, a point of the score.
    func scale(_ currency: Currency) -> UInt128 {
        switch measure {
        case .predicted: currency.unit
        case .score: 10_000
        }
    }
}

extension Currency {
    /// Minor units in one unit.
    var unit: UInt128 { (0..<decimals).reduce(1) { unit, _ in unit * 10 } }
}

/// Expected value for each unit of cost, compared exactly: no rounding decides who is served.
package struct ValuePerCost: Comparable {
    private let whole: UInt128
    private let rest: UInt64
    private let cost: UInt64

    /// - Parameter cost: at least 1.
    package init(_ value: UInt128, per cost: Int64) {
        let divisor = UInt64(cost)
        self.cost = divisor
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: UInt128(divisor))
        whole = quotient
        rest = UInt64(remainder)
    }

    package static func == (left: ValuePerCost, right: ValuePerCost) -> Bool { !(left < right) && !(right < left) }

    package static func < (left: ValuePerCost, right: ValuePerCost) -> Bool {
        left.whole == right.whole
            ? UInt128(left.rest) * UInt128(right.cost) < UInt128(right.rest) * UInt128(left.cost)
            : left.whole < right.whole
    }
}
