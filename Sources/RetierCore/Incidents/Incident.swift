/// A failure from which members suffered, as a value: registered by a person, with what each event makes of it.
///
/// The same states are the CHECK of the ledger's `incident` table; a test ties them.
package struct Incident: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// It goes on, as far as anybody has said.
        case open
        /// It is over: its length is known, and so is what it is worth.
        case closed
        /// It was registered by mistake; nothing comes of it.
        case withdrawn
    }

    /// What a person may say of an incident.
    package enum Event: Hashable, Sendable {
        case close(until: Instant)
        /// The word on its end was wrong.
        case reopen
        case withdraw
    }

    /// Why an event, or a registration, is refused.
    package enum Refusal: Hashable, Sendable {
        case isClosed, isNotClosed, isWithdrawn
        case endsBeforeItBegins
        /// It names a moment that has not come.
        case inFuture(Instant)
        /// Another one of the same kind has a part of the same time.
        case overlaps(String)
        /// Something was granted for it already.
        case isGranted
    }

    package var id: String
    package var kind: String
    package var state: State
    /// The first moment, and the one after the last; nil while it is open.
    package var from: Instant
    package var until: Instant?
    package var registeredAt: Instant
    /// When somebody said that it is over.
    package var closedAt: Instant?

    /// An incident that a person registers; over at once where its end is given.
    package init(id: String, kind: String, from: Instant, until: Instant? = nil, registeredAt: Instant) {
        self.id = id
        self.kind = kind
        self.from = from
        self.until = until
        self.registeredAt = registeredAt
        state = until == nil ? .open : .closed
        closedAt = until == nil ? nil : registeredAt
    }

    /// Every hour that has begun; nil while it is open.
    package var startedHours: Int? {
        until.map { Int(($0.seconds - from.seconds + 3_599) / 3_600) }
    }

    /// Why it may not be registered among others; nil where it may.
    package func refusal(among others: [Incident], now: Instant) -> Refusal? {
        for moment in [from, until].compactMap(\.self) where moment > now { return .inFuture(moment) }
        if let until, until <= from { return .endsBeforeItBegins }
        return others.first { overlaps($0) }.map { .overlaps($0.id) }
    }

    /// Applies an event, or returns why it cannot happen (nothing changes).
    ///
    /// - Parameters:
    ///   - others: all incidents of the ledger.
    ///   - isGranted: whether something was granted for it.
    package mutating func handle(
        _ event: Event, among others: [Incident], isGranted: Bool, now: Instant
    ) -> Refusal? {
        var next = self
        switch (state, event) {
        case (.withdrawn, _): return .isWithdrawn
        case (.closed, .close): return .isClosed
        case (.open, .reopen): return .isNotClosed
        case (.open, .close(let until)): (next.state, next.until, next.closedAt) = (.closed, until, now)
        case (.closed, .reopen): (next.state, next.until, next.closedAt) = (.open, nil, nil)
        case (.open, .withdraw), (.closed, .withdraw):
            guard !isGranted else { return .isGranted }
            state = .withdrawn
            return nil
        }
        if let refusal = next.refusal(among: others, now: now) { return refusal }
        self = next
        return nil
    }

    /// Whether an hour of failure would be compensated twice: of one kind, not withdrawn, with a moment in common.
    private func overlaps(_ other: Incident) -> Bool {
        guard other.id != id, other.kind == kind, other.state != .withdrawn else { return false }
        let endsBefore = until.map { $0 <= other.from } ?? false
        let beginsAfter = other.until.map { $0 <= from } ?? false
        return !endsBefore && !beginsAfter
    }

    /// The incident as a run sees it that knows everything before a moment; nil where that is nothing.
    package func seen(before end: Instant) -> Incident? {
        guard state != .withdrawn, from < end else { return nil }
        guard let until, until > end else { return self }
        var open = self
        (open.state, open.until, open.closedAt) = (.open, nil, nil)
        return open
    }
}
