import GRDB
import RetierCore

/// A row of the `message` table without its body, and the one place that reads and writes it.
struct OutboxRow {
    var id: String
    var run: String
    var endpoint: String
    var position: Int64
    var claim: String?
    var entry: OutboxEntry

    var state: OutboxState { entry.state }

    /// What to throw where a column holds what it cannot hold.
    var isDamaged: RetierError { OutboxRow.damage(id) }

    private static func damage(_ id: String) -> RetierError {
        RetierError(.badData, "message \(id) is in an unknown state", hint: "run retier audit verify")
    }

    static let columns = """
        id, run, endpoint, position, state, attempts, failures, doubtful_since, next_at, not_after, claim, \
        http_status, code, finished_at, reference
        """

    init(_ row: Row) throws {
        id = row[0]
        run = row[1]
        endpoint = row[2]
        position = row[3]
        let name: String = row[4]
        guard let state = OutboxState(rawValue: name) else {
            throw OutboxRow.damage(id)
        }
        claim = row[10]
        entry = OutboxEntry(
            messageID: id, state: state, attempts: row[5], failures: row[6],
            doubtfulSince: (row[7] as Int64?).map(Instant.init(seconds:)), nextAt: Instant(seconds: row[8]),
            notAfter: Instant(seconds: row[9]), finishedAt: (row[13] as Int64?).map(Instant.init(seconds:)),
            httpStatus: row[11], code: row[12], reference: row[14])
    }

    /// The raw rows of a run, by id.
    static func cursor(ofRun run: String, in database: Database) throws -> RowCursor {
        let sql = "SELECT \(columns) FROM message WHERE run = ? ORDER BY id"
        return try Row.fetchCursor(database, sql: sql, arguments: [run])
    }

    static func fetch(id: String, in database: Database) throws -> OutboxRow? {
        let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM message WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map { try OutboxRow($0) }
    }

    /// Writes what events may change.
    func update(in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE message SET state = ?, attempts = ?, failures = ?, doubtful_since = ?, next_at = ?,
                    not_after = ?, claim = ?, http_status = ?, code = ?, finished_at = ?, reference = ?
                WHERE id = ?
                """)
        statement.setUncheckedArguments([
            entry.state.rawValue, entry.attempts, entry.failures, entry.doubtfulSince?.seconds, entry.nextAt.seconds,
            entry.notAfter.seconds, claim, entry.httpStatus, entry.code, entry.finishedAt?.seconds, entry.reference, id,
        ])
        try statement.execute()
    }

    /// The detail of a message's audit entry: all columns that events may change, and the attempt that the event
    /// touched.
    func auditDetail(attempt: AttemptRow?) -> String {
        var detail = JSONObject()
        detail.add("message", json: auditText)
        detail.add("attempt", json: attempt?.auditText ?? "null")
        return detail.json
    }

    /// Verification compares this text with the one in the message's last entry.
    var auditText: String {
        var detail = JSONObject()
        detail.add("state", entry.state.rawValue)
        detail.add("attempts", Int64(entry.attempts))
        detail.add("failures", Int64(entry.failures))
        detail.add("doubtful_since", entry.doubtfulSince?.seconds)
        detail.add("next_at", entry.nextAt.seconds)
        detail.add("not_after", entry.notAfter.seconds)
        detail.add("claim", claim)
        detail.add("http_status", entry.httpStatus.map(Int64.init))
        detail.add("code", entry.code)
        detail.add("finished_at", entry.finishedAt?.seconds)
        detail.add("reference", entry.reference)
        return detail.json
    }
}

/// A row of the `delivery_attempt` table.
struct AttemptRow {
    var message: String
    var number: Int64
    var startedAt: Int64
    var endedAt: Int64?
    /// 0 or 1; nil where nobody knows.
    var leftUs: Int64?
    var httpStatus: Int64?
    var outcome: String?
    var code: String?
    var note: String?

    static let columns = "message, number, started_at, ended_at, left_us, http_status, outcome, code, note"

    init(message: String, number: Int64, startedAt: Int64) {
        self.message = message
        self.number = number
        self.startedAt = startedAt
    }

    init(_ row: Row) {
        message = row[0]
        number = row[1]
        startedAt = row[2]
        endedAt = row[3]
        leftUs = row[4]
        httpStatus = row[5]
        outcome = row[6]
        code = row[7]
        note = row[8]
    }

    static func fetch(message: String, number: Int, in database: Database) throws -> AttemptRow? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM delivery_attempt WHERE message = ? AND number = ?")
        return try Row.fetchOne(statement, arguments: [message, number]).map(AttemptRow.init)
    }

    /// Records the end; a nil outcome means that the courier died and nobody knows whether the request left.
    mutating func end(_ result: DeliveryOutcome?, at now: Instant) {
        endedAt = now.seconds
        leftUs = result.map { $0.leftUs ? 1 : 0 }
        httpStatus = result?.httpStatus.map(Int64.init)
        outcome = result?.verdict.rawValue ?? DeliveryOutcome.Verdict.ambiguous.rawValue
        code = result?.code ?? "courier-died"
        note = result?.note
    }

    func insert(in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO delivery_attempt (message, number, started_at) VALUES (?, ?, ?)")
        statement.setUncheckedArguments([message, number, startedAt])
        try statement.execute()
    }

    func update(in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE delivery_attempt SET ended_at = ?, left_us = ?, http_status = ?, outcome = ?, code = ?, note = ?
                WHERE message = ? AND number = ?
                """)
        statement.setUncheckedArguments([endedAt, leftUs, httpStatus, outcome, code, note, message, number])
        try statement.execute()
    }

    var auditText: String {
        var detail = JSONObject()
        detail.add("number", number)
        detail.add("started_at", startedAt)
        detail.add("ended_at", endedAt)
        detail.add("left_us", leftUs)
        detail.add("http_status", httpStatus)
        detail.add("outcome", outcome)
        detail.add("code", code)
        detail.add("note", note)
        return detail.json
    }
}
