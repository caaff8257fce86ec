/// Corrects the p-values of several comparisons so that the chance of even one false alarm stays at its level.
///
/// Holm, "A simple sequentially rejective multiple test procedure" (Scandinavian Journal of Statistics 6, 1979).
package enum HolmCorrection {
    /// The corrected values in the order given: each is at most the level where Holm's procedure rejects at it.
    package static func adjusted(_ values: [Double]) -> [Double] {
        var result = values
        var least = 0.0
        for (place, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            least = max(least, min(1, values[index] * Double(values.count - place)))
            result[index] = least
        }
        return result
    }
}
