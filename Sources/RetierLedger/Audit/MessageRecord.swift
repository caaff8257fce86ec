import Foundation
import RetierCore

/// What the audit trail says of a message after an event: all that events may change, and the attempt that ended.
///
/// Of messages whose records are equal the same can be said in one entry.
struct MessageRecord: Equatable {
    /// Without the id.
    private let entry: OutboxEntry
    private let claim: String?
    /// Without the message's number.
    private let attempt: AttemptRow?

    init(_ row: OutboxRow, attempt: consuming AttemptRow?) {
        var entry = row.entry
        entry.messageID = ""
        self.entry = entry
        claim = row.claim
        attempt?.message = 0
        self.attempt = attempt
    }

    var kind: AuditKind { .message(entry.state) }

    /// The detail of the audit entry.
    var detail: String {
        DetailText.text { detail in
            detail.begin()
            detail.key("message")
            addMessage(to: &detail)
            detail.key("attempt")
            if let attempt { attempt.addAudit(to: &detail) } else { detail.null() }
            detail.end()
        }
    }

    /// The message's part of the detail; verification compares it with the one in the message's last entry.
    var messageText: String { DetailText.text { addMessage(to: &$0) } }

    private func addMessage(to detail: inout DetailText) {
        detail.begin()
        detail.add("state", entry.state.rawValue)
        detail.add("attempts", Int64(entry.attempts))
        detail.add("failures", Int64(entry.failures))
        detail.add("doubtful_since", entry.doubtfulSince?.seconds)
        detail.add("next_at", entry.nextAt.seconds)
        detail.add("not_after", entry.notAfter.seconds)
        detail.add("claim", claim)
        detail.add("http_status", entry.httpStatus.map(Int64.init))
        detail.add("code", entry.code)
        detail.add("finished_at", entry.finishedAt?.seconds)
        detail.add("reference", entry.reference)
        detail.end()
    }

    /// The two objects in a detail; the attempt's is nil where none ended.
    ///
    /// Quotes inside values are escaped, so the mark between the two is unique.
    static func parts(of detail: String) -> (message: String, attempt: String?, attemptNumber: Int64?)? {
        let prefix = "{\"message\":"
        let mark = ",\"attempt\":"
        guard detail.hasPrefix(prefix), detail.hasSuffix("}"),
            let middle = detail.range(of: mark + "{") ?? detail.range(of: mark + "null")
        else { return nil }
        let message = String(detail[detail.index(detail.startIndex, offsetBy: prefix.count)..<middle.lowerBound])
        let attemptStart = detail.index(middle.lowerBound, offsetBy: mark.count)
        let attempt = String(detail[attemptStart..<detail.index(before: detail.endIndex)])
        guard attempt != "null" else { return (message, nil, nil) }
        return (message, attempt, Int64(attempt.dropFirst("{\"number\":".count).prefix { $0.isNumber }))
    }
}
