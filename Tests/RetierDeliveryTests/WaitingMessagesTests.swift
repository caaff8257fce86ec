import Foundation
import RetierCore
import RetierLoopback
import Testing

@testable import RetierDelivery

/// What waits is shared by the two loops of a transport.
@Suite struct WaitingMessagesTests {
    private let noon = Instant(seconds: 1_000)

    private func outgoing(_ ids: [String] = []) -> WaitingMessages {
        let queue = WaitingMessages(lanes: 2)
        queue.append(ids.map { (DeliveryBench.message($0), lane: 1) })
        return queue
    }

    /// What a loop may begin, or `back` and what it gives back.
    private func take(_ queue: WaitingMessages, _ room: Int, at now: Instant? = nil) -> [String] {
        switch queue.take(from: 1, upTo: room, at: now ?? noon) {
        case .begin(let messages): messages.map(\.id)
        case .giveBack(let messages): ["back"] + messages.map(\.id)
        }
    }

    @Test func theFirstToComeIsTheFirstToLeave() {
        let queue = outgoing(["a", "b", "c"])
        #expect(take(queue, 2) == ["a", "b"])
        queue.append([(DeliveryBench.message("d"), lane: 1)])
        #expect(take(queue, 0) == [])
        #expect(take(queue, 5) == ["c", "d"])
        #expect(take(queue, 5) == [])
    }

    @Test func aSilencedLaneGivesBackUntilTheMomentAndOthersGoOn() {
        let queue = outgoing(["a", "b"])
        queue.append([(DeliveryBench.message("other"), lane: 0)])
        queue.silence(1, until: noon.adding(seconds: 1))
        #expect(take(queue, 1) == ["back", "a", "b"])
        queue.append([(DeliveryBench.message("c"), lane: 1)])
        #expect(take(queue, 0) == ["back", "c"])
        queue.append([(DeliveryBench.message("d"), lane: 1)])
        #expect(take(queue, 1, at: noon.adding(seconds: 1)) == ["d"])
        #expect(queue.takeAll(from: 0).map(\.id) == ["other"])
    }

    @Test(arguments: [WaitingMessages.Mode.stopping, .abandoned])
    func afterTheEndNothingBegins(mode: WaitingMessages.Mode) {
        let queue = outgoing(["a", "b", "c"])
        #expect(take(queue, 1) == ["a"])
        queue.append([(DeliveryBench.message("d"), lane: 1)])
        queue.switchTo(mode)
        queue.switchTo(.running)
        #expect(queue.mode == mode)
        #expect(take(queue, 1) == ["back", "b", "c", "d"])
    }

    /// The loops' parts of an endpoint's concurrency are all of it, however odd; what attempts share stays in one loop.
    @Test(arguments: 1...64)
    func theLoopsShareTheConcurrency(concurrency: Int) throws {
        var endpoint = try DeliveryBench.webhook("https://crm.example.com/", concurrency: concurrency)
        #expect(endpoint.attemptsAreIndependent)
        let parts = (0..<2).map { endpoint.concurrency(onLoop: $0, of: 2) }
        #expect(parts[0] + parts[1] == concurrency)
        #expect((0...1).contains(parts[0] - parts[1]))
        endpoint.attemptsAreIndependent = false
        #expect((0..<2).map { endpoint.concurrency(onLoop: $0, of: 2) } == [concurrency, 0])
    }

    /// Were messages dealt out to the loops beforehand, every second one would wait for the slow one.
    @Test func aSlowRequestHoldsUpNoneThatWaits() throws {
        let release = DispatchSemaphore(value: 0)
        let receiver = try LoopbackReceiver(
            secret: DeliveryBench.secret,
            script: LoopbackReceiver.Script(onRequest: { request in
                if request.id == "msg_0" { release.wait() }
                return .ok
            }))
        defer { receiver.stop() }
        let completions = Completions()
        let transport = try CurlTransport(
            endpoints: [try DeliveryBench.webhook(receiver.url, concurrency: 2, timeoutSeconds: 60)],
            completions: completions, clock: DeliveryBench.now)
        transport.submit((0..<40).map { DeliveryBench.message("msg_\($0)") })
        let others = DeliveryBench.results(completions, count: 39)
        release.signal()
        #expect(others.count == 39 && others["msg_0"] == nil)
        #expect(DeliveryBench.results(completions, count: 1)["msg_0"].flatMap(DeliveryBench.outcome) != nil)
        withExtendedLifetime(transport) {}
    }
}
