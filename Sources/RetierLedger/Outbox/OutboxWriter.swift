import Foundation
import GRDB
import RetierCore

/// Applies events to messages within one transaction: the row, its attempt and its audit entry.
struct OutboxWriter {
    private let database: Database
    private var audit: AuditWriter
    /// Actions that receivers refused in the reports recorded so far.
    private(set) var refusedActions = 0

    init(database: Database) {
        self.database = database
        audit = AuditWriter(database: database)
    }

    /// Applies one event; an event that the state does not allow is an error, because it means that a fact would be
    /// lost.
    @discardableResult
    mutating func apply(
        _ event: OutboxEvent, to row: OutboxRow, policy: DeliveryPolicy, owner: String?, at now: Instant
    ) throws -> OutboxRow {
        var row = row
        guard let effects = row.entry.handle(event, at: now, policy: policy) else {
            throw RetierError(
                .badData, "message \(row.id) is \(row.state.rawValue): \(name(of: event)) does not apply",
                hint: "run retier audit verify, then retier deliver again")
        }
        row.claim = row.state == .sending ? owner : nil
        var attempt: AttemptRow?
        for effect in effects {
            switch effect {
            case .beginAttempt(let number):
                let begun = AttemptRow(message: row.id, number: Int64(number), startedAt: now.seconds)
                try begun.insert(in: database)
                attempt = begun
            case .endAttempt(let number, let outcome):
                guard var ended = try AttemptRow.fetch(message: row.id, number: number, in: database) else {
                    throw RetierError(
                        .badData, "attempt \(number) of message \(row.id) is missing", hint: "run retier audit verify")
                }
                ended.end(outcome, at: now)
                try ended.update(in: database)
                attempt = ended
            case .askPerson:
                // The state itself is the list: `retier doubts` and the exit code read it.
                break
            }
        }
        try row.update(in: database)
        try audit.append(
            kind: .message(row.state), subject: row.id, detail: row.auditDetail(attempt: attempt), run: row.run, at: now
        )
        return row
    }

    /// Records what a courier reports, with the actions that the receiver refused.
    mutating func record(
        _ report: DeliveryReport, owner: String, policies: [String: DeliveryPolicy]
    ) throws -> OutboxState {
        guard let row = try OutboxRow.fetch(id: report.messageID, in: database), row.claim == owner,
            let policy = policies[row.endpoint]
        else {
            throw RetierError(
                .tryLater, "message \(report.messageID) is no longer held by this courier",
                hint: "another retier deliver took it over; let that one finish")
        }
        let changed = try apply(report.event, to: row, policy: policy, owner: owner, at: report.at)
        if let outcome = report.event.finalOutcome, !outcome.refusals.isEmpty, changed.state != .inDoubt {
            let rows = try RefusalRow.resolve(outcome.refusals, message: row.id, in: database)
            for refusal in rows where try refusal.insert(in: database) {
                try audit.append(
                    kind: .actionRefused, subject: row.id, detail: refusal.auditText, run: row.run, at: report.at)
                if !refusal.actionID.isEmpty { refusedActions += 1 }
            }
        }
        return changed.state
    }

    mutating func claim(_ request: ClaimRequest, owner: String, now: Instant) throws -> [ClaimedMessage] {
        guard request.limit > 0 else { return [] }
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(OutboxRow.columns), form, body FROM message
                WHERE endpoint = ? AND state IN ('pending', 'retry') AND next_at <= ?
                ORDER BY next_at, position, id LIMIT ?
                """)
        let due = try Row.fetchAll(statement, arguments: [request.endpoint, now.seconds, request.limit])
        var claimed: [ClaimedMessage] = []
        for columns in due {
            let row = try apply(.claim, to: OutboxRow(columns), policy: request.policy, owner: owner, at: now)
            guard row.state == .sending else { continue }
            guard let form = MessageForm(rawValue: columns["form"]) else { throw row.isDamaged }
            claimed.append(
                ClaimedMessage(
                    id: row.id, run: row.run, endpoint: row.endpoint, position: row.position,
                    attempt: row.entry.attempts, notAfter: row.entry.notAfter, form: form, body: columns["body"]))
        }
        return claimed
    }

    private func name(of event: OutboxEvent) -> String {
        switch event {
        case .claim: "a claim"
        case .outcome(let outcome): "the outcome \(outcome.verdict.rawValue)"
        case .release: "giving it back"
        case .recovered: "recovery"
        case .tooLate: "expiry"
        case .cancel: "cancelling"
        case .polled: "a task's result"
        case .resolve(let resolution): "resolving it as \(resolution.rawValue)"
        case .replay: "a replay"
        }
    }
}

extension OutboxEvent {
    /// The outcome whose refusals hold: that of an attempt or a task that the receiver has dealt with.
    fileprivate var finalOutcome: DeliveryOutcome? {
        switch self {
        case .outcome(let outcome), .polled(let outcome):
            switch outcome.verdict {
            case .delivered, .accepted, .rejected: outcome
            case .retry, .throttled, .gone, .ambiguous: nil
            }
        case .claim, .release, .recovered, .tooLate, .cancel, .resolve, .replay: nil
        }
    }
}
