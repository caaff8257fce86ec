import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import Synchronization
import Testing

/// Stops a courier dead after each durable step and lets another go on.
@Suite struct CourierCrashTests {
    private struct Cut: Error {}

    /// Throws at the n-th time that a step is reached.
    private final class Scissors: Sendable {
        private let step: Courier.Step
        private let times: Mutex<Int>

        init(step: Courier.Step, time: Int) {
            self.step = step
            times = Mutex(time)
        }

        func callAsFunction(_ reached: Courier.Step) throws {
            guard reached == step else { return }
            let rest = times.withLock { times in
                times -= 1
                return times
            }
            if rest == 0 { throw Cut() }
        }
    }

    /// Every message arrived under one id with one body, more than once only after an attempt whose outcome was
    /// unknown.
    private func expectNothingTwiceNothingLost(_ bench: CourierBench, _ receiver: LoopbackReceiver, messages: Int)
        throws
    {
        let receipts = receiver.receipts
        #expect(receipts.count == messages)
        #expect(receipts.values.allSatisfy { $0.bodyDigests.count == 1 })
        let unknown = try bench.ledger.pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, COUNT(*) FROM delivery_attempt JOIN message ON key = message WHERE outcome = 'ambiguous'
                    GROUP BY id
                    """
            ).reduce(into: [String: Int]()) { $0[$1[0]] = $1[1] }
        }
        let refused = try bench.ledger.pool.read { database in
            try Row.fetchAll(
                database,
                sql:
                    """
                    SELECT id, COUNT(*) FROM delivery_attempt JOIN message ON key = message
                    WHERE outcome = 'retry' AND left_us = 1 GROUP BY id
                    """
            ).reduce(into: [String: Int]()) { $0[$1[0]] = $1[1] }
        }
        for (id, receipt) in receipts {
            #expect(receipt.deliveries <= 1 + unknown[id, default: 0] + refused[id, default: 0], "\(id)")
        }
        #expect(try bench.states() == [.delivered: messages])
        #expect(try Audit(bench.ledger).verify() == [])
    }

    @Test(arguments: Courier.Step.allCases, 1...4)
    func aCourierThatDiesAfterAnyStepIsFollowedByOneThatFinishes(step: Courier.Step, time: Int) throws {
        let receiver = try LoopbackReceiver(secret: CourierBench.secret)
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url, concurrency: 3), CourierBench.files]
        bench.options.claimAhead = 8
        bench.options.groupSize = 4
        // A canary, so that one is judged.
        try bench.commit(40, to: ["crm", "files"], sample: 10)
        let scissors = Scissors(step: step, time: time)
        do {
            _ = try bench.courier { $0.afterStep = { try scissors($0) } }.deliver(until: StopFlag())
            #expect([.recovered, .expired, .judged, .ended].contains(step) && time > 1, "these steps come once")
        } catch is Cut {}
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.isComplete)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: bench.folder.appending(path: "var/outgoing/run-1").path)
        #expect(files.filter { $0.hasSuffix(".json") }.count == 40)
        let receipts = receiver.receipts
        #expect(receipts.count == 40 && receipts.values.allSatisfy { $0.bodyDigests.count == 1 })
        try expectDeliveredOnceUnlessUnknown(bench, receiver)
    }

    private func expectDeliveredOnceUnlessUnknown(_ bench: CourierBench, _ receiver: LoopbackReceiver) throws {
        let doubtful = try bench.ledger.pool.read {
            try Set(
                String.fetchAll(
                    $0,
                    sql: """
                        SELECT id FROM delivery_attempt a JOIN message ON key = a.message WHERE a.code = 'courier-died'
                        """))
        }
        for (id, receipt) in receiver.receipts where receipt.deliveries > 1 {
            #expect(doubtful.contains(id), "\(id) was sent again although its outcome was known")
        }
        #expect(try bench.states() == [.delivered: 80])
        #expect(try Audit(bench.ledger).verify() == [])
    }

    /// Many crashes in a row against a receiver that fails in its own ways; the seed says where.
    @Test(arguments: 1...12)
    func manyCrashesAndAFaultyReceiverLoseNothing(seed: Int) throws {
        let receiver = try LoopbackReceiver(
            secret: CourierBench.secret,
            script: LoopbackReceiver.Script(onRequest: { request in
                switch StableHash.of("fault", String(seed), request.id, String(request.delivery)) % 10 {
                case 0: .answer(status: 503)
                case 1: .reset
                case 2: .close
                case 3: .answer(status: 425)
                case 4: .hugeBody(bytes: 200_000, chunked: true)
                default: .ok
                }
            }))
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [
            CourierBench.webhook(receiver.url, concurrency: 3, retrySeconds: Array(repeating: 0, count: 60))
        ]
        // Ten failures in a row happen here by chance, and the breaker would make the last courier wait for too long.
        bench.endpoints[0].limits = EndpointLimits(breakerFailures: 1_000)
        bench.options.claimAhead = 5
        bench.options.groupSize = 3
        try bench.commit(60)
        var crashes = 0
        while crashes < 15 {
            let choice = StableHash.of("cut", String(seed), String(crashes))
            let step = Courier.Step.allCases[Int(choice % 7)]
            let scissors = Scissors(step: step, time: 1 + Int(choice / 7 % 5))
            do {
                _ = try bench.courier { $0.afterStep = { try scissors($0) } }.deliver(until: StopFlag())
            } catch is Cut {}
            crashes += 1
        }
        _ = try bench.courier().deliver(until: StopFlag())
        try expectNothingTwiceNothingLost(bench, receiver, messages: 60)
    }
}
