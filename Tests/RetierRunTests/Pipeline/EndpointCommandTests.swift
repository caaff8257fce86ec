import Foundation
import RetierCore
import RetierLoopback
import RetierTestSupport
import Synchronization
import Testing

/// `retier endpoints`, `retier replay` and `retier doubts` as an operator uses them.
@Suite struct EndpointCommandTests {
    private func committed(_ url: String, options: String) throws -> CommandBench {
        let bench = try CommandBench.loaded(SampleWorld(seed: 60, members: 60))
        try bench.useWebhook(url, options: options, secret: CourierBench.secret)
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
        return bench
    }

    private final class Answer: Sendable {
        private let value: Mutex<LoopbackBehaviour>
        init(_ behaviour: LoopbackBehaviour) { value = Mutex(behaviour) }
        func set(_ behaviour: LoopbackBehaviour) { value.withLock { $0 = behaviour } }
        var behaviour: LoopbackBehaviour { value.withLock { $0 } }
    }

    private func receiver(_ answer: Answer) throws -> LoopbackReceiver {
        try LoopbackReceiver(
            secret: CourierBench.secret, script: LoopbackReceiver.Script(onRequest: { _ in answer.behaviour }))
    }

    @Test func aDisabledEndpointWaitsForAPerson() throws {
        let answer = Answer(.answer(status: 410))
        let receiver = try receiver(answer)
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1, timeout: 5s")
        let run = try bench.retier(["deliver"])
        #expect(run.status == 3 && run.errors.contains("retier endpoints enable crm"), "\(run.status): \(run.errors)")
        let status = try bench.retier(["status"])
        #expect(status.status == 3 && status.output.contains("disabled since"), "\(status.output)")
        let list = try bench.must(["endpoints", "--format", "csv"]).output
        #expect(list.hasPrefix("endpoint,state,since,until,code,budget,waiting,awaiting\n"))
        #expect(list.contains("\ncrm,disabled,"), "\(list)")
        answer.set(.ok)
        #expect(try bench.retier(["deliver"]).status == 3, "a receiver that is back is not asked")
        try expectFailure(bench.retier(["endpoints", "enable", "nowhere"]), 64, saying: "no endpoint nowhere")
        #expect(try bench.must(["endpoints", "enable", "crm"]).errors.contains("enabled"))
        #expect(try bench.must(["endpoints", "enable", "crm"]).errors.contains("nothing kept it"))
        try bench.must(["deliver"])
        try bench.must(["status"])
        try bench.must(["endpoints", "disable", "crm"])
        #expect(try bench.must(["endpoints"]).output.contains("operator"))
        let verify = try bench.must(["audit", "verify"])
        #expect(verify.output.contains("endpoints\t3 entries"), "\(verify.output)")
        let trail = try bench.ledger().lines(
            "SELECT kind FROM audit WHERE detail LIKE '%\"operator\":\"operator-li\"%'")
        #expect(trail == ["endpoint.enabled", "endpoint.disabled"])
    }

    @Test func refusedMessagesAreReplayedUnderTheSameIDs() throws {
        let answer = Answer(.answer(status: 422))
        let receiver = try receiver(answer)
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1, timeout: 5s")
        #expect(try bench.retier(["deliver"]).status == 3)
        let ids = receiver.receipts.keys.sorted()
        #expect(ids.count > 3)
        try expectFailure(bench.retier(["replay"]), 64, saying: "replay takes messages")
        try expectFailure(bench.retier(["replay", ids[0], "--all"]), 64, saying: "replay takes messages")
        try expectFailure(bench.retier(["replay", ids[0], "nobody"]), 64, saying: "nobody is unknown")
        try expectFailure(bench.retier(["replay", "--endpoint", "nowhere"]), 64, saying: "nowhere")
        answer.set(.ok)
        #expect(try bench.must(["replay", ids[0]]).errors.contains("1 messages are pending again"))
        #expect(receiver.receipts[ids[0]]?.deliveries == 1, "a replay sends nothing itself")
        #expect(try bench.must(["replay", "--endpoint", "crm"]).errors.contains("\(ids.count - 1) messages"))
        #expect(try bench.must(["replay", "--all"]).errors.contains("nothing to replay"))
        try bench.must(["deliver"])
        #expect(receiver.receipts.keys.sorted() == ids)
        #expect(receiver.receipts.values.allSatisfy { $0.deliveries == 2 && $0.bodyDigests.count == 1 })
        let trail = try bench.ledger().lines("SELECT subject FROM audit WHERE kind = 'replay.asked' ORDER BY subject")
        #expect(trail == ids)
        try bench.must(["audit", "verify"])
    }

    @Test func doubtsAreListedInEveryFormatUntilNoneIsOpen() throws {
        let receiver = try receiver(Answer(.reset))
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1000, timeout: 1s, retry: [1s]")
        #expect(try bench.retier(["deliver"]).status == 3)
        let list = try bench.retier(["doubts", "list", "--format", "json"])
        let json = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
        let doubts = try #require(json["doubts"] as? [[String: Any]])
        #expect(list.status == 3 && json["format_version"] as? Int == 1 && doubts.count == 1)
        #expect(doubts[0]["endpoint"] as? String == "crm" && doubts[0]["attempts"] as? Int == 2)
        #expect((doubts[0]["since"] as? String)?.hasSuffix("Z") == true)
        let table = try bench.retier(["doubts", "--format", "table"])
        #expect(table.status == 3 && table.output.contains("since"))
        try bench.must(["doubts", "resolve", try #require(doubts[0]["message"] as? String), "--as", "sent"])
        let empty = try bench.must(["doubts", "list", "--format", "json"]).output
        #expect(empty == "{\"format_version\":1,\"doubts\":[\n]}\n")
    }

    private func expectFailure(_ run: ProcessRun, _ status: Int32, saying words: String) {
        #expect(run.status == status && run.errors.contains(words), "\(run.status): \(run.errors)")
    }
}
