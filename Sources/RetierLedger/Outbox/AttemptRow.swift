import GRDB
import RetierCore

/// A row of the `delivery_attempt` table.
struct AttemptRow {
    /// The message's number, not its id.
    var message: Int64
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

    init(message: Int64, number: Int64, startedAt: Int64) {
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

    /// Records the end; a nil outcome means that the courier died and nobody knows whether the request left.
    mutating func end(_ result: DeliveryOutcome?, at now: Instant) {
        endedAt = now.seconds
        leftUs = result.map { $0.leftUs ? 1 : 0 }
        httpStatus = result?.httpStatus.map(Int64.init)
        outcome = result?.verdict.rawValue ?? DeliveryOutcome.Verdict.ambiguous.rawValue
        code = result?.code ?? "courier-died"
        note = result?.note
    }

    static func insertStatement(in database: Database) throws -> BoundStatement {
        try BoundStatement(
            "INSERT INTO delivery_attempt (message, number, started_at) VALUES (?, ?, ?)", in: database)
    }

    func insert(with statement: BoundStatement) throws {
        statement.bind(1, message)
        statement.bind(2, number)
        statement.bind(3, startedAt)
        try statement.run()
    }

    static func endStatement(in database: Database) throws -> BoundStatement {
        try BoundStatement(
            """
            UPDATE delivery_attempt SET ended_at = ?, left_us = ?, http_status = ?, outcome = ?, code = ?, note = ?
            WHERE message = ? AND number = ? AND started_at = ? AND ended_at IS NULL
            """, in: database)
    }

    /// Writes the end; false where there is no such attempt under way.
    func writeEnd(with statement: BoundStatement) throws -> Bool {
        statement.bind(1, endedAt)
        statement.bind(2, leftUs)
        statement.bind(3, httpStatus)
        statement.bind(4, outcome)
        statement.bind(5, code)
        statement.bind(6, note)
        statement.bind(7, message)
        statement.bind(8, number)
        statement.bind(9, startedAt)
        return try statement.run() == 1
    }

    var auditText: String { DetailText.text { addAudit(to: &$0) } }

    /// Adds the object that the audit trail keeps and verification compares.
    func addAudit(to detail: inout DetailText) {
        detail.begin()
        detail.add("number", number)
        detail.add("started_at", startedAt)
        detail.add("ended_at", endedAt)
        detail.add("left_us", leftUs)
        detail.add("http_status", httpStatus)
        detail.add("outcome", outcome)
        detail.add("code", code)
        detail.add("note", note)
        detail.end()
    }
}
