import RetierCore
import RetierTestSupport
import Testing

/// Forecasts against a walk over every second that knows nothing of windows stepped over.
@Suite struct SendForecastTests {
    /// The seconds in which messages leave, found by trying every second.
    private func departures(
        _ messages: Int, from now: Int64, limits: EndpointLimits, hold: Int64 = 0, before: [Int64] = []
    ) -> [Int64] {
        var left = before
        var departures: [Int64] = []
        var second = now
        while departures.count < messages {
            let inHalfHour = second % 1_800
            let isCrowded = limits.avoidsHalfHours && (inHalfHour < 120 || inHalfHour >= 1_680)
            while departures.count < messages, second >= hold, !isCrowded,
                limits.rates.allSatisfy({ rate in
                    // A call somewhere within second 100 is out of a window of 60 seconds from second 161 on.
                    left.filter { $0 >= second - Int64(rate.perSeconds) }.count < rate.max
                })
            {
                left.append(second)
                departures.append(second)
            }
            second += 1
            // What no window reaches any more is not counted again.
            if second % 64 == 0 { left.removeAll { $0 < second - 200 } }
        }
        return departures
    }

    @Test func firstAndLastAreThoseOfAWalkOverEverySecond() {
        var source = SeededGenerator(seed: 41)
        for round in 0..<150 {
            let rates = (0..<source.draw(in: 0...2)).map { _ in
                RateLimit(max: source.draw(in: 1...20), perSeconds: source.pick(from: [1, 5, 10, 60]))
            }
            let limits = EndpointLimits(rates: rates, avoidsHalfHours: source.draw(in: 0...1) == 1)
            let now = 1_795_000_000 + Int64(source.draw(in: 0...3_600))
            let hold = source.draw(in: 0...3) == 0 ? now + Int64(source.draw(in: 1...900)) : 0
            let before = (0..<source.draw(in: 0...30)).map { _ in now - Int64(source.draw(in: 0...70)) }.sorted()
            var gate = EndpointGate()
            if hold > 0 {
                gate.health.hold = EndpointHealth.Hold(
                    since: Instant(seconds: now), until: Instant(seconds: hold), code: "45009")
            }
            for second in before {
                gate.uses.begin(1)
                gate.uses.end(1, at: Instant(seconds: second))
            }
            let (messages, waiting) = (source.draw(in: 1...120), source.draw(in: 0...30))
            let forecast = SendForecast(
                endpoint: "desk", actions: messages, messages: [Instant(seconds: now): messages], waiting: waiting,
                gate: gate, limits: limits,
                now: Instant(seconds: now))
            let walk = departures(
                waiting + messages, from: now, limits: limits, hold: hold, before: rates.isEmpty ? [] : before)
            let note: Comment = "seed \(source.seed) round \(round): \(limits), \(messages) after \(waiting)"
            #expect(forecast.first?.seconds == walk[waiting], note)
            #expect(forecast.last?.seconds == walk[waiting + messages - 1], note)
        }
    }

    @Test func aWeComRobotSendsTwentyAtOnceAndStaysAwayFromHalfHours() {
        let limits = Endpoint.Kind.wecomRobot(RobotSettings(address: .file("key"))).standardLimits
        // 02:26:40 after a full hour: 80 seconds until the crowded minutes begin.
        let now = Instant(seconds: 1_795_000_800 - 1_795_000_800 % 3_600 + 1_600)
        func last(_ messages: Int) -> Int64? {
            SendForecast(
                endpoint: "desk", actions: 0, messages: [now: messages], waiting: 0, gate: EndpointGate(),
                limits: limits,
                now: now
            ).last.map { $0.seconds - now.seconds }
        }
        #expect(last(20) == 0 && last(21) == 61 && last(40) == 61)
        // From 80 seconds on nothing leaves until two minutes after the half hour.
        #expect(last(41) == 320)
    }

    @Test func aDisabledEndpointHasNoTime() {
        var gate = EndpointGate()
        gate.health.state = .disabled
        let now = Instant(seconds: 1_795_000_000)
        let forecast = SendForecast(
            endpoint: "desk", actions: 1, messages: [now: 1], waiting: 0, gate: gate, limits: EndpointLimits(),
            now: now)
        #expect(forecast.first == nil && forecast.last == nil)
    }

    @Test func whatQuietHoursHoldLeavesWhenTheyEnd() {
        let now = Instant(seconds: 1_795_000_000)
        let (morning, noon) = (now.adding(seconds: 30_000), now.adding(seconds: 50_000))
        func forecast(_ messages: [Instant: Int], waiting: Int = 0) -> SendForecast {
            SendForecast(
                endpoint: "desk", actions: 9, messages: messages, waiting: waiting, gate: EndpointGate(),
                limits: EndpointLimits(rates: [RateLimit(max: 2, perSeconds: 60)]), now: now)
        }
        let mixed = forecast([now: 3, noon: 2, morning: 5])
        #expect(mixed.messages == 10 && mixed.first == now && mixed.last == noon)
        // Five at two a minute: at once, and two windows later.
        let held = forecast([morning: 5], waiting: 1)
        #expect(held.first == morning && held.last == morning.adding(seconds: 122))
    }

    /// Windows are walked, not messages or seconds: with anything slower this would never end.
    @Test func aHundredThousandMessagesAreForeseen() {
        for kind in [
            Endpoint.Kind.wecomRobot(RobotSettings(address: .file("key"))),
            .feishuRobot(RobotSettings(address: .file("key"))),
        ] {
            let now = Instant(seconds: 1_795_000_000)
            let forecast = SendForecast(
                endpoint: "desk", actions: 100_000, messages: [now: 100_000], waiting: 0, gate: EndpointGate(),
                limits: kind.standardLimits, now: now)
            #expect(forecast.last != nil)
        }
    }
}
