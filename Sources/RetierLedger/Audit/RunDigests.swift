import Crypto
import GRDB
import GRDBSQLite
import RetierCore

/// SHA-256 digests of the rows that a committed run never changes again; commit and verification share them.
///
/// Canonical form: rows in key order, decisions in the order in which they were committed; each value as one type byte
/// (`N`, `I`, `R`, `T`, `B`) and, but for `N`, eight little-endian bytes (the number, or the length of the text or blob
/// that follows). Columns are named, so that a later migration changes nothing.
enum RunDigests {
    struct Table {
        var name: String
        var columns: [String]
        /// Which rows are the run's.
        var condition = "run = ?"
        var order: String
    }

    static let tables = [
        Table(
            name: "run",
            columns: [
                "id", "kind", "period", "as_of", "plan_digest", "committed_at", "members", "sends", "reach",
                "demotions", "cost",
                "tally", "calibration",
            ], condition: "id = ?", order: "id"),
        Table(name: "run_input", columns: ["run", "name", "digest", "count"], order: "name"),
        Table(name: "calibration", columns: ["version", "learned_on", "model_digest", "run"], order: "version"),
        Table(
            name: "calibration_value", columns: ["version", "position", "part", "name", "value"],
            condition: "version IN (SELECT version FROM calibration WHERE run = ?)", order: "version, position"),
        Table(
            name: "transition",
            columns: ["run", "member", "kind", "from_tier", "to_tier", "from_stage", "to_stage", "reason"],
            order: "member, kind"),
        Table(
            name: "run_figure", columns: ["run", "position", "part", "subject", "object", "quantity", "value"],
            order: "position"),
        Table(
            name: "decision",
            columns: [
                "action_id", "run", "member", "playbook", "version", "step", "level", "type", "channel", "endpoint",
                "arm", "verdict", "reason", "facts", "evidence", "until", "cost", "day", "marks", "tier", "choice",
                "message",
            ], order: "rowid"),
        Table(name: "incident_action", columns: ["incident", "run", "action_id"], order: "action_id"),
        Table(
            name: "experiment_shares", columns: ["number", "experiment", "pilot", "holdout", "arms", "run"],
            order: "number"),
        Table(
            name: "assignment",
            columns: ["experiment", "member", "is_control", "arm", "shares", "tier", "day", "run"],
            order: "experiment, member"),
        // How a canary began; what becomes of it is in its own entries.
        Table(name: "canary", columns: ["run", "share", "max_failed", "not_before", "opened_at"], order: "run"),
        Table(name: "canary_sample", columns: ["run", "message"], order: "message"),
        // What a message is; what becomes of it is in its own entries.
        Table(
            name: "message",
            columns: ["id", "run", "endpoint", "position", "form", "body_digest", "actions", "quiet"],
            order: "id"),
        Table(
            name: "message_recipient", columns: ["message", "recipient", "action_id"],
            condition: "message IN (SELECT id FROM message WHERE run = ?)", order: "message, recipient, action_id"),
    ]

    /// The detail of a run's `run.committed` entry: one digest a table.
    static func detail(ofRun run: String, in database: Database) throws -> String {
        var detail = JSONObject()
        for table in tables { detail.add(table.name, try digest(of: table, run: run, in: database)) }
        return detail.json
    }

    static func digest(of table: Table, run: String, in database: Database) throws -> String {
        let sql = """
            SELECT \(table.columns.joined(separator: ", ")) FROM "\(table.name)" WHERE \(table.condition)
            ORDER BY \(table.order)
            """
        let statement = try database.makeStatement(sql: sql)
        try statement.setArguments([run])
        var hash = SHA256()
        var bytes: [UInt8] = []
        // Stepping the raw statement: a run may hold a million decisions of twenty columns.
        let raw = statement.sqliteStatement
        defer { sqlite3_reset(raw) }
        while true {
            let code = sqlite3_step(raw)
            if code == SQLITE_DONE { break }
            guard code == SQLITE_ROW else {
                throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql)
            }
            for column in 0..<Int32(table.columns.count) { append(column, of: raw, to: &bytes) }
            if bytes.count > 65_536 {
                hash.update(data: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        hash.update(data: bytes)
        return Hexadecimal.text(of: hash.finalize())
    }

    private static func append(_ column: Int32, of statement: SQLiteStatement, to bytes: inout [UInt8]) {
        func append(_ tag: Character, _ value: Int64) {
            bytes.append(tag.asciiValue ?? 0)
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ tag: Character, _ start: UnsafeRawPointer?) {
            let count = Int(sqlite3_column_bytes(statement, column))
            append(tag, Int64(count))
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
        }
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: append("I", sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: append("R", Int64(bitPattern: sqlite3_column_double(statement, column).bitPattern))
        case SQLITE_TEXT: append("T", UnsafeRawPointer(sqlite3_column_text(statement, column)))
        case SQLITE_BLOB: append("B", sqlite3_column_blob(statement, column))
        default: bytes.append(0x4E)
        }
    }
}

/// Which columns the digests of a run cover, by table.
package enum RunDigestColumns {
    package static var byTable: [(table: String, columns: [String])] {
        RunDigests.tables.map { ($0.name, $0.columns) }
    }
}
