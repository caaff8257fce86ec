package import Foundation
package import RetierCore

/// A message on its way out, or a question about one that its receiver took as a task.
///
/// It passes through many hands and nobody changes it, so that all of them share one. Printing it does not show its
/// content, which is about members.
package final class OutgoingMessage: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    package enum Purpose: Hashable, Sendable {
        /// Claimed: to be sent once.
        case deliver
        /// To ask how the task of this reference stands; may be asked any number of times.
        case poll(reference: String)
    }

    package let purpose: Purpose
    package let id: String
    package let run: String
    package let endpoint: String
    package let position: Int64
    package let notAfter: Instant
    /// The last moment at which it may leave before it has to go back and wait; at most `notAfter`.
    package let leaveBy: Instant
    package let form: MessageForm
    package let body: Data
    /// What its sender keeps with it to know it again; carriers do not look at it.
    package let token: (any AnyObject & Sendable)?

    package init(
        purpose: Purpose = .deliver, id: String, run: String, endpoint: String, position: Int64, notAfter: Instant,
        leaveBy: Instant? = nil, form: MessageForm = .payload, body: Data, token: (any AnyObject & Sendable)? = nil
    ) {
        self.purpose = purpose
        self.id = id
        self.run = run
        self.endpoint = endpoint
        self.position = position
        self.notAfter = notAfter
        self.leaveBy = leaveBy ?? notAfter
        self.form = form
        self.body = body
        self.token = token
    }

    /// What becomes of it where it may not begin at a moment any more; nil where it may.
    func refusal(at now: Instant) -> DeliveryCompletion.Result? {
        guard purpose == .deliver else { return nil }
        return now > notAfter ? .tooLate : now > leaveBy ? .notStarted : nil
    }

    package var description: String { "message \(id) for \(endpoint), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What became of an outgoing message.
package struct DeliveryCompletion: Sendable {
    package enum Result: Hashable, Sendable {
        case ended(DeliveryOutcome)
        /// The answer to a question about a task.
        case polled(DeliveryOutcome)
        /// Given back before the attempt began: the carrier was told to stop, or quiet hours have begun.
        case notStarted
        /// The message's last moment passed before the attempt began.
        case tooLate
    }

    package var message: OutgoingMessage
    package var result: Result
    package var at: Instant

    package init(_ message: OutgoingMessage, _ result: Result, at: Instant) {
        self.message = message
        self.result = result
        self.at = at
    }
}

/// Takes messages out of the house: one implementation for files, one for HTTP.
package protocol Carrier: Sendable {
    /// Queues messages; each comes back as exactly one completion unless the carrier is abandoned.
    func submit(_ messages: [OutgoingMessage])
    /// Gives back what has not begun of an endpoint that has to be quiet.
    func recall(endpoint: String)
    /// Gives back what has not begun and ends what has.
    func stop()
    /// Stops dead, without further completions, as a crash would.
    func abandon()
}
