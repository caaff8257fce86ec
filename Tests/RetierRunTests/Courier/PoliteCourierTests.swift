import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import Synchronization
import Testing

/// Holds, breakers, disabled endpoints and rate limits against a real receiver.
@Suite struct PoliteCourierTests {
    private func receiver(
        _ behaviour: @escaping @Sendable (LoopbackRequest) -> LoopbackBehaviour
    ) throws -> LoopbackReceiver {
        try LoopbackReceiver(secret: CourierBench.secret, script: LoopbackReceiver.Script(onRequest: behaviour))
    }

    private func bench(
        _ receiver: LoopbackReceiver, limits: EndpointLimits, messages: Int, concurrency: Int = 2
    ) throws -> CourierBench {
        let bench = try CourierBench()
        var endpoint = CourierBench.webhook(receiver.url, concurrency: concurrency)
        endpoint.limits = limits
        bench.endpoints = [endpoint]
        try bench.commit(messages)
        return bench
    }

    private func kinds(_ bench: CourierBench) throws -> [String] {
        try bench.ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT kind FROM audit WHERE run = '' ORDER BY number")
        }
    }

    private static func httpDate(_ moment: Instant) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date(timeIntervalSince1970: Double(moment.seconds)))
    }

    @Test(arguments: [429, 503], [true, false])
    func aWishForQuietHoldsTheWholeEndpoint(status: Int, isDate: Bool) throws {
        let wish = isDate ? Self.httpDate(CourierBench.now().adding(seconds: 120)) : "120"
        let receiver = try receiver { _ in .answer(status: status, headers: ["Retry-After": wish]) }
        defer { receiver.stop() }
        let bench = try bench(receiver, limits: EndpointLimits(), messages: 150)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(receiver.requests.count <= 2, "only what was under way together arrived: \(receiver.requests.count)")
        #expect(summary.waits.map(\.wait.reason) == [.hold] && summary.waits[0].messages == 150)
        #expect(summary.waits[0].wait.code == "http-\(status)" && summary.isHeldUp && summary.isComplete)
        let next = try #require(summary.nextAttemptAt)
        #expect((60...125).contains(next.seconds - CourierBench.now().seconds))
        #expect(summary.lines.contains { $0.contains("endpoint crm: 150 messages wait: the receiver asked for quiet") })
        // The next courier obeys as well.
        let arrived = receiver.requests.count
        _ = try bench.courier().deliver(until: StopFlag())
        #expect(try receiver.requests.count == arrived && Audit(bench.ledger).verify() == [])
    }

    @Test func theBreakerOpensAndAProbeClosesIt() throws {
        let answered = Mutex(0)
        let receiver = try receiver { _ in
            let number = answered.withLock { count in
                count += 1
                return count
            }
            return number <= 4 ? .answer(status: 500) : .ok
        }
        defer { receiver.stop() }
        let limits = EndpointLimits(breakerFailures: 3, breakerSeconds: 1)
        let bench = try bench(receiver, limits: limits, messages: 5, concurrency: 1)
        bench.options.claimAhead = 0
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 5 && summary.isComplete)
        #expect(
            try kinds(bench) == [
                "endpoint.opened", "endpoint.half_opened", "endpoint.opened", "endpoint.half_opened", "endpoint.closed",
            ])
        #expect(try receiver.requests.count == 9 && Audit(bench.ledger).verify() == [])
    }

    @Test func aReceiverThatIsDownIsNotCalledForEveryMessage() throws {
        let receiver = try receiver { _ in .answer(status: 500) }
        defer { receiver.stop() }
        let bench = try bench(receiver, limits: EndpointLimits(breakerFailures: 3), messages: 400)
        let summary = try bench.courier().deliver(until: StopFlag())
        // Those that were claimed ahead of the news may have left, no more.
        #expect(receiver.requests.count <= 100, "\(receiver.requests.count)")
        #expect(summary.waits.map(\.wait.reason) == [.breaker] && summary.exhausted == 0)
    }

    @Test func goneDisablesTheEndpointAndNothingIsBurnt() throws {
        let isBack = Mutex(false)
        let receiver = try receiver { _ in isBack.withLock { $0 } ? .ok : .answer(status: 410) }
        defer { receiver.stop() }
        let bench = try bench(receiver, limits: EndpointLimits(), messages: 120)
        var summary = try bench.courier().deliver(until: StopFlag())
        #expect(receiver.requests.count <= 2 && summary.rejected == 0 && !summary.isComplete)
        #expect(summary.alerts.count == 1 && summary.alerts[0].contains("retier endpoints enable crm"))
        let states = try bench.states()
        #expect(states[.pending, default: 0] + states[.retry, default: 0] == 120)
        let burnt = try bench.ledger.pool.read { try Int.fetchOne($0, sql: "SELECT MAX(failures) FROM message") }
        #expect(burnt == 0)
        let arrived = receiver.requests.count
        summary = try bench.courier().deliver(until: StopFlag())
        #expect(receiver.requests.count == arrived && summary.waits.map(\.wait.reason) == [.disabled])
        isBack.withLock { $0 = true }
        _ = try Outbox(bench.ledger).apply(.enable, to: "crm", operatorName: "li", now: CourierBench.now())
        summary = try bench.courier().deliver(until: StopFlag())
        #expect(try summary.delivered == 120 && summary.isComplete && Audit(bench.ledger).verify() == [])
    }

    @Test func aRateLimitIsWaitedForAndNeverExceeded() throws {
        let times = Mutex<[Double]>([])
        let receiver = try receiver { _ in
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
            times.withLock { $0.append(seconds) }
            return .ok
        }
        defer { receiver.stop() }
        let limits = EndpointLimits(rates: [RateLimit(max: 3, perSeconds: 1)])
        let bench = try bench(receiver, limits: limits, messages: 9, concurrency: 8)
        let summary = try bench.courier { $0.patienceSeconds = 0 }.deliver(until: StopFlag())
        #expect(summary.delivered == 9 && summary.waits.isEmpty)
        let arrivals = times.withLock { $0 }.sorted()
        for (place, first) in arrivals.enumerated() {
            #expect(arrivals[place...].filter { $0 < first + 1 }.count <= 3)
        }
    }

    @Test func aLongOwnWaitIsLeftToTheNextDelivery() throws {
        let receiver = try receiver { _ in .ok }
        defer { receiver.stop() }
        let limits = EndpointLimits(rates: [RateLimit(max: 2, perSeconds: 86_400)])
        let bench = try bench(receiver, limits: limits, messages: 5)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 2 && summary.pending == 3 && summary.isHeldUp && summary.isComplete)
        #expect(summary.waits.map(\.wait.reason) == [.rate])
        #expect(try bench.courier().deliver(until: StopFlag()).delivered == 0)
    }
}
