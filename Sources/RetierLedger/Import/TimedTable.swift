import GRDB
import GRDBSQLite
import RetierCore

/// Where an order or event lies: its table is clustered by member, time and id.
struct TimedPlace: Hashable {
    var member: UInt32
    var at: UInt32

    /// The number that sorts places.
    var key: UInt64 { UInt64(member) << 32 | UInt64(at) }

    init(member: UInt32, at: UInt32) {
        self.member = member
        self.at = at
    }

    init(key: UInt64) {
        member = UInt32(truncatingIfNeeded: key >> 32)
        at = UInt32(truncatingIfNeeded: key)
    }
}

/// One of the two big tables, orders or events, together with the table that makes its ids unique and the packs that
/// facts are read from.
final class TimedTable {
    enum Storage { case money, optionalMoney, label, symbol, text }

    /// The kind as which the rows are kept.
    let kind: ImportKind
    let columns: [(name: StaticString, storage: Storage)]
    /// What the file calls the columns.
    let idColumn: StaticString
    let timeColumn: StaticString
    let fileColumns: [StaticString]
    /// What stands in front of the file's ids, so that they are not taken for other events.
    let idPrefix: StaticString
    /// The kind of event that every row of the file is; empty where the file says so.
    let eventKind: StaticString
    let name: String
    private let idHash: @Sendable (Bytes) -> UInt64
    @exclusivity(unchecked) private var newRows: BatchInsert
    @exclusivity(unchecked) private var newSlots: BatchInsert
    /// The highest slot in `newSlots`; meaningless while that is empty.
    @exclusivity(unchecked) private var highestNewSlot: Int64 = 0
    private let replaceStatement: RawStatement
    private let selectStatement: RawStatement
    private let deleteStatement: RawStatement
    private let selectSlot: RawStatement
    private let updateSlot: RawStatement
    private let selectOfMember: RawStatement
    private let deleteOfMember: RawStatement
    private let packs: PackWriter

    init(_ kind: ImportKind, _ connection: SQLiteConnection, idHash: @escaping @Sendable (Bytes) -> UInt64) throws {
        self.kind = kind.kept
        self.idHash = idHash
        let noun = kind == .orders ? "order" : "event"
        let rowID = kind == .orders ? "order_id" : "event_id"
        idColumn = kind == .orders ? "order_id" : kind == .acks ? "ack_id" : "event_id"
        timeColumn = kind == .orders ? "ordered_at" : kind == .acks ? "at" : "occurred_at"
        idPrefix = kind == .acks ? "ack:" : ""
        eventKind = kind == .acks ? "ack" : ""
        name = "member_\(noun)"
        columns =
            kind == .orders
            ? [
                ("amount", .money), ("discount", .optionalMoney), ("coupon", .symbol), ("category", .symbol),
                ("channel", .symbol), ("status", .symbol),
            ] : [("kind", .label), ("value", .text), ("ref", .text)]
        fileColumns = kind == .acks ? ["kind", "by", "ref"] : columns.map(\.name)
        let names = columns.map(\.name.description).joined(separator: ", ")
        let marks = Array(repeating: "?", count: columns.count + 3).joined(separator: ", ")
        let place = "member = ? AND at = ? AND \(rowID) = ?"
        func prepare(_ sql: String) throws -> RawStatement { try RawStatement(connection, sql) }
        newRows = try BatchInsert(
            connection, "INSERT INTO \(name) (member, at, \(rowID), \(names))", columns: columns.count + 3)
        newSlots = try BatchInsert(connection, "INSERT INTO \(noun)_key (hash, member, at)", columns: 3)
        replaceStatement = try prepare(
            "INSERT OR REPLACE INTO \(name) (member, at, \(rowID), \(names)) VALUES (\(marks))")
        selectStatement = try prepare("SELECT \(names) FROM \(name) WHERE \(place)")
        deleteStatement = try prepare("DELETE FROM \(name) WHERE \(place)")
        selectSlot = try prepare("SELECT member, at FROM \(noun)_key WHERE hash = ?")
        updateSlot = try prepare("UPDATE \(noun)_key SET member = ?, at = ? WHERE hash = ?")
        selectOfMember = try prepare("SELECT at, \(rowID), \(names) FROM \(name) WHERE member = ? ORDER BY at")
        deleteOfMember = try prepare("DELETE FROM \(name) WHERE member = ?")
        packs = try PackWriter(connection, table: "\(noun)_pack")
    }

    // MARK: Rows

    /// Adds a row; it may wait for others until `flush`.
    func insert(_ place: TimedPlace, _ id: Bytes, _ columns: Bytes) throws {
        try packs.add(place, columns)
        try newRows.add { values in
            TimedColumns.append(number: Int64(place.member), to: &values)
            TimedColumns.append(number: Int64(place.at), to: &values)
            TimedColumns.append(text: id, to: &values)
            values.append(columns)
        }
    }

    /// Writes the rows and slots that wait.
    func flush() throws {
        try newRows.flush()
        try newSlots.flush()
    }

