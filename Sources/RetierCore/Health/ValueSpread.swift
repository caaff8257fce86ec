/// How unequal the values of members are: 用户价值方差.
package struct ValueSpread: Hashable, Sendable {
    package let count: Int
    private let sum: Int128
    private let squares: Int128

    /// Takes one value a member in minor units; magnitudes up to 10^13 of a million members fit.
    package init(_ values: some Sequence<Int64>) {
        var (count, sum, squares) = (0, Int128(0), Int128(0))
        for value in values {
            count += 1
            sum += Int128(value)
            squares += Int128(value) * Int128(value)
        }
        (self.count, self.sum, self.squares) = (count, sum, squares)
    }

    /// N * sum of squares - square of the sum: the variance times N^2, exact.
    private var scaled: Int128 { Int128(count) * squares - sum * sum }

    /// The population variance in squared minor units, rounded down; nil where there is nobody.
    package var variance: Int128? { count > 0 ? scaled / (Int128(count) * Int128(count)) : nil }

    /// How much the variance changed since an earlier run, in basis points of the earlier one: 3,000 is 30 % more.
    ///
    /// Nil where the earlier variance is 0 or unknown.
    package func change(since earlier: ValueSpread) -> Int? {
        guard let variance, let before = earlier.variance, before > 0 else { return nil }
        return Share.basisPoints(variance - before, of: before)
    }
}
