import Crypto
package import Foundation
package import GRDB
package import RetierCore

/// What an audit entry records; the raw values are stable and never translated.
package struct AuditKind: RawRepresentable, Hashable, Sendable {
    package var rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// A run was committed; the detail holds the digests of its immutable rows.
    package static let runCommitted = AuditKind(rawValue: "run.committed")

    /// A receiver refused a single action of a message that it took; the entry is about the message.
    package static let actionRefused = AuditKind(rawValue: "action.refused")

    /// A message entered a state: `message.pending`, `message.sending`, `message.delivered`, ...
    package static func message(_ state: OutboxState) -> AuditKind { AuditKind(rawValue: "message.\(state.rawValue)") }

    /// The health of an endpoint changed: `endpoint.opened`, `endpoint.held`, ...; in the chain of what belongs to no
    /// run.
    package static func endpoint(_ effect: EndpointEffect) -> AuditKind {
        AuditKind(rawValue: "endpoint.\(effect.rawValue)")
    }
}

/// The append-only, hash-chained record of what happened and why.
///
/// An entry is written in the transaction of the fact it records. Entries are numbered 1, 2, ... within a run; each
/// hash covers the entry and the hash before it, so that a changed, missing or inserted entry breaks the chain.
/// Details hold ids, reasons and digests, never message texts or secrets.
package enum AuditTrail {
    /// The hash before the first entry of a run.
    static let origin = Data(count: 32)

    /// Appends one entry to the chain of its run; an empty run is the chain of what belongs to no run.
    package static func append(
        kind: AuditKind, subject: String, detail: String, run: String, at: Instant, in database: Database
    ) throws {
        var writer = AuditWriter(database: database)
        try writer.append(kind: kind, subject: subject, detail: detail, run: run, at: at)
    }

    /// Records a run as committed: digests of all its immutable rows, then one entry for each of its messages.
    ///
    /// Call it last in the committing transaction, when the run's rows are complete and its messages are pending.
    package static func appendCommit(ofRun run: String, at: Instant, in database: Database) throws {
        var writer = AuditWriter(database: database)
        let detail = try RunDigests.detail(ofRun: run, in: database)
        try writer.append(kind: .runCommitted, subject: run, detail: detail, run: run, at: at)
        try OutboxRow.forEach(ofRun: run, in: database) { id, row in
            guard let row else { throw OutboxRow.damage(id) }
            let kind = AuditKind.message(row.state)
            let detail = row.auditDetail(attempt: nil)
            try writer.append(kind: kind, subject: row.id, detail: detail.bytes, run: run, at: at)
        }
    }

    /// The lower-case hexadecimal SHA-256 of some bytes: the form of `message.body_digest` and of every digest in
    /// details.
    package static func digest(of bytes: some DataProtocol) -> String {
        Hexadecimal.text(of: SHA256.hash(data: bytes))
    }
}

/// Appends entries within one transaction, reading the head of each chain only once.
struct AuditWriter {
    /// The last entry of a chain.
    struct Head {
        var number: Int64
        var hash: Data
    }

    private let database: Database
    private var insert: BoundStatement?
    private var heads: [String: Head] = [:]

    init(database: Database) { self.database = database }

    mutating func append(kind: AuditKind, subject: String, detail: String, run: String, at: Instant) throws {
        try append(kind: kind, subject: subject, detail: Array(detail.utf8), run: run, at: at)
    }

    /// The same with the detail as UTF-8.
    mutating func append(kind: AuditKind, subject: String, detail: [UInt8], run: String, at: Instant) throws {
        let head = try heads[run] ?? lastEntry(of: run)
        let number = head.number + 1
        let hash = AuditEntry.hash(
            AuditEntry.Content(run: run, number: number, at: at, kind: kind, subject: subject, detail: detail),
            after: head.hash)
        let statement =
            try insert
            ?? BoundStatement(
                "INSERT INTO audit (run, number, at, kind, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                in: database)
        insert = statement
        statement.bind(1, run)
        statement.bind(2, number)
        statement.bind(3, at.seconds)
        statement.bind(4, kind.rawValue)
        statement.bind(5, subject)
        try detail.withUnsafeBytes { detail in
            statement.bindText(6, detail)
            try hash.withUnsafeBytes { hash in
                statement.bindBlob(7, hash)
                try statement.run()
            }
        }
        heads[run] = Head(number: number, hash: hash)
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

/// One row of the audit trail.
package struct AuditEntry: Sendable {
    package var run: String
    /// Counts from 1 within the run.
    package var number: Int64
    package var at: Instant
    package var kind: AuditKind
    /// What the entry is about: a run's or a message's id.
    package var subject: String
    /// A JSON object in a fixed key order.
    package var detail: String
    package var hash: Data

    func hash(after previous: Data) -> Data {
        let content = Content(
            run: run, number: number, at: at, kind: kind, subject: subject, detail: Array(detail.utf8))
        return AuditEntry.hash(content, after: previous)
    }

    /// What an entry says, all but its hash.
    struct Content {
        var run: String
        var number: Int64
        var at: Instant
        var kind: AuditKind
        var subject: String
        /// UTF-8.
        var detail: [UInt8]
    }

    /// SHA-256 over the previous hash and every field of an entry; texts are preceded by their length.
    static func hash(_ content: Content, after previous: Data) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + content.detail.count)
        bytes.append(contentsOf: previous)
        func append(_ value: Int64) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ text: String) {
            var text = text
            text.withUTF8 { utf8 in
                append(Int64(utf8.count))
                bytes.append(contentsOf: utf8)
            }
        }
        append(content.run)
        append(content.number)
        append(content.at.seconds)
        append(content.kind.rawValue)
        append(content.subject)
        append(Int64(content.detail.count))
        bytes.append(contentsOf: content.detail)
        return Data(SHA256.hash(data: bytes))
    }
}
