import RetierCore

/// Turns a row of an orders or events file into the bytes that are sorted: id, zero byte, number in the file, member,
/// time, columns.
struct TimedPacker: ~Copyable {
    private struct Column {
        let field: Int?
        let name: StaticString
        let storage: TimedTable.Storage
    }

    private let table: TimedTable
    private let owner: OwnerFields
    private let idColumn: StaticString
    private let timeColumn: StaticString
    private let idField: Int
    private let timeField: Int
    private let columns: [Column]
    private var fields: FieldReader
    private var idText = ByteBuffer()
    private var record = ByteBuffer()
    private var packed = ByteBuffer()
    private var rowNumber: UInt32 = 0

    init(_ table: TimedTable, _ context: ImportContext) {
        self.table = table
        owner = OwnerFields(context.layout)
        idColumn = table.idColumn
        timeColumn = table.timeColumn
        idField = context.layout.required(idColumn.description)
        timeField = context.layout.required(timeColumn.description)
        fields = context.fields
        columns = zip(table.columns, table.fileColumns).map { column, name in
            Column(field: context.layout.field(name.description), name: name, storage: column.storage)
        }
    }

    /// The record of the row packed last.
    var bytes: Bytes { record.bytes }

    /// Packs a row; returns the slot at which its id belongs.
    ///
    /// - Throws: `RowProblem` where the row is to be rejected.
    mutating func pack(_ row: borrowing CSVReader, _ context: ImportContext) throws -> Int64 {
        var id = try fields.label(row[idField], idColumn)
        if table.idPrefix.utf8CodeUnitCount > 0 {
            idText.removeAll()
            idText.append(table.idPrefix.description)
            idText.append(id)
            id = idText.bytes
        }
        let at = try fields.time(row[timeField], timeColumn)
        packed.removeAll()
        for column in columns {
            if let field = column.field {
                try pack(row[field], column, context.symbols)
            } else if column.storage == .label {
                // Every row of the file is of one kind.
                let kind = Bytes(start: table.eventKind.utf8Start, count: table.eventKind.utf8CodeUnitCount)
                TimedColumns.append(symbol: try context.symbols.key(of: kind), to: &packed)
            } else {
                TimedColumns.appendNull(to: &packed)
            }
        }
        let member = try owner.key(row, context)
        guard rowNumber < UInt32.max else {
            throw RetierError(.badData, "the file has more than four billion rows", hint: "split the file")
        }
        rowNumber += 1
        record.removeAll()
        record.append(id)
        record.append(0)
        record.append(bigEndian: rowNumber)
        record.append(bigEndian: member)
        record.append(bigEndian: UInt32(at))
        record.append(packed.bytes)
        return table.firstSlot(of: id)
    }

    @inline(__always)
    private mutating func pack(_ field: Bytes, _ column: Column, _ symbols: SymbolTable) throws {
        switch column.storage {
        case .money:
            TimedColumns.append(number: try fields.money(field, column.name), to: &packed)
        case .label:
            let label = try fields.label(field, column.name)
            TimedColumns.append(symbol: try symbols.key(of: label), to: &packed)
        case _ where field.isEmpty:
            TimedColumns.appendNull(to: &packed)
        case .optionalMoney:
            TimedColumns.append(number: try fields.money(field, column.name), to: &packed)
        case .symbol:
            let label = try fields.label(field, column.name)
            TimedColumns.append(symbol: try symbols.key(of: label), to: &packed)
        case .text:
            TimedColumns.append(text: try fields.text(field, column.name), to: &packed)
        }
    }
}
