import GRDB
package import RetierCore

/// Why an endpoint's messages wait, and when the courier should look again.
package struct EndpointWait: Hashable, Sendable {
    package var endpoint: String
    /// What keeps them; nil where only their own schedule does.
    package var reason: EndpointGate.Reason?
    /// When the next one may leave, or be asked about; nil where only an event opens the gate.
    package var nextAt: Instant?
    /// Of the outcome behind `reason`, where there is one.
    package var code: String?
    /// When the endpoint was disabled; nil otherwise.
    package var since: Instant?
    /// True where all that waits are tasks to be asked about.
    package var isTask: Bool
}

/// An endpoint with its gate as of now.
package struct EndpointStanding: Hashable, Sendable {
    package var endpoint: String
    package var gate: EndpointGate
}

extension Outbox {
    /// What the ledger knows of the endpoints' health, as of now; endpoints of which nothing is known are fresh.
    ///
    /// - Parameter limits: by endpoint id; those and no others are returned, sorted by id.
    package func standings(_ limits: [String: EndpointLimits], now: Instant) throws -> [EndpointStanding] {
        try ledger.pool.read { database in
            let known = try EndpointRow.fetchAll(in: database)
            return try limits.sorted { $0.key < $1.key }.map { endpoint, limits in
                var row = known.first { $0.endpoint == endpoint } ?? EndpointRow(endpoint: endpoint)
                if !limits.rates.isEmpty { try row.loadUses(in: database) }
                _ = row.gate.health.handle(.look, at: now, limits: limits)
                row.gate.uses.settle(at: now, rates: limits.rates)
                return EndpointStanding(endpoint: endpoint, gate: row.gate)
            }
        }
    }

    /// Why messages of these endpoints wait; only endpoints of which some do, sorted by id.
    package func waits(_ limits: [String: EndpointLimits], now: Instant) throws -> [EndpointWait] {
        let standings = try standings(limits, now: now)
        return try ledger.pool.read { database in
            let due = try database.cachedStatement(sql: OutboxQuestions.nextDue)
            let tasks = try database.cachedStatement(sql: OutboxQuestions.nextTaskDue)
            return try standings.compactMap { standing in
                let message = try Int64.fetchOne(due, arguments: [standing.endpoint])
                let task = try Int64.fetchOne(tasks, arguments: [standing.endpoint])
                guard let first = [message, task].compactMap({ $0 }).min() else { return nil }
                return standing.wait(
                    due: Instant(seconds: first), isTask: message == nil, now: now,
                    limits: limits[standing.endpoint] ?? EndpointLimits())
            }
        }
    }

    /// Takes a person's word on an endpoint, and records whose word it was.
    ///
    /// - Returns: false where the endpoint is so already; nothing is recorded then.
    package func apply(
        _ event: EndpointEvent, to endpoint: String, operatorName: String, now: Instant
    ) throws -> Bool {
        try change { _, writer in
            writer.operatorName = operatorName
            return writer.apply(event, toEndpoint: endpoint, at: now)
        }
    }
}

extension EndpointStanding {
    /// Why a message that is due at a moment waits.
    fileprivate func wait(due: Instant, isTask: Bool, now: Instant, limits: EndpointLimits) -> EndpointWait {
        var wait = EndpointWait(endpoint: endpoint, isTask: isTask)
        let moment = max(due, now)
        switch gate.allowance(at: moment, limits: limits) {
        case .messages: wait.nextAt = moment
        case .none(let closure):
            wait.reason = closure.reason
            wait.nextAt = closure.until
        }
        // A refusal gives message and endpoint the same pause: then the endpoint's is the reason.
        if case .none(let closure) = gate.allowance(at: now, limits: limits), closure.until.map({ $0 >= due }) ?? true {
            wait.reason = closure.reason
        }
        switch wait.reason {
        case .disabled:
            wait.code = gate.health.code
            wait.since = gate.health.since
        case .breaker: wait.code = gate.health.code
        case .hold: wait.code = gate.health.hold?.code
        case .rate, .halfHour, nil: break
        }
        return wait
    }
}
