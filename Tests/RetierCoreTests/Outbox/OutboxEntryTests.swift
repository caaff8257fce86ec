import Foundation
import RetierCore
import Testing

@Suite struct OutboxEntryTests {
    private static let now = Instant(seconds: 1_750_000_000)
    private static let schedule = RetrySchedule(delaysSeconds: [5, 300])

    private func entry(
        _ state: OutboxState, doubtful: Bool = false, failures: Int = 0, late: Bool = false, due: Bool = true
    ) -> OutboxEntry {
        OutboxEntry(
            messageID: "msg_1", state: state, attempts: 3, failures: failures,
            doubtfulSince: doubtful ? Self.now.adding(seconds: -60) : nil,
            nextAt: Self.now.adding(seconds: due ? 0 : 1), notAfter: Self.now.adding(seconds: late ? -1 : 1),
            finishedAt: state.isFinal ? Self.now : nil)
    }

    private static let outcomes: [DeliveryOutcome] = [
        DeliveryOutcome(.delivered, code: "ok", httpStatus: 200, leftUs: true),
        DeliveryOutcome(.rejected, code: "http-400", httpStatus: 400, leftUs: true),
        DeliveryOutcome(.retry, code: "http-503", httpStatus: 503, leftUs: true),
        DeliveryOutcome(.ambiguous, code: "timeout", leftUs: true),
        DeliveryOutcome(.accepted, code: "task", httpStatus: 200, leftUs: true, reference: "task_1"),
        DeliveryOutcome(.throttled, code: "http-429", httpStatus: 429, holdSeconds: 60, leftUs: true),
        DeliveryOutcome(.gone, code: "gone", httpStatus: 410, leftUs: true),
    ]

    static let events: [OutboxEvent] =
        [.letGo, .claim, .release, .recovered, .tooLate, .cancel, .replay, .quietHours(until: nil)]
        + [1, 2].map { OutboxEvent.quietHours(until: now.adding(seconds: $0)) } + outcomes.map(OutboxEvent.outcome)
        + outcomes.map(OutboxEvent.polled)
        + OutboxEvent.Resolution.allCases.map(OutboxEvent.resolve)

    /// Every combination of doubt, failures, lateness and due time, under every policy.
    private static let circumstances: [(bits: Int, onDoubt: DeliveryPolicy.OnDoubt)] = [
        .resend, .resendWithin(seconds: 30), .resendWithin(seconds: 90), .hold,
    ].flatMap { onDoubt in stride(from: 0, to: 32, by: 2).map { ($0, onDoubt) } }

    private static func name(_ event: OutboxEvent) -> String {
        switch event {
        case .letGo: "letGo"
        case .claim: "claim"
        case .outcome: "outcome"
        case .release: "release"
        case .recovered: "recovered"
        case .tooLate: "tooLate"
        case .quietHours: "quietHours"
        case .cancel: "cancel"
        case .polled: "polled"
        case .resolve: "resolve"
        case .replay: "replay"
        }
    }

    /// All arrows that any circumstances allow, as `from --> to : event`.
    private func walkedArrows() -> Set<String> {
        var arrows: Set<String> = []
        for state in OutboxState.allCases {
            for event in Self.events {
                for (bits, onDoubt) in Self.circumstances {
                    let policy = DeliveryPolicy(schedule: Self.schedule, onDoubt: onDoubt)
                    var entry = entry(
                        state, doubtful: bits & 2 != 0, failures: bits & 4 == 0 ? 0 : 2, late: bits & 8 != 0,
                        due: bits & 16 == 0)
                    guard entry.handle(event, at: Self.now, policy: policy) != nil else { continue }
                    arrows.insert("\(state.rawValue) --> \(entry.state.rawValue) : \(Self.name(event))")
                }
            }
        }
        return arrows
    }

    @Test func theDiagramShowsExactlyTheArrowsOfTheMachine() throws {
        let diagram = try StateDiagram(number: 1)
        #expect(diagram.arrows == walkedArrows())
        #expect(diagram.ends == Set(OutboxState.allCases.filter(\.isFinal).map(\.rawValue)))
    }

