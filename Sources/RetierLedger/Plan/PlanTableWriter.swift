import RetierCore

/// Inserts the rows of one table of a plan and digests them on the way.
///
/// Several rows go into one statement as long as the rows that were announced last: that halves what SQLite spends on
/// a row.
final class PlanTableWriter {
    private static let batch = 16

    private let several: PlanStatement?
    private let single: PlanStatement
    private var statement: PlanStatement
    private let digest = RowDigest()
    private let announced: Int
    /// Rows of the present statement, and those of them that are there.
    private var wanted = 1
    private var pending = 0
    private var column: Int32 = 0
    private(set) var rows = 0

    /// At least `rows` rows will follow.
    init(_ table: PlanSchema.Table, _ connection: PlanConnection, rows: Int = 0) throws {
        single = try connection.prepare(table.insert(rows: 1))
        several =
            rows < PlanTableWriter.batch ? nil : try connection.prepare(table.insert(rows: PlanTableWriter.batch))
        statement = single
        announced = rows
        beginStatement()
    }

    /// Inserts the row whose columns were added.
    func endRow() throws {
        rows += 1
        pending += 1
        guard pending == wanted else { return }
        try statement.run()
        beginStatement()
    }

    private func beginStatement() {
        digest.beginRow()
        column = 0
        pending = 0
        guard let several, announced - rows >= PlanTableWriter.batch else {
            statement = single
            wanted = 1
            return
        }
        statement = several
        wanted = PlanTableWriter.batch
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
