import GRDB
import RetierCore

/// A row of the `message` table without its body, and the one place that reads and writes it.
struct OutboxRow: Sendable {
    /// The number by which tables refer to the message.
    var key: Int64
    var run: String
    var endpoint: String
    var position: Int64
    var claim: String?
    /// The quiet windows that it keeps.
    var quiet: String?
    var entry: OutboxEntry

    var id: String { entry.messageID }
    var state: OutboxState { entry.state }

    /// What to throw where a column holds what it cannot hold.
    static func damage(_ id: String) -> RetierError {
        RetierError(.badData, "message \(id) is in an unknown state", hint: "run retier audit verify")
    }

    static let columns = """
        id, run, endpoint, position, state, attempts, failures, doubtful_since, next_at, not_after, claim, \
        http_status, code, finished_at, reference, key, quiet
        """
    /// How many columns that is: what a statement selects after them begins here.
    static let columnCount: Int32 = 17

    /// Hands over the rows of a run, by id; nil for a row that cannot be read.
    static func forEach(
        ofRun run: String, in database: Database, _ body: (_ id: String, OutboxRow?) throws -> Void
    ) throws {
        let statement = try BoundStatement(
            "SELECT \(columns) FROM message WHERE run = ? ORDER BY id", in: database)
        statement.bind(1, run)
        defer { statement.reset() }
        while try statement.step() { try body(statement.text(0), try? OutboxRow(statement)) }
    }

    static func fetch(id: String, in database: Database) throws -> OutboxRow? {
        let statement = try BoundStatement("SELECT \(columns) FROM message WHERE id = ?", in: database)
        statement.bind(1, id)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return try OutboxRow(statement)
    }

    /// Reads the current row of a statement that selects `columns` first.
    ///
    /// - Parameter lastRun: the run of the row before, whose text it may share.
    init(_ row: BoundStatement, after lastRun: String? = nil) throws {
        let id = row.text(0)
        run = row.text(1, like: lastRun)
        endpoint = row.text(2)
        position = row.integer(3)
        guard let state = OutboxState(rawValue: row.text(4)) else { throw OutboxRow.damage(id) }
        claim = row.optionalText(10)
        key = row.integer(15)
        quiet = row.optionalText(16)
        entry = OutboxEntry(
            messageID: id, state: state, attempts: Int(row.integer(5)), failures: Int(row.integer(6)),
            doubtfulSince: row.optionalInteger(7).map(Instant.init(seconds:)),
            nextAt: Instant(seconds: row.integer(8)), notAfter: Instant(seconds: row.integer(9)),
            finishedAt: row.optionalInteger(13).map(Instant.init(seconds:)),
            httpStatus: row.optionalInteger(11).map(Int.init), code: row.optionalText(12),
            reference: row.optionalText(14))
    }

    static func updateStatement(in database: Database) throws -> BoundStatement {
        try BoundStatement(
            """
            UPDATE message SET state = ?, attempts = ?, failures = ?, doubtful_since = ?, next_at = ?, not_after = ?,
                claim = ?, http_status = ?, code = ?, finished_at = ?, reference = ?
            WHERE key = ? AND state = ? AND claim IS ? AND attempts = ?
            """, in: database)
    }

    /// What tells whether somebody else has changed the row meanwhile.
    struct Mark {
        var state: OutboxState
        var claim: String?
        var attempts: Int
    }

    var mark: Mark { Mark(state: entry.state, claim: claim, attempts: entry.attempts) }

    /// Writes what events may change; false where the row is no longer as `mark` says.
    func update(from mark: Mark, with statement: BoundStatement) throws -> Bool {
        statement.bind(1, entry.state.rawValue)
        statement.bind(2, Int64(entry.attempts))
        statement.bind(3, Int64(entry.failures))
        statement.bind(4, entry.doubtfulSince?.seconds)
        statement.bind(5, entry.nextAt.seconds)
        statement.bind(6, entry.notAfter.seconds)
        statement.bind(7, claim)
        statement.bind(8, entry.httpStatus.map(Int64.init))
        statement.bind(9, entry.code)
        statement.bind(10, entry.finishedAt?.seconds)
        statement.bind(11, entry.reference)
        statement.bind(12, key)
        statement.bind(13, mark.state.rawValue)
        statement.bind(14, mark.claim)
        statement.bind(15, Int64(mark.attempts))
        return try statement.run() == 1
    }
}
