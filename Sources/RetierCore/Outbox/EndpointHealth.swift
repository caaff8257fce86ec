/// How an endpoint fares, and what each event makes of that: circuit breaker, penalties, and being switched off.
///
/// A message obeys its own schedule (`OutboxEntry`) and its endpoint's health. The states are the CHECK of the ledger's
/// `endpoint_health` table and the second diagram in `OutboxStates.md`; tests tie the three.
package struct EndpointHealth: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// Messages may leave.
        case closed
        /// Too many failures in a row: nothing leaves for a while.
        case open
        /// The while is over: one message at a time goes out to see whether the receiver is back.
        case halfOpen = "half_open"
        /// Nothing leaves until a person switches it on again.
        case disabled
    }

    /// A time in which the whole endpoint has to be quiet.
    package struct Hold: Hashable, Sendable {
        package var since: Instant
        /// The first moment at which messages may leave again.
        package var until: Instant
        /// Of the outcome that asked for it.
        package var code: String

        package init(since: Instant, until: Instant, code: String) {
            self.since = since
            self.until = until
            self.code = code
        }
    }

    package var state: State
    /// When it came to its state; nil where it has always been closed.
    package var since: Instant?
    /// Of the outcome that brought it there; `operator` where a person did.
    package var code: String?
    /// Failures in a row without any sign of life, while closed.
    package var failures: Int
    /// Openings in a row without any sign of life.
    package var trips: Int
    /// Open: the moment from which a probe may leave; nil in the other states.
    package var openUntil: Instant?
    /// Half-open: the message that is under way as the probe; nil while the next one may be it.
    package var probe: String?
    /// The latest hold, also after its end; nil where there was none.
    package var hold: Hold?
    /// Times in a row that the receiver asked for quiet without having taken a message in between.
    package var throttlings: Int

    package init(
        state: State = .closed, since: Instant? = nil, code: String? = nil, failures: Int = 0, trips: Int = 0,
        openUntil: Instant? = nil, probe: String? = nil, hold: Hold? = nil, throttlings: Int = 0
    ) {
        self.state = state
        self.since = since
        self.code = code
        self.failures = failures
        self.trips = trips
        self.openUntil = openUntil
        self.probe = probe
        self.hold = hold
        self.throttlings = throttlings
    }

    /// An endpoint of which nothing bad is known.
    package static let fresh = EndpointHealth()

    /// No pause grows beyond this by doubling; only a receiver may ask for a longer one.
    package static let longestPauseSeconds = 3_600
    /// The pause after a throttling that names none, in seconds.
    package static let standardHoldSeconds = 60
    /// No receiver may silence an endpoint for longer with one answer, in seconds.
    package static let longestHoldSeconds = 86_400

    /// The pause that an outcome asks of the whole endpoint, from 1 second to a day; nil where it asks for none.
    package static func holdSeconds(of outcome: DeliveryOutcome) -> Int? {
        guard let asked = outcome.holdSeconds ?? (outcome.verdict == .throttled ? standardHoldSeconds : nil) else {
            return nil
        }
        return min(max(asked, 1), longestHoldSeconds)
    }
}

/// What can happen to an endpoint.
package enum EndpointEvent: Hashable, Sendable {
    /// A message, or a question about one, was claimed and is about to leave.
    case began(messageID: String)
    /// Its attempt ended.
    case ended(messageID: String, DeliveryOutcome)
    /// It came back before its attempt began.
    case returned(messageID: String)
    /// The courier died, and with it every answer that was under way.
    case recovered
    /// Somebody looks: a clock that went back must not stretch a pause.
    case look
    /// A person switches the endpoint on and forgives what was.
    case enable
    /// A person switches the endpoint off.
    case disable
}

/// A change that belongs into the audit trail; the raw values are the last part of the entry's kind.
package enum EndpointEffect: String, CaseIterable, Sendable {
    case opened, closed, held, disabled, enabled
    case halfOpened = "half_opened"
    /// The clock went back, and a pause was counted from the new time.
    case rebased
}

extension EndpointHealth {
    /// Applies an event and returns the changes to record; an event that means nothing in this state changes nothing.
    package mutating func handle(
        _ event: EndpointEvent, at now: Instant, limits: EndpointLimits
    ) -> [EndpointEffect] {
        switch event {
        case .look: return rebase(at: now)
        case .began(let messageID): return begin(messageID, at: now)
        case .ended(let messageID, let outcome): return end(messageID, outcome, at: now, limits: limits)
        case .returned(let messageID):
            if probe == messageID { probe = nil }
            return []
        case .recovered:
            probe = nil
            return []
        case .enable: return enable(at: now)
        case .disable: return disable(code: "operator", at: now)
        }
    }

