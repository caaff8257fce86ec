import Foundation
import RetierLoopback
import RetierTestSupport
import Synchronization
import Testing

/// A custom channel from `retier init` to the receiver, with the program itself.
@Suite struct CustomChannelCommandTests {
    private static let token = "PLANTEDTOKEN-4711"

    private static let template = """
        {
          "to": "{{member_id}}", "sign": "{{brand_title}}", "content": "{{text}}",
          {{#level}}"level": {{level}},{{/level}}
          "cost": {{cost}}, "fields": {{{parameters}}}, "reference": "{{action_id}}"
        }

        """

    /// A brand folder whose endpoint `crm` is a custom one.
    private func bench(
        _ url: String, answers: String, options: String = "", template: String = template
    ) throws -> CommandBench {
        let bench = try CommandBench.loaded(SampleWorld(seed: 70, members: 80))
        try bench.edit(
            "retier.yaml", "  crm: {kind: file, directory: var/outgoing/crm}\n",
            """
              crm:
                kind: custom
                url: \(url)?tenant=7
                headers: {Authorization: {file: secrets/crm, prefix: "Bearer "}, X-Tenant: sunfield}
                body: gateway/crm
                concurrency: 1
                timeout: 1s
                retry: [1s]
            \(answers.split(separator: "\n").map { "    \($0)\n" }.joined())\(options)
            """)
        try bench.write(template, to: "templates/gateway/crm.json.mustache")
        try bench.write(secret: Self.token, mode: 0o600)
        return bench
    }

    private func commit(_ bench: CommandBench) throws {
        #expect(try bench.must(["check"]).errors.contains("no problems"))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
    }

    private func count(_ bench: CommandBench, _ condition: String) throws -> Int {
        try bench.ledger().number("SELECT count(*) FROM message WHERE endpoint = 'crm' AND \(condition)")
    }

