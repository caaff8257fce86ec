/// Shares as whole numbers.
package enum Share {
    /// What part of a whole something is, in basis points, rounded to the nearest; nil where the whole is not positive.
    package static func basisPoints(_ part: Int, of whole: Int) -> Int? {
        basisPoints(Int128(part), of: Int128(whole))
    }

    package static func basisPoints(_ part: Int128, of whole: Int128) -> Int? {
        guard whole > 0 else { return nil }
        let doubled = 2 * part * 10_000 + (part < 0 ? -whole : whole)
        return Int(clamping: doubled / (2 * whole))
    }
}
