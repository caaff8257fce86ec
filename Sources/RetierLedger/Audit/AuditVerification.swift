import Foundation
import GRDB
import RetierCore

/// One thing in the ledger that does not agree with its audit trail.
package struct AuditFinding: Hashable, Sendable {
    package enum Problem: String, CaseIterable, Sendable {
        /// Entry numbers of a run do not go 1, 2, 3, ...
        case gap
        /// An entry's hash does not follow from the entry and the hash before it.
        case brokenChain = "broken-chain"
        /// A run is in the ledger without a `run.committed` entry.
        case missingCommit = "missing-commit"
        /// Rows of a committed run were changed, added or removed.
        case changedRows = "changed-rows"
        /// A body is not the one whose digest was committed.
        case changedBody = "changed-body"
        /// A message is not as its last entry left it, or has no entry.
        case changedMessage = "changed-message"
        /// A delivery attempt is not as its last entry left it, has no entry, or is gone.
        case changedAttempt = "changed-attempt"
        /// The refusal of an action is not as its entry says, has no entry, or is gone.
        case changedRefusal = "changed-refusal"
        /// An entry is about a message that is gone.
        case missingMessage = "missing-message"
        /// A calibration that a person's command learned is not as its entry says, has no entry, or is gone.
        case changedCalibration = "changed-calibration"
        /// An endpoint's health is not as its last entry left it, or has no entry.
        case changedEndpoint = "changed-endpoint"
        /// A case is closed without an entry that says so, or open against one.
        case changedCase = "changed-case"
        /// The canary of a run is not as its last entry left it, has no entry, or is gone.
        case changedCanary = "changed-canary"
    }

    package var problem: Problem
    package var run: String
    /// The number of the entry at fault, where there is one.
    package var number: Int64?
    /// The run, table, message, attempt, endpoint or calibration concerned.
    package var subject: String
}

extension AuditFinding: CustomStringConvertible {
    /// `broken-chain: run run_..., entry 12, msg_...`.
    package var description: String {
        let entry = number.map { ", entry \($0)" } ?? ""
        return "\(problem.rawValue): run \(run.isEmpty ? "none" : run)\(entry), \(subject)"
    }
}

