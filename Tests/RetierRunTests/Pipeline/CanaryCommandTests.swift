import Foundation
import RetierLoopback
import RetierTestSupport
import Synchronization
import Testing

/// Plans that are tried on a sample of their members first, as processes against a real receiver.
@Suite struct CanaryCommandTests {
    /// What the receiver does, by the number of the message that is new to it, counted from 0.
    private final class Receiver: Sendable {
        private let ids = Mutex<[String]>([])
        private let box = Mutex<LoopbackReceiver?>(nil)

        init(_ behaviour: @escaping @Sendable (Int) -> LoopbackBehaviour) throws {
            let receiver = try LoopbackReceiver(
                secret: CourierBench.secret,
                script: LoopbackReceiver.Script(onRequest: { [weak self] in behaviour(self?.place(of: $0.id) ?? 0) }))
            box.withLock { $0 = receiver }
        }

        deinit { receiver?.stop() }

        var receiver: LoopbackReceiver? { box.withLock { $0 } }
        var messages: Int { ids.withLock { $0.count } }

        private func place(of id: String) -> Int {
            ids.withLock { ids in
                if let place = ids.firstIndex(of: id) { return place }
                ids.append(id)
                return ids.count - 1
            }
        }
    }

    private final class Service: Sendable {
        let isDown = Atomic(true)
    }

    /// A brand whose refresh of a hundred members is planned.
    private func planned(_ receiver: Receiver, canary: String = "", options: String = "batch: 4, timeout: 1s") throws
        -> CommandBench
    {
        let bench = try CommandBench.loaded(SampleWorld(seed: 60, members: 120))
        let url = try #require(receiver.receiver?.url)
        try bench.useWebhook(url, options: options, secret: CourierBench.secret)
        if !canary.isEmpty { try bench.edit("retier.yaml", "guards:", "canary: \(canary)\nguards:") }
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        return bench
    }

    private func states(_ bench: CommandBench) throws -> [String] {
        try bench.ledger().lines("SELECT state, count(*) FROM message GROUP BY state ORDER BY state")
    }

