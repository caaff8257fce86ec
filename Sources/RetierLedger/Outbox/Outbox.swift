import GRDB
package import RetierCore

/// What happened to a claimed message.
///
/// One object from hand to hand, like the claim: copies of its texts would cost as much as SQLite takes for the rest.
package final class DeliveryReport: Sendable {
    package let messageID: String
    /// The claim that it is about; nil where the reporter no longer has it, which costs one more reading.
    let claim: ClaimedMessage?
    /// `outcome`, `polled`, `release` or `tooLate`.
    package let event: OutboxEvent
    package let at: Instant
    /// True where the message was not sent but asked about; everything but `polled` then only ends the question.
    package let isPoll: Bool

    package init(
        messageID: String, claim: ClaimedMessage? = nil, event: OutboxEvent, at: Instant, isPoll: Bool = false
    ) {
        self.messageID = messageID
        self.claim = claim
        self.event = event
        self.at = at
        self.isPoll = isPoll
    }
}

/// What one exchange with the outbox came to.
package struct OutboxExchange: Sendable {
    /// The states that the reported messages came to, in order; without those that a report left as they were.
    package var states: [OutboxState] = []
    /// Actions of these messages that their receivers refused.
    package var refusedActions = 0
    package var claimed: [ClaimedMessage] = []
    /// The states of messages that were due and ended instead of being claimed.
    package var endedUnclaimed: [OutboxState] = []
    /// Endpoints that fell silent: what waits to leave to them has to be given back.
    package var silenced: Set<String> = []
}

/// How many messages of an endpoint are in a state.
package struct OutboxCount: Hashable, Sendable {
    package var endpoint: String
    package var state: OutboxState
    package var messages: Int
}

/// A wish to claim messages of one endpoint.
package struct ClaimRequest: Hashable, Sendable {
    package var endpoint: String
    /// Messages and questions together.
    package var limit: Int
    package var policy: DeliveryPolicy
    /// Also asks about tasks that are due, but for those that are being asked about.
    package var asksTasks: Bool
    package var asked: Set<String>

    package init(
        endpoint: String, limit: Int, policy: DeliveryPolicy, asksTasks: Bool = false, asked: Set<String> = []
    ) {
        self.endpoint = endpoint
        self.limit = limit
        self.policy = policy
        self.asksTasks = asksTasks
        self.asked = asked
    }
}

