import Foundation
import RetierCore
import Testing

@Suite struct EndpointHealthTests {
    private static let now = Instant(seconds: 1_750_000_000)
    private static let limits = EndpointLimits(breakerFailures: 3, breakerSeconds: 30)

    private static func outcome(
        _ verdict: DeliveryOutcome.Verdict, hold: Int? = nil, leftUs: Bool = true
    ) -> DeliveryOutcome {
        DeliveryOutcome(verdict, code: verdict.rawValue, holdSeconds: hold, leftUs: leftUs)
    }

    private static let outcomes =
        DeliveryOutcome.Verdict.allCases.map { outcome($0) }
        + [outcome(.rejected, leftUs: false), outcome(.retry, hold: 5), outcome(.throttled, hold: 600)]

    static let events: [EndpointEvent] =
        [.began(messageID: "m"), .returned(messageID: "m"), .recovered, .look, .enable, .disable]
        + outcomes.map { .ended(messageID: "m", $0) } + outcomes.map { .ended(messageID: "other", $0) }

    /// Every state with every combination of counters, pauses and probes that the machine can be in.
    private static func healths(_ state: EndpointHealth.State) -> [EndpointHealth] {
        let holds: [EndpointHealth.Hold?] = [
            nil, EndpointHealth.Hold(since: now.adding(seconds: -100), until: now.adding(seconds: -40), code: "old"),
            EndpointHealth.Hold(since: now.adding(seconds: -10), until: now.adding(seconds: 50), code: "now"),
            EndpointHealth.Hold(since: now.adding(seconds: 500), until: now.adding(seconds: 560), code: "ahead"),
        ]
        let opens: [Instant?] = state == .open ? [0, 1, 30].map { now.adding(seconds: $0) } : [nil]
        let probes: [String?] = state == .halfOpen ? [nil, "m"] : [nil]
        var all: [EndpointHealth] = []
        for hold in holds {
            for open in opens {
                for probe in probes {
                    for failures in 0...2 {
                        all.append(
                            EndpointHealth(
                                state: state, since: state == .closed ? nil : now.adding(seconds: -30),
                                code: state == .closed ? nil : "before", failures: failures,
                                trips: state == .open || state == .halfOpen ? failures + 1 : 0, openUntil: open,
                                probe: probe, hold: hold, throttlings: failures))
                    }
                }
            }
        }
        return all
    }

    private static func name(_ event: EndpointEvent) -> String {
        switch event {
        case .began: "began"
        case .ended: "ended"
        case .returned: "returned"
        case .recovered: "recovered"
        case .look: "look"
        case .enable: "enable"
        case .disable: "disable"
        }
    }

    @Test func theDiagramShowsExactlyTheArrowsOfTheMachine() throws {
        var walked: Set<String> = []
        for state in EndpointHealth.State.allCases {
            for (health, event) in Self.healths(state).flatMap({ health in Self.events.map { (health, $0) } }) {
                var after = health
                _ = after.handle(event, at: Self.now, limits: Self.limits)
                guard after.state != state else { continue }
                walked.insert("\(state.rawValue) --> \(after.state.rawValue) : \(Self.name(event))")
            }
        }
        #expect(try StateDiagram(number: 2).arrows == walked)
    }

