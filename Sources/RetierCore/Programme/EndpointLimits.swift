/// At most `max` messages in any `perSeconds` seconds.
package struct RateLimit: Hashable, Sendable {
    package var max: Int
    package var perSeconds: Int

    package init(max: Int, perSeconds: Int) {
        self.max = max
        self.perSeconds = perSeconds
    }
}

/// How fast and when an endpoint may be called.
package struct EndpointLimits: Hashable, Sendable {
    /// Sliding windows, which all hold at once; none for no limit.
    package var rates: [RateLimit]
    /// So many failures in a row open the breaker; 0 keeps it shut for ever.
    package var breakerFailures: Int
    /// The first opening lasts so many seconds; each further one in a row twice as long, up to an hour.
    package var breakerSeconds: Int
    /// Begins nothing within 120 seconds of a full or half hour, when robots' gateways are crowded.
    package var avoidsHalfHours: Bool
    /// Seconds between questions about a task that a person has to confirm.
    package var pollSeconds: Int

    package init(
        rates: [RateLimit] = [], breakerFailures: Int = 10, breakerSeconds: Int = 30, avoidsHalfHours: Bool = false,
        pollSeconds: Int = 3_600
    ) {
        self.rates = rates
        self.breakerFailures = breakerFailures
        self.breakerSeconds = breakerSeconds
        self.avoidsHalfHours = avoidsHalfHours
        self.pollSeconds = pollSeconds
    }
}

extension Endpoint {
    /// The limits that hold: those configured, else those that the kind's service documents.
    package var effectiveLimits: EndpointLimits { limits ?? kind.standardLimits }
}

extension Sequence<Endpoint> {
    /// The limits that hold, by the endpoint's id.
    package var limits: [String: EndpointLimits] {
        Dictionary(map { ($0.id, $0.effectiveLimits) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Endpoint.Kind {
    /// What the services document (WeCom path/99110 and path/90454, DingTalk and Feishu custom robot guides, Slack rate
    /// limits).
    package var standardLimits: EndpointLimits {
        let minute = 60
        return switch self {
        case .file, .webhook, .custom: EndpointLimits()
        case .wecomRobot, .dingtalkRobot:
            EndpointLimits(rates: [RateLimit(max: 20, perSeconds: minute)], avoidsHalfHours: true)
        case .feishuRobot:
            EndpointLimits(
                rates: [RateLimit(max: 100, perSeconds: minute), RateLimit(max: 5, perSeconds: 1)],
                avoidsHalfHours: true)
        // How long a burst may be is not documented.
        case .slackRobot: EndpointLimits(rates: [RateLimit(max: 1, perSeconds: 1)])
        case .wecomApp(let settings): EndpointLimits(rates: settings.rates, avoidsHalfHours: true)
        case .wecomTask: EndpointLimits(rates: [RateLimit(max: 60, perSeconds: minute)])
        }
    }
}

extension WeComAppSettings {
    /// WeCom drops what one person gets beyond 30 messages a minute and 1,000 an hour without a word (path/90454), so
    /// that whoever may get every message sets the pace.
    fileprivate var rates: [RateLimit] {
        switch recipients {
        case .fixed, .assigned: [RateLimit(max: 30, perSeconds: 60), RateLimit(max: 1_000, perSeconds: 3_600)]
        case .identity: [RateLimit(max: 1_000, perSeconds: 60)]
        }
    }
}
