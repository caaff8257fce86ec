/// What an endpoint's messages are owed when an attempt fails.
package struct DeliveryPolicy: Hashable, Sendable {
    /// What becomes of a message whose attempt is ambiguous.
    package enum OnDoubt: String, CaseIterable, Sendable {
        /// Sent again under the same id: the receiver can tell a repeat.
        case resend
        /// Held for a person: a repeat would be a second message.
        case hold
    }

    package var schedule: RetrySchedule
    package var onDoubt: OnDoubt

    package init(schedule: RetrySchedule, onDoubt: OnDoubt) {
        self.schedule = schedule
        self.onDoubt = onDoubt
    }
}

extension Endpoint {
    /// Files and Standard Webhooks both know a repeat by the message's id, so an ambiguous attempt is resent.
    package var deliveryPolicy: DeliveryPolicy {
        let onDoubt: DeliveryPolicy.OnDoubt =
            switch kind {
            case .file, .webhook: .resend
            }
        return DeliveryPolicy(schedule: RetrySchedule(delaysSeconds: retrySeconds), onDoubt: onDoubt)
    }
}
