/// Whether messages may leave to an endpoint now, and where not, why and when next.
package struct EndpointGate: Hashable, Sendable {
    package var health: EndpointHealth
    package var uses: RateUses

    package init(health: EndpointHealth = .fresh, uses: RateUses = RateUses()) {
        self.health = health
        self.uses = uses
    }

    /// What keeps an endpoint's messages waiting; the raw values are stable.
    package enum Reason: String, CaseIterable, Sendable {
        /// Switched off, by its receiver's word or a person's.
        case disabled
        /// The receiver asked for quiet.
        case hold
        /// Too many failures in a row.
        case breaker
        /// The endpoint's own rate limits.
        case rate
        /// The minutes around a full or half hour.
        case halfHour = "half-hour"

        /// True where this side waits out of politeness and the wait's end is known for sure.
        package var isOwn: Bool { self == .rate || self == .halfHour }
    }

    /// A gate that is shut.
    package struct Closure: Hashable, Sendable {
        package var reason: Reason
        /// When a message may leave if nothing else happens; nil where only an event opens the gate.
        package var until: Instant?

        package init(_ reason: Reason, until: Instant?) {
            self.reason = reason
            self.until = until
        }
    }

    package enum Allowance: Hashable, Sendable {
        /// So many messages may begin now; nil for any number.
        case messages(Int?)
        case none(Closure)
    }

    /// How many messages may begin at a moment.
    ///
    /// Of several reasons the one that lasts longest is named.
    package func allowance(at now: Instant, limits: EndpointLimits) -> Allowance {
        if health.state == .disabled { return .none(Closure(.disabled, until: nil)) }
        if health.state == .halfOpen, health.probe != nil { return .none(Closure(.breaker, until: nil)) }
        let shut = closures(at: now, limits: limits)
        guard let longest = shut.max(by: { $0.until < $1.until }) else {
            let room = uses.room(under: limits.rates, at: now)
            return .messages(health.state == .closed ? room : min(1, room ?? 1))
        }
        var until = longest.until
        // One reason's end may lie within another, such as a hold that ends shortly before a full hour.
        for _ in 0..<8 {
            guard let next = closures(at: until, limits: limits).map(\.until).max() else { break }
            until = next
        }
        return .none(Closure(longest.reason, until: until))
    }

    private func closures(at now: Instant, limits: EndpointLimits) -> [(reason: Reason, until: Instant)] {
        var shut: [(reason: Reason, until: Instant)] = []
        if let hold = health.hold, now < hold.until { shut.append((.hold, hold.until)) }
        if let until = health.openUntil, now < until { shut.append((.breaker, until)) }
        let roomy = uses.nextRoom(under: limits.rates, at: now)
        if now < roomy { shut.append((.rate, roomy)) }
        if limits.avoidsHalfHours, let until = Self.endOfHalfHour(at: now) { shut.append((.halfHour, until)) }
        return shut
    }

    /// The end of the minutes around a full or half hour where `now` lies within them.
    ///
    /// Robots' gateways are crowded then: nothing begins from 120 seconds before one until 120 seconds after it, that
    /// is in the seconds 1,680 ..< 1,800 and 0 ..< 120 of each half hour of UTC, and so of every zone whose offset is
    /// whole half hours.
    package static func endOfHalfHour(at now: Instant) -> Instant? {
        let half: Int64 = 1_800
        let distance: Int64 = 120
        let second = (now.seconds % half + half) % half
        if second < distance { return now.adding(seconds: distance - second) }
        return second >= half - distance ? now.adding(seconds: half - second + distance) : nil
    }

    /// When the last of some messages would begin if each were taken at once and no others came; nil where the endpoint
    /// is disabled or its probe is under way.
    package func forecast(messages: Int, from now: Instant, limits: EndpointLimits) -> Instant? {
        var gate = self
        var moment = now
        var left = messages
        while left > 0 {
            gate.uses.settle(at: moment, rates: limits.rates)
            switch gate.allowance(at: moment, limits: limits) {
            case .none(let closure):
                guard let until = closure.until, until > moment else { return nil }
                moment = until
            case .messages(let room):
                let taken = min(left, max(1, room ?? left))
                left -= taken
                if !limits.rates.isEmpty {
                    gate.uses.begin(taken)
                    gate.uses.end(taken, at: moment)
                }
                if gate.health.state != .closed { gate.health = EndpointHealth(hold: gate.health.hold) }
            }
        }
        return moment
    }
}
