import Foundation
import RetierCore
import RetierDelivery
import Synchronization
import Testing

/// Sends messages through carriers and gathers what became of them.
enum DeliveryBench {
    static let secret = "whsec_" + Data(repeating: 42, count: 32).base64EncodedString()

    static func message(
        _ id: String, endpoint: String = "crm", form: MessageForm = .payload,
        body: String = "{}", notAfter: Int64 = .max
    ) -> OutgoingMessage {
        OutgoingMessage(
            id: id, run: "run-1", endpoint: endpoint, position: 1, notAfter: Instant(seconds: notAfter), form: form,
            body: Data(body.utf8))
    }

    static func now() -> Instant { Instant(seconds: Int64(time(nil))) }

    static func webhook(
        _ url: String, concurrency: Int = 1, timeoutSeconds: Int = 5, allowPrivate: [String] = [], caFile: String? = nil
    ) throws -> HTTPEndpoint {
        let endpoint = Endpoint(
            id: "crm", kind: .webhook(url: url, secret: .file("unused")), concurrency: concurrency,
            timeoutSeconds: timeoutSeconds, allowPrivate: allowPrivate, caFile: caFile)
        return try WebhookChannel.endpoint(endpoint, url: url, secret: WebhookSecret(text: secret, name: "test"))
    }

    /// Waits for as many completions as messages, at most 30 seconds.
    static func results(_ completions: Completions, count: Int) -> [String: DeliveryCompletion.Result] {
        var results: [String: DeliveryCompletion.Result] = [:]
        let deadline = Date(timeIntervalSinceNow: 30)
        while results.count < count, Date() < deadline {
            for completion in completions.take(minimum: 1, waitMilliseconds: 1_000) {
                #expect(results[completion.message.id] == nil, "one completion a message")
                results[completion.message.id] = completion.result
            }
        }
        return results
    }

    /// Sends messages one after another through one transport, so that connections are reused.
    static func send(
        _ messages: [OutgoingMessage], to endpoint: HTTPEndpoint, clock: @escaping @Sendable () -> Instant = now
    ) throws -> [DeliveryCompletion.Result?] {
        let completions = Completions()
        let transport = try CurlTransport(endpoints: [endpoint], completions: completions, clock: clock)
        return withExtendedLifetime(transport) {
            messages.map { message in
                transport.submit([message])
                return results(completions, count: 1)[message.id]
            }
        }
    }

    static func outcome(of result: DeliveryCompletion.Result?) -> DeliveryOutcome? {
        if case .ended(let outcome) = result { outcome } else { nil }
    }
}