    /// Writes all that waits and the packs of the members whose rows have changed.
    func finish() throws {
        try flush()
        try packs.finish(forEach(of:_:))
    }

    func replace(_ place: TimedPlace, _ id: Bytes, _ columns: Bytes) throws {
        packs.change(place.member)
        replaceStatement.bind(1, Int64(place.member))
        replaceStatement.bind(2, Int64(place.at))
        replaceStatement.bind(3, id)
        var cursor = ByteCursor(columns)
        var index: Int32 = 4
        while !cursor.isAtEnd {
            replaceStatement.bind(index, TimedColumns.next(&cursor))
            index += 1
        }
        try replaceStatement.run()
    }

    /// Packs the columns of a row into `buffer`; false where there is no such row.
    func read(_ place: TimedPlace, _ id: Bytes, into buffer: inout ByteBuffer) throws -> Bool {
        selectStatement.bind(1, Int64(place.member))
        selectStatement.bind(2, Int64(place.at))
        selectStatement.bind(3, id)
        defer { selectStatement.reset() }
        guard try selectStatement.step() else { return false }
        pack(selectStatement, from: 0, into: &buffer)
        return true
    }

    func delete(_ place: TimedPlace, _ id: Bytes) throws {
        packs.change(place.member)
        deleteStatement.bind(1, Int64(place.member))
        deleteStatement.bind(2, Int64(place.at))
        deleteStatement.bind(3, id)
        try deleteStatement.run()
    }

    func deleteAll(of member: UInt32) throws {
        packs.change(member)
        deleteOfMember.bind(1, Int64(member))
        try deleteOfMember.run()
    }

    /// Gives `body` each row of one member in order; the bytes are valid during the call.
    ///
    /// `body` may change rows of other members only.
    func forEach(of member: UInt32, _ body: (TimedPlace, _ id: Bytes, _ columns: Bytes) throws -> Void) throws {
        var buffer = ByteBuffer()
        selectOfMember.bind(1, Int64(member))
        defer { selectOfMember.reset() }
        while try selectOfMember.step() {
            pack(selectOfMember, from: 2, into: &buffer)
            let place = TimedPlace(member: member, at: UInt32(selectOfMember.number(0)))
            try body(place, selectOfMember.text(1), buffer.bytes)
        }
    }

    private func pack(_ statement: RawStatement, from first: Int32, into buffer: inout ByteBuffer) {
        buffer.removeAll()
        for (index, column) in columns.enumerated() {
            let position = first + Int32(index)
            if statement.isNull(position) {
                TimedColumns.appendNull(to: &buffer)
                continue
            }
            switch column.storage {
            case .money, .optionalMoney: TimedColumns.append(number: statement.number(position), to: &buffer)
            case .label, .symbol: TimedColumns.append(symbol: UInt32(statement.number(position)), to: &buffer)
            case .text: TimedColumns.append(text: statement.text(position), to: &buffer)
            }
        }
    }

    // MARK: Slots of the key table

    /// The slot at which the search for an id starts.
    func firstSlot(of id: Bytes) -> Int64 { Int64(bitPattern: idHash(id)) }

    /// The place that a slot points to, or nil where it is free.
    func place(atSlot slot: Int64) throws -> TimedPlace? {
        if !newSlots.isEmpty, slot <= highestNewSlot { try newSlots.flush() }
        selectSlot.bind(1, slot)
        defer { selectSlot.reset() }
        guard try selectSlot.step() else { return nil }
        return TimedPlace(member: UInt32(selectSlot.number(0)), at: UInt32(selectSlot.number(1)))
    }

    /// Adds a slot; it may wait for others until `flush` or until it is asked for.
    func insertSlot(_ slot: Int64, _ place: TimedPlace) throws {
        highestNewSlot = newSlots.isEmpty ? slot : max(slot, highestNewSlot)
        try newSlots.add { values in
            TimedColumns.append(number: slot, to: &values)
            TimedColumns.append(number: Int64(place.member), to: &values)
            TimedColumns.append(number: Int64(place.at), to: &values)
        }
    }

    func updateSlot(_ slot: Int64, _ place: TimedPlace) throws {
        updateSlot.bind(1, Int64(place.member))
        updateSlot.bind(2, Int64(place.at))
        updateSlot.bind(3, slot)
        try updateSlot.run()
    }

    /// Follows an id upwards from its hash: its slot, place and row (packed into `buffer`), or the free slot to use.
    func find(_ id: Bytes, into buffer: inout ByteBuffer) throws -> (slot: Int64, place: TimedPlace?) {
        var slot = firstSlot(of: id)
        while let place = try place(atSlot: slot) {
            if try read(place, id, into: &buffer) { return (slot, place) }
            slot &+= 1
        }
        return (slot, nil)
    }

    /// Points the slot of an id at another place after its row has moved there.
    func moveSlot(of id: Bytes, from old: TimedPlace, to new: TimedPlace) throws {
        var slot = firstSlot(of: id)
        while let place = try place(atSlot: slot) {
            if place == old { return try updateSlot(slot, new) }
            slot &+= 1
        }
    }
}
