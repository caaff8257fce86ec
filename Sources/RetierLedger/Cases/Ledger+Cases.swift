import GRDB
package import RetierCore

/// A case as people see it.
package struct StoredCase: Hashable, Sendable {
    package var memberID: String
    package var run: String
    package var value: MemberCase
    package var closedAt: Instant?
    /// What closed it: the order, the event, or a person's reason.
    package var cause: String?

    /// Whether it had been opened and was not over when a run was made.
    package func isOpen(before run: RunRecord) -> Bool {
        value.opened <= run.asOf && (closedAt.map { $0 >= run.committedAt } ?? true)
    }
}

/// What closing cases came to.
package struct CaseClosings: Hashable, Sendable {
    package var cases = 0
    /// Messages that had not left.
    package var cancelled = 0
    /// Actions that were deferred and will not be taken up.
    package var withdrawn = 0

    package init() {}
}

extension Ledger {
    /// The cases of these members that are not over, each with its row.
    ///
    /// - Parameters:
    ///   - keys: the ledger's key of each row's member, as in `FactTable.keys`.
    ///   - merged: `FactTable.mergedKeys`.
    ///   - before: those that were open before this run, as far as the ledger still knows: steps that were taken since
    ///     stay taken.
    package func openCases(
        keys: [Int64], merged: [MergedKey] = [], before: RunRecord? = nil
    ) throws -> [(row: Int, value: MemberCase)] {
        let rows = try pool.read { database in
            try before.map { try CaseRow.open(before: $0, in: database) } ?? CaseRow.open(in: database)
        }
        guard !rows.isEmpty else { return [] }
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        return rows.compactMap { row in rowOfKey[row.member].map { ($0, row.value) } }
    }

    /// Cases, the latest first: those that are not over, or all; of one member or of all.
    package func cases(all: Bool, memberID: String? = nil) throws -> [StoredCase] {
        try pool.read { database in
            let states = all ? "TRUE" : "state IN ('open', 'paused')"
            let statement = try BoundStatement(
                """
                \(memberID == nil ? "" : Ledger.oneMember)
                SELECT \(CaseRow.columns),
                    coalesce((SELECT member_id FROM member WHERE key = member_case.member), '')
                FROM member_case WHERE \(states) \(memberID == nil ? "" : "AND member IN one")
                ORDER BY opened DESC, id
                """, in: database)
            if let memberID { statement.bind(1, memberID) }
            var cases: [StoredCase] = []
            while try statement.step() {
                let row = try CaseRow(statement)
                cases.append(
                    StoredCase(
                        memberID: statement.text(17), run: row.run, value: row.value, closedAt: row.closedAt,
                        cause: row.cause))
            }
            return cases
        }
    }

