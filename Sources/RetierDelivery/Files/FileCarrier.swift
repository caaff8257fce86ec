import Foundation
package import RetierCore
import Synchronization

/// Writes messages as files, on a thread of its own: `<folder>/<run>/<position>-<message id>.json`.
///
/// A file appears whole or not at all, and is durable before it counts as delivered.
package final class FileCarrier: Carrier {
    private struct Inbox: Sendable {
        var messages: [OutgoingMessage] = []
        /// Endpoints whose waiting messages go back, until new ones come.
        var recalled: Set<String> = []
        var isStopped = false
        var isAbandoned = false
    }

    /// `@unchecked Sendable`: `inbox` is only touched while `condition` is locked.
    private final class Mailbox: @unchecked Sendable {
        let condition = NSCondition()
        var inbox = Inbox()

        func update(_ change: (inout Inbox) -> Void) {
            condition.lock()
            change(&inbox)
            condition.signal()
            condition.unlock()
        }

        /// Waits for the next message or the end.
        func next() -> Inbox {
            condition.lock()
            defer { condition.unlock() }
            while inbox.messages.isEmpty, !inbox.isStopped, !inbox.isAbandoned { condition.wait() }
            defer { inbox.messages = [] }
            return inbox
        }
    }

    private let mailbox = Mailbox()

    /// Starts the writing thread.
    ///
    /// `folders` names the folder of each endpoint id; it is made when the first file is written.
    package init(folders: [String: String], completions: Completions, clock: @escaping @Sendable () -> Instant) {
        let mailbox = self.mailbox
        let thread = Thread {
            while true {
                let inbox = mailbox.next()
                if inbox.isAbandoned { return }
                for message in inbox.messages {
                    if mailbox.condition.withLock({ mailbox.inbox.isAbandoned }) { return }
                    let stop = mailbox.condition.withLock {
                        mailbox.inbox.isStopped || mailbox.inbox.recalled.contains(message.endpoint)
                    }
                    let result = FileCarrier.deliver(message, folders: folders, stop: stop, now: clock())
                    completions.add([DeliveryCompletion(message, result, at: clock())])
                }
                if inbox.isStopped { return }
            }
        }
        thread.name = "retier files"
        thread.start()
    }

    deinit { mailbox.update { $0.isAbandoned = true } }

    package func submit(_ messages: [OutgoingMessage]) {
        mailbox.update { inbox in
            inbox.messages += messages
            if !inbox.recalled.isEmpty { inbox.recalled.subtract(messages.map(\.endpoint)) }
        }
    }

    package func recall(endpoint: String) {
        mailbox.update { _ = $0.recalled.insert(endpoint) }
    }

    package func stop() { mailbox.update { $0.isStopped = true } }

    package func abandon() { mailbox.update { $0.isAbandoned = true } }

    private static func deliver(
        _ message: OutgoingMessage, folders: [String: String], stop: Bool, now: Instant
    ) -> DeliveryCompletion.Result {
        guard !stop, let folder = folders[message.endpoint] else { return .notStarted }
        if let refusal = message.refusal(at: now) { return refusal }
        return .ended(MessageFile.write(message, below: folder))
    }
}
