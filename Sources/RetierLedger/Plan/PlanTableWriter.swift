import RetierCore

/// Inserts the rows of one table of a plan and digests them on the way.
final class PlanTableWriter {
    private let statement: PlanStatement
    private let digest = RowDigest()
    private var column: Int32 = 0
    private(set) var rows = 0

    init(_ table: PlanSchema.Table, _ connection: PlanConnection) throws {
        statement = try connection.prepare(table.insert)
        digest.beginRow()
    }

    /// Inserts the row whose columns were added.
    func endRow() throws {
        try statement.run()
        digest.beginRow()
        column = 0
        rows += 1
    }

    func finish() -> String { digest.finish() }

    func add(_ value: Int64) {
        column += 1
        statement.bind(value, at: column)
        digest.append(value)
    }

    func add(_ value: Int64?) {
        guard let value else { return addNull() }
        add(value)
    }

    func addNull() {
        column += 1
        statement.bindNull(at: column)
        digest.appendNull()
    }

    func add(_ text: String?) {
        guard var text else { return addNull() }
        let placed = text.withUTF8 { add(utf8: $0) }
        if !placed { statement.bind(text, at: column) }
    }

    /// Adds a text of a packed table without making a `String`.
    func add(_ texts: PackedStrings, row: Int) {
        let placed = texts.withUTF8(at: row) { add(utf8: $0) }
        if !placed { statement.bind(texts[row], at: column) }
    }

    /// Whether the bytes could be bound; a text longer than the digest's buffer needs a copy.
    private func add(utf8 bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        column += 1
        guard let place = digest.append(UnsafeRawBufferPointer(bytes)) else { return false }
        statement.bind(staticText: place, count: bytes.count, at: column)
        return true
    }
}
