import GRDB
import GRDBSQLite
import RetierCore

/// Finds what members did: the orders and events that open cases are waiting for.
final class CaseSigns {
    /// What ends a case, and by what.
    struct Sign {
        var event: CaseEvent
        var at: Int64
        /// `order ID`, `event KIND ID`.
        var cause: String
    }

    /// Events of this kind are acknowledgements; `retier import acks` makes them.
    static let acknowledgement = "ack"

    private let database: Database
    /// Which orders count, as an SQL condition.
    private let counted: String
    private let merges: MergeMap
    /// The questions about what a `stop_when` names.
    private var questions: [[String]: Questions] = [:]

    private struct Questions {
        /// The first order and the last one; nil where no order is a sign.
        var orders: (first: BoundStatement, last: BoundStatement)?
        /// The same of events, first all in order; nil where the ledger has no event of such a kind.
        var events: (first: BoundStatement, last: BoundStatement)?
    }

    /// - Parameter uncounted: statuses of orders that do not count.
    init(uncounted: [String], in database: Database) throws {
        guard let connection = database.sqliteConnection else {
            throw RetierError(.tryLater, "the ledger is closed", hint: "open it again")
        }
        self.database = database
        let statuses = try uncounted.compactMap { try CaseSigns.symbol($0, database) }
        // A purchase is an order of at least 0, as everywhere; what is below is a return.
        counted = "amount >= 0 AND coalesce(status, 0) NOT IN (\(CaseSigns.list(statuses)))"
        merges = try MergeMap(connection)
    }

    /// The member and all who count for the same one.
    func group(of member: Int64) -> [Int64] {
        merges.isEmpty ? [member] : merges.group(of: merges.root(of: member))
    }

    func root(of member: Int64) -> Int64 { merges.root(of: member) }

    /// The first sign that ends a case; nil while there is none.
    func first(of row: CaseRow, names: [String]) throws -> Sign? {
        let questions = try questions(names)
        var found: [Sign] = []
        for member in group(of: row.member) {
            if let statement = questions.orders?.first, let sign = try order(statement, of: member, row) {
                found.append(sign)
            }
            if let statement = questions.events?.first, let sign = try event(statement, of: member, row) {
                found.append(sign)
            }
        }
        return found.min { ($0.at, $0.cause) < ($1.at, $1.cause) }
    }

    /// The moment of the last sign before another moment: what was known when a case was opened; nil for none.
    func last(of member: Int64, names: [String], before moment: Instant) throws -> Int64? {
        let questions = try questions(names)
        var last: Int64?
        for member in group(of: member) {
            for statement in [questions.orders?.last, questions.events?.last].compactMap(\.self) {
                statement.bind(1, member)
                statement.bind(2, moment.seconds)
                if try statement.step() { last = max(last ?? .min, statement.integer(0)) }
                statement.reset()
            }
        }
        return last
    }

    private func questions(_ names: [String]) throws -> Questions {
        if let known = questions[names] { return known }
        let kinds = names.filter { $0.hasPrefix("event:") }.map { String($0.dropFirst("event:".count)) }
        let keys = try ([CaseSigns.acknowledgement] + kinds).compactMap { try CaseSigns.symbol($0, database) }
        var made = Questions()
        if names.contains("order") {
            made.orders = (
                try BoundStatement(
                    "SELECT at, order_id FROM member_order WHERE member = ? AND at > ? AND \(counted) ORDER BY at",
                    in: database),
                try BoundStatement(
                    "SELECT at FROM member_order WHERE member = ? AND at < ? AND \(counted) ORDER BY at DESC",
                    in: database)
            )
        }
        if !keys.isEmpty {
            let ofKind = "kind IN (\(CaseSigns.list(keys)))"
            made.events = (
                try BoundStatement(
                    """
                    SELECT at, event_id, (SELECT text FROM symbol WHERE key = kind), ref FROM member_event
                    WHERE member = ? AND at > ? AND \(ofKind) ORDER BY at, event_id
                    """, in: database),
                try BoundStatement(
                    "SELECT at FROM member_event WHERE member = ? AND at < ? AND \(ofKind) ORDER BY at DESC",
                    in: database)
            )
        }
        questions[names] = made
        return made
    }

    private func order(_ statement: BoundStatement, of member: Int64, _ row: CaseRow) throws -> Sign? {
        statement.bind(1, member)
        statement.bind(2, row.signsAfter)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return Sign(event: .recover, at: statement.integer(0), cause: "order " + statement.text(1))
    }

    private func event(_ statement: BoundStatement, of member: Int64, _ row: CaseRow) throws -> Sign? {
        statement.bind(1, member)
        statement.bind(2, row.signsAfter)
        defer { statement.reset() }
        while try statement.step() {
            let kind = statement.text(2)
            let isAcknowledgement = kind == CaseSigns.acknowledgement
            // An acknowledgement may name one case of several.
            if isAcknowledgement, let named = statement.optionalText(3), named.hasPrefix("case_"), named != row.value.id
            {
                continue
            }
            return Sign(
                event: isAcknowledgement ? .acknowledge : .recover, at: statement.integer(0),
                cause: "event \(kind) " + statement.text(1))
        }
        return nil
    }

    private static func symbol(_ text: String, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT key FROM symbol WHERE text = ?", arguments: [text])
    }

    private static func list(_ keys: [Int64]) -> String { keys.map(String.init).joined(separator: ", ") }
}
