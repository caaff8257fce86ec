/// One message of the outbox as a value, and what each event makes of it.
///
/// The same states are the CHECK of the ledger's `message` table and the diagram in `OutboxStates.md`; tests tie the
/// three.
package struct OutboxEntry: Hashable, Sendable {
    package var messageID: String
    package var state: OutboxState
    /// Attempts begun, including those whose courier died.
    package var attempts: Int
    /// Attempts that ended in a failure; the retry schedule counts these, because a crash is not the receiver's fault.
    package var failures: Int
    /// When the first attempt began that may have reached the receiver without an answer; nil while there is none.
    package var doubtfulSince: Instant?
    /// The earliest moment of the next attempt, or of the next question about a task; while sending, when the attempt
    /// began.
    package var nextAt: Instant
    /// The last moment at which sending makes sense.
    package var notAfter: Instant
    package var finishedAt: Instant?
    /// HTTP status and code of the last attempt or decision.
    package var httpStatus: Int?
    package var code: String?
    /// The receiver's name of the message, such as a task's id.
    package var reference: String?

    /// True where nobody may claim that the message did not arrive.
    package var isDoubtful: Bool { doubtfulSince != nil }

    package init(
        messageID: String, state: OutboxState = .pending, attempts: Int = 0, failures: Int = 0,
        doubtfulSince: Instant? = nil, nextAt: Instant, notAfter: Instant,
        finishedAt: Instant? = nil, httpStatus: Int? = nil, code: String? = nil, reference: String? = nil
    ) {
        self.messageID = messageID
        self.state = state
        self.attempts = attempts
        self.failures = failures
        self.doubtfulSince = doubtfulSince
        self.nextAt = nextAt
        self.notAfter = notAfter
        self.finishedAt = finishedAt
        self.httpStatus = httpStatus
        self.code = code
        self.reference = reference
    }
}

/// What can happen to a message.
package enum OutboxEvent: Hashable, Sendable {
    /// The canary of its run went well, or a person says so: it may leave.
    case letGo
    /// A courier takes the message to send it.
    case claim
    /// The attempt ended.
    case outcome(DeliveryOutcome)
    /// The courier gives the message back before the attempt began.
    case release
    /// The courier died: its attempt may or may not have left.
    case recovered
    /// The last moment of the message has passed; while it is claimed, before the attempt began.
    case tooLate
    /// It is due within quiet hours: it waits until they end, or (nil) does not leave at all.
    case quietHours(until: Instant?)
    /// The reason for sending is gone.
    case cancel
    /// The receiver told how the task stands: delivered, rejected, or anything else for not yet.
    case polled(DeliveryOutcome)
    /// A person's word on a message in doubt.
    case resolve(Resolution)
    /// A person wants a message to be tried again that the receiver did not take.
    case replay

    package enum Resolution: String, CaseIterable, Sendable {
        /// It did arrive.
        case sent
        /// Send it again under the same id.
        case resend
        /// Leave it.
        case drop
    }
}

/// What the shell has to do, in the transaction that writes the new state.
package enum OutboxEffect: Hashable, Sendable {
    /// Open the attempt of this number; send once that is durable.
    case beginAttempt(number: Int)
    /// Close the attempt of this number; nil where its outcome was lost with its courier.
    case endAttempt(number: Int, outcome: DeliveryOutcome?)
    /// List the message for a person.
    case askPerson
}

extension OutboxEntry {
    /// Applies an event and returns what the shell has to do, or nil where the event cannot happen in this state
    /// (nothing changes).
    package mutating func handle(_ event: OutboxEvent, at now: Instant, policy: DeliveryPolicy) -> [OutboxEffect]? {
        switch (state, event) {
        case (.withheld, .letGo): letGo(at: now)
        case (.pending, .claim), (.retry, .claim): claim(at: now, policy: policy)
        case (.withheld, .tooLate), (.pending, .tooLate), (.retry, .tooLate), (.awaiting, .tooLate):
            now > notAfter ? finish(.expired, code: "too-late", at: now) : nil
        case (.pending, .quietHours(let until)), (.retry, .quietHours(let until)): wait(until: until, at: now)
        case (.withheld, .cancel), (.pending, .cancel), (.retry, .cancel):
            finish(.cancelled, code: "cancelled", at: now)
        case (.sending, .outcome(let outcome)): end(outcome, at: now, policy: policy)
        case (.sending, .recovered): recover(at: now, policy: policy)
        case (.sending, .release): giveBack()
        case (.sending, .tooLate): giveBack() + finish(.expired, code: "too-late", at: now)
        case (.awaiting, .polled(let outcome)): learn(outcome, at: now, policy: policy)
        case (.inDoubt, .resolve(let resolution)): resolve(resolution, at: now)
        // What was never tried cannot be sent at all.
        case (.exhausted, .replay), (.rejected, .replay): attempts > 0 ? replay(at: now) : nil
        default: nil
        }
    }

    /// Quiet hours that it waits for stay; what is too late is found by whoever would send it.
    private mutating func letGo(at now: Instant) -> [OutboxEffect] {
        state = .pending
        nextAt = max(nextAt, now)
        return []
    }

