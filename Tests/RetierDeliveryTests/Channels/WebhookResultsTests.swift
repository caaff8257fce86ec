import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

/// What a receiver of webhooks says about single actions.
@Suite struct WebhookResultsTests {
    private func outcome(_ body: String, isComplete: Bool = true) -> DeliveryOutcome {
        WebhookChannel.outcome(
            of: HTTPExchange(
                curlCode: isComplete ? 0 : 18, requestLeft: true, httpStatus: 200, body: Data(body.utf8),
                bodyIsComplete: isComplete))
    }

    @Test func refusedActionsAreTakenFromTheAnswer() throws {
        let rules = StandardWebhookRules(secrets: [DeliveryBench.secret]) {
            $0 == "a-2" ? .refused(code: "no-such-coupon") : .accepted
        }
        let simulator = try StandardWebhookSimulator(rules: rules)
        defer { simulator.stop() }
        let body = #"{"type":"x","data":{"actions":[{"action_id":"a-1"},{"action_id":"a-2"}]}}"#
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1", body: body)], to: try DeliveryBench.webhook(simulator.url))
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == .delivered)
        #expect(outcome.refusals == [ActionRefusal(.action(id: "a-2"), code: "no-such-coupon")])
    }

    /// An answer that is about something else is success without refusals.
    @Test(arguments: [
        "", "ok", "{}", "[]", "null", "{\"results\":{}}", "{\"results\":null}", "{\"results\":[]}",
        "{\"results\":[1,null,\"x\",[],{}]}", #"{"results":[{"action_id":"a","status":"accepted","code":"x"}]}"#,
        #"{"results":[{"action_id":7,"status":"refused"}]}"#, #"{"results":[{"action_id":"a","status":"REFUSED"}]}"#,
        #"{"results":[{"action_id":"","status":"refused"}]}"#, #"{"results":[{"status":"refused"}]}"#,
        #"{"results":[{"action_id":"a\nb","status":"refused"}]}"#,
        #"{"results":[{"action_id":"王","status":"refused"}]}"#,
        #"{"results":[{"action_id":"<b>","status":"refused"}]}"#, #"{"results":[{"action_id":"a","status":"refused"}"#,
        #"{"results":[{"action_id":"\#(String(repeating: "x", count: 129))","status":"refused"}]}"#,
    ])
    func otherAnswersSayNothing(body: String) {
        let outcome = outcome(body)
        #expect(outcome.verdict == .delivered && outcome.refusals == [] && outcome.note == nil)
    }

    @Test func aBadEntryDoesNotSpoilTheOthers() {
        let body = #"""
            {"extra":1,"results":[7,{"action_id":"a","status":"refused","code":"x"},
            {"action_id":"a","status":"refused"},
            {"action_id":"b","status":"refused","code":"has space"},{"action_id":"c","status":"refused","code":7},
            {"action_id":"d","status":"refused"},{"action_id":"e:1.2_3-4","status":"refused","code":"\#(
                String(repeating: "y", count: 65))"}]}
            """#
        #expect(
            outcome(body).refusals == [
                ActionRefusal(.action(id: "a"), code: "x"), ActionRefusal(.action(id: "b"), code: "refused"),
                ActionRefusal(.action(id: "c"), code: "refused"), ActionRefusal(.action(id: "d"), code: "refused"),
                ActionRefusal(.action(id: "e:1.2_3-4"), code: "refused"),
            ])
    }

    @Test func aCutAnswerIsADeliveryAndSaysThatItWasCut() {
        let outcome = outcome(#"{"results":[{"action_id":"a","status":"refused"}]}"#, isComplete: false)
        #expect(outcome.verdict == .delivered && outcome.refusals == [])
        #expect(outcome.note?.contains("cut") == true)
    }

    /// As many results as fit into what is read of an answer.
    @Test func aBatchOfAThousandIsReadWhole() throws {
        let rules = StandardWebhookRules(secrets: [DeliveryBench.secret]) { _ in .refused(code: "no-such-coupon") }
        let simulator = try StandardWebhookSimulator(rules: rules)
        defer { simulator.stop() }
        let actions = (0..<1_000).map { #"{"action_id":"act_\#(String(repeating: "x", count: 22))\#($0)"}"# }
        let body = #"{"type":"x","data":{"actions":[\#(actions.joined(separator: ","))]}}"#
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1", body: body)], to: try DeliveryBench.webhook(simulator.url))
        #expect(DeliveryBench.outcome(of: results[0])?.refusals.count == 1_000)
    }

    @Test(arguments: [(true, DeliveryOutcome.Verdict.retry), (false, .retry)])
    func aReceiverThatIsBusyIsLeftAloneForAsLongAsItAsks(asks: Bool, verdict: DeliveryOutcome.Verdict) {
        let outcome = WebhookChannel.outcome(
            of: HTTPExchange(
                curlCode: 0, requestLeft: true, httpStatus: 503, retryAfterSeconds: asks ? 90 : nil))
        #expect(outcome.verdict == verdict && outcome.code == "http-503")
        #expect(outcome.holdSeconds == (asks ? 91 : nil) && outcome.retryAfterSeconds == (asks ? 90 : nil))
    }
}
