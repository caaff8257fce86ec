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

    /// The canary of a run entered a state: `canary.open`, `canary.passed`, ...
    static func canary(_ state: String) -> AuditKind { AuditKind(rawValue: "\(canaryPrefix)\(state)") }
    static let canaryPrefix = "canary."

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
        try writer.finish()
    }

    /// Records a run as committed: digests of all its immutable rows, then how each of its messages stands.
    ///
    /// Call it last in the committing transaction, when the run's rows are complete and its messages are pending.
    package static func appendCommit(ofRun run: String, at: Instant, in database: Database) throws {
        var writer = AuditWriter(database: database)
        let detail = try RunDigests.detail(ofRun: run, in: database)
        try writer.append(kind: .runCommitted, subject: run, detail: detail, run: run, at: at)
        try OutboxRow.forEach(ofRun: run, in: database) { id, row in
            guard let row else { throw OutboxRow.damage(id) }
            try writer.append(MessageRecord(row, attempt: nil), of: row.id, run: run, at: at)
        }
        try writer.finish()
    }

    /// The lower-case hexadecimal SHA-256 of some bytes: the form of `message.body_digest` and of every digest in
    /// details.
    package static func digest(of bytes: some DataProtocol) -> String {
        Hexadecimal.text(of: SHA256.hash(data: bytes))
    }
}

/// One row of the audit trail.
package struct AuditEntry: Sendable {
    package var run: String
    /// Counts from 1 within the run.
    package var number: Int64
    package var at: Instant
    package var kind: AuditKind
    /// What the entry is about: a run's id, or those of one or several messages.
    package var subject: String
    /// A JSON object in a fixed key order.
    package var detail: String
    package var hash: Data

    /// Between the ids of several messages; none has it in it.
    static let subjectSeparator = " "

    var subjects: [Substring] { subject.split(separator: AuditEntry.subjectSeparator) }

    /// SHA-256 over the previous hash and every field of the entry; texts are preceded by their length.
    func hash(after previous: Data) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + subject.utf8.count + detail.utf8.count)
        bytes.append(contentsOf: previous)
        func append(_ value: Int64) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ text: String) {
            append(Int64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        append(run)
        append(number)
        append(at.seconds)
        append(kind.rawValue)
        append(subject)
        append(detail)
        return Data(SHA256.hash(data: bytes))
    }
}
