import Foundation
import GRDB
import RetierCore

extension OutboxWriter {
    /// What claims came to.
    struct Claimed {
        /// Those of each request, then tasks about which their receiver is to be asked.
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
        let earlier = claimed.messages.count
        var (left, putOff) = (limit, 1)
        // In place of what is put off others may be due.
        while putOff > 0, left > 0 {
            let due = try dueMessages(request, limit: left, now: now)
            let count = due.count
            putOff = try claim(due, request, owner: owner, quiet: quiet, now: now, into: &claimed)
            left -= count - putOff
        }
        let rest = limit - (claimed.messages.count - earlier)
        guard request.asksTasks, rest > 0 else { return }
        for task in try dueTasks(of: request, limit: rest, now: now) {
            try gates.began(task.id, of: task.endpoint, limits: limits, at: now)
            claimed.messages.append(task)
        }
    }

    /// Returns how many of the messages are put off for quiet hours.
    private mutating func claim(
        _ due: consuming [DueMessage], _ request: ClaimRequest, owner: String, quiet: QuietCalendar, now: Instant,
        into claimed: inout Claimed
    ) throws -> Int {
        var putOff = 0
        claimed.messages.reserveCapacity(claimed.messages.count + due.count)
        // Taken out one by one, the first at the end: a copy of each would be dear.
        due.reverse()
        while var next = due.popLast() {
            let (reading, leaveBy) = quiet.reading(next.row.quiet, at: now)
            let event: OutboxEvent = reading == .open ? .claim : .quietHours(until: reading.until)
            try apply(event, to: &next.row, policy: request.policy, owner: owner, at: now)
            guard next.row.state == .sending else {
                if next.row.entry.nextAt > now, reading != .open {
                    putOff += 1
                } else {
                    claimed.ended.append(next.row.state)
                }
                continue
            }
            try gates.began(next.row.id, of: request.endpoint, limits: request.policy.limits, at: now)
            claimed.messages.append(ClaimedMessage(next, leaveBy: leaveBy))
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
            let due = try DueMessage(statement)
            guard !request.asked.contains(due.row.id), tasks.count < limit else { continue }
            tasks.append(ClaimedMessage(task: due))
        }
        return tasks
    }

    /// Read before any is changed, because a change moves a message in the index that is read.
    private func dueMessages(_ request: ClaimRequest, limit: Int, now: Instant) throws -> [DueMessage] {
        let statement = try BoundStatement(OutboxQuestions.due, in: database)
        statement.bind(1, request.endpoint)
        statement.bind(2, now.seconds)
        statement.bind(3, Int64(limit))
        var due: [DueMessage] = []
        while try statement.step() { due.append(try DueMessage(statement, after: due.last?.row.run)) }
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
}