    private mutating func claim(at now: Instant, policy: DeliveryPolicy) -> [OutboxEffect]? {
        if now > notAfter { return finish(.expired, code: "too-late", at: now) }
        guard now >= nextAt else { return nil }
        if let since = doubtfulSince, case .resendWithin(let seconds) = policy.onDoubt,
            now >= since.adding(seconds: Int64(seconds))
        {
            return doubt(code: "repeat-not-recognised")
        }
        state = .sending
        attempts += 1
        nextAt = now
        return [.beginAttempt(number: attempts)]
    }

    /// Attempts are not used up by waiting; who waits beyond the last moment does not wait at all.
    private mutating func wait(until: Instant?, at now: Instant) -> [OutboxEffect] {
        guard let until, until <= notAfter else { return finish(.expired, code: "quiet-hours", at: now) }
        nextAt = max(nextAt, until)
        return []
    }

    private mutating func end(_ outcome: DeliveryOutcome, at now: Instant, policy: DeliveryPolicy) -> [OutboxEffect] {
        let ended = OutboxEffect.endAttempt(number: attempts, outcome: outcome)
        httpStatus = outcome.httpStatus
        if outcome.verdict == .ambiguous { doubtfulSince = doubtfulSince ?? nextAt }
        switch outcome.verdict {
        case .delivered:
            succeed(code: outcome.code, at: now)
            return [ended]
        case .accepted:
            state = .awaiting
            code = outcome.code
            reference = outcome.reference
            nextAt = now.adding(seconds: Int64(policy.limits.pollSeconds))
            return [ended]
        case .rejected: return [ended] + finish(.rejected, code: outcome.code, at: now)
        case .ambiguous where policy.onDoubt == .hold: return [ended] + doubt(code: outcome.code)
        case .gone, .throttled:
            // Neither is the message's fault: it waits, and its schedule is not used up.
            state = .retry
            code = outcome.code
            nextAt = now.adding(seconds: Int64(EndpointHealth.holdSeconds(of: outcome) ?? 0))
            return [ended]
        case .retry, .ambiguous: return [ended] + retry(after: outcome, at: now, policy: policy)
        }
    }

    private mutating func retry(
        after outcome: DeliveryOutcome, at now: Instant, policy: DeliveryPolicy
    ) -> [OutboxEffect] {
        failures += 1
        let delay = policy.schedule.delaySeconds(
            failures: failures, messageID: messageID, retryAfterSeconds: outcome.retryAfterSeconds)
        guard let delay else { return finish(.exhausted, code: outcome.code, at: now) }
        state = .retry
        code = outcome.code
        nextAt = now.adding(seconds: Int64(delay))
        return []
    }

    private mutating func recover(at now: Instant, policy: DeliveryPolicy) -> [OutboxEffect] {
        doubtfulSince = doubtfulSince ?? nextAt
        httpStatus = nil
        let ended = OutboxEffect.endAttempt(number: attempts, outcome: nil)
        if policy.onDoubt == .hold { return [ended] + doubt(code: "courier-died") }
        state = .retry
        code = "courier-died"
        nextAt = now
        return [ended]
    }

    private mutating func giveBack() -> [OutboxEffect] {
        state = failures > 0 || isDoubtful ? .retry : .pending
        let outcome = DeliveryOutcome(.retry, code: "not-started", leftUs: false)
        return [.endAttempt(number: attempts, outcome: outcome)]
    }

    /// The receiver's word on a task: only delivered and rejected are final.
    private mutating func learn(
        _ outcome: DeliveryOutcome, at now: Instant, policy: DeliveryPolicy
    ) -> [OutboxEffect] {
        switch outcome.verdict {
        case .delivered:
            succeed(code: outcome.code, at: now)
            return []
        case .rejected: return finish(.rejected, code: outcome.code, at: now)
        case .accepted, .retry, .throttled, .gone, .ambiguous:
            code = outcome.code
            let pause = EndpointHealth.holdSeconds(of: outcome) ?? 0
            nextAt = now.adding(seconds: Int64(max(policy.limits.pollSeconds, pause)))
            return []
        }
    }

    private mutating func resolve(_ resolution: OutboxEvent.Resolution, at now: Instant) -> [OutboxEffect] {
        switch resolution {
        case .sent: succeed(code: "resolved-sent", at: now)
        case .resend:
            state = .pending
            failures = 0
            // The person accepts a repeat; the receiver's memory counts from now on.
            doubtfulSince = now
            code = "resolved-resend"
            reopen(at: now)
        case .drop:
            state = .cancelled
            code = "resolved-drop"
            finishedAt = now
        }
        return []
    }

    private mutating func replay(at now: Instant) -> [OutboxEffect] {
        state = .pending
        failures = 0
        code = "replayed"
        finishedAt = nil
        reopen(at: now)
        return []
    }

    /// Makes the message due: a person's word is good for a day, also where the message would be too late.
    private mutating func reopen(at now: Instant) {
        nextAt = now
        notAfter = max(notAfter, now.adding(seconds: 86_400))
    }

    private mutating func succeed(code: String, at now: Instant) {
        state = .delivered
        self.code = code
        finishedAt = now
    }

    /// Ends the message without success.
    ///
    /// If an earlier attempt may have arrived, nobody may claim that it did not.
    private mutating func finish(_ end: OutboxState, code: String, at now: Instant) -> [OutboxEffect] {
        if isDoubtful { return doubt(code: code) }
        state = end
        self.code = code
        finishedAt = now
        return []
    }

    private mutating func doubt(code: String) -> [OutboxEffect] {
        state = .inDoubt
        self.code = code
        return [.askPerson]
    }
}
