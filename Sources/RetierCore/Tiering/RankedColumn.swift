/// One column of numbers in order: its distinct values and how many members have at most each of them.
///
/// Larger is better. All tie-fair statistics come from it: strictly-worse counts, mid-ranks, quintile scores and the
/// distance to a rank.
package struct RankedColumn: Sendable {
    /// The distinct values, ascending.
    package let values: [Int64]
    /// The number of members with at most `values[i]`.
    package let upTo: [Int32]

    /// The number of members.
    package var count: Int { Int(upTo.last ?? 0) }

    /// The members with a strictly smaller value than `values[place]`.
    package func worse(at place: Int) -> Int { place == 0 ? 0 : Int(upTo[place - 1]) }

    /// The members with exactly `values[place]`.
    package func equal(at place: Int) -> Int { Int(upTo[place]) - worse(at: place) }

    /// The place of a value in `values`, or nil where nobody has it.
    package func place(of value: Int64) -> Int? {
        let place = values.partitioningIndex { $0 >= value }
        return place < values.count && values[place] == value ? place : nil
    }

    /// The tie-fair mid-rank of `values[place]` in millionths, rounded down.
    ///
    /// (2 * worse + equal) / (2 * N): Hazen's plotting position (i - 1/2) / N (Hazen 1914), averaged over ties. Its
    /// range is 1/(2N)...1 - 1/(2N), its mean 1/2, whatever the ties.
    package func midRank(at place: Int) -> Int32 {
        RankedColumn.midRank(position: 2 * worse(at: place) + equal(at: place), count: count)
    }

    /// The mid-rank of a position 2 * worse + equal among `count` members in millionths, rounded down.
    package static func midRank(position: Int, count: Int) -> Int32 { Int32(position * 1_000_000 / (2 * count)) }

    /// The quintile score 1...5 of `values[place]`: 1 + 5 * worse / N in whole numbers.
    package func quintile(at place: Int) -> UInt8 { UInt8(1 + 5 * worse(at: place) / count) }

    /// Sorts a column; returns it with the place of every input in its `values`.
    package static func ranking(_ input: [Int64]) -> (column: RankedColumn, places: [Int32]) {
        guard let least = input.min() else { return (RankedColumn(values: [], upTo: []), []) }
        let keys = input.map { UInt64(bitPattern: $0 &- least) }
        let sorted = RadixOrder(keys)
        var values: [Int64] = []
        var upTo: [Int32] = []
        var places = [Int32](repeating: 0, count: input.count)
        for (position, key) in sorted.keys.enumerated() {
            if position == 0 || key != sorted.keys[position - 1] {
                values.append(least &+ Int64(bitPattern: key))
                upTo.append(Int32(position))
            }
            upTo[upTo.count - 1] += 1
            places[Int(sorted.rows[position])] = Int32(values.count - 1)
        }
        return (RankedColumn(values: values, upTo: upTo), places)
    }
}
