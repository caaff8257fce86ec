/// The recent calls of an endpoint, for its rate limits.
///
/// A call may reach the receiver at any moment between its beginning and its recorded end, so while it is under way it
/// counts as made now, and afterwards as made at its end. Moments are whole seconds: a call of second 100 may have been
/// made just before second 101, so that a window of 60 seconds is free of it from second 161 on. Both err towards
/// calling later: no 60 seconds ever hold more calls than the limit.
package struct RateUses: Hashable, Sendable {
    /// The calls that ended within one second.
    package struct Second: Hashable, Sendable {
        package var at: Instant
        package var calls: Int

        package init(at: Instant, calls: Int) {
            self.at = at
            self.calls = calls
        }
    }

    /// Oldest first, each second once.
    package private(set) var ended: [Second]
    /// Calls that began and whose end is not recorded.
    package private(set) var underWay: Int

    package init(ended: [Second] = [], underWay: Int = 0) {
        self.ended = ended.sorted { $0.at < $1.at }
        self.underWay = max(0, underWay)
    }

    package mutating func begin(_ calls: Int) { underWay += calls }

    package mutating func end(_ calls: Int = 1, at moment: Instant) {
        underWay = max(0, underWay - calls)
        record(calls, at: moment)
    }

    /// The call came back before it began.
    package mutating func giveBack() { underWay = max(0, underWay - 1) }

    /// The courier died: what was under way may have been called until now.
    package mutating func recover(at now: Instant) {
        guard underWay > 0 else { return }
        record(underWay, at: now)
        underWay = 0
    }

    /// Forgets what no limit asks for; calls that lie in the future, because the clock went back, count as made now.
    package mutating func settle(at now: Instant, rates: [RateLimit]) {
        let longest = Int64(rates.map(\.perSeconds).max() ?? 0)
        let ahead = ended.filter { $0.at > now }.reduce(0) { $0 + $1.calls }
        ended.removeAll { $0.at > now || $0.at.seconds + longest + 1 <= now.seconds }
        if ahead > 0 { record(ahead, at: now) }
    }

    private mutating func record(_ calls: Int, at moment: Instant) {
        let place = ended.lastIndex { $0.at <= moment }
        if let place, ended[place].at == moment {
            ended[place].calls += calls
        } else {
            ended.insert(Second(at: moment, calls: calls), at: place.map { $0 + 1 } ?? 0)
        }
    }

    /// Calls that count in a window at a moment.
    package func calls(in rate: RateLimit, at now: Instant) -> Int {
        let first = now.seconds - Int64(rate.perSeconds)
        return ended.reduce(underWay) { $0 + ($1.at.seconds >= first ? $1.calls : 0) }
    }

    /// How many calls may begin now; nil for any number.
    package func room(under rates: [RateLimit], at now: Instant) -> Int? {
        rates.map { max(0, $0.max - calls(in: $0, at: now)) }.min()
    }

    /// The first moment, not before `now`, at which a call may begin if none begins before.
    package func nextRoom(under rates: [RateLimit], at now: Instant) -> Instant {
        rates.reduce(now) { max($0, nextRoom(under: $1, at: now)) }
    }

    private func nextRoom(under rate: RateLimit, at now: Instant) -> Instant {
        var surplus = calls(in: rate, at: now) - rate.max + 1
        guard surplus > 0 else { return now }
        let first = now.seconds - Int64(rate.perSeconds)
        for second in ended where second.at.seconds >= first {
            surplus -= second.calls
            if surplus <= 0 { return second.at.adding(seconds: Int64(rate.perSeconds) + 1) }
        }
        // Only the end of what is under way makes room.
        return now.adding(seconds: Int64(rate.perSeconds) + 1)
    }
}
