import Foundation
import RetierCore
import RetierDelivery
import RetierLedger

/// One pass of the courier over the outbox.
struct DeliveryRound {
    private let outbox: Outbox
    private let dispatch: Dispatch
    private let options: Courier.Options
    private let clock: @Sendable () -> Instant
    private let stop: StopFlag
    /// Unique for this courier; the ledger keeps it with each claim.
    private let owner = "courier-" + UUID().uuidString.lowercased()
    /// Messages claimed and not yet recorded, by endpoint.
    private var outstanding: [String: Int] = [:]
    private var isStopping = false
    private(set) var summary = DeliverySummary()

    init(
        outbox: Outbox, dispatch: Dispatch, options: Courier.Options, clock: @escaping @Sendable () -> Instant,
        stop: StopFlag
    ) {
        self.outbox = outbox
        self.dispatch = dispatch
        self.options = options
        self.clock = clock
        self.stop = stop
    }

    mutating func run() throws {
        _ = try outbox.recover(owner: owner, policies: dispatch.policies, now: clock())
        try options.afterStep(.recovered)
        try expire()
        try options.afterStep(.expired)
        repeat { try drain() } while try waitForRetry()
        dispatch.stop()
        try conclude()
        try options.afterStep(.ended)
    }

    private mutating func expire() throws {
        while true {
            let count = try outbox.expire(now: clock())
            summary.expired += count
            if count == 0 { return }
        }
    }

    /// Sends until nothing is due and nothing is outstanding.
    private mutating func drain() throws {
        var reports: [DeliveryReport] = []
        while true {
            if stop.isSet, !isStopping {
                isStopping = true
                dispatch.stop()
            }
            let requests = isStopping ? [] : claimRequests()
            let (states, refusedActions, claimed) = try outbox.exchange(
                reports: reports, requests: requests, owner: owner, policies: dispatch.policies, now: clock())
            try options.afterStep(.exchanged)
            count(states)
            summary.refusedActions += refusedActions
            for message in claimed { outstanding[message.endpoint, default: 0] += 1 }
            dispatch.submit(claimed.map(OutgoingMessage.init))
            try options.afterStep(.submitted)
            let total = outstanding.values.reduce(0, +)
            if total == 0 { return }
            reports = collect(total)
            try options.afterStep(.collected)
        }
    }

    /// Room of each endpoint; claims are made in groups, so that a commit is worth it.
    private func claimRequests() -> [ClaimRequest] {
        dispatch.endpoints.compactMap { endpoint in
            let policy = endpoint.deliveryPolicy
            // What is claimed when a courier dies counts as ambiguous: where that asks a person, claim only what
            // starts at once.
            let ahead = policy.onDoubt == .hold ? 0 : options.claimAhead
            let room = endpoint.concurrency + ahead - outstanding[endpoint.id, default: 0]
            return room > 0 ? ClaimRequest(endpoint: endpoint.id, limit: room, policy: policy) : nil
        }
    }

    private mutating func collect(_ total: Int) -> [DeliveryReport] {
        let completions = dispatch.completions.take(
            minimum: min(total, options.groupSize), waitMilliseconds: options.groupMilliseconds)
        return completions.map { completion in
            outstanding[completion.endpoint, default: 1] -= 1
            let event: OutboxEvent =
                switch completion.result {
                case .ended(let outcome): .outcome(outcome)
                case .polled(let outcome): .polled(outcome)
                case .notStarted: .release
                case .tooLate: .tooLate
                }
            return DeliveryReport(messageID: completion.messageID, event: event, at: completion.at)
        }
    }

    private mutating func count(_ states: [OutboxState]) {
        for state in states {
            switch state {
            case .delivered: summary.delivered += 1
            case .rejected: summary.rejected += 1
            case .exhausted: summary.exhausted += 1
            case .expired: summary.expired += 1
            case .pending, .sending, .awaiting, .retry, .inDoubt, .cancelled: break
            }
        }
    }

    /// Waits for the next retry if it is near.
    ///
    /// False where it is far, there is none, or the courier was told to stop.
    private func waitForRetry() throws -> Bool {
        guard !stop.isSet, let due = try outbox.nextDue(endpoints: dispatch.endpoints.map(\.id)) else { return false }
        let wait = due.seconds - clock().seconds
        guard wait <= options.patienceSeconds else { return false }
        // A simulated clock stands still: real time bounds the wait as well.
        var sleptMilliseconds: Int64 = 0
        while clock() < due {
            if stop.isSet || sleptMilliseconds > (wait + 1) * 1_000 { return false }
            Thread.sleep(forTimeInterval: 0.05)
            sleptMilliseconds += 50
        }
        return true
    }

    private mutating func conclude() throws {
        summary.wasStopped = isStopping || stop.isSet
        summary.problems = dispatch.problems
        var served = Set(dispatch.endpoints.map(\.id)).union(dispatch.problems.map(\.endpoint))
        for count in try outbox.openCounts() {
            switch count.state {
            case .pending: summary.pending += count.messages
            case .retry: summary.retrying += count.messages
            case .inDoubt: summary.inDoubt += count.messages
            default: break
            }
            if !count.state.isFinal, count.state != .inDoubt, served.insert(count.endpoint).inserted {
                let error = RetierError(
                    .badConfiguration,
                    "messages wait for the endpoint \(count.endpoint), which retier.yaml does not know",
                    hint: "add the endpoint again")
                summary.problems.append(DeliverySummary.EndpointProblem(endpoint: count.endpoint, error: error))
            }
        }
        summary.nextAttemptAt = try outbox.nextDue(endpoints: dispatch.endpoints.map(\.id))
    }
}

extension OutgoingMessage {
    fileprivate init(_ message: ClaimedMessage) {
        self.init(
            id: message.id, run: message.run, endpoint: message.endpoint, position: message.position,
            notAfter: message.notAfter, form: message.form, body: message.body)
    }
}
