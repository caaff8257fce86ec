import CRetierCurl
import Foundation
package import RetierCore

/// The generic channel: signed Standard Webhooks over HTTP.
package enum WebhookChannel {
    package static func endpoint(
        _ endpoint: Endpoint, url: String, secret: WebhookSecret, caFile: String? = nil
    ) throws -> HTTPEndpoint {
        let target = try HTTPTarget(endpoint: endpoint.id, url: url, allowPrivate: endpoint.allowPrivate)
        return HTTPEndpoint(
            id: endpoint.id, target: target, concurrency: max(1, endpoint.concurrency),
            timeoutSeconds: max(1, endpoint.timeoutSeconds), caFile: caFile, proxy: endpoint.proxy
        ) { message, now in
            let headers =
                ["Content-Type: application/json"]
                + WebhookSignature.headers(messageID: message.id, body: message.body, at: now, secret: secret)
            return .request(HTTPRequest(url: target.url, headers: headers, body: message.body)) { exchange, _ in
                .end(outcome(of: exchange))
            }
        }
    }

    /// The outcome table of the generic channel: only a 2xx status is success.
    package static func outcome(of exchange: HTTPExchange) -> DeliveryOutcome {
        switch exchange.refusal {
        case .address: return DeliveryOutcome(.rejected, code: "address-refused", leftUs: exchange.requestLeft)
        case .resend: return DeliveryOutcome(.ambiguous, code: "connection-lost", leftUs: true)
        case nil: break
        }
        let code = CURLcode(rawValue: UInt32(bitPattern: exchange.curlCode))
        guard exchange.requestLeft else { return unsent(code) }
        switch code {
        case CURLE_OK: return answered(exchange)
        // The answer was cut off, by the other side or by our limit: its status was complete.
        case CURLE_PARTIAL_FILE, CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED:
            return exchange.httpStatus >= 200 ? answered(exchange) : ambiguous(code)
        default: return ambiguous(code)
        }
    }

    private static func answered(_ exchange: HTTPExchange) -> DeliveryOutcome {
        let status = exchange.httpStatus
        func outcome(_ verdict: DeliveryOutcome.Verdict, _ code: String, note: String? = nil) -> DeliveryOutcome {
            DeliveryOutcome(
                verdict, code: code, httpStatus: status, retryAfterSeconds: exchange.retryAfterSeconds, leftUs: true,
                note: note)
        }
        switch status {
        case 200...299: return outcome(.delivered, "ok")
        case 300...399: return outcome(.rejected, "redirect", note: exchange.redirectHost.map { "to host \($0)" })
        case 410: return outcome(.rejected, "gone")
        case 408, 425, 429: return outcome(.retry, "http-\(status)")
        // A gateway speaks here: the receiver behind it may have acted.
        case 502, 504: return outcome(.ambiguous, "http-\(status)")
        case 500...599: return outcome(.retry, "http-\(status)")
        case 400...499: return outcome(.rejected, "http-\(status)")
        default: return outcome(.ambiguous, "not-http")
        }
    }

    private static func unsent(_ code: CURLcode) -> DeliveryOutcome {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            DeliveryOutcome(.rejected, code: "bad-url", leftUs: false)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            DeliveryOutcome(.rejected, code: "certificate", leftUs: false)
        default: DeliveryOutcome(.retry, code: name(of: code), leftUs: false)
        }
    }

    private static func ambiguous(_ code: CURLcode) -> DeliveryOutcome {
        DeliveryOutcome(.ambiguous, code: name(of: code), leftUs: true)
    }

    /// Stable names for libcurl's results; those without a name keep their number.
    private static func name(of code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "dns"
        case CURLE_COULDNT_CONNECT: "connect"
        case CURLE_SSL_CONNECT_ERROR: "tls"
        case CURLE_OPERATION_TIMEDOUT: "timeout"
        case CURLE_GOT_NOTHING: "empty-answer"
        case CURLE_SEND_ERROR: "send"
        case CURLE_RECV_ERROR: "receive"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: "not-http"
        case CURLE_PARTIAL_FILE: "partial-answer"
        case CURLE_ABORTED_BY_CALLBACK: "aborted"
        default: "curl-\(code.rawValue)"
        }
    }
}
