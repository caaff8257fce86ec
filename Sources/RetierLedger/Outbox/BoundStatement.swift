import Foundation
import GRDB
import GRDBSQLite
import RetierCore

/// A cached statement of a connection, bound and stepped through SQLite's C interface.
///
/// A delivered message costs seven statements; boxed arguments and copied rows would cost more than SQLite itself.
/// Use it within one transaction, and no two of the same text at once. Every run binds all parameters again; a text
/// that is bound already is not copied again, because many are the same row after row.
struct BoundStatement {
    /// The texts that were bound, by parameter.
    private final class BoundTexts {
        private var texts: [String?] = []

        /// Remembers a text; false where it was bound already.
        func change(_ index: Int32, to text: String?) -> Bool {
            let index = Int(index)
            while texts.count <= index { texts.append(nil) }
            guard text == nil || texts[index] != text else { return false }
            texts[index] = text
            return true
        }
    }

    /// Keeps the raw statement alive.
    private let statement: Statement
    private let raw: SQLiteStatement
    private let boundTexts = BoundTexts()
    /// Tells SQLite to copy the bytes before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        raw = statement.sqliteStatement
        sqlite3_reset(raw)
    }

    func bind(_ index: Int32, _ number: Int64) { sqlite3_bind_int64(raw, index, number) }

    func bind(_ index: Int32, _ number: Int64?) {
        guard let number else { return bindNull(index) }
        sqlite3_bind_int64(raw, index, number)
    }

    func bind(_ index: Int32, _ text: String) {
        guard boundTexts.change(index, to: text) else { return }
        var text = text
        text.withUTF8 { bytes in
            // A null pointer would bind NULL; an empty text is a text.
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                sqlite3_bind_text(raw, index, "", 0, BoundStatement.copied)
                return
            }
            _ = UnsafeRawPointer(start).withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_bind_text(raw, index, $0, Int32(bytes.count), BoundStatement.copied)
            }
        }
    }

    func bind(_ index: Int32, _ text: String?) {
        guard let text else { return bindNull(index) }
        bind(index, text)
    }

    /// Binds UTF-8 bytes as a text; they must live until the run.
    func bindText(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return bind(index, "") }
        _ = boundTexts.change(index, to: nil)
        _ = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            sqlite3_bind_text(raw, index, $0, Int32(bytes.count), nil)
        }
    }

    /// Binds bytes as a blob; they must live until the run.
    func bindBlob(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(raw, index, bytes.baseAddress, Int32(bytes.count), nil)
    }

    func bindNull(_ index: Int32) {
        _ = boundTexts.change(index, to: nil)
        sqlite3_bind_null(raw, index)
    }

    /// Moves to the next row; false where there is none, and then the statement can be bound again.
    func step() throws -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(raw)
            return false
        case let code:
            let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(raw)))
            sqlite3_reset(raw)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
        }
    }

    /// Runs a statement that has no rows; returns how many rows it changed.
    @discardableResult
    func run() throws -> Int {
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(raw)))
    }

    func reset() { sqlite3_reset(raw) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }

    /// A column of the current row; 0 where it is NULL.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The UTF-8 bytes of a text column, valid until the next step.
    func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_text(raw, column)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
    }

    func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }

    /// The same, sharing the memory of a text that is most often equal.
    func text(_ column: Int32, like known: String?) -> String {
        let bytes = utf8(column)
        return known.flatMap { $0.utf8.elementsEqual(bytes) ? $0 : nil } ?? String(decoding: bytes, as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func data(_ column: Int32) -> Data {
        guard let start = sqlite3_column_blob(raw, column) else { return Data() }
        return Data(bytes: start, count: Int(sqlite3_column_bytes(raw, column)))
    }
}
