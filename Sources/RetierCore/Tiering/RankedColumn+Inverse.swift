extension RankedColumn {
    /// The smallest value with which one of the members would have at least a mid-rank, all others keeping theirs.
    ///
    /// `own` is the value that the member has now; it is taken out of the column. `Int64.min` where any value would do,
    /// nil where none is enough.
    ///
    /// With the member taken out, a value v has the position 2 * worse + equal + 1 among the others and itself, and a
    /// rank asks for a position p. Just above a value u with c others up to it the position is 2c + 1, so the first u
    /// with 2c + 1 >= p decides: u itself where it is high enough, else u + 1.
    package func leastValue(reaching rank: Int, insteadOf own: Int64) -> Int64? {
        let needed = (2 * count * rank).ceilingDivided(by: 1_000_000)
        guard needed > 1 else { return .min }
        func othersUpTo(_ place: Int) -> Int {
            place < 0 ? 0 : Int(upTo[place]) - (values[place] >= own ? 1 : 0)
        }
        let place = values.indices.partitioningIndex { 2 * othersUpTo($0) + 1 >= needed }
        guard place < values.count else { return nil }
        let meeting = othersUpTo(place - 1) + othersUpTo(place) + 1
        if meeting >= needed { return values[place] }
        let (next, overflow) = values[place].addingReportingOverflow(1)
        return overflow ? nil : next
    }
}

extension Int {
    /// The quotient by a positive divisor, rounded up.
    func ceilingDivided(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder > 0 ? quotient + 1 : quotient
    }
}
