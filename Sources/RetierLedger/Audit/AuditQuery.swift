import GRDB
package import RetierCore

/// One candidate of one run with what became of it: a row of `retier audit`.
package struct AuditRow: Hashable, Sendable {
    /// The names of `values`, in the order of the contract.
    package static let columns = [
        "at", "run", "action_id", "member_id", "playbook", "version", "step", "level", "type", "channel", "endpoint",
        "arm", "state", "reason", "message_id", "attempts", "http_status", "code", "cost",
        "as_of", "tags", "counts_to", "tier", "quiet", "first_attempt_at", "last_attempt_at", "incident",
    ]

    /// When the action came to its state: end of delivery, last attempt, or the commit of its run.
    package var at: Instant
    package var run: String
    package var actionID: String
    package var memberID: String
    package var playbook: String
    package var version: Int
    package var step: String
    package var level: Int?
    package var type: String
    package var channel: String
    package var endpoint: String
    package var arm: String?
    /// The message's state for what was sent, `rejected` for a single action that its receiver refused, the verdict for
    /// the rest.
    package var state: String
    package var reason: String
    package var messageID: String?
    package var attempts: Int?
    package var httpStatus: Int?
    package var code: String?
    package var cost: Money
    /// The day of its run, by which caps, `once_per` and budgets count.
    package var asOf: Day
    /// As they were when it was decided.
    package var marks: SendMarks
    package var tier: String?
    /// `QuietTerm.text` of what was sent; nil where it keeps no windows.
    package var quiet: String?
    /// When its first and its last attempt began; nil where there is none.
    package var firstAttempt: Instant?
    package var lastAttempt: Instant?
    /// The incident that it is about; nil for none.
    package var incident: String?

    /// The values as text, nil where there is none; money has the currency's decimals.
    package func values(decimals: Int) -> [String?] {
        [
            at.description, run, actionID, memberID, playbook, String(version), step, level.map(String.init), type,
            channel,
            endpoint, arm, state, reason, messageID, attempts.map(String.init), httpStatus.map(String.init), code,
            cost.text(decimals: decimals), asOf.description, marks.tags.joined(separator: " "), countsTo, tier, quiet,
            firstAttempt?.description, lastAttempt?.description, incident,
        ]
    }
}

extension AuditRow {
    /// The ids of the caps to which it counts where not all do; `*` for all.
    private var countsTo: String {
        switch marks.counts {
        case .all: "*"
        case .only(let ids): ids.joined(separator: " ")
        }
    }
}

/// Which actions were decided and sent, and how that ended.
package struct AuditQuery: Hashable, Sendable {
    package var member: String?
    package var playbook: String?
    package var run: String?
    /// A message state or a verdict.
    package var state: String?
    /// Only actions that came to their state at or after this moment.
    package var since: Instant?

    package init(
        member: String? = nil, playbook: String? = nil, run: String? = nil, state: String? = nil, since: Instant? = nil
    ) {
        self.member = member
        self.playbook = playbook
        self.run = run
        self.state = state
        self.since = since
    }

    /// Hands over the rows one by one, by run (oldest first), member id (bytes) and action id, in one consistent
    /// snapshot.
    ///
    /// Only row numbers are sorted and kept, so that a million rows need some tens of megabytes.
    package func forEachRow(in ledger: Ledger, _ body: (AuditRow) throws -> Void) throws {
        try ledger.pool.read { database in
            for rowID in try sortedRowIDs(in: database) {
                let statement = try database.cachedStatement(
                    sql: "SELECT \(Self.output) \(Self.source) WHERE decision.rowid = ?")
                guard let row = try Row.fetchOne(statement, arguments: [rowID]) else { continue }
                try body(AuditRow(row))
            }
        }
    }

    private static let at = """
        COALESCE(message.finished_at, CASE message.state WHEN 'sending' THEN message.next_at END, \
        (SELECT MAX(ended_at) FROM delivery_attempt WHERE delivery_attempt.message = message.key), run.committed_at)
        """

    private static let output = """
        \(at), decision.run, decision.action_id, member_id, playbook, version, step, level, type, channel,
            decision.endpoint, arm, \(state), reason, decision.message, attempts, http_status,
            COALESCE(\(refusal), code),
            decision.cost, decision.day, decision.marks, decision.tier, message.quiet,
            \(attempt("MIN")), \(attempt("MAX")),
            (SELECT i.incident FROM incident_action i WHERE i.run = decision.run AND i.action_id = decision.action_id)
        """

    /// When the first or the last attempt began.
    private static func attempt(_ which: String) -> String {
        "(SELECT \(which)(started_at) FROM delivery_attempt WHERE delivery_attempt.message = message.key)"
    }

    /// The code of an action that its receiver refused although it took the message.
    private static let refusal = "(SELECT MIN(code) FROM action_refusal WHERE action_id = decision.action_id)"

    private static let state = """
        CASE WHEN \(refusal) IS NOT NULL THEN 'rejected' ELSE COALESCE(message.state, verdict) END
        """

    private static let source = """
        FROM decision JOIN run ON run.id = decision.run JOIN member ON member.key = decision.member
            LEFT JOIN message ON message.id = decision.message
        """

    private func sortedRowIDs(in database: Database) throws -> [Int64] {
        var clauses: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []
        func require(_ clause: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            clauses.append(clause)
            arguments.append(value)
        }
        require("decision.member = (SELECT key FROM member WHERE member_id = ?)", member)
        require("playbook = ?", playbook)
        require("decision.run = ?", run)
        require("\(Self.state) = ?", state)
        require("\(Self.at) >= ?", since?.seconds)
        let filter = clauses.isEmpty ? "" : "WHERE " + clauses.joined(separator: " AND ")
        let sql = """
            SELECT decision.rowid \(Self.source) \(filter)
            ORDER BY run.committed_at, run.id, member_id, action_id
            """
        return try Int64.fetchAll(database, sql: sql, arguments: StatementArguments(arguments))
    }
}

extension AuditRow {
    fileprivate init(_ row: Row) {
        at = Instant(seconds: row[0])
        run = row[1]
        actionID = row[2]
        // A member that is known by an identity only has no id yet.
        memberID = row[3] ?? ""
        playbook = row[4]
        version = row[5]
        step = row[6]
        level = row[7]
        type = row[8]
        channel = row[9]
        endpoint = row[10]
        arm = row[11]
        state = row[12]
        reason = row[13]
        messageID = row[14]
        attempts = row[15]
        httpStatus = row[16]
        code = row[17]
        cost = Money(minorUnits: row[18])
        asOf = Day(number: row[19])
        marks = SendMarks(text: row[20])
        tier = row[21]
        quiet = row[22]
        firstAttempt = (row[23] as Int64?).map(Instant.init(seconds:))
        lastAttempt = (row[24] as Int64?).map(Instant.init(seconds:))
        incident = row[25]
    }
}
