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
    /// Unique for this courier; the ledger keeps it with each claim, so it is short.
    private let owner = "c" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(14)
    /// Messages claimed and not yet recorded, by endpoint.
    private var outstanding: [String: Int] = [:]
    /// How many messages may be claimed ahead, by endpoint.
    private var ahead: [String: Int] = [:]
    /// Tasks that are being asked about: they are not claimed, so only this courier knows.
    private var asked: Set<String> = []
    /// True while tasks may be due; asked about once a pass, because there are few.
    private var asksTasks = true
    private var lastExpiry: Instant?
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
        repeat {
            try expire()
            asksTasks = true
            try drain()
            while try judge() { try drain() }
        } while try waitForNext()
        dispatch.stop()
        try conclude()
        try options.afterStep(.ended)
    }

    /// Once a minute, because a courier may wait for hours: what is parked becomes too late, too.
    private mutating func expire() throws {
        let now = clock()
        if let last = lastExpiry, now >= last, now < last.adding(seconds: 60) { return }
        lastExpiry = now
        while true {
            let count = try outbox.expire(now: now)
            summary.expired += count
            if count == 0 { break }
        }
        try options.afterStep(.expired)
    }

    /// Judges the canaries whose samples have ended; true where that lets messages leave.
    private func judge() throws -> Bool {
        guard !isStopping else { return false }
        let judged = try outbox.judgeCanaries(now: clock())
        if !judged.isEmpty { try options.afterStep(.judged) }
        return judged.contains { $0.state == .passed }
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
            let exchange = try outbox.exchange(
                reports: reports, requests: requests, owner: owner, policies: dispatch.policies, now: clock())
            try options.afterStep(.exchanged)
            count(exchange.states + exchange.endedUnclaimed)
            summary.refusedActions += exchange.refusedActions
            for endpoint in exchange.silenced.sorted() { dispatch.recall(endpoint: endpoint) }
            add(exchange.claimed)
            if !isStopping { asksTasks = exchange.claimed.contains { $0.task != nil } }
            dispatch.submit(try exchange.claimed.map(OutgoingMessage.init))
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
            // What is claimed when a courier dies counts as ambiguous: where that asks a person, or begins the time in
            // which the receiver knows a repeat, claim only what starts at once. Where the moment counts, a claim must
            // not wait either.
            let isTimed = !policy.limits.rates.isEmpty || policy.limits.avoidsHalfHours
            let ahead = policy.onDoubt == .resend && !isTimed ? ahead[endpoint.id, default: options.firstAhead] : 0
            let room = max(1, endpoint.concurrency) + ahead - outstanding[endpoint.id, default: 0]
            guard room > 0 else { return nil }
            return ClaimRequest(
                endpoint: endpoint.id, limit: room, policy: policy, asksTasks: asksTasks, asked: asked)
        }
    }

    private mutating func collect(_ total: Int) -> [DeliveryReport] {
        let completions = dispatch.completions.take(
            minimum: min(max(1, total / 2), options.groupSize), waitMilliseconds: options.groupMilliseconds)
        settle(completions)
        return completions.map { completion in
            let message = completion.message
            let isPoll = message.purpose != .deliver
            if isPoll { asked.remove(message.id) }
            let event: OutboxEvent =
                switch completion.result {
                case .ended(let outcome): .outcome(outcome)
                case .polled(let outcome): .polled(outcome)
                case .notStarted: .release
                case .tooLate: .tooLate
                }
            return DeliveryReport(
                messageID: message.id, claim: message.token as? ClaimedMessage, event: event, at: completion.at,
                isPoll: isPoll)
        }
    }

    private mutating func add(_ claimed: [ClaimedMessage]) {
        for (endpoint, group) in claimed.neighbours(by: \.endpoint) {
            outstanding[endpoint, default: 0] += group.count
            for message in group where message.task != nil { asked.insert(message.id) }
        }
    }

    /// Counts off what ended, and lets an endpoint have more or fewer claims ahead.
    private mutating func settle(_ completions: [DeliveryCompletion]) {
        var ended: [String: (count: Int, isWell: Bool)] = [:]
        for (endpoint, group) in completions.neighbours(by: \.message.endpoint) {
            let before = ended[endpoint, default: (0, true)]
            ended[endpoint] = (before.count + group.count, before.isWell && group.allSatisfy(\.wasDelivered))
        }
        for (endpoint, ended) in ended {
            outstanding[endpoint, default: 0] -= ended.count
            ahead[endpoint] = options.ahead(after: ahead[endpoint], ended: ended.count, isWell: ended.isWell)
        }
    }

    private mutating func count(_ states: [OutboxState]) {
        for state in states {
            switch state {
            case .delivered: summary.delivered += 1
            case .rejected: summary.rejected += 1
            case .exhausted: summary.exhausted += 1
            case .expired: summary.expired += 1
            case .withheld, .pending, .sending, .awaiting, .retry, .inDoubt, .cancelled: break
            }
        }
    }

    /// Waits for the next message that is worth waiting for.
    ///
    /// False where none is, or the courier was told to stop.
    private func waitForNext() throws -> Bool {
        guard !stop.isSet else { return false }
        let now = clock()
        let near = try outbox.waits(dispatch.limits, now: now).compactMap { wait -> Instant? in
            guard let next = wait.nextAt else { return nil }
            let patience = wait.reason?.isOwn == true ? options.ownPatienceSeconds : options.patienceSeconds
            return next.seconds - now.seconds <= patience ? next : nil
        }
        guard let next = near.min() else { return false }
        // In short naps: meanwhile others become due, or are committed.
        return nap(from: now, until: min(next, now.adding(seconds: 5)))
    }

    /// False where the courier was told to stop or the clock stands still.
    private func nap(from start: Instant, until end: Instant) -> Bool {
        var sleptMilliseconds: Int64 = 0
        while clock() < end {
            if stop.isSet { return false }
            // A simulated clock may stand still, and the system's may jump back: real time bounds the nap as well.
            if sleptMilliseconds > (end.seconds - start.seconds + 1) * 1_000 { return clock() != start }
            Thread.sleep(forTimeInterval: 0.05)
            sleptMilliseconds += 50
        }
        return true
    }

    private mutating func conclude() throws {
        summary.wasStopped = isStopping || stop.isSet
        summary.problems = dispatch.problems
        let counts = try outbox.openCounts()
        for count in counts { add(count) }
        if summary.withheld > 0 { summary.canaries = try outbox.waitingCanaries() }
        let waits = try outbox.waits(dispatch.limits, now: clock())
        summary.waits = waits.map { DeliverySummary.EndpointWaiting($0, counts: counts) }
        summary.nextAttemptAt = waits.compactMap(\.nextAt).min()
    }

    private mutating func add(_ count: OutboxCount) {
        switch count.state {
        case .pending: summary.pending += count.messages
        case .withheld: summary.withheld += count.messages
        case .retry: summary.retrying += count.messages
        case .awaiting: summary.awaiting += count.messages
        case .inDoubt: summary.inDoubt += count.messages
        default: break
        }
        let known = summary.problems.contains { $0.endpoint == count.endpoint } || dispatch.serves(count.endpoint)
        guard !known, !count.state.isFinal, count.state != .inDoubt else { return }
        let error = RetierError(
            .badConfiguration, "messages wait for the endpoint \(count.endpoint), which retier.yaml does not know",
            hint: "add the endpoint again")
        summary.problems.append(DeliverySummary.EndpointProblem(endpoint: count.endpoint, error: error))
    }
}

extension DeliveryCompletion {
    fileprivate var wasDelivered: Bool {
        if case .ended(let outcome) = result { outcome.verdict == .delivered } else { false }
    }
}

extension OutgoingMessage {
    fileprivate convenience init(_ message: ClaimedMessage) throws {
        let body =
            message.withdrawn.isEmpty
            ? message.body : Data(try ListCut.cut(message.withdrawn, from: Array(message.body)))
        self.init(
            purpose: message.task.map(OutgoingMessage.Purpose.poll(reference:)) ?? .deliver, id: message.id,
            run: message.run, endpoint: message.endpoint, position: message.position, notAfter: message.notAfter,
            leaveBy: message.leaveBy, form: message.form, body: body, token: message)
    }
}
