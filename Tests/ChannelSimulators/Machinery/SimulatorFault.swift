import Foundation
import RetierLoopback

/// What goes wrong with one request; `acts` says whether the service does its work before.
package enum SimulatorFault: Sendable {
    /// Refused in the service's own words, not acted on.
    case refuse(code: Int, message: String)
    /// Any answer, not acted on.
    case answer(status: Int, headers: [String: String] = [:], body: String = "")
    /// Status 429 with `Retry-After`, not acted on.
    case tooManyRequests(RetryAfter)
    /// A 5xx without a useful body.
    case serverError(status: Int = 500, acts: Bool = false)
    /// A redirect, not acted on.
    case redirect(to: String, status: Int = 302)
    /// RST instead of an answer.
    case reset(acts: Bool)
    /// FIN instead of an answer.
    case close(acts: Bool)
    /// No answer at all.
    case hang(acts: Bool)
    /// The real answer, a byte at a time.
    case drip(milliseconds: Int)
    /// The real answer, so much later.
    case delay(milliseconds: Int)
    /// Bytes that are not HTTP.
    case garbage(acts: Bool)
    /// Status 200 with the right content type and a body that is not what the service says, acted on.
    case nonsenseBody(String = "<html>ok</html>")
    /// Status 200 and a body of so many bytes.
    case hugeBody(bytes: Int, isChunked: Bool, acts: Bool)
    /// The real answer in chunks of one byte.
    case chunked
    /// The real answer, cut off after so many bytes of its body.
    case cutAnswer(bodyBytes: Int)
    /// The real answer twice.
    case duplicateAnswer

    /// Whether the service does its work before things go wrong.
    package var acts: Bool {
        switch self {
        case .refuse, .answer, .tooManyRequests, .redirect: false
        case .serverError(_, let acts), .reset(let acts), .close(let acts), .hang(let acts), .garbage(let acts),
            .hugeBody(_, _, let acts):
            acts
        case .drip, .delay, .nonsenseBody, .chunked, .cutAnswer, .duplicateAnswer: true
        }
    }

    /// When the sender may come again, in either form of the header.
    package enum RetryAfter: Sendable {
        case seconds(Int)
        /// Seconds since 1970, written as an HTTP date.
        case date(Int64)

        var text: String {
            switch self {
            case .seconds(let seconds): return "\(seconds)"
            case .date(let seconds):
                let formatter = DateFormatter()
                formatter.locale = Locale(identifier: "en_US_POSIX")
                formatter.timeZone = TimeZone(secondsFromGMT: 0)
                formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
                return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            }
        }
    }
}

extension SimulatorFault {
    /// What the receiver does, given the answer that the service has decided on; `refusal` writes its own refusals.
    func behaviour(
        reply: SimulatorReply?, refusal: (Int, String) -> SimulatorReply
    ) -> LoopbackBehaviour {
        let bytes = reply?.bytes() ?? Data()
        switch self {
        case .refuse(let code, let message): return .raw(bytes: refusal(code, message).bytes())
        case .answer(let status, let headers, let body): return .answer(status: status, headers: headers, body: body)
        case .tooManyRequests(let after): return .answer(status: 429, headers: ["Retry-After": after.text])
        case .serverError(let status, _): return .answer(status: status, body: "<html>\(status)</html>")
        case .redirect(let target, let status): return .answer(status: status, headers: ["Location": target])
        case .reset: return .reset
        case .close: return .close
        case .hang: return .hang
        case .drip(let milliseconds): return .raw(bytes: bytes, pauseMilliseconds: milliseconds)
        case .delay(let milliseconds): return .delay(milliseconds: milliseconds, then: .raw(bytes: bytes))
        case .garbage: return .garbage
        case .nonsenseBody(let text):
            return .raw(bytes: SimulatorReply(contentType: reply?.contentType ?? "", body: text, decision: "").bytes())
        case .hugeBody(let count, let isChunked, _): return .hugeBody(bytes: count, chunked: isChunked)
        case .chunked: return .raw(bytes: reply?.bytes(isChunked: true) ?? Data())
        case .cutAnswer(let count):
            let missing = max(0, (reply?.body.count ?? 0) - count)
            return .raw(bytes: bytes.dropLast(missing), thenClose: true)
        case .duplicateAnswer: return .raw(bytes: bytes + bytes)
        }
    }
}
