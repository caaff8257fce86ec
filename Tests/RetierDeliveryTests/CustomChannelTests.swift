import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

@Suite struct CustomChannelTests {
    /// As in the manual's worked example.
    private static let answers = AnswerRules(
        success: [AnswerRule(statuses: [200, 201], body: [.init(path: ["code"], values: [.number("0")])])],
        throttled: [
            AnswerRule(statuses: [429], holdSeconds: 120),
            AnswerRule(body: [.init(path: ["code"], values: [.number("1009")])], holdSeconds: 300),
        ],
        refused: [
            AnswerRule(body: [.init(path: ["code"], values: [.number("2001"), .number("2002")])]),
            AnswerRule(body: [.init(path: ["data", "0", "state"], values: [.text("blocked")])]),
            AnswerRule(statuses: [422]),
        ],
        gone: [AnswerRule(statuses: [200], body: [.init(path: ["error", "closed"], values: [.flag(true)])])])

    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var verdict: DeliveryOutcome.Verdict
        var code: String
        var testDescription: String { "\(status) \(body.prefix(60))" }

        init(_ status: Int, _ body: String, _ verdict: DeliveryOutcome.Verdict, _ code: String) {
            (self.status, self.body, self.verdict, self.code) = (status, body, verdict, code)
        }
    }

    static let cases = [
        Case(200, #"{"code":0}"#, .delivered, "ok"), Case(201, #"{"code":0.0,"x":[]}"#, .delivered, "ok"),
        Case(200, #"{"code":0e5}"#, .delivered, "ok"),
        // Never success: a text, a flag, another number, nothing, no JSON, half of it, another 2xx.
        Case(200, #"{"code":"0"}"#, .ambiguous, "unknown-answer"),
        Case(200, #"{"code":false}"#, .ambiguous, "unknown-answer"),
        Case(200, #"{"code":1}"#, .ambiguous, "unknown-answer"),
        Case(200, #"{"code":null}"#, .ambiguous, "unknown-answer"),
        Case(200, #"{"code":[0]}"#, .ambiguous, "unknown-answer"), Case(200, "{}", .ambiguous, "unknown-answer"),
        Case(200, #"[{"code":0}]"#, .ambiguous, "unknown-answer"), Case(200, "", .ambiguous, "unknown-answer"),
        Case(200, "ok", .ambiguous, "unknown-answer"), Case(200, #"{"code":0"#, .ambiguous, "unknown-answer"),
        Case(202, #"{"code":0}"#, .ambiguous, "unknown-answer"),
        // Bad news wins, whatever the status.
        Case(200, #"{"code":2002}"#, .rejected, "refused"), Case(503, #"{"code":2001}"#, .rejected, "refused"),
        Case(200, #"{"code":0,"data":[{"state":"blocked"}]}"#, .rejected, "refused"),
        Case(200, #"{"code":1009}"#, .throttled, "throttled-1009"),
        Case(429, "slow down", .throttled, "throttled-http-429"),
        Case(422, #"{"code":0}"#, .rejected, "refused-http-422"),
        Case(200, #"{"code":0,"error":{"closed":true}}"#, .gone, "gone"),
        Case(201, #"{"code":0,"error":{"closed":true}}"#, .delivered, "ok"),
        // No rule fits: by status, as for a webhook.
        Case(302, "", .gone, "redirect"), Case(400, #"{"code":0}"#, .rejected, "http-400"),
        Case(408, "", .retry, "http-408"), Case(410, "", .gone, "gone"), Case(500, #"{"code":0}"#, .retry, "http-500"),
        Case(502, "", .ambiguous, "http-502"), Case(504, #"{"code":0}"#, .ambiguous, "http-504"),
    ]

    @Test(arguments: cases)
    func answerHasOneVerdict(_ expected: Case) {
        let exchange = HTTPExchange(
            curlCode: 0, requestLeft: true, httpStatus: expected.status, body: Data(expected.body.utf8))
        let outcome = CustomChannel.outcome(of: exchange, answers: Self.answers)
        #expect(outcome.verdict == expected.verdict && outcome.code == expected.code, "\(outcome)")
        #expect(outcome.httpStatus == expected.status && outcome.leftUs)
    }

    @Test func answerThatWasCutIsNotSuccessWhereBodiesAreRead() {
        let cut = HTTPExchange(
            curlCode: 18, requestLeft: true, httpStatus: 200, body: Data(#"{"code":0}"#.utf8), bodyIsComplete: false)
        #expect(CustomChannel.outcome(of: cut, answers: Self.answers).verdict == .ambiguous)
        // Bad news by body might be in the part that is missing.
        var byStatus = AnswerRules(
            success: [AnswerRule(statuses: [200])],
            refused: [AnswerRule(body: [.init(path: ["code"], values: [.number("1")])])])
        #expect(CustomChannel.outcome(of: cut, answers: byStatus).verdict == .ambiguous)
        byStatus.refused = []
        #expect(CustomChannel.outcome(of: cut, answers: byStatus).verdict == .delivered)
    }

    @Test func retryAfterGoesBeforeTheConfiguredHold() {
        for (wish, seconds) in [(nil, 121), (7, 8), (90_000, 3_601)] as [(Int?, Int)] {
            let exchange = HTTPExchange(curlCode: 0, requestLeft: true, httpStatus: 429, retryAfterSeconds: wish)
            #expect(CustomChannel.outcome(of: exchange, answers: Self.answers).holdSeconds == seconds)
        }
    }

    @Test func whatNeverLeftIsRetriedAndWhatLostItsAnswerIsAmbiguous() {
        for (curlCode, left, verdict) in [
            (7, false, DeliveryOutcome.Verdict.retry), (6, false, .retry), (60, false, .gone),
            (28, true, .ambiguous),
            (52, true, .ambiguous), (56, true, .ambiguous),
        ] as [(Int32, Bool, DeliveryOutcome.Verdict)] {
            let exchange = HTTPExchange(curlCode: curlCode, requestLeft: left)
            #expect(CustomChannel.outcome(of: exchange, answers: Self.answers).verdict == verdict, "\(curlCode)")
        }
    }

    @Test func requestHasTheHeadersTheIDAndTheBody() throws {
        let receiver = try LoopbackReceiver(
            script: .init(onRequest: { _ in .answer(status: 200, body: #"{"code":0}"#) }))
        defer { receiver.stop() }
        func send(_ settings: CustomChannelSettings, _ headers: [String]) throws -> [LoopbackRequest] {
            let before = receiver.requests.count
            let endpoint = Endpoint(id: "crm", kind: .custom(settings), concurrency: 1, timeoutSeconds: 5)
            let channel = try CustomChannel.endpoint(
                endpoint, settings: settings, address: SecretText(receiver.url), headers: headers.map { SecretText($0) }
            )
            let messages = ["m-1", "m-2"].map { DeliveryBench.message($0, body: #"{"to":"\#($0)"}"#) }
            for result in try DeliveryBench.send(messages, to: channel) {
                #expect(DeliveryBench.outcome(of: result)?.verdict == .delivered)
            }
            return Array(receiver.requests[before...])
        }
        var settings = CustomChannelSettings(
            address: .url(receiver.url), body: "b", idempotencyHeader: "X-Id", answers: Self.answers)
        let known = try send(settings, ["Authorization: Bearer s3", "X-Tenant: sun"])
        #expect(known.map { $0.headers["x-id"] } == ["m-1", "m-2"])
        #expect(known.allSatisfy { $0.method == "POST" && $0.headers["content-type"] == "application/json" })
        #expect(known.allSatisfy { $0.headers["authorization"] == "Bearer s3" && $0.headers["x-tenant"] == "sun" })
        #expect(known.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"to":"m-1"}"#, #"{"to":"m-2"}"#])
        #expect(Set(known.map(\.connection)).count == 1)
        // Without an id each request has a connection of its own, so that none is resent behind our back.
        settings.idempotencyHeader = nil
        settings.headers = [.init(name: "content-type", value: .text("application/vnd.sms+json"))]
        let unknown = try send(settings, ["content-type: application/vnd.sms+json"])
        #expect(unknown.allSatisfy { $0.headers["x-id"] == nil && $0.repeatedHeaders.isEmpty })
        #expect(unknown.allSatisfy { $0.headers["content-type"] == "application/vnd.sms+json" })
        #expect(Set(unknown.map(\.connection)).count == 2)
    }
}
