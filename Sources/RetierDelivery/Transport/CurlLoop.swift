import CRetierCurl
import Foundation
import RetierCore

/// A thread of a `CurlTransport` and the transfers that it owns.
struct CurlLoop: ~Copyable {
    /// What one endpoint has under way here.
    struct Lane {
        let endpoint: HTTPEndpoint
        /// The most attempts under way at once in this loop; 0 where others serve the endpoint.
        let maxActive: Int
        var active = 0
        /// Transfers whose last request was answered, with all that the endpoint's requests share.
        var idle: [CurlTransfer] = []

        init(_ endpoint: HTTPEndpoint, maxActive: Int) {
            self.endpoint = endpoint
            self.maxActive = maxActive
        }
    }

    private let multi: CurlTransport.MultiHandle
    private let outgoing: WaitingMessages
    private let completions: Completions
    private let maxConnections: Int
    private let clock: @Sendable () -> Instant
    private var lanes: [Lane]
    /// A request in flight and the attempt that it belongs to.
    private struct Flight {
        /// Held for as long as libcurl points to it.
        var transfer: CurlTransfer
        var message: OutgoingMessage
        var lane: Int
        var then: @Sendable (HTTPExchange, Instant) -> ChannelStep
    }

    /// An attempt that needs what another one is asking for.
    private struct Waiting {
        var message: OutgoingMessage
        var lane: Int
        var then: @Sendable (Instant) -> ChannelStep
    }

    private var waiting: [Waiting] = []
    /// By easy handle.
    private var active: [UnsafeMutableRawPointer: Flight] = [:]
    private var done: [DeliveryCompletion] = []
    /// The lane that is served first next time, so that no endpoint starves another.
    private var firstLane = 0

    init(
        lanes: [Lane], multi: CurlTransport.MultiHandle, outgoing: WaitingMessages, completions: Completions,
        maxConnections: Int, clock: @escaping @Sendable () -> Instant
    ) {
        self.lanes = lanes
        self.multi = multi
        self.outgoing = outgoing
        self.completions = completions
        self.maxConnections = maxConnections
        self.clock = clock
    }

    mutating func run() {
        while true {
            let seen = outgoing.changes
            let mode = outgoing.mode
            guard mode != .abandoned else { break }
            takeWhatFits()
            var running: Int32 = 0
            curl_multi_perform(multi.pointer, &running)
            let finished = collectFinished()
            completions.add(done)
            done.removeAll(keepingCapacity: true)
            if mode == .stopping, active.isEmpty { break }
            if !finished { wait(seen: seen) }
        }
        for handle in active.keys { curl_multi_remove_handle(multi.pointer, handle) }
        active = [:]
    }

    /// How often a loop looks again before it sleeps; each look takes some microseconds.
    static let looks = 40
    /// The longest sleep.
    static let sleepMilliseconds: Int32 = 1_000

    /// Waits until something can be read, written or begun.
    private func wait(seen: Int) {
        let multi = multi
        CurlLoop.wait(for: outgoing, seen: seen) { milliseconds in
            var ready: Int32 = 0
            curl_multi_poll(multi.pointer, nil, 0, milliseconds, &ready)
            return ready
        }
    }

    /// Looks for a while before it lies down.
    ///
    /// A receiver that answers within a fraction of a millisecond is waited for awake, letting others run between two
    /// looks: putting a core to sleep and waking it again takes longer than such an answer.
    ///
    /// - Parameters:
    ///   - seen: the changes of what waits that this turn has seen. A look swallows the wake-up of a later one without
    ///     telling, so whoever lies down asks once more.
    ///   - poll: waits so many milliseconds at most, or until it is woken; returns how much can be read or written.
    static func wait(for outgoing: WaitingMessages, seen: Int, poll: (_ milliseconds: Int32) -> Int32) {
        for _ in 0..<looks {
            if poll(0) > 0 { return }
            sched_yield()
        }
        guard outgoing.changes == seen else { return }
        _ = poll(sleepMilliseconds)
    }

