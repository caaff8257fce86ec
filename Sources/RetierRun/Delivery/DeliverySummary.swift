package import RetierCore

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
    /// The earliest moment at which a waiting message is due; nil where none waits.
    package var nextAttemptAt: Instant?
    /// Endpoints that could not be served, with the reason; their messages wait.
    package var problems: [EndpointProblem] = []
    /// True where the delivery was told to stop before it was done.
    package var wasStopped = false

    package struct EndpointProblem: Sendable {
        package var endpoint: String
        package var error: RetierError
    }

    package init() {}

    /// False where a person should look: exit code 3.
    package var isComplete: Bool {
        rejected == 0 && exhausted == 0 && refusedActions == 0 && inDoubt == 0 && problems.isEmpty
    }
}