    private func fields(_ request: LoopbackRequest) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
    }

    /// Answers by the place of a request among all, whatever it holds.
    private func receiver(_ answer: @escaping @Sendable (Int) -> LoopbackBehaviour) throws -> LoopbackReceiver {
        let seen = Mutex(0)
        return try LoopbackReceiver(
            script: .init(onRequest: { _ in
                let place = seen.withLock { seen in
                    defer { seen += 1 }
                    return seen
                }
                return answer(place)
            }))
    }

    @Test func everyAnswerComesToItsVerdictAndTheSecretIsShownNowhere() throws {
        let receiver = try receiver { place in
            switch place % 4 {
            case 0: .answer(status: 200, body: #"{"code":0}"#)
            case 1: .answer(status: 200, body: #"{"code":2001,"message":"no such number"}"#)
            case 2: .answer(status: 200, body: "<html>maintenance</html>")
            default: .reset
            }
        }
        defer { receiver.stop() }
        let bench = try bench(
            receiver.url,
            answers: "success: {status: [200], body: {code: 0}}\nrefused: {body: {code: [2001, 2002]}}\n")
        try commit(bench)
        let run = try bench.retier(["deliver"])
        #expect(run.status == 3, "\(run.errors)")
        let requests = receiver.requests
        let sends = try bench.ledger().number(
            "SELECT count(*) FROM decision WHERE verdict = 'send' AND endpoint = 'crm'")
        // One action a request; without an idempotency header nothing is sent twice.
        #expect(sends > 8 && requests.count == sends)
        #expect(Set(try requests.map { try fields($0)["reference"] as? String ?? "" }).count == sends)
        #expect(try count(bench, "state = 'delivered'") == (sends + 3) / 4)
        #expect(try count(bench, "state = 'rejected' AND code = 'refused'") == (sends + 2) / 4)
        #expect(try count(bench, "state = 'in_doubt' AND code = 'unknown-answer'") == (sends + 1) / 4)
        #expect(try count(bench, "state = 'in_doubt' AND code <> 'unknown-answer'") == sends / 4)
        #expect(requests.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.token)" })
        #expect(requests.allSatisfy { $0.path.hasSuffix("?tenant=7") && $0.headers["x-tenant"] == "sunfield" })
        for line in [["audit", "--format", "json"], ["doubts"], ["status", "--json"], ["check"]] {
            let run = try bench.retier(line)
            #expect(!run.output.contains(Self.token) && !run.errors.contains(Self.token), "\(line)")
        }
        for name in bench.files("var") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.path("var/\(name)")))
            #expect(bytes.range(of: Data(Self.token.utf8)) == nil, "\(name)")
        }
        #expect(!run.errors.contains(Self.token))
        try bench.must(["audit", "verify"])
    }

    @Test func knownRepeatIsSentAgainUnderTheSameID() throws {
        let receiver = try receiver { $0 < 3 ? .reset : .answer(status: 201, body: #"{"code":0}"#) }
        defer { receiver.stop() }
        let bench = try bench(
            receiver.url, answers: "success: {body: {code: 0}}\nidempotency_header: X-Request-Id\n")
        try commit(bench)
        try bench.must(["deliver"])
        let bodies = Dictionary(grouping: receiver.requests) { $0.headers["x-request-id"] ?? "" }
        #expect(bodies.keys.allSatisfy { $0.hasPrefix("msg_") })
        #expect(bodies.values.contains { $0.count > 1 })
        #expect(bodies.values.allSatisfy { Set($0.map(\.body)).count == 1 })
        #expect(try count(bench, "state <> 'delivered'") == 0)
    }

    @Test func throttledEndpointRestsAndLosesNothing() throws {
        let receiver = try receiver { _ in .answer(status: 200, body: #"{"code":1009}"#) }
        defer { receiver.stop() }
        let bench = try bench(
            receiver.url, answers: "success: {body: {code: 0}}\nthrottled: {body: {code: 1009}, hold: 1h}\n")
        try commit(bench)
        let all = try count(bench, "1")
        let run = try bench.retier(["deliver"])
        #expect(run.status == 75, "\(run.status): \(run.errors)")
        #expect(try count(bench, "state IN ('pending', 'retry')") == all)
        let seen = receiver.requests.count
        #expect(seen == 1)
        #expect(try bench.retier(["deliver"]).status == 75)
        #expect(receiver.requests.count == seen, "the endpoint was not left alone")
    }

    @Test func listsAreSplitByTheSizeOfTheirBodies() throws {
        let receiver = try receiver { _ in .answer(status: 204) }
        defer { receiver.stop() }
        let bench = try bench(
            receiver.url, answers: "success: {status: [204]}\nper: message\nbatch: 50\nmax_body: 2500\n",
            template: """
                {"run": "{{run}}", "items": [{{#actions}}
                  {"reference": "{{action_id}}", "text": "{{text}}", "first": {{first}}}{{comma}}{{/actions}}
                ]}
                """)
        try commit(bench)
        try bench.must(["deliver"])
        let lists = try receiver.requests.map { try #require(try fields($0)["items"] as? [[String: Any]]) }
        let sends = try bench.ledger().number(
            "SELECT count(*) FROM decision WHERE verdict = 'send' AND endpoint = 'crm'")
        #expect(lists.map(\.count).reduce(0, +) == sends && lists.count > 1 && lists.contains { $0.count > 1 })
        #expect(receiver.requests.allSatisfy { $0.body.count <= 2_500 })
        #expect(Set(lists.flatMap { $0.compactMap { $0["reference"] as? String } }).count == sends)
        #expect(lists.allSatisfy { $0.first?["first"] as? Bool == true })
    }

    @Test func badBodyIsRefusedByCheckAndNothingIsPlanned() throws {
        let bench = try bench(
            "http://127.0.0.1:9/x", answers: "success: {status: [200]}\n", template: "{\"to\": {{member_id}}}\n")
        let check = try bench.retier(["check"])
        #expect(check.status == 78)
        #expect(
            check.output.contains("templates/gateway/crm.json.mustache:1:8: error[body-not-json]"), "\(check.output)")
        #expect(try bench.retier(["plan", "refresh", "--as-of", "2026-10-31"]).status == 78)
    }

    @Test func checkSpeaksOfSecretsThatAreMissingOrOpen() throws {
        let bench = try bench("http://127.0.0.1:9/x", answers: "success: {status: [200]}\n")
        try bench.write(secret: Self.token, mode: 0o644)
        let open = try bench.must(["check"])
        #expect(open.output.contains("secrets/crm: warning[open-secret]") && !open.output.contains(Self.token))
        try FileManager.default.removeItem(atPath: bench.path("secrets/crm"))
        let missing = try bench.must(["check"])
        #expect(missing.output.contains("secrets/crm: warning[missing-file]"), "\(missing.output)")
    }
}
