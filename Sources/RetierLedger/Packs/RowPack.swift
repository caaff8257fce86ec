import RetierCore

/// The orders or events of one member in order of time, as bytes: what facts are read from.
///
/// A row is the seconds since the row before it (the first: since 1970), a byte whose bits tell which of its columns
/// have a value, lowest first, and these values: numbers and symbols by zigzag, texts by length and bytes. Whole
/// numbers take seven bits a byte. Ids are left out: they make rows unique, facts do not read them.
struct RowPacker: ~Copyable {
    private var buffer = ByteBuffer(capacity: 4096)
    private var values = ByteBuffer()
    private var lastAt: UInt32 = 0

    var bytes: Bytes { buffer.bytes }
    var isEmpty: Bool { buffer.count == 0 }

    /// Begins the pack of another member.
    mutating func removeAll() {
        buffer.removeAll()
        lastAt = 0
    }

    /// Adds a row with columns as `TimedColumns` packs them; false, and nothing added, where it is older than the last.
    mutating func append(at: UInt32, columns: Bytes) -> Bool {
        guard at >= lastAt else { return false }
        buffer.append(varint: UInt64(at - lastAt))
        lastAt = at
        values.removeAll()
        var present: UInt8 = 0
        var bit: UInt8 = 1
        var cursor = ByteCursor(columns)
        while !cursor.isAtEnd {
            let value = TimedColumns.next(&cursor)
            if append(value) { present |= bit }
            bit <<= 1
        }
        buffer.append(present)
        buffer.append(values.bytes)
        return true
    }

    private mutating func append(_ value: TimedColumns.Value) -> Bool {
        switch value {
        case .null: return false
        case .number(let number): values.append(zigzag: number)
        case .symbol(let key): values.append(zigzag: Int64(key))
        case .text(let text):
            values.append(varint: UInt64(text.count))
            values.append(text)
        }
        return true
    }
}

/// Reads a pack row by row; the values of a row are taken one after the other, as many as it has.
///
/// A loop over a million members' rows: the position is kept in a local variable while a row is read.
struct RowPackReader {
    private typealias Position = UnsafePointer<UInt8>

    private var position: Position
    private let end: Position
    /// The row's moment, seconds since 1970 UTC.
    private(set) var at: Int64 = 0
    /// The bits of the columns that have a value.
    private(set) var present: UInt8 = 0

    /// The bytes must live as long as the reader.
    init(_ bytes: Bytes) {
        let empty: StaticString = ""
        position = bytes.baseAddress ?? empty.utf8Start
        end = position + bytes.count
    }

    /// Moves to the next row; false at the end.
    @inline(__always)
    mutating func next() throws -> Bool {
        guard position != end else { return false }
        var place = position
        at &+= Int64(truncatingIfNeeded: try varint(&place))
        guard place != end else { throw RowPackReader.damage }
        present = place.pointee
        position = place + 1
        return true
    }

    /// Moves to the next row of a table that has numbers only and takes them all; false at the end.
    ///
    /// `numbers` has the columns in order, `missing` where one has no value.
    @inline(__always)
    mutating func next(_ numbers: inout FactRow.Cells, missing: Int64) throws -> Bool {
        guard try next() else { return false }
        var place = position
        numbers = FactRow.Cells(repeating: missing)
        var rest = present
        while rest != 0 {
            numbers[rest.trailingZeroBitCount & 7] = RowPackReader.signed(try varint(&place))
            rest &= rest &- 1
        }
        position = place
        return true
    }

    /// The next value of the row, a number or symbol.
    mutating func number() throws -> Int64 { RowPackReader.signed(try varint(&position)) }

    /// The next value of the row, a text.
    mutating func text() throws -> Bytes {
        let count = try varint(&position)
        guard count <= UInt64(end - position) else { throw RowPackReader.damage }
        defer { position += Int(count) }
        return Bytes(start: position, count: Int(count))
    }

    @inline(__always)
    private static func signed(_ zigzag: UInt64) -> Int64 {
        Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    @inline(__always)
    private func varint(_ place: inout Position) throws -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place != end, shift < 64 {
            let byte = place.pointee
            place += 1
            number |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw RowPackReader.damage
    }

    private static var damage: RetierError {
        RetierError(
            .badData, "the ledger file is damaged (a member's packed orders or events cannot be read)",
            hint: "restore var/retier.db from a backup; `PRAGMA integrity_check` tells what is lost")
    }
}