    @Test func aSampleThatDoesWellLetsTheRestGo() throws {
        let receiver = try Receiver { _ in .ok }
        let bench = try planned(receiver)
        let applied = try bench.must(["apply", bench.refreshPlan(), "--canary", "10%", "--no-deliver"])
        #expect(applied.errors.contains("messages are withheld until the canary has ended well"))
        // No message carries members of both parts, and every endpoint has a part of the sample.
        let ledger = try bench.ledger()
        let endpoints = try ledger.lines("SELECT DISTINCT endpoint FROM message ORDER BY 1")
        let sampled = "SELECT DISTINCT endpoint FROM message JOIN canary_sample ON message = key ORDER BY 1"
        #expect(try ledger.lines(sampled) == endpoints)
        #expect(
            try ledger.lines(
                """
                SELECT d.endpoint, d.member FROM decision d JOIN message m ON m.id = d.message
                GROUP BY 1, 2 HAVING count(DISTINCT m.state) > 1
                """) == [])
        let status = try bench.must(["status"])
        #expect(status.output.contains("withheld") && status.output.contains("of the sample have ended"))
        let delivered = try bench.must(["deliver"])
        #expect(!delivered.errors.contains("withheld"))
        #expect(try bench.ledger().lines("SELECT state, failed FROM canary") == ["passed|0"])
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state <> 'delivered'") == 0)
        // The sample left before the canary was judged, and the rest after it.
        #expect(
            try bench.ledger().lines(
                """
                SELECT kind FROM audit WHERE run <> '' AND kind IN ('canary.open', 'run.committed', 'canary.passed')
                ORDER BY number
                """) == ["canary.open", "run.committed", "canary.passed"])
        #expect(
            try bench.ledger().number(
                """
                SELECT count(*) FROM audit freed WHERE kind = 'message.pending' AND EXISTS (
                    SELECT 1 FROM audit WHERE kind = 'message.delivered' AND number < freed.number)
                """) > 0)
        try bench.must(["audit", "verify"])
        let listed = try bench.must(["canary", "--format", "csv"]).output.split(separator: "\n")
        #expect(listed.count == 2 && listed[1].contains(",passed,10.00%,5.00%,") && listed[1].hasSuffix(",0,0"))
    }

    @Test func aSampleThatFailsStopsTheRestUntilAPersonDecides() throws {
        let receiver = try Receiver { _ in .answer(status: 422) }
        let bench = try planned(receiver, canary: "{share: 10%}")
        let stopped = try bench.retier(["apply", bench.refreshPlan()])
        #expect(stopped.status == 4, "\(stopped.errors)")
        #expect(stopped.errors.contains("of its sample failed, and 5.00% may"))
        let seen = receiver.messages
        let withheld = try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'withheld'")
        #expect(withheld > 0 && seen > 0)
        #expect(try bench.retier(["deliver"]).status == 4)
        #expect(receiver.messages == seen, "nothing of the rest leaves")
        let status = try bench.retier(["status", "--json"])
        #expect(status.status == 3 && status.output.contains("\"state\":\"stopped\""))
        #expect(try bench.retier(["canary", "go", "--reason", " "]).status == 64)
        try bench.must(["canary", "go", "--reason", "the receiver is mended"])
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'withheld'") == 0)
        #expect(try bench.retier(["canary", "go", "--reason", "again"]).status == 64)
        #expect(try bench.retier(["deliver"]).status == 3)
        #expect(receiver.messages > seen)
        #expect(
            try bench.ledger().lines(
                "SELECT detail ->> 'operator', detail ->> 'reason' FROM audit WHERE kind = 'canary.released'")
                == ["operator-li|the receiver is mended"])
        try bench.must(["audit", "verify"])
    }

    @Test func whatAStoppedCanaryWithheldIsCancelledAndGivesBackItsBudget() throws {
        let receiver = try Receiver { _ in .reset }
        let bench = try planned(receiver, options: "batch: 4, timeout: 1s, retry: [1s]")
        #expect(try bench.retier(["apply", bench.refreshPlan(), "--canary", "5%"]).status == 4)
        let withheld = try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'withheld'")
        let run = try bench.ledger().lines("SELECT id FROM run")[0]
        #expect(try bench.retier(["canary", "stop", "--run", "other", "--reason", "x"]).status == 64)
        try bench.must(["canary", "stop", "--run", run, "--reason", "wrong texts"])
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'cancelled'") == withheld)
        #expect(try bench.retier(["deliver"]).status == 3, "the sample is in doubt")
        try bench.must(["audit", "verify"])
    }

    /// The receiver is down: the sample waits for its retries, and so does the rest.
    @Test func theRestWaitsAsLongAsTheSampleHasNoEnd() throws {
        let service = Service()
        let receiver = try Receiver { _ in service.isDown.load(ordering: .relaxed) ? .answer(status: 503) : .ok }
        let bench = try planned(receiver, options: "batch: 4, timeout: 1s, retry: [30s, 30s]")
        let waiting = try bench.retier(["apply", bench.refreshPlan(), "--canary", "10%"])
        #expect(waiting.status == 75 && waiting.errors.contains("messages are withheld until"), "\(waiting.errors)")
        #expect(try bench.ledger().lines("SELECT state FROM canary") == ["open"])
        try bench.must(["canary", "go", "--reason", "no time"])
        service.isDown.store(false, ordering: .relaxed)
        _ = try bench.retier(["deliver"])
        #expect(try states(bench).allSatisfy { !$0.hasPrefix("withheld") })
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'delivered'") > 0)
        try bench.must(["audit", "verify"])
    }

    @Test func withoutACanaryNothingIsWithheldAndOffOverrulesTheProgramme() throws {
        let receiver = try Receiver { _ in .ok }
        let bench = try planned(receiver, canary: "{share: 10%, max_failed: 0%, wait: PT1H}")
        #expect(try bench.retier(["apply", bench.refreshPlan(), "--canary", "1"]).status == 64)
        try bench.must(["apply", bench.refreshPlan(), "--canary", "off"])
        #expect(try bench.ledger().number("SELECT count(*) FROM canary") == 0)
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state <> 'delivered'") == 0)
    }

    @Test func aCanaryWaitsForItsTime() throws {
        let receiver = try Receiver { _ in .ok }
        let bench = try planned(receiver, canary: "{share: 10%, wait: PT1H}")
        let run = try bench.must(["apply", bench.refreshPlan()])
        #expect(run.errors.contains("messages are withheld until 2"))
        #expect(try bench.ledger().lines("SELECT state FROM canary") == ["open"])
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'withheld'") > 0)
    }
}
