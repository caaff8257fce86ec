/// What an endpoint's messages are owed when an attempt fails, and how fast they may leave.
package struct DeliveryPolicy: Hashable, Sendable {
    /// What becomes of a message whose attempt is ambiguous.
    package enum OnDoubt: Hashable, Sendable {
        /// Sent again under the same id: the receiver can tell a repeat.
        case resend
        /// Sent again for so many seconds after the first ambiguous attempt began, because the receiver can tell a
        /// repeat for so long; then held.
        case resendWithin(seconds: Int)
        /// Held for a person: a repeat would be a second message.
        case hold
    }

    package var schedule: RetrySchedule
    package var onDoubt: OnDoubt
    package var limits: EndpointLimits

    package init(schedule: RetrySchedule, onDoubt: OnDoubt, limits: EndpointLimits = EndpointLimits()) {
        self.schedule = schedule
        self.onDoubt = onDoubt
        self.limits = limits
    }

    /// For decisions in which neither schedule nor doubt plays a part: expiry, a person's word, a replay.
    package static let none = DeliveryPolicy(schedule: RetrySchedule(delaysSeconds: []), onDoubt: .hold)
}

extension Endpoint {
    package var deliveryPolicy: DeliveryPolicy {
        DeliveryPolicy(
            schedule: RetrySchedule(delaysSeconds: retrySeconds), onDoubt: onDoubt ?? kind.standardOnDoubt,
            limits: effectiveLimits)
    }
}

extension Endpoint.Kind {
    /// Files, Standard Webhooks and custom receivers with an idempotency header know a repeat by the message's id, a
    /// WeCom application for a time by the message itself; for the others a repeat is a second message.
    package var standardOnDoubt: DeliveryPolicy.OnDoubt {
        switch self {
        case .file, .webhook: .resend
        case .wecomApp(let settings) where settings.duplicateCheckSeconds > 0:
            // A margin for the time from the claim to the receiver.
            .resendWithin(seconds: max(0, settings.duplicateCheckSeconds - WeComAppSettings.repeatMarginSeconds))
        case .custom(let settings): settings.idempotencyHeader == nil ? .hold : .resend
        case .wecomApp, .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot, .wecomTask: .hold
        }
    }
}
