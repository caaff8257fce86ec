/// Collects output bytes and hands them on in blocks: numbers and texts go out without a formatter or a `String`.
struct ByteWriter {
    private static let blockSize = 1 << 16

    private var bytes: [UInt8] = []
    private let sink: (UnsafeRawBufferPointer) throws -> Void

    init(sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.sink = sink
        bytes.reserveCapacity(ByteWriter.blockSize + 4_096)
    }

    /// Hands on what has been collected where it is a block or more.
    mutating func flushIfFull() throws {
        if bytes.count >= ByteWriter.blockSize { try flush() }
    }

    mutating func flush() throws {
        try bytes.withUnsafeBytes { try sink($0) }
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func append(byte: UInt8) { bytes.append(byte) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ number: Int64) {
        if number < 0 { bytes.append(0x2D) }
        append(digitsOf: number.magnitude, atLeast: 1)
    }

    /// A number of units of 10^-decimals as decimal text with exactly so many decimals.
    mutating func append(_ number: Int64, decimals: Int) {
        guard decimals > 0 else { return append(number) }
        if number < 0 { bytes.append(0x2D) }
        append(digitsOf: number.magnitude, atLeast: decimals + 1)
        bytes.insert(0x2E, at: bytes.count - decimals)
    }

    private mutating func append(digitsOf magnitude: UInt64, atLeast width: Int) {
        let start = bytes.count
        var rest = magnitude
        var written = 0
        while rest > 0 || written < width {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
            written += 1
        }
        bytes[start...].reverse()
    }

    /// A CSV field after RFC 4180: quoted only where it must be.
    mutating func append(csv field: UnsafeBufferPointer<UInt8>) {
        guard field.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
            bytes.append(contentsOf: field)
            return
        }
        bytes.append(0x22)
        for byte in field {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// A JSON string with its quotes.
    mutating func append(json text: UnsafeBufferPointer<UInt8>) {
        bytes.append(0x22)
        for byte in text {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0..<0x20:
                append("\\u00" as StaticString)
                bytes.append(byte < 0x10 ? 0x30 : 0x31)
                bytes.append(contentsOf: String(byte & 0xf, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
