import Foundation
import GRDB
import RetierCore

/// Applies events to messages within one transaction: the row, the attempt that ended and the audit entry, and what the
/// event means for the endpoint.
///
/// Made by `Outbox.change`, which finishes it with the transaction.
struct OutboxWriter {
    let database: Database
    private let updateMessage: BoundStatement
    private let insertAttempt: BoundStatement
    private var audit: AuditWriter
    var gates: EndpointGates
    /// Whose word the changes of endpoints are; nil where they are nobody's.
    var operatorName: String?
    /// Actions that receivers refused in the reports recorded so far.
    private(set) var refusedActions = 0

    init(database: Database) throws {
        self.database = database
        updateMessage = try OutboxRow.updateStatement(in: database)
        insertAttempt = try AttemptRow.insertStatement(in: database)
        audit = AuditWriter(database: database)
        gates = try EndpointGates(database: database)
    }

    /// Endpoints that fell silent within this transaction.
    var silenced: Set<String> { gates.silenced }

    /// Writes what became of the endpoints, and what of the trail is still open.
    mutating func finish() throws {
        try gates.save { change in
            try audit.append(
                kind: .endpoint(change.effect), subject: change.row.endpoint,
                detail: change.row.auditDetail(operatorName: operatorName), run: "", at: change.at)
        }
        try audit.finish()
    }

    /// A person's word on an endpoint; false where it changes nothing.
    mutating func apply(_ event: EndpointEvent, toEndpoint endpoint: String, at now: Instant) -> Bool {
        gates.apply(event, to: endpoint, at: now)
    }

    /// What dead couriers had under way counts as called.
    mutating func recoverGates(policies: [String: DeliveryPolicy], at now: Instant) throws {
        try gates.recover(policies: policies, at: now)
    }

    /// Applies one event; an event that the state does not allow is an error, because it means that a fact would be
    /// lost.
    ///
    /// - Parameter row: the message as it was read in this transaction, or by the owner of its claim before. Changed in
    ///   place: a courier's rows would cost as much to copy as SQLite takes to write them.
    mutating func apply(
        _ event: OutboxEvent, to row: inout OutboxRow, policy: DeliveryPolicy, owner: String?, at now: Instant
    ) throws {
        let mark = row.mark
        let claimedAt = row.entry.nextAt
        guard let effects = row.entry.handle(event, at: now, policy: policy) else {
            throw RetierError(
                .badData, "message \(row.id) is \(row.state.rawValue): \(name(of: event)) does not apply",
                hint: "run retier audit verify, then retier deliver again")
        }
        row.claim = row.state == .sending ? owner : nil
        guard try row.update(from: mark, with: updateMessage) else { throw OutboxWriter.notHeld(row.id) }
        var attempt: AttemptRow?
        for effect in effects {
            switch effect {
            case .beginAttempt:
                // The claimed row is the record: its number of attempts, and in next_at when this one began.
                break
            case .endAttempt(let number, let outcome):
                attempt = AttemptRow(
                    message: row.key, number: Int64(number), startedAt: claimedAt, endedAt: now, outcome: outcome)
                try attempt?.insert(with: insertAttempt)
            case .askPerson:
                // The state itself is the list: `retier doubts` and the exit code read it.
                break
            }
        }
        try audit.append(MessageRecord(row, attempt: attempt), of: row.id, run: row.run, at: now)
    }

    /// Records what happened to a message that `owner` holds, with the actions that the receiver refused and what it
    /// means for the endpoint.
    ///
    /// Returns the state that the message came to; nil where the report changes nothing but the endpoint.
    mutating func record(
        _ report: DeliveryReport, owner: String, policies: [String: DeliveryPolicy]
    ) throws -> OutboxState? {
        guard var row = try report.claim?.takeRow() ?? OutboxRow.fetch(id: report.messageID, in: database),
            report.isPoll || row.claim == owner, let policy = policies[row.endpoint]
        else { throw OutboxWriter.notHeld(report.messageID) }
        try gates.ended(row.id, of: row.endpoint, report.event.outcome, limits: policy.limits, at: report.at)
        if report.isPoll {
            // The task may have expired while its receiver was asked.
            guard row.state == .awaiting, case .polled = report.event else { return nil }
        }
        try apply(report.event, to: &row, policy: policy, owner: owner, at: report.at)
        if let outcome = report.event.finalOutcome, !outcome.refusals.isEmpty, row.state != .inDoubt {
            let rows = try RefusalRow.resolve(outcome.refusals, message: row.id, in: database)
            for refusal in rows where try refusal.insert(in: database) {
                try audit.append(
                    kind: .actionRefused, subject: row.id, detail: refusal.auditText, run: row.run, at: report.at)
                if !refusal.actionID.isEmpty { refusedActions += 1 }
            }
        }
        // The last question was asked after the task's last moment, and its answer is not final.
        if report.isPoll, row.state == .awaiting, report.at > row.entry.notAfter {
            try apply(.tooLate, to: &row, policy: policy, owner: nil, at: report.at)
        }
        return row.state
    }

    /// Applies a person's word; `detail` says whose it was.
    mutating func apply(
        _ word: OutboxEvent, to row: inout OutboxRow, kind: AuditKind, detail: String, at now: Instant
    ) throws {
        try audit.append(kind: kind, subject: row.id, detail: detail, run: row.run, at: now)
        try apply(word, to: &row, policy: .none, owner: nil, at: now)
    }

    /// Takes an action back from a message that has not left; the message leaves without it.
    mutating func takeBack(_ action: String, from row: OutboxRow, at now: Instant) throws {
        let refusal = RefusalRow(message: row.id, subject: action, actionID: action, code: RefusalRow.withdrawn)
        guard try refusal.insert(in: database) else { return }
        try audit.append(kind: .actionRefused, subject: row.id, detail: refusal.auditText, run: row.run, at: now)
    }

    /// Records something of a run that is not about a message.
    mutating func record(kind: AuditKind, subject: String, detail: String, run: String, at now: Instant) throws {
        try audit.append(kind: kind, subject: subject, detail: detail, run: run, at: now)
    }

    private static func notHeld(_ messageID: String) -> RetierError {
        RetierError(
            .tryLater, "message \(messageID) is no longer held by this courier",
            hint: "another retier deliver took it over; let that one finish")
    }

    private func name(of event: OutboxEvent) -> String {
        switch event {
        case .letGo: "letting it go"
        case .claim: "a claim"
        case .outcome(let outcome): "the outcome \(outcome.verdict.rawValue)"
        case .release: "giving it back"
        case .recovered: "recovery"
        case .tooLate: "expiry"
        case .quietHours: "quiet hours"
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
        case .letGo, .claim, .release, .recovered, .tooLate, .quietHours, .cancel, .resolve, .replay: nil
        }
    }

    /// What the receiver said, where it said anything.
    fileprivate var outcome: DeliveryOutcome? {
        switch self {
        case .outcome(let outcome), .polled(let outcome): outcome
        case .letGo, .claim, .release, .recovered, .tooLate, .quietHours, .cancel, .resolve, .replay: nil
        }
    }
}
