import Foundation
import GRDBSQLite
import RetierCore

/// A plain SQLite connection to a plan file: GRDB's pools, checks and caches have no use there.
final class PlanConnection {
    let path: String
    fileprivate let handle: OpaquePointer

    enum Mode { case read, create }

    init(path: String, mode: Mode) throws {
        let flags = mode == .read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw RetierError(
                mode == .read ? .badData : .tryLater,
                "cannot open the plan file \(path): \(String(cString: sqlite3_errstr(code)))",
                hint: "check the path and its permissions")
        }
        self.path = path
        handle = opened
    }

    deinit { sqlite3_close_v2(handle) }

    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    func prepare(_ sql: String) throws -> PlanStatement { try PlanStatement(self, sql: sql) }

    /// The error of a failed call: a full disk asks to try later, anything else means that the file is not a sound
    /// plan.
    func failure(_ code: Int32) -> RetierError {
        let words = String(cString: sqlite3_errmsg(handle))
        switch code & 0xff {
        case SQLITE_FULL, SQLITE_IOERR, SQLITE_BUSY, SQLITE_LOCKED:
            return RetierError(.tryLater, "plan file \(path): \(words)", hint: "check the disk, then try again")
        case SQLITE_NOTADB:
            return RetierError(.badData, "\(path) is not a plan file", hint: "name a file that retier plan wrote")
        default:
            return RetierError(.badData, "plan file \(path) is damaged: \(words)", hint: "make the plan again")
        }
    }
}

/// A prepared statement of a plan file.
///
/// Texts that are bound must live until the next `step`.
final class PlanStatement {
    private let connection: PlanConnection
    private let handle: OpaquePointer

    fileprivate init(_ connection: PlanConnection, sql: String) throws {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw connection.failure(code) }
        self.connection = connection
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// Whether there is a row.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.failure(code)
        }
    }

    /// Executes an insert and makes the statement ready for the next one.
    func run() throws {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else { throw connection.failure(code) }
        sqlite3_reset(handle)
    }

    /// Makes the statement ready to be stepped anew, with other values.
    func reset() { sqlite3_reset(handle) }

    func bind(_ value: Int64, at position: Int32) { sqlite3_bind_int64(handle, position, value) }
    func bindNull(at position: Int32) { sqlite3_bind_null(handle, position) }

    /// Binds text without copying it.
    func bind(staticText text: UnsafePointer<CChar>?, count: Int, at position: Int32) {
        sqlite3_bind_text(handle, position, text, Int32(count), nil)
    }

    /// Binds a copy of a text.
    func bind(_ text: String, at position: Int32) {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(handle, position, text, -1, transient)
    }

    var columnCount: Int32 { sqlite3_column_count(handle) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    /// The text of a column; empty for NULL.
    func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }

    /// The UTF-8 bytes of a column's text, valid until the next step; empty for NULL.
    func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_text(handle, column)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Feeds all columns of the current row to a digest.
    func feed(_ digest: RowDigest) {
        digest.beginRow()
        for column in 0..<columnCount {
            switch sqlite3_column_type(handle, column) {
            case SQLITE_INTEGER: digest.append(sqlite3_column_int64(handle, column))
            case SQLITE_NULL: digest.appendNull()
            case let type:
                let start = sqlite3_column_blob(handle, column)
                let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
                // Strict tables hold nothing but the declared types; another type is damage and must not read as text.
                digest.append(bytes, tag: type == SQLITE_TEXT ? 0x54 : 0x58)
            }
        }
    }
}
