import GRDB
import RetierCore

/// A row of the `delivery_attempt` table: an attempt that ended.
///
/// It is written once, at the end. While an attempt is under way, its message says all there is to know: the number of
/// attempts, when this one began, and whose it is.
struct AttemptRow: Equatable {
    /// The message's number, not its id.
    var message: Int64
    var number: Int64
    var startedAt: Int64
    var endedAt: Int64
    /// 0 or 1; nil where nobody knows.
    var leftUs: Int64?
    var httpStatus: Int64?
    var outcome: String
    var code: String
    var note: String?

    static let columns = "message, number, started_at, ended_at, left_us, http_status, outcome, code, note"

    /// A nil outcome means that the courier died and nobody knows whether the request left.
    init(message: Int64, number: Int64, startedAt: Instant, endedAt: Instant, outcome result: DeliveryOutcome?) {
        self.message = message
        self.number = number
        self.startedAt = startedAt.seconds
        self.endedAt = endedAt.seconds
        leftUs = result.map { $0.leftUs ? 1 : 0 }
        httpStatus = result?.httpStatus.map(Int64.init)
        outcome = (result?.verdict ?? .ambiguous).rawValue
        code = result?.code ?? "courier-died"
        note = result?.note
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

    static func insertStatement(in database: Database) throws -> BoundStatement {
        try BoundStatement(
            "INSERT INTO delivery_attempt (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", in: database)
    }

    func insert(with statement: BoundStatement) throws {
        statement.bind(1, message)
        statement.bind(2, number)
        statement.bind(3, startedAt)
        statement.bind(4, endedAt)
        statement.bind(5, leftUs)
        statement.bind(6, httpStatus)
        statement.bind(7, outcome)
        statement.bind(8, code)
        statement.bind(9, note)
        try statement.run()
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