    @Test(arguments: EndpointHealth.State.allCases, events)
    func everyEventInEveryStateKeepsTheInvariants(state: EndpointHealth.State, event: EndpointEvent) {
        for before in Self.healths(state) {
            var after = before
            let effects = after.handle(event, at: Self.now, limits: Self.limits)
            #expect((after.state == .open) == (after.openUntil != nil))
            #expect(after.state == .halfOpen || after.probe == nil)
            #expect(effects.count == Set(effects).count)
            let audited: [EndpointEffect: Bool] = [
                .opened: before.state != .open && after.state == .open,
                .halfOpened: before.state == .open && after.state == .halfOpen,
                .closed: before.state != .closed && after.state == .closed && event != .enable,
                .disabled: before.state != .disabled && after.state == .disabled,
            ]
            for (effect, happened) in audited { #expect(effects.contains(effect) == happened, "\(effect) \(before)") }
            let changed =
                before.state != after.state || before.since != after.since || before.code != after.code
                || before.hold != after.hold || before.openUntil != after.openUntil || before.trips != after.trips
            #expect(!changed || !effects.isEmpty, "what the audit vouches for changed without an entry: \(before)")
            if state == .disabled, event != .enable {
                #expect(after.state == .disabled, "only a person switches an endpoint on")
            }
            if let until = after.hold?.until, until > Self.now {
                #expect(until <= Self.now.adding(seconds: Int64(EndpointHealth.longestHoldSeconds)))
            }
            if let until = after.openUntil {
                #expect(until <= Self.now.adding(seconds: Int64(EndpointHealth.longestPauseSeconds)))
            }
        }
    }

    /// Plays outcomes at moments and returns the health.
    private func played(
        _ steps: [(Int64, DeliveryOutcome)], limits: EndpointLimits = limits
    ) -> EndpointHealth {
        var health = EndpointHealth.fresh
        for (number, step) in steps.enumerated() {
            let moment = Self.now.adding(seconds: step.0)
            _ = health.handle(.began(messageID: "m\(number)"), at: moment, limits: limits)
            _ = health.handle(.ended(messageID: "m\(number)", step.1), at: moment, limits: limits)
        }
        return health
    }

    @Test func theBreakerOpensAfterFailuresInARowAndEachTripLastsLonger() {
        let down = Self.outcome(.retry)
        #expect(played([(0, down), (1, Self.outcome(.ambiguous))]).state == .closed)
        #expect(played([(0, down), (1, down), (2, Self.outcome(.rejected)), (3, down), (4, down)]).state == .closed)
        var health = played([(0, down), (1, down), (2, down)])
        #expect(health.state == .open && health.openUntil == Self.now.adding(seconds: 32))
        var now = Self.now
        var pauses: [Int64] = []
        for trip in 0..<10 {
            now = health.openUntil ?? now
            #expect(health.handle(.began(messageID: "probe\(trip)"), at: now, limits: Self.limits) == [.halfOpened])
            #expect(
                health.handle(.ended(messageID: "probe\(trip)", down), at: now, limits: Self.limits) == [.opened])
            pauses.append((health.openUntil ?? now).seconds - now.seconds)
        }
        #expect(pauses == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600])
        _ = health.handle(.began(messageID: "last"), at: now.adding(seconds: 3_600), limits: Self.limits)
        let effects = health.handle(
            .ended(messageID: "last", Self.outcome(.rejected)), at: now.adding(seconds: 3_600), limits: Self.limits)
        #expect(effects == [.closed] && health.trips == 0 && health.failures == 0)
    }

    @Test func halfOpenLetsOneProbeThrough() throws {
        let down = Self.outcome(.retry)
        var gate = EndpointGate(health: played([(0, down), (0, down), (0, down)]))
        let early = gate.allowance(at: Self.now.adding(seconds: 29), limits: Self.limits)
        #expect(early == .none(.init(.breaker, until: Self.now.adding(seconds: 30))))
        let now = Self.now.adding(seconds: 30)
        #expect(gate.allowance(at: now, limits: Self.limits) == .messages(1))
        _ = gate.health.handle(.began(messageID: "probe"), at: now, limits: Self.limits)
        #expect(gate.allowance(at: now, limits: Self.limits) == .none(.init(.breaker, until: nil)))
        // What began before the breaker opened says nothing about the probe.
        _ = gate.health.handle(.ended(messageID: "straggler", down), at: now, limits: Self.limits)
        #expect(gate.allowance(at: now, limits: Self.limits) == .none(.init(.breaker, until: nil)))
        for event in [EndpointEvent.returned(messageID: "probe"), .recovered] {
            var copy = gate
            _ = copy.health.handle(event, at: now, limits: Self.limits)
            #expect(copy.allowance(at: now, limits: Self.limits) == .messages(1), "the next message is the probe")
        }
        _ = gate.health.handle(.ended(messageID: "probe", Self.outcome(.delivered)), at: now, limits: Self.limits)
        #expect(gate.allowance(at: now, limits: Self.limits) == .messages(nil))
    }