    private mutating func begin(_ messageID: String, at now: Instant) -> [EndpointEffect] {
        if state == .open, let openUntil, now >= openUntil {
            enter(.halfOpen, code: code, at: now)
            probe = messageID
            return [.halfOpened]
        }
        if state == .halfOpen, probe == nil { probe = messageID }
        return []
    }

    private mutating func end(
        _ messageID: String, _ outcome: DeliveryOutcome, at now: Instant, limits: EndpointLimits
    ) -> [EndpointEffect] {
        let isProbe = probe == messageID
        if isProbe { probe = nil }
        guard state != .disabled else { return [] }
        var effects: [EndpointEffect] = []
        switch outcome.verdict {
        case .delivered, .accepted:
            throttlings = 0
            effects = live(at: now)
        // What this side refuses says nothing about the receiver.
        case .rejected: effects = outcome.leftUs ? live(at: now) : []
        case .retry, .ambiguous: effects = fail(outcome, isProbe: isProbe, at: now, limits: limits)
        case .throttled: break
        case .gone: return disable(code: outcome.code, at: now)
        }
        return effects + holdAsAsked(outcome, at: now)
    }

    /// A sign of life: whatever was counted against the receiver is void.
    private mutating func live(at now: Instant) -> [EndpointEffect] {
        failures = 0
        guard state != .closed else { return [] }
        trips = 0
        enter(.closed, code: nil, at: now)
        return [.closed]
    }

    private mutating func fail(
        _ outcome: DeliveryOutcome, isProbe: Bool, at now: Instant, limits: EndpointLimits
    ) -> [EndpointEffect] {
        switch state {
        case .closed:
            failures += 1
            guard limits.breakerFailures > 0, failures >= limits.breakerFailures else { return [] }
        // What began before the breaker opened tells nothing new.
        case .halfOpen: guard isProbe else { return [] }
        case .open, .disabled: return []
        }
        trips += 1
        let pause = Self.doubled(limits.breakerSeconds, times: trips - 1)
        enter(.open, code: outcome.code, at: now)
        openUntil = now.adding(seconds: Int64(pause))
        return [.opened]
    }

    /// Attempts that were under way together are refused together: within a hold, the pause is not doubled.
    private mutating func holdAsAsked(_ outcome: DeliveryOutcome, at now: Instant) -> [EndpointEffect] {
        guard let asked = Self.holdSeconds(of: outcome) else { return [] }
        if let current = hold, now < current.until {
            let until = now.adding(seconds: Int64(asked))
            guard until > current.until else { return [] }
            hold = Hold(since: now, until: until, code: outcome.code)
            return [.held]
        }
        var pause = asked
        if outcome.verdict == .throttled {
            throttlings += 1
            pause = Self.doubled(asked, times: throttlings - 1)
        }
        hold = Hold(since: now, until: now.adding(seconds: Int64(pause)), code: outcome.code)
        return [.held]
    }

    private mutating func disable(code: String, at now: Instant) -> [EndpointEffect] {
        guard state != .disabled else { return [] }
        enter(.disabled, code: code, at: now)
        failures = 0
        trips = 0
        return [.disabled]
    }

    private mutating func enable(at now: Instant) -> [EndpointEffect] {
        var forgiven = EndpointHealth.fresh
        forgiven.since = since
        guard self != forgiven else { return [] }
        self = .fresh
        since = now
        return [.enabled]
    }

    /// A pause that began in the future was measured with another clock: it lasts as long as it was meant to, from now.
    private mutating func rebase(at now: Instant) -> [EndpointEffect] {
        var effects: [EndpointEffect] = []
        if let begun = since, let end = openUntil, now < begun {
            since = now
            openUntil = now.adding(seconds: end.seconds - begun.seconds)
            effects = [.rebased]
        }
        if let current = hold, now < current.since {
            let length = current.until.seconds - current.since.seconds
            hold = Hold(since: now, until: now.adding(seconds: length), code: current.code)
            effects = [.rebased]
        }
        return effects
    }

    private mutating func enter(_ state: State, code: String?, at now: Instant) {
        self.state = state
        self.code = code
        since = now
        openUntil = nil
        probe = nil
    }

    /// Twice as long each time, up to an hour or to what was asked where that is longer.
    private static func doubled(_ seconds: Int, times: Int) -> Int {
        let limit = max(seconds, longestPauseSeconds)
        var pause = max(1, seconds)
        for _ in 0..<max(0, times) where pause < limit { pause = min(2 * pause, limit) }
        return pause
    }
}
