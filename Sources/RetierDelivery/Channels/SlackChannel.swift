import Foundation
package import RetierCore

/// A Slack incoming webhook: the payload as it is; the verdict is the status and a word of plain text.
package enum SlackChannel {
    /// - Parameter address: the whole URL, `https://hooks.slack.com/services/...`.
    package static func endpoint(_ endpoint: Endpoint, address: SecretText) throws -> HTTPEndpoint {
        try HTTPEndpoint(endpoint, url: address.revealed, reusesConnections: false) { target in
            guard target.path.count > 1 else {
                throw RetierError(
                    .badConfiguration, "endpoint \(endpoint.id): the address is not a Slack webhook's",
                    hint: "copy it from the app's page: https://hooks.slack.com/services/...")
            }
            return { message, _ in
                .request(.json(message.body, to: target.url)) { exchange, _ in .end(outcome(of: exchange)) }
            }
        }
    }

    /// The verdict of the answer: only 200 with the body `ok` is success.
    package static func outcome(of exchange: HTTPExchange) -> DeliveryOutcome {
        if let failure = exchange.withoutWholeAnswer() { return failure }
        let word = String(data: exchange.body.prefix(64), encoding: .utf8).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if exchange.httpStatus == 200, word == "ok" {
            return DeliveryOutcome(.delivered, code: "slack-ok", httpStatus: 200, leftUs: true)
        }
        guard var outcome = exchange.failureByStatus() else {
            return DeliveryOutcome(
                .ambiguous, code: "slack-unreadable", httpStatus: exchange.httpStatus, leftUs: true,
                note: "the answer is not ok")
        }
        // Nothing that is sent to this address will be taken.
        if [403, 404, 410].contains(exchange.httpStatus) { outcome.verdict = .gone }
        if (400...599).contains(exchange.httpStatus), let word, words.contains(word) { outcome.code = "slack-\(word)" }
        return outcome
    }

    /// The documented answers; anything else may hold what it likes and is not kept.
    private static let words: Set<String> = [
        "invalid_payload", "no_text", "user_not_found", "too_many_attachments", "posting_to_general_channel_denied",
        "action_prohibited", "invalid_token", "channel_not_found", "no_service", "no_active_hooks", "no_team",
        "team_disabled", "channel_is_archived", "rollup_error",
    ]
}
