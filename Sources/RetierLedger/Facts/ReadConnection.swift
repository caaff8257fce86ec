import GRDBSQLite
import RetierCore

/// A read-only connection of the raw SQLite API, for loops in which a row must cost less than a row object.
///
/// `@unchecked Sendable`: the handle is opened without SQLite's own lock, so one thread at a time may use it. The
/// owners in this folder hand each connection to exactly one thread and wait for that thread to end.
final class ReadConnection: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Opens the file; a file that is missing or is no database gives a `RetierError`.
    init(path: String) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened, code == SQLITE_OK else {
            sqlite3_close_v2(opened)
            throw ReadConnection.error(code)
        }
        handle = opened
        sqlite3_busy_timeout(handle, 10_000)
        do {
            // One pass needs no cache of its own beyond the path down the tree; the system keeps the pages.
            try execute("PRAGMA cache_size = -4096")
        } catch {
            sqlite3_close_v2(opened)
            throw error
        }
    }

    deinit { sqlite3_close_v2(handle) }

    /// Opens connections that all read the same state of the file, whatever is written meanwhile.
    ///
    /// `PRAGMA data_version` changes for a connection when another one has committed; equal versions before and after
    /// all transactions have begun mean that no commit fell between them. Throws `tryLater` where writers never pause.
    static func sharingSnapshot(path: String, count: Int) throws -> [ReadConnection] {
        let connections = try (0..<count).map { _ in try ReadConnection(path: path) }
        for _ in 0..<1_000 {
            let before = try connections[count - 1].integer("PRAGMA data_version")
            for connection in connections {
                try connection.execute("BEGIN")
                _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
            }
            if try connections[count - 1].integer("PRAGMA data_version") == before { return connections }
            for connection in connections { try connection.execute("ROLLBACK") }
        }
        throw RetierError(
            .tryLater, "the ledger is being written without a pause, so no consistent state of it can be read",
            hint: "run again when the import is done")
    }

    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw ReadConnection.error(code) }
    }

    /// The first column of the first row; 0 where there is none.
    func integer(_ sql: String) throws -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    func prepare(_ sql: String) throws -> ReadStatement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
        guard let prepared, code == SQLITE_OK else { throw ReadConnection.error(code) }
        return ReadStatement(prepared)
    }

    /// What an SQLite result code means for the person who runs retier.
    static func error(_ code: Int32) -> RetierError {
        let text = String(cString: sqlite3_errstr(code))
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return RetierError(.tryLater, "the ledger is locked by another process (\(text))", hint: "try again later")
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT:
            return RetierError(
                .badData, "the ledger file is damaged (\(text))",
                hint: "restore var/retier.db from a backup; `PRAGMA integrity_check` tells what is lost")
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY:
            return RetierError(
                .badConfiguration, "the ledger file cannot be opened (\(text))",
                hint: "check the path and the rights of var/retier.db and its folder")
        default:
            return RetierError(
                .tryLater, "reading the ledger failed (\(text), code \(code))",
                hint: "check the disk and the free memory, then try again")
        }
    }
}

/// A prepared statement of the raw SQLite API; used by the thread that uses its connection.
final class ReadStatement {
    private let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    /// Moves to the next row; false at the end.
    ///
    /// An error is thrown, never taken for the end.
    @inline(__always)
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw ReadConnection.error(code) }
        return false
    }

    /// Begins anew with these parameters.
    func restart(_ parameters: Int64...) throws {
        sqlite3_reset(handle)
        for (index, parameter) in parameters.enumerated() {
            let code = sqlite3_bind_int64(handle, Int32(index + 1), parameter)
            guard code == SQLITE_OK else { throw ReadConnection.error(code) }
        }
    }

    /// Binds one number, one-based.
    func bind(_ number: Int64, at index: Int32) throws {
        let code = sqlite3_bind_int64(handle, index, number)
        guard code == SQLITE_OK else { throw ReadConnection.error(code) }
    }

    /// Binds one text, one-based.
    func bind(_ text: String, at index: Int32) throws {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code = sqlite3_bind_text(handle, index, text, -1, transient)
        guard code == SQLITE_OK else { throw ReadConnection.error(code) }
    }

    /// A column of the current row, zero-based; 0 where it is NULL.
    @inline(__always)
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    @inline(__always)
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The UTF-8 bytes of a text column, valid until the next step.
    func utf8(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_text(handle, column)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// The bytes of a blob column, valid until the next step.
    func blob(_ column: Int32) -> Bytes {
        let start = sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
        return Bytes(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    func text(_ column: Int32) -> String { String(decoding: utf8(column), as: UTF8.self) }
}
