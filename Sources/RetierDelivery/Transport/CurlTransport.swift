import CRetierCurl
import Foundation
package import RetierCore

/// Sends messages over HTTP with kept-alive connections: two threads, each with a libcurl multi handle of its own.
///
/// Two, because one is the bottleneck of a delivery: what libcurl and the kernel do for a request costs more than what
/// the ledger does for a message. Endpoints whose attempts wait for one another are served by the first.
package final class CurlTransport: Carrier {
    /// Bytes of an answer that are read, enough for the results of a thousand actions; more ends the transfer.
    package static let maxResponseBytes = 262_144
    private static let loops = 2

    /// `@unchecked Sendable`: the only call from another thread is `curl_multi_wakeup`, which libcurl allows, and the
    /// handle outlives both threads because each holds this box.
    final class MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer

        init() throws {
            _ = MultiHandle.globalState
            guard let pointer = curl_multi_init() else {
                throw RetierError(.tryLater, "libcurl gave no multi handle", hint: "free some memory")
            }
            self.pointer = pointer
        }

        deinit { curl_multi_cleanup(pointer) }

        /// Once a process, before any thread.
        ///
        /// SIGPIPE is libcurl's caller's business.
        private static let globalState: Bool = {
            signal(SIGPIPE, SIG_IGN)
            return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
        }()
    }

    private let outgoing: WaitingMessages
    private let multis: [MultiHandle]
    private let laneOfEndpoint: [String: Int]
    private let completions: Completions
    private let clock: @Sendable () -> Instant

    /// Starts the loops' threads.
    ///
    /// - Parameters:
    ///   - endpoints: every endpoint that messages may name.
    ///   - completions: where results are left.
    ///   - maxConnections: requests in flight over all endpoints.
    ///   - clock: the moment of attempts, for timestamps and `notAfter`.
    /// - Throws: `RetierError` where libcurl has no memory.
    package init(
        endpoints: [HTTPEndpoint], completions: Completions, maxConnections: Int = 128,
        clock: @escaping @Sendable () -> Instant
    ) throws {
        let outgoing = WaitingMessages(lanes: endpoints.count)
        self.outgoing = outgoing
        self.completions = completions
        self.clock = clock
        laneOfEndpoint = Dictionary(
            endpoints.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        multis = try (0..<CurlTransport.loops).map { _ in try MultiHandle() }
        for (index, multi) in multis.enumerated() {
            let share = maxConnections / CurlTransport.loops
            retier_multi_setopt_long(multi.pointer, CURLMOPT_MAXCONNECTS, share)
            let thread = Thread {
                let lanes = endpoints.map {
                    CurlLoop.Lane($0, maxActive: $0.concurrency(onLoop: index, of: CurlTransport.loops))
                }
                var loop = CurlLoop(
                    lanes: lanes, multi: multi, outgoing: outgoing, completions: completions, maxConnections: share,
                    clock: clock)
                loop.run()
            }
            thread.name = "retier curl"
            thread.start()
        }
    }

    deinit { switchTo(.abandoned) }

    package func submit(_ messages: [OutgoingMessage]) {
        var accepted: [(message: OutgoingMessage, lane: Int)] = []
        accepted.reserveCapacity(messages.count)
        var (endpoint, lane): (String?, Int?)
        for message in messages {
            // Neighbours are mostly of one endpoint.
            if message.endpoint != endpoint {
                (endpoint, lane) = (message.endpoint, laneOfEndpoint[message.endpoint])
            }
            guard let lane else {
                finish([message], .notStarted)
                continue
            }
            guard WebhookSignature.canCarry(messageID: message.id) else {
                finish([message], .ended(DeliveryOutcome(.rejected, code: "bad-message-id", leftUs: false)))
                continue
            }
            accepted.append((message, lane))
        }
        outgoing.append(accepted)
        wake()
    }

    package func recall(endpoint: String) {
        if let lane = laneOfEndpoint[endpoint] { finish(outgoing.takeAll(from: lane), .notStarted) }
    }

    /// Requests in flight end within their timeouts; what waits comes back as not started.
    package func stop() { switchTo(.stopping) }

    package func abandon() { switchTo(.abandoned) }

    private func switchTo(_ mode: WaitingMessages.Mode) {
        outgoing.switchTo(mode)
        wake()
    }

    private func wake() {
        for multi in multis { curl_multi_wakeup(multi.pointer) }
    }

    private func finish(_ messages: [OutgoingMessage], _ result: DeliveryCompletion.Result) {
        completions.add(messages.map { DeliveryCompletion($0, result, at: clock()) })
    }
}