/// Checks the trail and what it vouches for.
package struct Audit: Sendable {
    private let ledger: Ledger

    package init(_ ledger: Ledger) { self.ledger = ledger }

    /// Checks the chains of all runs, the digests of their immutable rows, the bodies, and every message, attempt,
    /// canary, endpoint's health and calibration learned by command against its last entry, in one consistent snapshot.
    ///
    /// An empty answer means that everything agrees.
    ///
    /// Not covered: the current standings, the imported data, the calls that rate limits count, and a trail cut off at
    /// its end together with the facts of the removed entries. Memory grows with the messages of one run, not with its
    /// decisions.
    package func verify() throws -> [AuditFinding] {
        try ledger.pool.read { database in
            let runs = try String.fetchAll(
                database,
                sql: """
                    SELECT run FROM audit UNION SELECT id FROM run UNION SELECT run FROM message
                    UNION SELECT run FROM canary UNION SELECT run FROM canary_sample ORDER BY 1
                    """)
            var findings: [AuditFinding] = []
            for run in runs {
                var verification = RunVerification(run: run, database: database)
                try verification.verify()
                findings += verification.findings
            }
            return try findings + orphans(in: database) + changedEndpoints(in: database)
                + LearnedCalibration.changed(in: database) + changedCases(in: database)
        }
    }

    /// Rows about messages that are not there, and so in no run.
    private func orphans(in database: Database) throws -> [AuditFinding] {
        let tables: [(name: String, reference: String, subject: String, problem: AuditFinding.Problem)] = [
            ("delivery_attempt", "key", "message || '/' || number", .changedAttempt),
            ("message_body", "key", "CAST(message AS TEXT)", .changedBody),
            ("message_recipient", "id", "message", .changedRows), ("action_refusal", "id", "message", .changedRefusal),
        ]
        return try tables.flatMap { table in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT \(table.subject) FROM \(table.name)
                    WHERE NOT EXISTS (SELECT 1 FROM message WHERE \(table.reference) = message) ORDER BY 1
                    """
            ).map { AuditFinding(problem: table.problem, run: "", subject: $0) }
        }
    }

    /// Cases whose end the trail does not know, or knows differently.
    ///
    /// How far an open case has come follows from the decisions of committed runs; that it got no answer, from time.
    private func changedCases(in database: Database) throws -> [AuditFinding] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                WITH word(id, state) AS (SELECT subject, substr(kind, 6) FROM audit WHERE kind LIKE 'case.%'),
                ended(id, run, state) AS (SELECT id, run, state FROM member_case
                    WHERE state IN ('recovered', 'acknowledged', 'closed', 'superseded'))
                SELECT id, run FROM ended WHERE (id, state) NOT IN (SELECT id, state FROM word)
                UNION SELECT id, '' FROM word WHERE (id, state) NOT IN (SELECT id, state FROM ended) ORDER BY 1
                """)
        return rows.map { AuditFinding(problem: .changedCase, run: $0[1], subject: $0[0]) }
    }

    private func changedEndpoints(in database: Database) throws -> [AuditFinding] {
        var vouched: [String: String] = [:]
        let entries = try Row.fetchCursor(
            database,
            sql: "SELECT subject, detail FROM audit WHERE run = '' AND kind LIKE 'endpoint.%' ORDER BY number")
        while let entry = try entries.next() { vouched[entry[0]] = entry[1] }
        let untouched = EndpointRow(endpoint: "").auditText
        var findings: [AuditFinding] = []
        for columns in try Row.fetchAll(database, sql: "SELECT \(EndpointRow.columns) FROM endpoint_health") {
            let endpoint: String = columns[0]
            let detail = vouched.removeValue(forKey: endpoint)
            // A row that cannot be read was changed by other hands.
            let present = (try? EndpointRow(columns))?.auditText
            let isVouchedFor = present.map { text in
                detail.map { $0.hasPrefix("{\"endpoint\":" + text + ",") } ?? (text == untouched)
            }
            if isVouchedFor != true {
                findings.append(AuditFinding(problem: .changedEndpoint, run: "", subject: endpoint))
            }
        }
        return findings
            + vouched.keys.sorted().map { AuditFinding(problem: .changedEndpoint, run: "", subject: $0) }
    }

    /// The last number and hash of every run's chain: noted elsewhere, they prove later that nothing was cut off.
    package func heads() throws -> [(run: String, number: Int64, hash: String)] {
        try ledger.pool.read { database in
            let sql = """
                SELECT run, number, hash FROM audit AS entry
                WHERE number = (SELECT MAX(number) FROM audit WHERE run = entry.run) ORDER BY run
                """
            return try Row.fetchAll(database, sql: sql).map { row in
                (row[0], row[1], Hexadecimal.text(of: row[2] as Data))
            }
        }
    }
}

/// The checks of one run.
private struct RunVerification {
    let run: String
    let database: Database
    var findings: [AuditFinding] = []
    /// Digests that the run's commit vouches for.
    private var committed: String?
    /// Stable hashes of what the last entries say of each message, and of each attempt (`message/number`).
    private var messages: [String: UInt64] = [:]
    private var attempts: [String: UInt64] = [:]
    /// What the entries say of refused actions, with the message of each.
    private var refusals: [String: String] = [:]
    /// The last entry about its canary.
    private var canary: AuditEntry?

    init(run: String, database: Database) {
        self.run = run
        self.database = database
    }

    mutating func verify() throws {
        try readChain()
        try checkRows()
        try checkMessages()
        try checkAttempts()
        try checkRefusals()
        if try !CanaryRow.agrees(with: canary, run: run, in: database) { report(.changedCanary, run) }
    }

    private mutating func report(_ problem: AuditFinding.Problem, _ subject: String, number: Int64? = nil) {
        findings.append(AuditFinding(problem: problem, run: run, number: number, subject: subject))
    }

    /// Names the first of several messages only.
    private mutating func report(_ problem: AuditFinding.Problem, _ entry: AuditEntry) {
        let subjects = entry.subjects
        let others = subjects.count > 1 ? " and \(subjects.count - 1) more" : ""
        report(problem, (subjects.first.map(String.init) ?? "") + others, number: entry.number)
    }

