/// How far each member is from a higher score by one dimension alone, all other members and dimensions unchanged.
///
/// Prepared once a run; a question costs a binary search.
package struct TierDistance: Sendable {
    private let columns: [RankedColumn?]
    private let weights: ScoreWeights

    package init(_ scoring: Scoring) {
        columns = scoring.columns
        weights = scoring.weights
    }

    /// The smallest further spend in minor units with which a scored member's composite reaches `cut`.
    ///
    /// 0 where it does already, nil where no amount of spend is enough.
    package func spend(of row: Int, reaching cut: Int32, facts: FactTable, scores: ScoreTable) -> Money? {
        let value = facts.windowTotal[row]
        return increase(.spend, from: value, ranks: scores.ranks(of: row), cut: cut).map(Money.init(minorUnits:))
    }

    /// The smallest number of further purchase days with which a scored member's composite reaches `cut`.
    package func purchaseDays(of row: Int, reaching cut: Int32, facts: FactTable, scores: ScoreTable) -> Int? {
        let value = Int64(facts.windowDays[row])
        return increase(.frequency, from: value, ranks: scores.ranks(of: row), cut: cut).map(Int.init)
    }

    /// The smallest increase of one member's value that brings the composite to `cut`.
    ///
    /// With the member taken out, a value v' has the position 2 * worse + equal + 1 among the others and itself. The
    /// composite asks for a rank, the rank for a position p. The position just above the distinct value u with c
    /// members up to it is 2c - 1; so the first u with 2c - 1 >= p decides: u itself where it is high enough,
    /// else u + 1.
    private func increase(
        _ dimension: Dimension, from value: Int64, ranks: SIMD8<Int32>, cut: Int32
    ) -> Int64? {
        if weights.composite(of: ranks).composite >= cut { return 0 }
        let weight = weights[dimension]
        guard weight > 0, let column = columns[dimension.rawValue], let own = column.place(of: value) else {
            return nil
        }
        var others = 0
        for other in Dimension.allCases where other != dimension && ranks[other.rawValue] >= 0 {
            others += weights[other] * Int(ranks[other.rawValue])
        }
        let neededRank = (Int(cut) * weights.sum(ranked: ranks) - others).ceilingDivided(by: weight)
        let neededPosition = (2 * column.count * neededRank).ceilingDivided(by: 1_000_000)
        let place = column.upTo.partitioningIndex { 2 * Int($0) - 1 >= neededPosition }
        guard place < column.values.count else { return nil }
        guard place > own else { return 1 }
        let meeting = 2 * column.worse(at: place) + column.equal(at: place) - 1
        let (gap, overflow) = column.values[place].subtractingReportingOverflow(value)
        guard !overflow, gap < Int64.max else { return nil }
        return meeting >= neededPosition ? gap : gap + 1
    }
}

extension Int {
    /// The quotient by a positive divisor, rounded up.
    func ceilingDivided(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder > 0 ? quotient + 1 : quotient
    }
}
