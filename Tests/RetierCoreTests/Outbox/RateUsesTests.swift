import RetierCore
import RetierTestSupport
import Testing

@Suite struct RateUsesTests {
    private static let start: Int64 = 1_750_000_000

    @Test func aWindowIsFreeOfACallOneSecondAfterItsLength() {
        let rates = [RateLimit(max: 2, perSeconds: 60)]
        var uses = RateUses()
        func at(_ second: Int64) -> Instant { Instant(seconds: Self.start + second) }
        #expect(uses.room(under: rates, at: at(0)) == 2 && uses.room(under: [], at: at(0)) == nil)
        uses.begin(2)
        #expect(uses.room(under: rates, at: at(0)) == 0)
        #expect(uses.room(under: rates, at: at(300)) == 0, "what is under way counts as made now")
        uses.end(at: at(10))
        uses.end(at: at(20))
        #expect(uses.nextRoom(under: rates, at: at(20)) == at(71))
        #expect(uses.room(under: rates, at: at(70)) == 0 && uses.room(under: rates, at: at(71)) == 1)
        #expect(uses.room(under: rates, at: at(81)) == 2)
        uses.begin(1)
        uses.giveBack()
        #expect(uses.room(under: rates, at: at(81)) == 2, "what never began is not counted")
    }

    @Test func aClockThatWentBackCountsFutureCallsAsMadeNow() {
        let rates = [RateLimit(max: 1, perSeconds: 60)]
        var uses = RateUses()
        uses.begin(1)
        uses.end(at: Instant(seconds: Self.start))
        let past = Instant(seconds: Self.start - 31_536_000)
        uses.settle(at: past, rates: rates)
        #expect(uses.nextRoom(under: rates, at: past) == past.adding(seconds: 61))
        uses.settle(at: past.adding(seconds: 61), rates: rates)
        #expect(uses.room(under: rates, at: past.adding(seconds: 61)) == 1 && uses.ended.isEmpty)
    }

    @Test(
        arguments: [
            (1_680, 1_920), (1_799, 1_920), (0, 120), (119, 120), (120, nil), (900, nil), (1_679, nil), (3_599, 3_720),
        ] as [(Int64, Int64?)])
    func twoMinutesAroundAHalfHourAreAvoided(second: Int64, end: Int64?) {
        // 2025-06-15T15:00:00Z
        let hour: Int64 = 1_750_000_000 - 1_750_000_000 % 3_600
        #expect(EndpointGate.endOfHalfHour(at: Instant(seconds: hour + second))?.seconds == end.map { hour + $0 })
    }

    @Test func aGateNamesTheLongestReasonAndAMomentAtWhichAllAreOver() {
        let limits = EndpointLimits(rates: [RateLimit(max: 1, perSeconds: 60)], avoidsHalfHours: true)
        let hour = Instant(seconds: 1_750_000_000 - 1_750_000_000 % 3_600)
        let now = hour.adding(seconds: 1_600)
        var gate = EndpointGate()
        gate.health.hold = EndpointHealth.Hold(since: now, until: now.adding(seconds: 100), code: "http-429")
        gate.uses.begin(1)
        gate.uses.end(at: now)
        // The hold ends at 1,700, within the minutes around the half hour.
        #expect(gate.allowance(at: now, limits: limits) == .none(.init(.hold, until: hour.adding(seconds: 1_920))))
        #expect(gate.allowance(at: hour.adding(seconds: 1_920), limits: limits) == .messages(1))
    }

    @Test func theForecastIsWhenTheLastMessageMayBegin() {
        let robot = EndpointLimits(rates: [RateLimit(max: 20, perSeconds: 60)])
        let quiet = EndpointLimits(rates: [RateLimit(max: 20, perSeconds: 60)], avoidsHalfHours: true)
        let hour = Instant(seconds: 1_750_000_000 - 1_750_000_000 % 3_600)
        func seconds(_ messages: Int, _ limits: EndpointLimits, from second: Int64 = 600) -> Int64? {
            EndpointGate().forecast(messages: messages, from: hour.adding(seconds: second), limits: limits)
                .map { $0.seconds - hour.seconds - second }
        }
        #expect(seconds(0, robot) == 0 && seconds(20, robot) == 0 && seconds(21, robot) == 61)
        #expect(seconds(1_000, robot) == 2_989)
        #expect(seconds(5_000, EndpointLimits()) == 0)
        #expect(seconds(1, quiet, from: 1_700) == 220)
        let feishu = Endpoint.Kind.feishuRobot(RobotSettings(address: .file("x"))).standardLimits
        #expect(seconds(100, EndpointLimits(rates: feishu.rates)) == 38)
        var off = EndpointGate()
        off.health.state = .disabled
        #expect(off.forecast(messages: 1, from: hour, limits: robot) == nil)
    }

