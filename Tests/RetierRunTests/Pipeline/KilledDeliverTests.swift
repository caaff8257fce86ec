import Foundation
import RetierCore
import RetierLoopback
import RetierTestSupport
import Testing

/// Nothing twice, nothing lost: `retier deliver` killed again and again against a slow and faulty receiver.
@Suite struct KilledDeliverTests {
    /// `RETIER_KILLS=1000` goes on for longer; a thousand kills take some ten minutes.
    private static let kills = ProcessInfo.processInfo.environment["RETIER_KILLS"].flatMap { Int($0) } ?? 40

    private func faultyReceiver(seed: UInt64) throws -> LoopbackReceiver {
        try LoopbackReceiver(
            secret: CourierBench.secret,
            script: LoopbackReceiver.Script(onRequest: { request in
                switch StableHash.of(String(seed), request.id, String(request.delivery)) % 12 {
                case 0: .answer(status: 503)
                case 1: .reset
                case 2: .close
                case 3: .answer(status: 425)
                case 4...8: .delay(milliseconds: 40, then: .ok)
                default: .delay(milliseconds: 8, then: .ok)
                }
            }))
    }

    @Test func everyActionArrivesUnderOneIDHoweverOftenTheCourierIsKilled() throws {
        var generator = SeededGenerator(seed: 70)
        let seed = generator.seed
        let receiver = try faultyReceiver(seed: seed)
        defer { receiver.stop() }
        let bench = try CommandBench.loaded(SampleWorld(seed: 71, members: 60 + Self.kills * 8))
        let retries = Array(repeating: "1s", count: 60).joined(separator: ", ")
        try bench.useWebhook(
            receiver.url, options: "batch: 2, concurrency: 2, timeout: 2s, retry: [\(retries)]",
            secret: CourierBench.secret)
        for channel in ["sms", "staff"] {
            try bench.edit(
                "retier.yaml", "  \(channel): {kind: file, directory: var/outgoing/\(channel)",
                "  \(channel): {kind: webhook, url: \"\(receiver.url)\", secret: {file: secrets/crm}, "
                    + "concurrency: 1, retry: [\(retries)]" + (channel == "sms" ? "" : ", batch: 3"))
        }
        try bench.edit("retier.yaml", "batch: 500", "batch: 1")
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
        let ledger = try bench.ledger()
        func waiting() throws -> Int {
            try ledger.number("SELECT count(*) FROM message WHERE state IN ('pending', 'sending', 'retry')")
        }
        var kills = 0
        while kills < Self.kills, try waiting() > 0 {
            let process = try bench.start(["deliver"])
            usleep(UInt32(generator.draw(in: 20_000...350_000)))
            kill(process.processIdentifier, SIGKILL)
            #expect(process.waits(atMostSeconds: 10))
            if process.terminationReason == .uncaughtSignal { kills += 1 }
        }
        #expect(kills >= min(20, Self.kills), "only \(kills) kills, seed \(seed)")
        let last = try bench.retier(["deliver"], timeoutSeconds: 120)
        #expect(last.status == 0, "seed \(seed): \(last.errors)")
        try expectNothingTwiceNothingLost(bench, receiver, seed: seed)
    }

    private func expectNothingTwiceNothingLost(
        _ bench: CommandBench, _ receiver: LoopbackReceiver, seed: UInt64
    ) throws {
        let shown = try bench.must(["show", bench.refreshPlan(), "--format", "csv", "--verdict", "send"]).output
        let planned = shown.split(separator: "\n").map { String($0.prefix { $0 != "," }) }.filter {
            $0.hasPrefix("act_")
        }
        .sorted()
        #expect(planned.count > 50 && receiver.badSignatures == 0)
        // Of each action, the messages under which it arrived; of each message, its bodies.
        var messages: [String: Set<String>] = [:]
        for request in receiver.requests {
            let body = try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
            let list = try #require((body["data"] as? [String: Any])?["actions"] as? [[String: Any]])
            for action in list {
                messages[try #require(action["action_id"] as? String), default: []].insert(request.id)
            }
        }
        #expect(messages.keys.sorted() == planned, "seed \(seed)")
        #expect(messages.values.allSatisfy { $0.count == 1 }, "an action came under two ids, seed \(seed)")
        #expect(receiver.receipts.values.allSatisfy { $0.bodyDigests.count == 1 }, "seed \(seed)")
        #expect(try bench.must(["audit", "verify"]).errors.contains("holds"))
        let csv = try bench.must(["audit", "--state", "delivered", "--format", "csv"]).output
        let column = try #require(csv.split(separator: "\n").first?.split(separator: ",").firstIndex(of: "action_id"))
        let delivered = csv.split(separator: "\n").dropFirst().map { String($0.split(separator: ",")[column]) }
        #expect(delivered.sorted() == planned, "seed \(seed)")
    }
}