    private mutating func takeWhatFits() {
        for offset in lanes.indices {
            let lane = (firstLane + offset) % lanes.count
            guard lanes[lane].maxActive > 0 else { continue }
            let room = min(lanes[lane].maxActive - lanes[lane].active, maxConnections - active.count)
            switch outgoing.take(from: lane, upTo: room, at: clock()) {
            case .begin(let messages): for message in messages { start(message, lane: lane) }
            case .giveBack(let messages): for message in messages { finish(message, .notStarted) }
            }
        }
        firstLane = lanes.isEmpty ? 0 : (firstLane + 1) % lanes.count
    }

    private mutating func start(_ message: OutgoingMessage, lane: Int) {
        let now = clock()
        if let refusal = message.refusal(at: now) { return finish(message, refusal) }
        lanes[lane].active += 1
        take(lanes[lane].endpoint.attempt(message, now), of: message, lane: lane)
    }

    /// Goes on with an attempt that is under way.
    private mutating func take(_ step: ChannelStep, of message: OutgoingMessage, lane: Int) {
        let endpoint = lanes[lane].endpoint
        switch step {
        case .end(let outcome): end(message, outcome, lane: lane)
        case .wait(let then): waiting.append(Waiting(message: message, lane: lane, then: then))
        case .request(let request, let then):
            guard endpoint.target.covers(request.url) else {
                return end(message, DeliveryOutcome(.rejected, code: "foreign-url", leftUs: false), lane: lane)
            }
            guard let transfer = lanes[lane].idle.popLast() ?? CurlTransfer(endpoint: endpoint) else {
                return end(message, DeliveryOutcome(.retry, code: "no-memory", leftUs: false), lane: lane)
            }
            transfer.prepare(request)
            guard curl_multi_add_handle(multi.pointer, transfer.handle) == CURLM_OK else {
                return end(message, DeliveryOutcome(.retry, code: "no-memory", leftUs: false), lane: lane)
            }
            active[transfer.handle] = Flight(transfer: transfer, message: message, lane: lane, then: then)
        }
    }

    private mutating func end(_ message: OutgoingMessage, _ outcome: DeliveryOutcome, lane: Int) {
        lanes[lane].active -= 1
        if EndpointHealth.holdSeconds(of: outcome) != nil || outcome.verdict == .gone {
            outgoing.silence(lane, until: clock().adding(seconds: 1))
        }
        finish(message, message.purpose == .deliver ? .ended(outcome) : .polled(outcome))
    }

    /// Returns whether any transfer ended, so that the next ones start without a wait.
    private mutating func collectFinished() -> Bool {
        var handle: UnsafeMutableRawPointer?
        var result = CURLE_OK
        var any = false
        while retier_multi_next_done(multi.pointer, &handle, &result) == 1 {
            guard let handle, let flight = active.removeValue(forKey: handle) else { continue }
            any = true
            // Everything is read before the handle is reused.
            let exchange = flight.transfer.exchange(result)
            curl_multi_remove_handle(multi.pointer, handle)
            // After a failure the next request begins with a fresh handle.
            if result == CURLE_OK { lanes[flight.lane].idle.append(flight.transfer) }
            take(flight.then(exchange, clock()), of: flight.message, lane: flight.lane)
            wake()
        }
        return any
    }

    /// Lets waiting attempts go on; those that still have to wait do so, as long as there is something to wait for.
    private mutating func wake() {
        guard !waiting.isEmpty else { return }
        let woken = waiting
        waiting = []
        for attempt in woken { take(attempt.then(clock()), of: attempt.message, lane: attempt.lane) }
        guard active.isEmpty else { return }
        for attempt in waiting {
            end(attempt.message, DeliveryOutcome(.retry, code: "not-started", leftUs: false), lane: attempt.lane)
        }
        waiting = []
    }

    private mutating func finish(_ message: OutgoingMessage, _ result: DeliveryCompletion.Result) {
        done.append(DeliveryCompletion(message, result, at: clock()))
    }
}