/// The messages waiting to leave.
///
/// Every change of state goes through `OutboxEntry.handle` and into the audit trail, in one transaction.
package struct Outbox: Sendable {
    let ledger: Ledger
    private let quiet: QuietCalendar

    /// - Parameter quiet: what claims obey.
    package init(_ ledger: Ledger, quiet: QuietCalendar = .none) {
        self.ledger = ledger
        self.quiet = quiet
    }

    /// Records reports and claims due messages in one durable transaction, so that both cost one commit.
    ///
    /// The endpoints' health and rate limits are part of it: what a claim uses up is as durable as the claim.
    ///
    /// - Parameters:
    ///   - reports: results of messages that `owner` holds.
    ///   - requests: what to claim, oldest due first and no more than the endpoint's gate lets through.
    ///   - owner: who claims; unique for each courier.
    ///   - policies: by endpoint id; needed for the endpoints of all reports.
    ///   - now: the moment of the claims.
    /// - Throws: `RetierError` where a report is about a message that `owner` does not hold: nothing is written then.
    @discardableResult
    package func exchange(
        reports: [DeliveryReport], requests: [ClaimRequest], owner: String, policies: [String: DeliveryPolicy],
        now: Instant
    ) throws -> OutboxExchange {
        try change { _, writer in
            var exchange = OutboxExchange()
            exchange.states.reserveCapacity(reports.count)
            for report in reports {
                let state = try writer.record(report, owner: owner, policies: policies)
                if let state { exchange.states.append(state) }
            }
            var claimed = OutboxWriter.Claimed()
            for request in requests {
                try writer.claim(request, owner: owner, quiet: quiet, now: now, into: &claimed)
            }
            exchange.claimed = claimed.messages
            exchange.endedUnclaimed = claimed.ended
            exchange.refusedActions = writer.refusedActions
            exchange.silenced = writer.silenced
            return exchange
        }
    }

    /// Takes back what dead couriers held: everything that is being sent and is not claimed by `owner`, the calls that
    /// were under way, and the probes.
    ///
    /// Call it only while no other courier lives. Messages of endpoints without a policy stay as they are.
    package func recover(owner: String, policies: [String: DeliveryPolicy], now: Instant) throws -> Int {
        try change { database, writer in
            let statement = try BoundStatement(OutboxQuestions.claimed, in: database)
            statement.bind(1, owner)
            var rows: [OutboxRow] = []
            while try statement.step() { rows.append(try OutboxRow(statement)) }
            try writer.recoverGates(policies: policies, at: now)
            var count = 0
            for var row in rows {
                guard let policy = policies[row.endpoint] else { continue }
                try writer.apply(.recovered, to: &row, policy: policy, owner: nil, at: now)
                count += 1
            }
            return count
        }
    }

    /// A task is asked about once more after its last moment; where that was not possible for so long, it expires.
    private static let lastQuestionSeconds: Int64 = 86_400

    /// Marks what is too late to be sent, and tasks about which no last question could be asked for a day; of each at
    /// most `limit` messages in one transaction.
    ///
    /// Asked before anything is sent, so it must not cost more where a million messages wait.
    package func expire(now: Instant, limit: Int = 1_000) throws -> Int {
        try change { database, writer in
            var rows: [OutboxRow] = []
            for (question, moment) in [
                (OutboxQuestions.late, now.seconds), (OutboxQuestions.lateWithheld, now.seconds),
                (OutboxQuestions.lateTasks, now.seconds - Outbox.lastQuestionSeconds),
            ] {
                let statement = try BoundStatement(question, in: database)
                statement.bind(1, moment)
                statement.bind(2, Int64(limit))
                while try statement.step() { rows.append(try OutboxRow(statement)) }
            }
            for var row in rows { try writer.apply(.tooLate, to: &row, policy: .none, owner: nil, at: now) }
            return rows.count
        }
    }

    /// One durable transaction whose changes go through one writer.
    func change<Value>(_ body: (Database, inout OutboxWriter) throws -> Value) throws -> Value {
        try write { database in
            var writer = try OutboxWriter(database: database)
            let value = try body(database, &writer)
            try writer.finish()
            return value
        }
    }

    /// Waits for other writers, at most a minute: a large commit must not make results of requests in flight unknown.
    private func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        for _ in 0..<6 {
            // Each try waits for the ledger's busy timeout of ten seconds.
            do { return try ledger.pool.write(body) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY
            { continue }
        }
        throw RetierError(
            .tryLater, "the ledger has been locked by another command for a minute", hint: "let it end, then try again")
    }

    /// Counts by endpoint and state, sorted; only what exists.
    ///
    /// Reads every message that there ever was; `openCounts` reads only what is not final.
    package func counts() throws -> [OutboxCount] {
        try ledger.pool.read { database in
            let sql = "SELECT endpoint, state, COUNT(*) FROM message GROUP BY endpoint, state ORDER BY endpoint, state"
            return try Outbox.counts(sql, in: database)
        }
    }

    /// Counts by endpoint and state of the messages that are in no final state, sorted; only what exists.
    ///
    /// Reads indexes only, and those hold only such messages.
    package func openCounts() throws -> [OutboxCount] {
        try ledger.pool.read { database in
            var counts = try Outbox.counts(OutboxQuestions.openCounts, in: database)
            counts += try Outbox.counts(OutboxQuestions.withheldCounts, in: database)
            for row in try Row.fetchAll(database, sql: OutboxQuestions.waitingCounts) {
                let retrying: Int = row[2]
                let byState = [(OutboxState.pending, row[1] - retrying), (.retry, retrying)]
                counts += byState.filter { $0.1 > 0 }
                    .map { OutboxCount(endpoint: row[0], state: $0.0, messages: $0.1) }
            }
            return counts.sorted { ($0.endpoint, $0.state.rawValue) < ($1.endpoint, $1.state.rawValue) }
        }
    }

    private static func counts(_ sql: String, in database: Database) throws -> [OutboxCount] {
        try Row.fetchAll(database, sql: sql).compactMap { row in
            OutboxState(rawValue: row[1]).map { OutboxCount(endpoint: row[0], state: $0, messages: row[2]) }
        }
    }
}
