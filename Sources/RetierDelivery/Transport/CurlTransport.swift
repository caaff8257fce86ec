import CRetierCurl
import Foundation
package import RetierCore
import Synchronization

/// Sends messages over HTTP: one thread, one libcurl multi handle, kept-alive connections.
///
/// Each endpoint has its own queue here; no more transfers are given to libcurl than may run, because time in
/// libcurl's own queue counts against the request's timeout.
package final class CurlTransport: Carrier {
    /// Bytes of an answer that are read, enough for the results of a thousand actions; more ends the transfer.
    package static let maxResponseBytes = 262_144

    enum Mode: Int, Sendable { case running, stopping, abandoned }

    /// What the courier's thread hands to the loop's thread.
    struct Inbox: Sendable {
        var messages: [OutgoingMessage] = []
        /// Endpoints whose waiting messages go back.
        var recalled: Set<String> = []
        var mode = Mode.running
    }

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

    /// The loop's end of the connection to the courier.
    final class Mailbox: Sendable {
        let inbox = Mutex(Inbox())
    }

    private let mailbox = Mailbox()
    private let multi: MultiHandle

    /// Starts the loop's thread.
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
        let multi = try MultiHandle()
        let mailbox = self.mailbox
        self.multi = multi
        retier_multi_setopt_long(multi.pointer, CURLMOPT_MAXCONNECTS, maxConnections)
        let thread = Thread {
            var loop = CurlLoop(
                endpoints: endpoints, multi: multi, mailbox: mailbox, completions: completions,
                maxConnections: maxConnections, clock: clock)
            loop.run()
        }
        thread.name = "retier curl"
        thread.start()
    }

    deinit { switchTo(.abandoned) }

    package func submit(_ messages: [OutgoingMessage]) {
        mailbox.inbox.withLock { $0.messages += messages }
        curl_multi_wakeup(multi.pointer)
    }

    package func recall(endpoint: String) {
        mailbox.inbox.withLock { _ = $0.recalled.insert(endpoint) }
        curl_multi_wakeup(multi.pointer)
    }

    /// Requests in flight end within their timeouts; what waits comes back as not started.
    package func stop() { switchTo(.stopping) }

    package func abandon() { switchTo(.abandoned) }

    private func switchTo(_ mode: Mode) {
        mailbox.inbox.withLock { if mode.rawValue > $0.mode.rawValue { $0.mode = mode } }
        curl_multi_wakeup(multi.pointer)
    }
}
