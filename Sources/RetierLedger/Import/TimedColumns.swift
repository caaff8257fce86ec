import RetierCore

/// The values of an order or event besides id, member and time, packed into bytes.
///
/// Each value is a tag byte and what it needs: the same row always gives the same bytes, so rows are compared by bytes.
enum TimedColumns {
    enum Tag {
        static let null: UInt8 = 0
        static let number: UInt8 = 1
        static let text: UInt8 = 2
        static let symbol: UInt8 = 3
    }

    static func appendNull(to buffer: inout ByteBuffer) { buffer.append(Tag.null) }

    static func append(number: Int64, to buffer: inout ByteBuffer) {
        buffer.append(Tag.number)
        buffer.append(zigzag: number)
    }

    static func append(symbol: UInt32, to buffer: inout ByteBuffer) {
        buffer.append(Tag.symbol)
        buffer.append(varint: UInt64(symbol))
    }

    static func append(text: Bytes, to buffer: inout ByteBuffer) {
        buffer.append(Tag.text)
        buffer.append(varint: UInt64(text.count))
        buffer.append(text)
    }

    enum Value {
        case null
        case number(Int64)
        case text(Bytes)
        case symbol(UInt32)
    }

    /// Takes the next value off the front.
    @inline(__always)
    static func next(_ cursor: inout ByteCursor) -> Value {
        switch cursor.byte() {
        case Tag.number:
            let zigzag = cursor.varint()
            return .number(Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1))
        case Tag.symbol: return .symbol(UInt32(cursor.varint()))
        case Tag.text:
            let count = Int(cursor.varint())
            return .text(cursor.bytes(count))
        default: return .null
        }
    }
}
