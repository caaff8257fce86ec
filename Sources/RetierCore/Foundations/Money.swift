/// An exact amount in the minor units of the programme's currency (fen, cents); negative for a return.
package struct Money: Hashable, Comparable, Sendable {
    package var minorUnits: Int64

    package init(minorUnits: Int64) { self.minorUnits = minorUnits }

    package static let zero = Money(minorUnits: 0)

    package static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }

    /// Parses plain decimal text such as `12`, `12.3`, `-0.05`.
    ///
    /// No exponent, no grouping, and no more decimals than the currency has: those give nil, because a guess would be
    /// wrong money.
    package init?(text: some StringProtocol, decimals: Int = 2) {
        let bytes = Array(text.utf8)
        guard let parsed = bytes.withUnsafeBufferPointer({ Money(utf8: $0, decimals: decimals) }) else { return nil }
        self = parsed
    }

    /// Parses the same plain decimal text from its UTF-8 bytes, without making a `String`.
    package init?(utf8 bytes: UnsafeBufferPointer<UInt8>, decimals: Int = 2) {
        var magnitude: Int64 = 0
        var fraction: Int?
        var digits = 0
        let negative = bytes.first == 0x2D
        for byte in bytes.dropFirst(negative ? 1 : 0) {
            if byte == 0x2E {
                guard fraction == nil, digits > 0 else { return nil }
                fraction = 0
                continue
            }
            guard (0x30...0x39).contains(byte), digits < 17 else { return nil }
            magnitude = magnitude * 10 + Int64(byte - 0x30)
            digits += 1
            if let count = fraction { fraction = count + 1 }
        }
        guard digits > 0, fraction != 0, (fraction ?? 0) <= decimals else { return nil }
        for _ in (fraction ?? 0)..<decimals {
            let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            magnitude = scaled
        }
        minorUnits = negative ? -magnitude : magnitude
    }

    /// Decimal text with exactly `decimals` decimals, such as `-12.30`.
    package func text(decimals: Int = 2) -> String {
        guard decimals > 0 else { return String(minorUnits) }
        let digits = minorUnits.magnitude.padded(to: decimals + 1)
        let point = digits.index(digits.endIndex, offsetBy: -decimals)
        return (minorUnits < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
    }
}