    private mutating func readChain() throws {
        let sql = "SELECT number, at, kind, subject, detail, hash FROM audit WHERE run = ? ORDER BY number"
        let rows = try Row.fetchCursor(database, sql: sql, arguments: [run])
        var previous = AuditTrail.origin
        var expected: Int64 = 1
        while let row = try rows.next() {
            let entry = AuditEntry(
                run: run, number: row[0], at: Instant(seconds: row[1]), kind: AuditKind(rawValue: row[2]),
                subject: row[3], detail: row[4], hash: row[5])
            if entry.number != expected { report(.gap, entry) }
            if entry.hash != entry.hash(after: previous) { report(.brokenChain, entry) }
            previous = entry.hash
            expected = entry.number + 1
            note(entry)
        }
    }

    private mutating func note(_ entry: AuditEntry) {
        if entry.kind == .runCommitted {
            committed = entry.detail
            return
        }
        if entry.kind.rawValue.hasPrefix(AuditKind.canaryPrefix) { canary = entry }
        if entry.kind == .actionRefused { refusals[entry.detail] = entry.subject }
        guard entry.kind.rawValue.hasPrefix("message."), let parts = MessageRecord.parts(of: entry.detail) else {
            return
        }
        let message = StableHash.of(parts.message)
        let attempt = parts.attempt.map { StableHash.of($0) }
        for id in entry.subjects {
            messages[String(id)] = message
            if let number = parts.attemptNumber { attempts["\(id)/\(number)"] = attempt }
        }
    }

    private mutating func checkRows() throws {
        guard let committed else {
            let sql = """
                SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1) OR EXISTS (SELECT 1 FROM message WHERE run = ?1)
                    OR EXISTS (SELECT 1 FROM canary_sample WHERE run = ?1)
                """
            if try Bool.fetchOne(database, sql: sql, arguments: [run]) ?? false { report(.missingCommit, run) }
            return
        }
        for table in RunDigests.tables {
            let digest = try RunDigests.digest(of: table, run: run, in: database)
            if !committed.contains("\"\(table.name)\":\"\(digest)\"") { report(.changedRows, table.name) }
        }
    }

    private mutating func checkMessages() throws {
        let bodies = try database.makeStatement(
            sql: "SELECT body, body_digest FROM message JOIN message_body ON message = key WHERE id = ?")
        try OutboxRow.forEach(ofRun: run, in: database) { id, row in
            let vouched = messages.removeValue(forKey: id)
            // A row that cannot be read was changed by other hands.
            let present = row.map { StableHash.of(MessageRecord($0, attempt: nil).messageText) }
            if present == nil || present != vouched { report(.changedMessage, id) }
            guard let body = try Row.fetchOne(bodies, arguments: [id]),
                AuditTrail.digest(of: body[0] as Data) == body[1] as String
            else { return report(.changedBody, id) }
        }
        for id in messages.keys.sorted() { report(.missingMessage, id) }
    }

    private mutating func checkAttempts() throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(AttemptRow.columns), id
                FROM (SELECT key, id FROM message WHERE run = ?) JOIN delivery_attempt ON message = key
                ORDER BY message, number
                """, arguments: [run])
        while let row = try rows.next() {
            let attempt = AttemptRow(row)
            let key = "\(row["id"] as String)/\(attempt.number)"
            if attempts.removeValue(forKey: key) != StableHash.of(attempt.auditText) { report(.changedAttempt, key) }
        }
        for key in attempts.keys.sorted() { report(.changedAttempt, key) }
    }

    /// Refusals are written once and never change, so that each row has exactly its entry.
    private mutating func checkRefusals() throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(RefusalRow.columns) FROM action_refusal
                WHERE message IN (SELECT id FROM message WHERE run = ?) ORDER BY message, subject, action_id
                """, arguments: [run])
        while let row = try rows.next() {
            let refusal = RefusalRow(row)
            if refusals.removeValue(forKey: refusal.auditText) == nil { report(.changedRefusal, refusal.message) }
        }
        for message in refusals.values.sorted() { report(.changedRefusal, message) }
    }
}
