/// The days on which a member did something, as far as intervals between them are asked for.
struct DayTrack: Sendable {
    /// Local days of the first and the last row, or `FactTable.noDay`.
    private(set) var first = FactTable.noDay
    private(set) var last = FactTable.noDay
    private(set) var days: Int32 = 0
    /// Sum of the squares of the intervals between consecutive days, in days.
    private var squares: Int64 = 0

    /// Adds the next row's day; days do not go backwards.
    @inline(__always)
    mutating func add(_ day: Int32) {
        guard day != last else { return }
        if days == 0 {
            first = day
        } else {
            let interval = Int64(day) - Int64(last)
            squares += interval * interval
        }
        last = day
        days += 1
    }

    /// Intervals and their sum in days; nil below two intervals, which tell of no rhythm.
    private var intervals: (count: Int64, sum: Int64)? {
        days > 2 ? (Int64(days) - 1, Int64(last) - Int64(first)) : nil
    }

    func daysSinceFirst(_ asOf: Int32) -> Int64 { days == 0 ? FactColumn.missing : Int64(asOf) - Int64(first) }

    func daysSinceLast(_ asOf: Int32) -> Int64 { days == 0 ? FactColumn.missing : Int64(asOf) - Int64(last) }

    /// The mean interval in days, rounded half up.
    var cycle: Int64 {
        guard let (count, sum) = intervals else { return FactColumn.missing }
        return (2 * sum + count) / (2 * count)
    }

    /// The intervals' coefficient of variation in millionths, cut off.
    ///
    /// With n intervals g: sqrt(n * sum(g^2) - sum(g)^2) / sum(g). In the years 1970 to 2100 the radicand stays below
    /// 1.1e14, so 128 bits hold it times 10^12.
    var variation: Int64 {
        guard let (count, sum) = intervals else { return FactColumn.missing }
        let radicand = UInt128(count * squares - sum * sum) * 1_000_000_000_000
        return Int64(radicand.squareRoot()) / sum
    }

    /// Days since the last row in mean intervals, millionths.
    func overdue(_ asOf: Int32) -> Int64 {
        guard let (count, sum) = intervals else { return FactColumn.missing }
        return ExactRatio.rounded((Int64(asOf) - Int64(last)) * count, sum, scale: 1_000_000) ?? FactColumn.missing
    }
}
