import Foundation
import GRDB
import RetierCore

/// Applies events to messages within one transaction: the row, its attempt and its audit entry.
struct OutboxWriter {
    private let database: Database
    private let updateMessage: BoundStatement
    private let insertAttempt: BoundStatement
    private let endAttempt: BoundStatement
    private var audit: AuditWriter
    /// Actions that receivers refused in the reports recorded so far.
    private(set) var refusedActions = 0

    init(database: Database) throws {
        self.database = database
        updateMessage = try OutboxRow.updateStatement(in: database)
        insertAttempt = try AttemptRow.insertStatement(in: database)
        endAttempt = try AttemptRow.endStatement(in: database)
        audit = AuditWriter(database: database)
    }

    /// Applies one event; an event that the state does not allow is an error, because it means that a fact would be
    /// lost.
    ///
    /// - Parameter row: the message as it was read in this transaction, or by the owner of its claim before.
    @discardableResult
    mutating func apply(
        _ event: OutboxEvent, to old: OutboxRow, policy: DeliveryPolicy, owner: String?, at now: Instant
    ) throws -> OutboxRow {
        var row = old
        guard let effects = row.entry.handle(event, at: now, policy: policy) else {
            throw RetierError(
                .badData, "message \(row.id) is \(row.state.rawValue): \(name(of: event)) does not apply",
                hint: "run retier audit verify, then retier deliver again")
        }
        row.claim = row.state == .sending ? owner : nil
        guard try row.update(from: old, with: updateMessage) else { throw OutboxWriter.notHeld(row.id) }
        var attempt: AttemptRow?
        for effect in effects {
            switch effect {
            case .beginAttempt(let number):
                let begun = AttemptRow(message: row.key, number: Int64(number), startedAt: now.seconds)
                try begun.insert(with: insertAttempt)
                attempt = begun
            case .endAttempt(let number, let outcome):
                // While a message is sent, its next_at is when the attempt began.
                var ended = AttemptRow(
                    message: row.key, number: Int64(number), startedAt: old.entry.nextAt.seconds)
                ended.end(outcome, at: now)
                guard try ended.writeEnd(with: endAttempt) else {
                    throw RetierError(
                        .badData, "attempt \(number) of message \(row.id) is missing", hint: "run retier audit verify")
                }
                attempt = ended
            case .askPerson:
                // The state itself is the list: `retier doubts` and the exit code read it.
                break
            }
        }
        let detail = row.auditDetail(attempt: attempt)
        try audit.append(kind: .message(row.state), subject: row.id, detail: detail.bytes, run: row.run, at: now)
        return row
    }

    /// Records what happened to a message that `owner` holds, with the actions that the receiver refused.
    ///
    /// - Parameter held: the message as the owner's claim left it, if it still knows; whether it is still so is checked
    ///   where it is written.
    mutating func record(
        _ report: DeliveryReport, held: OutboxRow?, owner: String, policies: [String: DeliveryPolicy]
    ) throws -> OutboxState {
        guard let row = try held ?? OutboxRow.fetch(id: report.messageID, in: database), row.claim == owner,
            let policy = policies[row.endpoint]
        else { throw OutboxWriter.notHeld(report.messageID) }
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

    private static func notHeld(_ messageID: String) -> RetierError {
        RetierError(
            .tryLater, "message \(messageID) is no longer held by this courier",
            hint: "another retier deliver took it over; let that one finish")
    }

    /// Claims due messages of an endpoint, oldest due first.
    mutating func claim(
        _ request: ClaimRequest, owner: String, now: Instant
    ) throws -> [(row: OutboxRow, message: ClaimedMessage)] {
        guard request.limit > 0 else { return [] }
        let due = try dueMessages(request, now: now)
        var claimed: [(row: OutboxRow, message: ClaimedMessage)] = []
        claimed.reserveCapacity(due.count)
        for (pending, form, body) in due {
            let row = try apply(.claim, to: pending, policy: request.policy, owner: owner, at: now)
            guard row.state == .sending else { continue }
            let message = ClaimedMessage(
                id: row.id, run: row.run, endpoint: row.endpoint, position: row.position, attempt: row.entry.attempts,
                notAfter: row.entry.notAfter, form: form, body: body)
            claimed.append((row, message))
        }
        return claimed
    }

    /// Read before any is changed, because a change moves a message in the index that is read.
    private func dueMessages(
        _ request: ClaimRequest, now: Instant
    ) throws -> [(row: OutboxRow, form: MessageForm, body: Data)] {
        let statement = try BoundStatement(OutboxQuestions.due, in: database)
        statement.bind(1, request.endpoint)
        statement.bind(2, now.seconds)
        statement.bind(3, Int64(request.limit))
        var due: [(row: OutboxRow, form: MessageForm, body: Data)] = []
        while try statement.step() {
            let row = try OutboxRow(statement)
            guard let form = MessageForm(rawValue: statement.text(OutboxRow.columnCount)) else { throw row.isDamaged }
            due.append((row, form, statement.data(OutboxRow.columnCount + 1)))
        }
        return due
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
