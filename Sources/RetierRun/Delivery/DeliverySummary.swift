package import RetierCore
package import RetierLedger

/// What one delivery did and what it leaves.
package struct DeliverySummary: Sendable {
    /// Messages that came to these states in this delivery.
    package var delivered = 0
    package var rejected = 0
    package var exhausted = 0
    package var expired = 0
    /// Actions that receivers refused although they took their messages.
    package var refusedActions = 0
    /// What the ledger holds now.
    package var retrying = 0
    package var pending = 0
    package var inDoubt = 0
    package var withheld = 0
    /// The canaries that withhold them.
    package var canaries: [CanaryStanding] = []
    /// Tasks that a person has to confirm at the receiver: neither a failure nor done.
    package var awaiting = 0
    /// The earliest moment at which a waiting message may leave or be asked about; nil where none waits for a time.
    package var nextAttemptAt: Instant?
    /// Why messages wait, one a served endpoint that has some.
    package var waits: [EndpointWaiting] = []
    /// Endpoints that could not be served, with the reason; their messages wait.
    package var problems: [EndpointProblem] = []
    /// True where the delivery was told to stop before it was done.
    package var wasStopped = false

    package struct EndpointProblem: Sendable {
        package var endpoint: String
        package var error: RetierError
    }

    /// What waits for an endpoint, and why.
    package struct EndpointWaiting: Hashable, Sendable {
        package var wait: EndpointWait
        /// Messages to be sent.
        package var messages: Int
        /// Tasks to be asked about.
        package var tasks: Int

        package init(_ wait: EndpointWait, counts: [OutboxCount]) {
            self.wait = wait
            let own = counts.filter { $0.endpoint == wait.endpoint }
            messages = own.filter { [.pending, .retry].contains($0.state) }.reduce(0) { $0 + $1.messages }
            tasks = own.filter { $0.state == .awaiting }.reduce(0) { $0 + $1.messages }
        }

        /// True where a person has to act before anything leaves.
        package var isDisabled: Bool { wait.reason == .disabled }
    }

    package init() {}

    /// Canaries after which a person has to decide: exit code 4.
    package var stopped: [CanaryStanding] { canaries.filter(\.isStopped) }

    /// False where a person should look: exit code 3.
    package var isComplete: Bool {
        rejected == 0 && exhausted == 0 && refusedActions == 0 && inDoubt == 0 && problems.isEmpty
            && !waits.contains { $0.isDisabled }
    }

    /// True where messages wait that were due and did not leave: exit code 75.
    package var isHeldUp: Bool {
        retrying > 0 || waits.contains { $0.messages > 0 && $0.wait.reason != nil }
    }
}
