/// Numbers in ascending order with the rows they came from: a least-significant-digit radix sort.
///
/// Stable and without comparisons, so a million keys take a few passes; passes whose digit is the same everywhere
/// are skipped, so small ranges are cheap.
package struct RadixOrder: Sendable {
    /// The numbers, ascending.
    package private(set) var keys: [UInt64]
    /// Where each of them was in the input.
    package private(set) var rows: [UInt32]

    private static let digitBits: UInt64 = 11
    private static let digitCount = 1 << 11

    package init(_ input: [UInt64]) {
        keys = input
        rows = (0..<UInt32(input.count)).map { $0 }
        let bits = UInt64(64 - (input.max() ?? 0).leadingZeroBitCount)
        var otherKeys = keys
        var otherRows = rows
        var shift: UInt64 = 0
        while shift < bits {
            if var starts = RadixOrder.starts(of: keys, shift: shift) {
                otherKeys.withUnsafeMutableBufferPointer { targetKeys in
                    otherRows.withUnsafeMutableBufferPointer { targetRows in
                        distribute(into: (targetKeys, targetRows), shift: shift, starts: &starts)
                    }
                }
                swap(&keys, &otherKeys)
                swap(&rows, &otherRows)
            }
            shift += RadixOrder.digitBits
        }
    }

    /// The first position of each digit, or nil where all keys share one digit.
    private static func starts(of keys: [UInt64], shift: UInt64) -> [Int]? {
        var counts = [Int](repeating: 0, count: digitCount)
        let mask = UInt64(digitCount - 1)
        for key in keys { counts[Int((key >> shift) & mask)] += 1 }
        guard !counts.contains(keys.count) else { return nil }
        var sum = 0
        for digit in counts.indices {
            let next = sum + counts[digit]
            counts[digit] = sum
            sum = next
        }
        return counts
    }

    private func distribute(
        into target: (keys: UnsafeMutableBufferPointer<UInt64>, rows: UnsafeMutableBufferPointer<UInt32>),
        shift: UInt64, starts: inout [Int]
    ) {
        let mask = UInt64(RadixOrder.digitCount - 1)
        for index in keys.indices {
            let digit = Int((keys[index] >> shift) & mask)
            let position = starts[digit]
            starts[digit] = position + 1
            target.keys[position] = keys[index]
            target.rows[position] = rows[index]
        }
    }
}
