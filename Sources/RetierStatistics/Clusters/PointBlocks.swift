/// Members as points in the space of their facts, standardised and laid out for K-means.
///
/// Every column is z-scored with the population's mean and deviation and then rounded to a grid of 2^-20 (a
/// millionth of a standard deviation; coarser where there are very many members). On that grid the sums of K-means are
/// exact in `Double`: they do not depend on the order of adding, so neither the number of threads nor the order of
/// work shows in any result.
package struct PointBlocks: Sendable {
    /// Four members at a time: `values[block * dimensions + dimension]`; the lanes after the last member are 0.
    let values: [SIMD4<Double>]
    /// The number of members and of facts.
    package let count: Int
    package let dimensions: Int
    /// What standardising took from each column and divided it by; a constant column has deviation 0 and becomes 0.
    package let means: [Double]
    package let deviations: [Double]

    /// Members by column of whom the fact is known.
    let known: [Int]

    /// Takes columns of equal length, one a fact: finite numbers, or not a number where nothing is known, which counts
    /// as the mean of what is.
    package init(columns: [[Double]]) {
        let count = columns.first?.count ?? 0
        self.count = count
        dimensions = columns.count
        let knownValues = columns.map { column in
            column.contains(where: \.isNaN) ? column.filter { !$0.isNaN } : column
        }
        known = knownValues.map(\.count)
        let moments = knownValues.map(PointBlocks.moments)
        means = moments.map(\.mean)
        deviations = moments.map(\.deviation)
        let reach = zip(knownValues, moments).map { column, moments in
            moments.deviation > 0
                ? column.reduce(0) { max($0, (($1 - moments.mean) / moments.deviation).magnitude) } : 0
        }
        let steps = PointBlocks.stepsOfGrid(count: count, reach: reach.max() ?? 0)
        var values = [SIMD4<Double>](repeating: .zero, count: (count + 3) / 4 * columns.count)
        for (dimension, column) in columns.enumerated() where moments[dimension].deviation > 0 {
            let (mean, deviation) = moments[dimension]
            for (member, value) in column.enumerated() where !value.isNaN {
                let standardised = ((value - mean) / deviation * steps).rounded(.toNearestOrEven) / steps
                values[member / 4 * columns.count + dimension][member % 4] = standardised
            }
        }
        self.values = values
    }

    /// The number of blocks of four members.
    var blockCount: Int { (count + 3) / 4 }

    /// One member's standardised facts.
    package func point(_ member: Int) -> [Double] {
        (0..<dimensions).map { values[member / 4 * dimensions + $0][member % 4] }
    }

    /// Steps of the grid in one standard deviation: 2^20, or less where sums of `count` values would leave 2^52 steps.
    private static func stepsOfGrid(count: Int, reach: Double) -> Double {
        var steps: Double = 1_048_576
        while steps > 1, Double(count) * max(reach, 1) * steps > 4_503_599_627_370_496 { steps /= 2 }
        return steps
    }

    /// Mean and population deviation; the second pass corrects the mean's own rounding (Chan, Golub, LeVeque 1983).
    private static func moments(_ column: [Double]) -> (mean: Double, deviation: Double) {
        guard !column.isEmpty else { return (0, 0) }
        let count = Double(column.count)
        let mean = column.reduce(0, +) / count
        var squares = 0.0
        var rest = 0.0
        for value in column {
            squares += (value - mean) * (value - mean)
            rest += value - mean
        }
        let variance = max(0, squares - rest * rest / count) / count
        // Whatever is left of a constant column is rounding, not spread.
        let isConstant = column.allSatisfy { $0 == column[0] }
        return (mean, isConstant ? 0 : variance.squareRoot())
    }
}

/// Four members in memory, one vector a dimension.
typealias FourMembers = UnsafeBufferPointer<SIMD4<Double>>

extension PointBlocks {
    /// Calls the body with each block of four members and the centres, both in memory.
    @inline(__always)
    func forEachPoint(
        in blocks: Range<Int>, centres: [Double],
        _ body: (_ block: Int, _ point: FourMembers, _ centres: UnsafeBufferPointer<Double>) -> Void
    ) {
        values.withUnsafeBufferPointer { values in
            centres.withUnsafeBufferPointer { centres in
                for block in blocks {
                    let start = block * dimensions
                    body(block, UnsafeBufferPointer(rebasing: values[start..<start + dimensions]), centres)
                }
            }
        }
    }
}

extension FourMembers {
    /// The squared distances of the four to the centre that begins at a place of a list of centres.
    @inline(__always)
    func squares(to centres: UnsafeBufferPointer<Double>, from start: Int) -> SIMD4<Double> {
        var squares = SIMD4<Double>.zero
        for dimension in indices {
            let difference = self[dimension] - centres[start + dimension]
            squares += difference * difference
        }
        return squares
    }
}