    /// Random claims, answers, crashes and clocks that go back, against a list of every call's real moment.
    ///
    /// Replay a failure with RETIER_SEED.
    @Test(arguments: 1...60)
    func noRealWindowHoldsMoreThanItsLimit(number: UInt64) {
        var random = SeededGenerator(seed: number)
        var world = RateWorld(random: &random)
        for _ in 0..<900 { world.step(&random) }
        let worst = world.worstExcess()
        #expect(worst == 0, "seed \(random.seed): \(worst) calls too many in a window of \(world.rates)")
        #expect(world.calls.count > 5, "seed \(random.seed): hardly anything was called")
        #expect(world.isOpenAgain(), "seed \(random.seed): blocked although nothing was called for long")
    }
}

/// An endpoint in a world whose real time is in milliseconds and whose clock may be set back.
private struct RateWorld {
    let rates: [RateLimit]
    private var realMilliseconds: Int64
    /// What the clock shows is real time minus this.
    private var behindMilliseconds: Int64 = 0
    /// Durable.
    private var uses = RateUses()
    /// Calls under way: each may reach the receiver at any moment until it ends.
    private var underWay: [Int64] = []
    /// The real moment at which each call reached the receiver.
    private(set) var calls: [Int64] = []

    init(random: inout SeededGenerator) {
        realMilliseconds = 1_750_000_000_000 + Int64(random.draw(in: 0...999))
        var rates = [RateLimit(max: random.draw(in: 1...8), perSeconds: random.draw(in: 1...20))]
        if random.draw(in: 0...1) == 1 {
            rates.append(RateLimit(max: random.draw(in: 1...30), perSeconds: random.draw(in: 10...90)))
        }
        self.rates = rates
    }

    private var now: Instant { Instant(seconds: (realMilliseconds - behindMilliseconds) / 1_000) }

    mutating func step(_ random: inout SeededGenerator) {
        realMilliseconds += Int64(random.draw(in: 0...4) == 0 ? random.draw(in: 0...9_000) : random.draw(in: 0...400))
        switch random.draw(in: 0...19) {
        case 0...9: claim(atMost: random.draw(in: 1...10))
        case 10...16: end(&random)
        case 17: crash(&random)
        case 18: if random.draw(in: 0...7) == 0 { behindMilliseconds += Int64(random.draw(in: 0...100_000)) }
        default: returnOne()
        }
    }

    private mutating func claim(atMost wish: Int) {
        uses.settle(at: now, rates: rates)
        let room = min(wish, uses.room(under: rates, at: now) ?? wish)
        uses.begin(room)
        underWay += Array(repeating: realMilliseconds, count: room)
    }

    /// One call reaches the receiver some time between its beginning and now, and its answer is recorded.
    private mutating func end(_ random: inout SeededGenerator) {
        guard !underWay.isEmpty else { return }
        let began = underWay.remove(at: random.draw(in: 0...underWay.count - 1))
        calls.append(began + Int64(random.draw(in: 0...Int(realMilliseconds - began))))
        uses.end(at: now)
    }

    private mutating func returnOne() {
        guard underWay.popLast() != nil else { return }
        uses.giveBack()
    }

    /// The process dies; each of its calls may or may not have reached the receiver.
    private mutating func crash(_ random: inout SeededGenerator) {
        for began in underWay where random.draw(in: 0...3) > 0 {
            calls.append(began + Int64(random.draw(in: 0...Int(realMilliseconds - began))))
        }
        underWay = []
        realMilliseconds += Int64(random.draw(in: 0...3_000))
        uses.recover(at: now)
    }

    /// The most calls above a limit in any window, by trying all.
    func worstExcess() -> Int {
        let sorted = calls.sorted()
        var worst = 0
        for rate in rates {
            for (place, first) in sorted.enumerated() {
                let count = sorted[place...].prefix { $0 < first + Int64(rate.perSeconds) * 1_000 }.count
                worst = max(worst, count - rate.max)
            }
        }
        return worst
    }

    /// However the clock was set, the endpoint is free after its longest window.
    func isOpenAgain() -> Bool {
        var later = self
        later.uses.recover(at: later.now)
        later.uses.settle(at: later.now, rates: rates)
        later.realMilliseconds += Int64((rates.map(\.perSeconds).max() ?? 0) + 1) * 1_000
        later.uses.settle(at: later.now, rates: rates)
        return rates.allSatisfy { later.uses.room(under: [$0], at: later.now) == $0.max }
    }
}
