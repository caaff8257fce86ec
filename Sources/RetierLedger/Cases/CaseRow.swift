import GRDB
import RetierCore

/// A row of the `member_case` table, and the one place that reads and writes it.
struct CaseRow {
    /// The ledger's key of the member who entered.
    var member: Int64
    /// The run that opened it.
    var run: String
    /// Orders and events later than this are signs of recovery: those before were known when the case was opened.
    var signsAfter: Int64
    var value: MemberCase
    var closedAt: Instant?
    var cause: String?

    static let columns = """
        id, member, playbook, run, is_escalation, is_shadow, state, opened, delay, next_step, level, waits_since, \
        held_until, paused_on, signs_after, closed_at, cause
        """

    /// The rows of cases that are not over, in the order of their ids where no other is given.
    static func open(
        in database: Database, where condition: String = "TRUE", _ arguments: [String] = [],
        orderedBy order: String = "id"
    ) throws -> [CaseRow] {
        try rows(
            in: database, where: "(state = 'open' OR state = 'paused') AND \(condition)", arguments, orderedBy: order)
    }

    /// The rows of cases that were open before a run, as if they were open still.
    static func open(before run: RunRecord, in database: Database) throws -> [CaseRow] {
        let wasOpen = "coalesce(closed_at, \(Int64.max)) >= \(run.committedAt.seconds)"
        return try rows(in: database, where: wasOpen + " " + RunRecord.condition("run", before: run)).map { row in
            var row = row
            if row.closedAt != nil || row.value.pausedOn.map({ $0 > run.asOf }) == true {
                (row.value.state, row.value.pausedOn) = (.open, nil)
            }
            return row
        }
    }

    private static func rows(
        in database: Database, where condition: String, _ arguments: [String] = [], orderedBy order: String = "id"
    ) throws -> [CaseRow] {
        let statement = try BoundStatement(
            "SELECT \(columns) FROM member_case WHERE \(condition) ORDER BY \(order)", in: database)
        for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), argument) }
        defer { statement.reset() }
        var rows: [CaseRow] = []
        while try statement.step() { rows.append(try CaseRow(statement)) }
        return rows
    }

    /// Reads the current row of a statement that selects `columns`.
    init(_ row: BoundStatement) throws {
        func day(_ column: Int32) -> Day? { row.optionalInteger(column).map { Day(number: Int32($0)) } }
        member = row.integer(1)
        run = row.text(3)
        signsAfter = row.integer(14)
        closedAt = row.optionalInteger(15).map(Instant.init(seconds:))
        cause = row.optionalText(16)
        value = MemberCase(
            id: row.text(0), playbook: row.text(2), isEscalation: row.integer(4) != 0, isShadow: row.integer(5) != 0,
            opened: Day(number: Int32(row.integer(7))))
        guard let state = CaseState(rawValue: row.text(6)) else {
            throw RetierError(.badData, "case \(value.id) is in an unknown state", hint: "run retier audit verify")
        }
        value.state = state
        value.delay = Int(row.integer(8))
        value.next = row.optionalText(9)
        value.level = row.optionalInteger(10).map { Int($0) }
        value.waitsSince = day(11) ?? value.opened
        value.heldUntil = day(12)
        value.pausedOn = day(13)
    }

    /// A case that a run opens.
    init(_ value: MemberCase, member: Int64, run: String, signsAfter: Int64) {
        self.member = member
        self.run = run
        self.signsAfter = signsAfter
        self.value = value
    }

    func insert(in database: Database) throws {
        let marks = Array(repeating: "?", count: 17).joined(separator: ", ")
        let statement = try BoundStatement(
            "INSERT INTO member_case (\(CaseRow.columns)) VALUES (\(marks))", in: database)
        statement.bind(1, value.id)
        statement.bind(2, member)
        statement.bind(3, value.playbook)
        statement.bind(4, run)
        statement.bind(5, value.isEscalation ? 1 : Int64(0))
        statement.bind(6, value.isShadow ? 1 : Int64(0))
        statement.bind(8, Int64(value.opened.number))
        statement.bind(15, signsAfter)
        bindState(of: statement, (state: 7, delay: 9, next: 10, level: 11, wait: 12, held: 13, paused: 14, closed: 16))
        try statement.run()
    }

    /// Writes what events may change.
    func update(in database: Database) throws {
        let statement = try BoundStatement(
            """
            UPDATE member_case SET state = ?, delay = ?, next_step = ?, level = ?, waits_since = ?, held_until = ?,
                paused_on = ?, closed_at = ?, cause = ? WHERE id = ?
            """, in: database)
        bindState(of: statement, (state: 1, delay: 2, next: 3, level: 4, wait: 5, held: 6, paused: 7, closed: 8))
        statement.bind(10, value.id)
        try statement.run()
    }

    private func bindState(
        of statement: BoundStatement,
        _ places: (
            state: Int32, delay: Int32, next: Int32, level: Int32, wait: Int32, held: Int32, paused: Int32,
            closed: Int32
        )
    ) {
        statement.bind(places.state, value.state.rawValue)
        statement.bind(places.delay, Int64(value.delay))
        statement.bind(places.next, value.next)
        statement.bind(places.level, value.level.map(Int64.init))
        statement.bind(places.wait, Int64(value.waitsSince.number))
        statement.bind(places.held, value.heldUntil.map { Int64($0.number) })
        statement.bind(places.paused, value.pausedOn.map { Int64($0.number) })
        statement.bind(places.closed, closedAt?.seconds)
        statement.bind(places.closed + 1, cause)
    }
}
