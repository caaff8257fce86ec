import Foundation
import GRDB
import RetierCore

/// Appends entries within one transaction, reading the head of each chain only once.
///
/// When the same happens to several messages in a row, one entry says so of all of them. Call `finish` at the end of
/// the transaction.
struct AuditWriter {
    /// The most messages of one entry.
    private static let maxSubjects = 1_000

    /// The last entry of a chain.
    private struct Head {
        var number: Int64
        var hash: Data
    }

    /// An entry about messages that is not written yet, because the next message may join it.
    private struct Open {
        var record: MessageRecord
        var run: String
        var at: Instant
        var subjects: String
        var count = 1

        func isSame(_ other: MessageRecord, run: String, at: Instant) -> Bool {
            count < AuditWriter.maxSubjects && self.at == at && self.run == run && record == other
        }
    }

    private let database: Database
    private var insert: BoundStatement?
    private var heads: [String: Head] = [:]
    private var open: Open?

    init(database: Database) { self.database = database }

    mutating func append(kind: AuditKind, subject: String, detail: String, run: String, at: Instant) throws {
        try finish()
        try write(kind: kind, subject: subject, detail: detail, run: run, at: at)
    }

    /// What happened to a message.
    mutating func append(_ record: MessageRecord, of messageID: String, run: String, at: Instant) throws {
        if open?.isSame(record, run: run, at: at) ?? false {
            open?.subjects += AuditEntry.subjectSeparator
            open?.subjects += messageID
            open?.count += 1
            return
        }
        try finish()
        open = Open(record: record, run: run, at: at, subjects: messageID)
    }

    /// Writes what is still open.
    mutating func finish() throws {
        guard let open else { return }
        self.open = nil
        try write(
            kind: open.record.kind, subject: open.subjects, detail: open.record.detail, run: open.run, at: open.at)
    }

    private mutating func write(kind: AuditKind, subject: String, detail: String, run: String, at: Instant) throws {
        let head = try heads[run] ?? lastEntry(of: run)
        var entry = AuditEntry(
            run: run, number: head.number + 1, at: at, kind: kind, subject: subject, detail: detail, hash: Data())
        entry.hash = entry.hash(after: head.hash)
        let statement =
            try insert
            ?? BoundStatement(
                "INSERT INTO audit (run, number, at, kind, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                in: database)
        insert = statement
        statement.bind(1, run)
        statement.bind(2, entry.number)
        statement.bind(3, at.seconds)
        statement.bind(4, kind.rawValue)
        statement.bind(5, subject)
        statement.bind(6, detail)
        try entry.hash.withUnsafeBytes { hash in
            statement.bindBlob(7, hash)
            try statement.run()
        }
        heads[run] = Head(number: entry.number, hash: entry.hash)
    }

    private func lastEntry(of run: String) throws -> Head {
        let statement = try database.cachedStatement(
            sql: "SELECT number, hash FROM audit WHERE run = ? ORDER BY number DESC LIMIT 1")
        guard let row = try Row.fetchOne(statement, arguments: [run]) else {
            return Head(number: 0, hash: AuditTrail.origin)
        }
        return Head(number: row[0], hash: row[1])
    }
}
