/// Where a message of the outbox stands; the raw values are the ledger's.
package enum OutboxState: String, CaseIterable, Sendable {
    /// Kept back until the canary of its run has come to its end.
    case withheld
    /// Waits for its first attempt, or for its next after a person's word.
    case pending
    /// Claimed by a courier: an attempt may be under way.
    case sending
    /// Taken by the receiver as a task that a person confirms there; its result is asked for.
    case awaiting
    /// Accepted by the receiver.
    case delivered
    /// Refused by the receiver, for good.
    case rejected
    /// Waits for another attempt.
    case retry
    /// All attempts failed, and none can have reached the receiver.
    case exhausted
    /// Nobody can know whether the receiver acted: a person decides.
    case inDoubt = "in_doubt"
    /// Withdrawn before it left.
    case cancelled
    /// Too late to be sent.
    case expired

    /// True where nothing more happens to the message.
    package var isFinal: Bool {
        switch self {
        case .delivered, .rejected, .exhausted, .cancelled, .expired: true
        case .withheld, .pending, .sending, .awaiting, .retry, .inDoubt: false
        }
    }
}
