import CRetierCurl
import Foundation
import RetierCore
import Synchronization

/// The thread that owns the transfers of a `CurlTransport`.
final class CurlLoop {
    /// The waiting messages of one endpoint.
    private struct Lane {
        var endpoint: HTTPEndpoint
        var waiting: [OutgoingMessage] = []
        var next = 0
        var active = 0

        mutating func takeFirst() -> OutgoingMessage? {
            guard next < waiting.count else { return nil }
            defer { next += 1 }
            if next == waiting.count - 1 || next >= 1_024 {
                waiting.removeFirst(next)
                next = 0
            }
            return waiting[next]
        }

        mutating func takeAll() -> [OutgoingMessage] {
            defer {
                waiting = []
                next = 0
            }
            return Array(waiting[next...])
        }

        var isEmpty: Bool { next == waiting.count }
    }

    private let multi: CurlTransport.MultiHandle
    private let mailbox: CurlTransport.Mailbox
    private let completions: Completions
    private let maxConnections: Int
    private let clock: @Sendable () -> Instant
    private var lanes: [Lane]
    private let laneOfEndpoint: [String: Int]
    /// By easy handle; holds each transfer for as long as libcurl points to it.
    private var active: [UnsafeMutableRawPointer: (transfer: CurlTransfer, lane: Int)] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []
    private var done: [DeliveryCompletion] = []
    /// The lane that is served first next time, so that no endpoint starves another.
    private var firstLane = 0

    init(
        endpoints: [HTTPEndpoint], multi: CurlTransport.MultiHandle, mailbox: CurlTransport.Mailbox,
        completions: Completions, maxConnections: Int, clock: @escaping @Sendable () -> Instant
    ) {
        self.multi = multi
        self.mailbox = mailbox
        self.completions = completions
        self.maxConnections = maxConnections
        self.clock = clock
        lanes = endpoints.map { Lane(endpoint: $0) }
        laneOfEndpoint = Dictionary(
            endpoints.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func run() {
        while true {
            let inbox = mailbox.inbox.withLock { inbox in
                defer { inbox.messages = [] }
                return inbox
            }
            guard inbox.mode != .abandoned else { break }
            sort(inbox.messages)
            if inbox.mode == .stopping { giveBackWaiting() } else { startWhatFits() }
            var running: Int32 = 0
            curl_multi_perform(multi.pointer, &running)
            let finished = collectFinished()
            completions.add(done)
            done.removeAll(keepingCapacity: true)
            if inbox.mode == .stopping, active.isEmpty { break }
            if !finished { curl_multi_poll(multi.pointer, nil, 0, 1_000, nil) }
        }
        for handle in active.keys { curl_multi_remove_handle(multi.pointer, handle) }
        for handle in idleHandles + active.keys { curl_easy_cleanup(handle) }
        active = [:]
    }

    private func sort(_ messages: [OutgoingMessage]) {
        for message in messages {
            guard let lane = laneOfEndpoint[message.endpoint] else {
                finish(message, .notStarted)
                continue
            }
            guard WebhookSignature.canCarry(messageID: message.id) else {
                finish(message, .ended(DeliveryOutcome(.rejected, code: "bad-message-id", leftUs: false)))
                continue
            }
            lanes[lane].waiting.append(message)
        }
    }

    private func giveBackWaiting() {
        for lane in lanes.indices {
            for message in lanes[lane].takeAll() { finish(message, .notStarted) }
        }
    }

    private func startWhatFits() {
        for offset in lanes.indices {
            let lane = (firstLane + offset) % lanes.count
            while lanes[lane].active < lanes[lane].endpoint.concurrency, active.count < maxConnections,
                let message = lanes[lane].takeFirst()
            {
                start(message, lane: lane)
            }
        }
        firstLane = lanes.isEmpty ? 0 : (firstLane + 1) % lanes.count
    }

    private func start(_ message: OutgoingMessage, lane: Int) {
        let now = clock()
        guard now <= message.notAfter else { return finish(message, .tooLate) }
        guard let handle = idleHandles.popLast() ?? curl_easy_init() else { return finish(message, .notStarted) }
        let transfer = CurlTransfer(message, endpoint: lanes[lane].endpoint, handle: handle, now: now)
        guard curl_multi_add_handle(multi.pointer, handle) == CURLM_OK else {
            curl_easy_cleanup(handle)
            return finish(message, .notStarted)
        }
        active[handle] = (transfer, lane)
        lanes[lane].active += 1
    }

    /// Returns whether any transfer ended, so that the next ones start without a wait.
    private func collectFinished() -> Bool {
        var handle: UnsafeMutableRawPointer?
        var result = CURLE_OK
        var any = false
        while retier_multi_next_done(multi.pointer, &handle, &result) == 1 {
            guard let handle, let (transfer, lane) = active.removeValue(forKey: handle) else { continue }
            any = true
            // Everything is read before the handle is reused.
            let outcome = transfer.endpoint.judge(transfer.exchange(result))
            curl_multi_remove_handle(multi.pointer, handle)
            curl_easy_reset(handle)
            idleHandles.append(handle)
            lanes[lane].active -= 1
            finish(transfer.message, .ended(outcome))
        }
        return any
    }

    private func finish(_ message: OutgoingMessage, _ result: DeliveryCompletion.Result) {
        done.append(
            DeliveryCompletion(messageID: message.id, endpoint: message.endpoint, result: result, at: clock()))
    }
}
