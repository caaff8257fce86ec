import Foundation
import GRDB
import RetierCore

/// Applies events to messages within one transaction: the row, the attempt that ended and the audit entry, and what the
/// event means for the endpoint.
///
/// Made by `Outbox.change`, which finishes it with the transaction.
struct OutboxWriter {
    private let database: Database
    private let updateMessage: BoundStatement
    private let insertAttempt: BoundStatement
    private var audit: AuditWriter
    private var gates: EndpointGates
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
            case .beginAttempt:
                // The claimed row is the record: its number of attempts, and in next_at when this one began.
                break
            case .endAttempt(let number, let outcome):
                let ended = AttemptRow(
                    message: row.key, number: Int64(number), startedAt: old.entry.nextAt, endedAt: now,
                    outcome: outcome)
                try ended.insert(with: insertAttempt)
                attempt = ended
            case .askPerson:
                // The state itself is the list: `retier doubts` and the exit code read it.
                break
            }
        }
        try audit.append(MessageRecord(row, attempt: attempt), of: row.id, run: row.run, at: now)
        return row
    }

    /// Records what happened to a message that `owner` holds, with the actions that the receiver refused and what it
    /// means for the endpoint.
    ///
    /// Returns the state that the message came to; nil where the report changes nothing but the endpoint.
    ///
    /// - Parameter held: the message as the owner's claim left it, if it still knows; whether it is still so is checked
    ///   where it is written.
    mutating func record(
        _ report: DeliveryReport, held: OutboxRow?, owner: String, policies: [String: DeliveryPolicy]
    ) throws -> OutboxState? {
        guard let row = try held ?? OutboxRow.fetch(id: report.messageID, in: database),
            report.isPoll || row.claim == owner, let policy = policies[row.endpoint]
        else { throw OutboxWriter.notHeld(report.messageID) }
        try gates.ended(row.id, of: row.endpoint, report.event.outcome, limits: policy.limits, at: report.at)
        if report.isPoll {
            // The task may have expired while its receiver was asked.
            guard row.state == .awaiting, case .polled = report.event else { return nil }
        }
        var changed = try apply(report.event, to: row, policy: policy, owner: owner, at: report.at)
        if let outcome = report.event.finalOutcome, !outcome.refusals.isEmpty, changed.state != .inDoubt {
            let rows = try RefusalRow.resolve(outcome.refusals, message: row.id, in: database)
            for refusal in rows where try refusal.insert(in: database) {
                try audit.append(
                    kind: .actionRefused, subject: row.id, detail: refusal.auditText, run: row.run, at: report.at)
                if !refusal.actionID.isEmpty { refusedActions += 1 }
            }
        }
        // The last question was asked after the task's last moment, and its answer is not final.
        if report.isPoll, changed.state == .awaiting, report.at > changed.entry.notAfter {
            changed = try apply(.tooLate, to: changed, policy: policy, owner: nil, at: report.at)
        }
        return changed.state
    }

    /// Applies a person's word; `detail` says whose it was.
    mutating func apply(
        _ word: OutboxEvent, to row: OutboxRow, kind: AuditKind, detail: String, at now: Instant
    ) throws {
        try audit.append(kind: kind, subject: row.id, detail: detail, run: row.run, at: now)
        try apply(word, to: row, policy: .none, owner: nil, at: now)
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

    /// What a claim came to.
    struct Claimed {
        /// One a claimed message.
        var rows: [OutboxRow] = []
        /// The claimed ones, then tasks about which their receiver is to be asked.
        var messages: [ClaimedMessage] = []
        /// The states of messages that were due and ended instead: too late, or no longer recognised as a repeat.
        var ended: [OutboxState] = []
    }

    /// Claims due messages of an endpoint, oldest due first, and no more than its gate lets through.
    ///
    /// What falls into quiet hours is put off or ends instead.
    mutating func claim(
        _ request: ClaimRequest, owner: String, quiet: QuietCalendar, now: Instant
    ) throws -> Claimed {
        let limits = request.policy.limits
        let limit = min(request.limit, try gates.room(of: request.endpoint, limits: limits, at: now) ?? request.limit)
        guard limit > 0 else { return Claimed() }
        var claimed = Claimed()
        var (left, putOff) = (limit, 1)
        // In place of what is put off others may be due.
        while putOff > 0, left > 0 {
            let due = try dueMessages(request, limit: left, now: now)
            putOff = try claim(due, request, owner: owner, quiet: quiet, now: now, &claimed)
            left -= due.count - putOff
        }
        if request.asksTasks, claimed.rows.count < limit {
            let tasks = try dueTasks(of: request, limit: limit - claimed.rows.count, now: now)
            for task in tasks { try gates.began(task.id, of: task.endpoint, limits: limits, at: now) }
            claimed.messages += tasks
        }
        return claimed
    }

    /// Returns how many of the messages are put off for quiet hours.
    private mutating func claim(
        _ due: [Due], _ request: ClaimRequest, owner: String, quiet: QuietCalendar, now: Instant,
        _ claimed: inout Claimed
    ) throws -> Int {
        var putOff = 0
        claimed.rows.reserveCapacity(claimed.rows.count + due.count)
        claimed.messages.reserveCapacity(claimed.messages.count + due.count)
        for pending in due {
            let (reading, leaveBy) = quiet.reading(pending.row.quiet, at: now)
            if reading != .open {
                let row = try apply(
                    .quietHours(until: reading.until), to: pending.row, policy: request.policy, owner: owner, at: now)
                if row.entry.nextAt > now { putOff += 1 } else { claimed.ended.append(row.state) }
                continue
            }
            let row = try apply(.claim, to: pending.row, policy: request.policy, owner: owner, at: now)
            guard row.state == .sending else {
                claimed.ended.append(row.state)
                continue
            }
            try gates.began(row.id, of: row.endpoint, limits: request.policy.limits, at: now)
            claimed.messages.append(pending.message(of: row, leaveBy: leaveBy))
            claimed.rows.append(row)
        }
        return putOff
    }

    /// Tasks whose receiver is to be asked; asking any number of times does no harm, so nothing is written.
    ///
    /// After its last moment a task is asked about once more: the receiver may withdraw it then and say how it ended.
    private func dueTasks(of request: ClaimRequest, limit: Int, now: Instant) throws -> [ClaimedMessage] {
        let statement = try BoundStatement(OutboxQuestions.dueTasks, in: database)
        statement.bind(1, request.endpoint)
        statement.bind(2, now.seconds)
        statement.bind(3, now.seconds)
        statement.bind(4, Int64(limit + request.asked.count))
        var tasks: [ClaimedMessage] = []
        while try statement.step() {
            let due = try Due(statement)
            guard !request.asked.contains(due.row.id), tasks.count < limit else { continue }
            tasks.append(due.message(of: due.row, task: due.row.entry.reference ?? ""))
        }
        return tasks
    }

    /// Read before any is changed, because a change moves a message in the index that is read.
    private func dueMessages(_ request: ClaimRequest, limit: Int, now: Instant) throws -> [Due] {
        let statement = try BoundStatement(OutboxQuestions.due, in: database)
        statement.bind(1, request.endpoint)
        statement.bind(2, now.seconds)
        statement.bind(3, Int64(limit))
        var due: [Due] = []
        while try statement.step() {
            due.append(try Due(statement))
            guard let withdrawn = statement.optionalText(OutboxRow.columnCount + 2) else { continue }
            due[due.count - 1].withdrawn = withdrawn.split(separator: " ").map(String.init)
        }
        for place in due.indices where !due[place].withdrawn.isEmpty {
            due[place].withdrawn += try String.fetchAll(
                database, sql: OutboxQuestions.takenBack, arguments: [due[place].row.id])
        }
        return due
    }

    /// A message that is due, with what leaves.
    private struct Due {
        var row: OutboxRow
        var form: MessageForm
        var body: Data
        var withdrawn: [String] = []

        /// Reads the current row of `OutboxQuestions.due` or `dueTasks`.
        init(_ statement: BoundStatement) throws {
            row = try OutboxRow(statement)
            guard let form = MessageForm(rawValue: statement.text(OutboxRow.columnCount)) else {
                throw OutboxRow.damage(row.id)
            }
            self.form = form
            body = statement.data(OutboxRow.columnCount + 1)
        }

        /// `row` is the message as it is by now.
        func message(of row: OutboxRow, leaveBy: Instant? = nil, task: String? = nil) -> ClaimedMessage {
            let notAfter = row.entry.notAfter
            return ClaimedMessage(
                id: row.id, run: row.run, endpoint: row.endpoint, position: row.position,
                attempt: row.entry.attempts, notAfter: notAfter, leaveBy: min(leaveBy ?? notAfter, notAfter),
                form: form, body: body, task: task, withdrawn: withdrawn)
        }
    }

    private func name(of event: OutboxEvent) -> String {
        switch event {
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
        case .claim, .release, .recovered, .tooLate, .quietHours, .cancel, .resolve, .replay: nil
        }
    }

    /// What the receiver said, where it said anything.
    fileprivate var outcome: DeliveryOutcome? {
        switch self {
        case .outcome(let outcome), .polled(let outcome): outcome
        case .claim, .release, .recovered, .tooLate, .quietHours, .cancel, .resolve, .replay: nil
        }
    }
}
