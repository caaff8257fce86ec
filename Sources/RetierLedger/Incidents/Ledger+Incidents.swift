import GRDB
package import RetierCore

/// What a person's word on an incident came to.
package struct IncidentChange: Hashable, Sendable {
    package var incident: Incident
    /// Messages about it that had not left and were cancelled.
    package var cancelled = 0
    /// Actions of it that had left, or stand in lists with others: nobody takes these back.
    package var kept = 0
}

extension Ledger {
    /// All incidents that were ever registered, by their beginnings.
    package func incidents() throws -> [StoredIncident] { try pool.read(StoredIncident.all) }

    /// Registers an incident.
    ///
    /// - Throws: `RetierError` of code `usage` where it may not be registered; nothing is changed then.
    package func register(_ incident: StoredIncident, now: Instant) throws {
        try pool.write { database in
            let others = try StoredIncident.all(in: database).map(\.value)
            if others.contains(where: { $0.id == incident.value.id }) {
                throw RetierError(
                    .usage, "there has been an incident \(incident.value.id) already", hint: "give it another id")
            }
            if let refusal = incident.value.refusal(among: others, now: now) {
                throw refusal.error(of: incident.value.id)
            }
            try incident.save(in: database)
            try record("opened", incident, now, in: database)
            if incident.value.state == .closed { try record("closed", incident, now, in: database) }
        }
    }

    /// Applies a person's word to an incident; a withdrawal cancels what has not left.
    ///
    /// - Throws: `RetierError` of code `usage` where it may not be; nothing is changed then.
    package func change(
        incident id: String, by event: Incident.Event, reason: String, operatorName: String, now: Instant
    ) throws -> IncidentChange {
        try Outbox(self).change { database, writer in
            let all = try StoredIncident.all(in: database)
            guard var stored = all.first(where: { $0.value.id == id }) else {
                throw RetierError(.usage, "there is no incident \(id)", hint: "retier incident list shows them")
            }
            let granted = try Ledger.hasGranted(id, in: database)
            if let refusal = stored.value.handle(event, among: all.map(\.value), isGranted: granted, now: now) {
                throw refusal.error(of: id)
            }
            (stored.reason, stored.operatorName) = (reason, operatorName)
            try stored.save(in: database)
            try writer.record(
                kind: AuditKind(rawValue: "incident.\(event.word)"), subject: id, detail: stored.detail, run: "",
                at: now)
            var change = IncidentChange(incident: stored.value)
            if event == .withdraw { try Ledger.cancelUnsent(&change, in: database, &writer, now) }
            return change
        }
    }

    private func record(_ word: String, _ incident: StoredIncident, _ now: Instant, in database: Database) throws {
        try AuditTrail.append(
            kind: AuditKind(rawValue: "incident.\(word)"), subject: incident.value.id, detail: incident.detail,
            run: "", at: now, in: database)
    }

    /// Whether a benefit of the incident was sent, may have been or is still to be.
    private static func hasGranted(_ id: String, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM incident_action i JOIN decision d ON d.action_id = i.action_id
                    JOIN message m ON m.id = d.message WHERE i.incident = ? AND \(IncidentHistory.isGrant))
                """, arguments: [id]) == true
    }

    /// Cancels the messages that wait and carry nothing but actions of a withdrawn incident.
    private static func cancelUnsent(
        _ change: inout IncidentChange, in database: Database, _ writer: inout OutboxWriter, _ now: Instant
    ) throws {
        let carried = """
            SELECT d.message, count(*) AS actions FROM incident_action i JOIN decision d ON d.action_id = i.action_id
            WHERE i.incident = ? AND d.message IS NOT NULL GROUP BY d.message
            """
        let statement = try BoundStatement(
            """
            SELECT \(OutboxRow.columns) FROM message JOIN (\(carried)) c ON c.message = message.id
            WHERE c.actions = message.actions AND \(OutboxQuestions.isWaiting) AND doubtful_since IS NULL ORDER BY id
            """, in: database)
        statement.bind(1, change.incident.id)
        var rows: [OutboxRow] = []
        while try statement.step() { rows.append(try OutboxRow(statement)) }
        for var row in rows { try writer.apply(.cancel, to: &row, policy: .none, owner: nil, at: now) }
        change.cancelled = rows.count
        change.kept =
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM incident_action i JOIN decision d ON d.action_id = i.action_id
                    JOIN message m ON m.id = d.message WHERE i.incident = ? AND m.state <> 'cancelled'
                    """, arguments: [change.incident.id]) ?? 0
    }
}

extension Incident.Event {
    /// What the audit trail calls it.
    fileprivate var word: String {
        switch self {
        case .close: "closed"
        case .reopen: "reopened"
        case .withdraw: "withdrawn"
        }
    }
}

extension Incident.Refusal {
    /// The refusal as people read it.
    fileprivate func error(of id: String) -> RetierError {
        let (what, hint) =
            switch self {
            case .isClosed: ("is closed already", "retier incident reopen \(id), then close it at the right moment")
            case .isNotClosed: ("is open", "retier incident close \(id) --until MOMENT ends it")
            case .isWithdrawn: ("was withdrawn", "register it anew under another id")
            case .endsBeforeItBegins: ("would end before it begins", "retier incident list shows when it began")
            case .inFuture(let moment): ("cannot be of the future: \(moment) has not come", "say what has happened")
            case .overlaps(let other):
                (
                    "has time in common with \(other), of the same kind: an hour is compensated once",
                    "close or withdraw \(other) first, or take it for the same incident"
                )
            case .isGranted:
                ("has been compensated for already, so it cannot be withdrawn", "close it, so that nothing more comes")
            }
        return RetierError(.usage, "incident \(id) \(what)", hint: hint)
    }
}
