import Crypto
package import Foundation
package import RetierCore

/// The generic channel: signed Standard Webhooks over HTTP.
package enum WebhookChannel {
    /// - Parameter githubSecret: where it is given, requests are signed as GitHub's are, too.
    package static func endpoint(
        _ endpoint: Endpoint, url: String, secret: WebhookSecret, githubSecret: SecretText? = nil
    ) throws -> HTTPEndpoint {
        try HTTPEndpoint(endpoint, url: url, attemptsAreIndependent: true) { target in
            { message, now in
                var headers = WebhookSignature.headers(
                    messageID: message.id, body: message.body, at: now, secret: secret)
                if let githubSecret { headers.append(githubHeader(body: message.body, secret: githubSecret)) }
                return .request(.json(message.body, to: target.url, headers: headers)) { exchange, _ in
                    var outcome = outcome(of: exchange)
                    for index in outcome.refusals.indices
                    where HTTPTarget.isEcho(outcome.refusals[index].code, of: target.url) {
                        outcome.refusals[index].code = "refused"
                    }
                    return .end(outcome)
                }
            }
        }
    }

    /// `X-Hub-Signature-256`: the hexadecimal HMAC-SHA256 of the body alone.
    package static func githubHeader(body: Data, secret: SecretText) -> String {
        let key = SymmetricKey(data: Data(secret.revealed.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: body, using: key)
        return "X-Hub-Signature-256: sha256=\(Hexadecimal.text(of: code))"
    }

    /// The outcome table of the generic channel: only a 2xx status is success, whatever came of its body.
    package static func outcome(of exchange: HTTPExchange) -> DeliveryOutcome {
        if let failure = exchange.withoutAnswer() ?? exchange.failureByStatus() { return failure }
        return DeliveryOutcome(
            .delivered, code: "ok", httpStatus: exchange.httpStatus, leftUs: true,
            note: exchange.bodyIsComplete ? nil : "the answer was cut: refusals of single actions may be lost",
            refusals: exchange.bodyIsComplete ? WebhookResults.refusals(in: exchange.body) : [])
    }
}