    @Test func aBreakerOfZeroFailuresNeverOpens() {
        let steps = (0..<200).map { (Int64($0), Self.outcome(.retry)) }
        #expect(played(steps, limits: EndpointLimits(breakerFailures: 0)).state == .closed)
    }

    @Test func repeatedThrottlingDoublesUpToAnHourOrToWhatTheServiceAsks() {
        func pauses(_ asked: Int?) -> [Int64] {
            var health = EndpointHealth.fresh
            var now = Self.now
            return (0..<8).map { _ in
                _ = health.handle(
                    .ended(messageID: "m", Self.outcome(.throttled, hold: asked)), at: now, limits: Self.limits)
                let until = health.hold?.until ?? now
                defer { now = until }
                return until.seconds - now.seconds
            }
        }
        #expect(pauses(nil) == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
        #expect(pauses(600) == [600, 1_200, 2_400, 3_600, 3_600, 3_600, 3_600, 3_600])
        #expect(pauses(30_000) == Array(repeating: 30_000, count: 8))
        #expect(pauses(0)[0] == 1 && pauses(-5)[0] == 1)
        #expect(pauses(.max) == Array(repeating: 86_400, count: 8))
    }

    @Test func whatIsThrottledTogetherIsOneRefusalAndSuccessForgetsIt() {
        let throttled = Self.outcome(.throttled, hold: 60)
        var health = played([(0, throttled), (0, throttled), (1, throttled), (2, throttled)])
        #expect(health.throttlings == 1 && health.hold?.until == Self.now.adding(seconds: 62))
        health = played([(0, throttled), (60, throttled), (180, Self.outcome(.delivered)), (181, throttled)])
        #expect(health.hold?.until == Self.now.adding(seconds: 241))
        // A failure that names a pause is obeyed, and not doubled: the breaker counts it.
        let busy = Self.outcome(.retry, hold: 10)
        health = played([(0, busy), (10, busy)])
        #expect(health.hold?.until == Self.now.adding(seconds: 20) && health.failures == 2)
    }

    @Test func aClockThatWentBackStretchesNoPause() {
        let down = Self.outcome(.retry)
        var health = played([(0, down), (0, down), (0, down), (0, Self.outcome(.throttled, hold: 60))])
        let past = Self.now.adding(seconds: -31_536_000)
        #expect(health.handle(.look, at: past, limits: Self.limits) == [.rebased])
        #expect(health.openUntil == past.adding(seconds: 30) && health.hold?.until == past.adding(seconds: 60))
        // Looking again later does not begin anew.
        #expect(health.handle(.look, at: past.adding(seconds: 20), limits: Self.limits) == [])
        #expect(health.openUntil == past.adding(seconds: 30) && health.hold?.until == past.adding(seconds: 60))
    }

    @Test func aPersonForgivesEverythingButOnlyOnce() {
        var health = played([(0, Self.outcome(.throttled)), (0, Self.outcome(.gone))])
        #expect(health.state == .disabled && health.code == "gone")
        #expect(health.handle(.disable, at: Self.now, limits: Self.limits) == [])
        #expect(health.handle(.enable, at: Self.now, limits: Self.limits) == [.enabled])
        #expect(health == EndpointHealth(since: Self.now))
        #expect(health.handle(.enable, at: Self.now.adding(seconds: 9), limits: Self.limits) == [])
    }
}
