import GRDB
import GRDBSQLite
import RetierCore

/// A prepared statement used through SQLite's C interface, for the loops over millions of rows.
///
/// Bound bytes are not copied: they must live until the step that uses them is done.
final class RawStatement {
    private let connection: SQLiteConnection
    private let statement: OpaquePointer

    init(_ connection: SQLiteConnection, _ sql: String) throws {
        self.connection = connection
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw RawStatement.error(code, connection) }
        statement = prepared
    }

    deinit { sqlite3_finalize(statement) }

    @inline(__always)
    func bind(_ index: Int32, _ number: Int64) { sqlite3_bind_int64(statement, index, number) }

    @inline(__always)
    func bind(_ index: Int32, _ text: Bytes) {
        // A null pointer would bind NULL; an empty text is a text.
        let empty: StaticString = ""
        let start = text.baseAddress ?? empty.utf8Start
        UnsafeRawPointer(start).withMemoryRebound(to: CChar.self, capacity: text.count) {
            _ = sqlite3_bind_text(statement, index, $0, Int32(text.count), nil)
        }
    }

    func bind(_ index: Int32, blob bytes: Bytes) {
        sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), nil)
    }

    @inline(__always)
    func bindNull(_ index: Int32) { sqlite3_bind_null(statement, index) }

    @inline(__always)
    func bind(_ index: Int32, _ value: TimedColumns.Value) {
        switch value {
        case .null: bindNull(index)
        case .number(let number): bind(index, number)
        case .symbol(let key): bind(index, Int64(key))
        case .text(let text): bind(index, text)
        }
    }

    /// Moves to the next row; false where there is none.
    @inline(__always)
    func step() throws -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        sqlite3_reset(statement)
        throw RawStatement.error(code, connection)
    }

    /// Runs a statement that has no rows.
    @inline(__always)
    func run() throws {
        _ = try step()
        sqlite3_reset(statement)
    }

    @inline(__always)
    func reset() { sqlite3_reset(statement) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
    func number(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// Valid until the next step or reset.
    func text(_ column: Int32) -> Bytes {
        let start = sqlite3_column_text(statement, column)
        return Bytes(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private static func error(_ code: Int32, _ connection: SQLiteConnection) -> RetierError {
        let reason = String(cString: sqlite3_errmsg(connection))
        switch code & 0xff {
        case SQLITE_FULL:
            return RetierError(
                .tryLater, "the disk is full; the ledger is as it was before", hint: "free space and import again")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return RetierError(.tryLater, "the ledger is locked by another process", hint: "try again later")
        default:
            return RetierError(
                .tryLater, "the ledger cannot be read or written: \(reason); it is as it was before",
                hint: "check the disk and import again")
        }
    }
}
