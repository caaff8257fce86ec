/// Columns of different units made comparable.
package enum ColumnScale {
    /// From 0 (the least) to 1 (the most); a constant column is 0.
    package static func minMax(_ column: [Double]) -> [Double] {
        guard let least = column.min(), let most = column.max(), most > least else { return column.map { _ in 0 } }
        return column.map { ($0 - least) / (most - least) }
    }

    /// The same after the lowest and highest hundredth were pulled in to the 1 % and 99 % quantiles (winsorised).
    ///
    /// One outlier would otherwise press everybody else's values together. Quantiles are interpolated between
    /// neighbours (type 7 of Hyndman and Fan 1996, the default of numpy and R).
    package static func winsorised(_ column: [Double]) -> [Double] {
        guard !column.isEmpty else { return [] }
        let sorted = column.sorted()
        let (low, high) = (quantile(0.01, of: sorted), quantile(0.99, of: sorted))
        return minMax(column.map { min(max($0, low), high) })
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