    /// Closes the open cases whose members have ordered, replied or been acknowledged, cancels what has not left, and
    /// forgets what was deferred for them.
    ///
    /// - Parameter zone: the brand's.
    package func closeRecoveredCases(_ recovery: Recovery, zone: ZoneRules, now: Instant) throws -> CaseClosings {
        let isOpen = try pool.read {
            try Bool.fetchOne(
                $0,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM member_case WHERE state = 'open' OR state = 'paused')
                        OR EXISTS (SELECT 1 FROM waiting_action)
                    """)
        }
        guard isOpen == true else { return CaseClosings() }
        return try Outbox(self).change { database, writer in
            let signs = try CaseSigns(uncounted: recovery.uncounted, in: database)
            var closer = CaseCloser(database: database, now: now)
            for row in try CaseRow.open(in: database) {
                _ = try closer.closeRecovered(row, recovery, signs, of: signs.group(of: row.member), &writer)
            }
            closer.withdrawn(
                try WaitingCommit.withdraw(recovery.stopWhen, signs, zone: zone, in: database) { action, detail in
                    try writer.record(
                        kind: AuditKind(rawValue: "waiting.withdrawn"), subject: action, detail: detail, run: "",
                        at: now)
                })
            return closer.closings
        }
    }

    /// Closes cases by a person's word: the one of that id, or the open ones of the member of that id.
    ///
    /// - Parameter event: `acknowledge` or `close`.
    /// - Throws: `RetierError` of code `usage` where there is no such open case.
    package func closeCases(
        _ id: String, by event: CaseEvent, reason: String, operatorName: String, now: Instant
    ) throws -> CaseClosings {
        try Outbox(self).change { database, writer in
            var rows = try CaseRow.open(in: database, where: "id = ?", [id])
            let signs = try CaseSigns(uncounted: [], in: database)
            let member = try Int64.fetchOne(
                database, sql: "SELECT key FROM member WHERE member_id = ?", arguments: [id])
            if rows.isEmpty, let member {
                let keys = signs.group(of: member).map(String.init).joined(separator: ", ")
                rows = try CaseRow.open(in: database, where: "member IN (\(keys))")
            }
            guard !rows.isEmpty else {
                throw RetierError(
                    .usage, "\(id) is no open case and no member with one", hint: "retier case list shows them")
            }
            var closer = CaseCloser(database: database, now: now)
            for row in rows {
                try closer.close(
                    row, event, cause: reason, by: operatorName, of: signs.group(of: row.member), &writer)
            }
            return closer.closings
        }
    }
}

/// Closes cases in one transaction: the row, the audit entry, and the messages that have not left.
struct CaseCloser {
    let database: Database
    let now: Instant
    private(set) var closings = CaseClosings()

    init(database: Database, now: Instant) {
        self.database = database
        self.now = now
    }

    /// - Parameter members: the keys under which actions of the case may be decided.
    mutating func close(
        _ old: CaseRow, _ event: CaseEvent, cause: String, by operatorName: String? = nil, of members: [Int64],
        _ writer: inout OutboxWriter
    ) throws {
        var row = old
        let ladder = CaseLadder.none(of: old.value)
        guard let effects = row.value.handle(event, on: old.value.opened, ladder: ladder) else { return }
        row.closedAt = now
        row.cause = cause
        try row.update(in: database)
        let cancelled = effects.contains(.cancelUnsent) ? try unsent(of: row, members) : []
        var detail = JSONObject()
        detail.add("playbook", row.value.playbook)
        detail.add("level", row.value.level.map(Int64.init))
        detail.add("cause", cause)
        detail.add("cancelled", Int64(cancelled.count))
        if let operatorName { detail.add("operator", operatorName) }
        try writer.record(
            kind: AuditKind(rawValue: "case.\(row.value.state.rawValue)"), subject: row.value.id, detail: detail.json,
            run: row.run, at: now)
        for var message in cancelled { try writer.apply(.cancel, to: &message, policy: .none, owner: nil, at: now) }
        closings.cases += 1
        closings.cancelled += cancelled.count
    }

    /// The same where a sign says that the member came back; whether one does.
    mutating func closeRecovered(
        _ row: CaseRow, _ recovery: Recovery, _ signs: CaseSigns, of members: [Int64], _ writer: inout OutboxWriter
    ) throws -> Bool {
        guard let sign = try signs.first(of: row, names: recovery.stopWhen[row.value.playbook] ?? []) else {
            return false
        }
        try close(row, sign.event, cause: sign.cause, of: members, &writer)
        return true
    }

    /// The same where another case of the member takes its place.
    mutating func close(
        _ row: CaseRow, by other: MemberCase, of members: [Int64], _ writer: inout OutboxWriter
    ) throws {
        try close(row, .supersede, cause: "\(other.id) of \(other.playbook)", of: members, &writer)
    }

    mutating func withdrawn(_ count: Int) { closings.withdrawn += count }

    /// Messages of the case that wait to leave and carry nothing else.
    private func unsent(of row: CaseRow, _ members: [Int64]) throws -> [OutboxRow] {
        let statement = try BoundStatement(
            """
            SELECT \(OutboxRow.columns) FROM message
            WHERE actions = 1 AND \(OutboxQuestions.isWaiting) AND id IN (
                SELECT message FROM decision WHERE member = ? AND day >= ? AND playbook = ? AND message IS NOT NULL)
            """, in: database)
        var rows: [OutboxRow] = []
        for member in members {
            statement.bind(1, member)
            statement.bind(2, Int64(row.value.opened.number))
            statement.bind(3, row.value.playbook)
            while try statement.step() { rows.append(try OutboxRow(statement)) }
        }
        return rows
    }
}
