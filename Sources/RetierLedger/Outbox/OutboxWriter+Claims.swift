import Foundation
import GRDB
import RetierCore

extension OutboxWriter {
    /// What claims came to.
    struct Claimed {
        /// One a claimed message.
        var rows: [OutboxRow] = []
        /// The claimed ones of each request, then tasks about which their receiver is to be asked.
        var messages: [ClaimedMessage] = []
        /// The states of messages that were due and ended instead: too late, or no longer recognised as a repeat.
        var ended: [OutboxState] = []
    }

    /// Claims due messages of an endpoint, oldest due first, and no more than its gate lets through.
    ///
    /// What falls into quiet hours is put off or ends instead.
    mutating func claim(
        _ request: ClaimRequest, owner: String, quiet: QuietCalendar, now: Instant, into claimed: inout Claimed
    ) throws {
        let limits = request.policy.limits
        let limit = min(request.limit, try gates.room(of: request.endpoint, limits: limits, at: now) ?? request.limit)
        guard limit > 0 else { return }
        let earlier = claimed.rows.count
        var (left, putOff) = (limit, 1)
        // In place of what is put off others may be due.
        while putOff > 0, left > 0 {
            var due = try dueMessages(request, limit: left, now: now)
            putOff = try claim(&due, request, owner: owner, quiet: quiet, now: now, into: &claimed)
            left -= due.count - putOff
        }
        let rest = limit - (claimed.rows.count - earlier)
        guard request.asksTasks, rest > 0 else { return }
        for task in try dueTasks(of: request, limit: rest, now: now) {
            try gates.began(task.id, of: task.endpoint, limits: limits, at: now)
            claimed.messages.append(task)
        }
    }

    /// Returns how many of the messages are put off for quiet hours.
    private mutating func claim(
        _ due: inout [Due], _ request: ClaimRequest, owner: String, quiet: QuietCalendar, now: Instant,
        into claimed: inout Claimed
    ) throws -> Int {
        var putOff = 0
        claimed.rows.reserveCapacity(claimed.rows.count + due.count)
        claimed.messages.reserveCapacity(claimed.messages.count + due.count)
        for index in due.indices {
            let (reading, leaveBy) = quiet.reading(due[index].row.quiet, at: now)
            let event: OutboxEvent = reading == .open ? .claim : .quietHours(until: reading.until)
            try apply(event, to: &due[index].row, policy: request.policy, owner: owner, at: now)
            guard due[index].row.state == .sending else {
                if due[index].row.entry.nextAt > now, reading != .open {
                    putOff += 1
                } else {
                    claimed.ended.append(due[index].row.state)
                }
                continue
            }
            try gates.began(due[index].row.id, of: request.endpoint, limits: request.policy.limits, at: now)
            claimed.messages.append(due[index].message(leaveBy: leaveBy))
            claimed.rows.append(due[index].row)
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
            tasks.append(due.message(task: due.row.entry.reference ?? ""))
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
        while try statement.step() { due.append(try Due(statement, after: due.last?.row)) }
        // In most ledgers nothing was ever taken back, and one look tells.
        guard try Bool.fetchOne(database, sql: OutboxQuestions.hasTakenBack) == true else { return due }
        for place in due.indices {
            let message = due[place].row.id
            due[place].withdrawn = try String.fetchAll(
                database, sql: OutboxQuestions.takenBack, arguments: [message])
            guard !due[place].withdrawn.isEmpty else { continue }
            due[place].withdrawn += try String.fetchAll(
                database, sql: OutboxQuestions.peopleTakenBack, arguments: [message])
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
        init(_ statement: BoundStatement, after last: OutboxRow? = nil) throws {
            row = try OutboxRow(statement, after: last)
            guard let form = MessageForm(rawValue: statement.text(OutboxRow.columnCount)) else {
                throw OutboxRow.damage(row.id)
            }
            self.form = form
            body = statement.data(OutboxRow.columnCount + 1)
        }

        func message(leaveBy: Instant? = nil, task: String? = nil) -> ClaimedMessage {
            let notAfter = row.entry.notAfter
            return ClaimedMessage(
                id: row.id, run: row.run, endpoint: row.endpoint, position: row.position,
                attempt: row.entry.attempts, notAfter: notAfter, leaveBy: min(leaveBy ?? notAfter, notAfter),
                form: form, body: body, task: task, withdrawn: withdrawn)
        }
    }
}
