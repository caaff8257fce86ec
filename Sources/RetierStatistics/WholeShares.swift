/// Proportions as whole numbers: what leaves this target for a plan.
package enum WholeShares {
    /// Whole numbers in the proportion of some numbers that sum to `total` exactly.
    ///
    /// Each is rounded down, and what is left goes to the largest remainders (Hamilton's method), earlier ones first
    /// where remainders are equal. Negative numbers count as 0; all are 0 where nothing is positive.
    package static func of(_ numbers: [Double], total: Int) -> [Int] {
        let sum = numbers.reduce(0) { $0 + max(0, $1) }
        guard sum > 0 else { return numbers.map { _ in 0 } }
        let exact = numbers.map { max(0, $0) / sum * Double(total) }
        var shares = exact.map { Int($0.rounded(.down)) }
        let byRemainder = exact.indices.sorted { left, right in
            let (first, second) = (exact[left] - exact[left].rounded(.down), exact[right] - exact[right].rounded(.down))
            return (first, right) > (second, left)
        }
        for index in byRemainder.prefix(max(0, total - shares.reduce(0, +))) { shares[index] += 1 }
        return shares
    }
}

extension Double {
    /// The nearest whole number of parts, where `parts` make one: 0.25 is 250,000 of a million parts.
    func whole(per parts: Double) -> Int64 {
        let scaled = (self * parts).rounded()
        guard scaled > -9.2e18, scaled < 9.2e18 else { return scaled > 0 ? .max : scaled < 0 ? .min : 0 }
        return Int64(scaled)
    }
}
