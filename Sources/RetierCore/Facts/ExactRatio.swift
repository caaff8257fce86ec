/// Division of whole numbers without an inexact step.
enum ExactRatio {
    /// `dividend * scale / divisor` rounded half away from zero, for a divisor above zero; nil where it does not fit.
    static func rounded(_ dividend: Int64, _ divisor: Int64, scale: Int64) -> Int64? {
        let product = Int128(dividend) * Int128(scale)
        let (whole, rest) = product.quotientAndRemainder(dividingBy: Int128(divisor))
        let rounded = rest.magnitude * 2 >= UInt128(divisor.magnitude) ? whole + rest.signum() : whole
        return Int64(exactly: rounded)
    }
}

extension UInt128 {
    /// The square root, cut off: Newton's method on whole numbers, from above.
    func squareRoot() -> UInt64 {
        guard self > 1 else { return UInt64(self) }
        var root = UInt128(1) << ((UInt128.bitWidth - leadingZeroBitCount + 1) / 2)
        while true {
            let next = (root + self / root) / 2
            if next >= root { return UInt64(root) }
            root = next
        }
    }
}