    @Test(arguments: OutboxState.allCases, OutboxEntryTests.events)
    func everyEventInEveryStateKeepsTheInvariants(state: OutboxState, event: OutboxEvent) {
        for (bits, onDoubt) in Self.circumstances {
            let policy = DeliveryPolicy(schedule: Self.schedule, onDoubt: onDoubt)
            let before = entry(
                state, doubtful: bits & 2 != 0, failures: bits & 4 == 0 ? 0 : 2, late: bits & 8 != 0,
                due: bits & 16 == 0)
            var after = before
            let effects = after.handle(event, at: Self.now, policy: policy)
            guard let effects else {
                #expect(after == before, "a refused event changes nothing")
                continue
            }
            #expect(!state.isFinal || event == .replay, "nothing happens after the end but what a person asks for")
            #expect(state != .delivered, "nothing happens after success")
            #expect(after.state.isFinal == (after.finishedAt != nil))
            #expect(effects.contains(.askPerson) == (after.state == .inDoubt))
            if before.isDoubtful, event != .resolve(.drop) {
                let unknowable: [OutboxState] = [.rejected, .exhausted, .cancelled, .expired]
                #expect(
                    !unknowable.contains(after.state), "a message that may have arrived never counts as not arrived")
            }
            if after.state == .sending {
                #expect(after.attempts == before.attempts + 1)
                #expect(effects == [.beginAttempt(number: after.attempts)])
                #expect(Self.now >= before.nextAt && Self.now <= before.notAfter)
                #expect(after.nextAt == Self.now, "while sending, it tells when the attempt began")
                #expect(
                    !(before.isDoubtful && onDoubt == .resendWithin(seconds: 30)),
                    "no repeat once the receiver does not recognise it")
            }
            let closes = effects.contains { if case .endAttempt = $0 { true } else { false } }
            #expect(
                closes == (before.state == .sending), "an attempt ends when and only when the message leaves sending")
        }
    }

    @Test func attemptsFollowTheScheduleAndThenTheMessageIsExhausted() {
        let policy = DeliveryPolicy(schedule: Self.schedule, onDoubt: .resend)
        var entry = OutboxEntry(messageID: "msg_1", nextAt: Self.now, notAfter: Self.now.adding(seconds: 86_400))
        var now = Self.now
        var waits: [Int64] = []
        while entry.handle(.claim, at: now, policy: policy) != nil {
            _ = entry.handle(.outcome(Self.outcomes[2]), at: now, policy: policy)
            waits.append(entry.nextAt.seconds - now.seconds)
            now = max(now, entry.nextAt)
        }
        #expect(entry.state == .exhausted)
        #expect(entry.attempts == 3)
        #expect((4...6).contains(waits[0]) && (240...360).contains(waits[1]))
    }

    @Test func quietHoursPutAMessageOffWithoutUsingUpItsAttempts() {
        let policy = DeliveryPolicy(schedule: Self.schedule, onDoubt: .resend)
        let morning = Self.now.adding(seconds: 3_600)
        var entry = OutboxEntry(messageID: "msg_1", nextAt: Self.now, notAfter: morning)
        #expect(entry.handle(.quietHours(until: morning), at: Self.now, policy: policy) == [])
        #expect(entry.state == .pending && entry.nextAt == morning && entry.attempts == 0)
        #expect(entry.handle(.claim, at: Self.now, policy: policy) == nil)
        // Whoever would wait beyond the last moment is over now, and so is what is dropped.
        for until in [morning.adding(seconds: 1), nil] {
            var entry = entry
            #expect(entry.handle(.quietHours(until: until), at: Self.now, policy: policy) == [])
            #expect(entry.state == .expired && entry.code == "quiet-hours")
        }
    }

    @Test func aCrashDoesNotUseUpTheSchedule() {
        let policy = DeliveryPolicy(schedule: Self.schedule, onDoubt: .resend)
        var entry = OutboxEntry(messageID: "msg_1", nextAt: Self.now, notAfter: Self.now.adding(seconds: 86_400))
        for _ in 0..<100 {
            #expect(entry.handle(.claim, at: Self.now, policy: policy) != nil)
            #expect(entry.handle(.recovered, at: Self.now, policy: policy) != nil)
        }
        #expect(entry.state == .retry && entry.failures == 0 && entry.attempts == 100 && entry.isDoubtful)
    }

    @Test func theJitterIsTheSameOnEveryMachineAndWithinTwentyPercent() {
        let schedule = RetrySchedule(delaysSeconds: [1_000])
        let delays = (0..<2_000).compactMap { schedule.delaySeconds(failures: 1, messageID: "msg_\($0)") }
        #expect(delays.count == 2_000)
        #expect(delays.allSatisfy { (800...1_200).contains($0) })
        #expect(delays.contains { $0 < 820 } && delays.contains { $0 > 1_180 })
        let mean = delays.reduce(0, +) / delays.count
        #expect((985...1_015).contains(mean))
        #expect(delays == (0..<2_000).compactMap { schedule.delaySeconds(failures: 1, messageID: "msg_\($0)") })
    }

    @Test(arguments: [(0, 1.0), (1, 1.0), (1_500, 0), (1_000_000, 2.0)])
    func retryAfterCountsFromOnceToTwiceTheDelay(wish: Int, factor: Double) throws {
        let schedule = RetrySchedule(delaysSeconds: [1_000])
        let plain = try #require(schedule.delaySeconds(failures: 1, messageID: "m"))
        let delay = try #require(schedule.delaySeconds(failures: 1, messageID: "m", retryAfterSeconds: wish))
        #expect(delay == (factor == 0 ? min(max(wish, plain), 2 * plain) : Int(factor * Double(plain))))
    }
}
