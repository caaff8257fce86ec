/// How a run's messages are tried on a sample of members first.
package struct CanarySettings: Hashable, Sendable {
    /// Of the members, basis points; nil where everything leaves at once.
    package var share: Int?
    /// The share of the sample's actions that may fail, basis points.
    package var maxFailed: Int
    /// The least time between commit and judgement, for receivers whose refusals come late; seconds.
    package var waitSeconds: Int

    package init(share: Int? = nil, maxFailed: Int = 500, waitSeconds: Int = 0) {
        self.share = share
        self.maxFailed = maxFailed
        self.waitSeconds = waitSeconds
    }
}

/// Where the canary of a run stands; the raw values are the ledger's.
package enum CanaryState: String, CaseIterable, Sendable {
    /// The sample is under way, the rest is withheld.
    case open
    /// The sample did well: the rest was let go.
    case passed
    /// Too much of the sample failed, or nothing is known of it: the rest is withheld until a person decides.
    case stopped
    /// A person let the rest go.
    case released
    /// A person cancelled the rest.
    case cancelled

    /// True where nothing more happens to it.
    package var isFinal: Bool { self != .open && self != .stopped }
}

/// What came of the sample of a canary so far.
package struct CanaryTally: Hashable, Sendable {
    /// Messages that have no end yet.
    package var open: Int
    /// Actions of messages that came to an end and tell something of the receiver: without what was cancelled, what
    /// was taken back, and what quiet hours dropped.
    package var ended: Int
    /// Those that did not arrive or may not have: rejected, exhausted, in doubt, expired, and single actions that
    /// receivers refused.
    package var failed: Int

    package init(open: Int = 0, ended: Int = 0, failed: Int = 0) {
        self.open = open
        self.ended = ended
        self.failed = failed
    }
}

package enum CanaryEvent: Hashable, Sendable {
    /// Somebody looks how the sample fares.
    case look(CanaryTally)
    /// A person's word: send the rest.
    case go
    /// A person's word: cancel the rest.
    case stop
}

/// The canary of a run as a value, and what each event makes of it.
///
/// The same states are the CHECK of the ledger's `canary` table and a diagram in `OutboxStates.md`; tests tie the code
/// to the diagram.
package struct Canary: Hashable, Sendable {
    package var run: String
    package var state: CanaryState
    /// Share of the members in the sample, and share of its actions that may fail; basis points.
    package var share: Int
    package var maxFailed: Int
    package var notBefore: Instant
    package var openedAt: Instant
    /// When it was judged, or a person decided; nil while it is open.
    package var decidedAt: Instant?
    /// As of the judgement; nil before it.
    package var tally: CanaryTally?

    package init(
        run: String, state: CanaryState = .open, share: Int, maxFailed: Int, notBefore: Instant, openedAt: Instant,
        decidedAt: Instant? = nil, tally: CanaryTally? = nil
    ) {
        self.run = run
        self.state = state
        self.share = share
        self.maxFailed = maxFailed
        self.notBefore = notBefore
        self.openedAt = openedAt
        self.decidedAt = decidedAt
        self.tally = tally
    }

    /// What becomes of the messages that are withheld.
    package enum Effect: Hashable, Sendable { case letGo, cancelRest, keep }

    /// Applies an event; nil where it changes nothing.
    package mutating func handle(_ event: CanaryEvent, at now: Instant) -> Effect? {
        switch (state, event) {
        case (.open, .look(let tally)):
            guard tally.open == 0, now >= notBefore else { return nil }
            self.tally = tally
            decidedAt = now
            state = isWell(tally) ? .passed : .stopped
            return state == .passed ? .letGo : .keep
        case (.open, .go), (.stopped, .go): return decide(.released, at: now, .letGo)
        case (.open, .stop), (.stopped, .stop): return decide(.cancelled, at: now, .cancelRest)
        default: return nil
        }
    }

    /// Of a sample of which nothing is known nobody can say that it did well.
    private func isWell(_ tally: CanaryTally) -> Bool {
        tally.ended > 0 && Int128(tally.failed) * 10_000 <= Int128(maxFailed) * Int128(tally.ended)
    }

    private mutating func decide(_ end: CanaryState, at now: Instant, _ effect: Effect) -> Effect {
        state = end
        decidedAt = now
        return effect
    }
}
