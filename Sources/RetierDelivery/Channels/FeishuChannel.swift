import Crypto
package import Foundation
package import RetierCore
import Synchronization

/// A Feishu or Lark custom bot: timestamp and signature are merged into the payload, new at each attempt.
package enum FeishuChannel {
    private static let resetHeader = "x-ogw-ratelimit-reset"

    /// - Parameters:
    ///   - address: the bot's whole URL, `https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN`.
    ///   - signing: nil for a bot that is secured by key words or addresses.
    package static func endpoint(
        _ endpoint: Endpoint, address: SecretText, signing: SecretText?
    ) throws -> HTTPEndpoint {
        try HTTPEndpoint(
            endpoint, url: address.revealed, reusesConnections: false, answerHeaders: [resetHeader]
        ) { target in
            guard target.path.contains("/bot/v2/hook/"), !target.path.hasSuffix("/") else {
                throw RetierError(
                    .badConfiguration, "endpoint \(endpoint.id): the address is not a Feishu bot's",
                    hint: "copy it from the group: https://open.feishu.cn/open-apis/bot/v2/hook/...")
            }
            let patience = Patience()
            return { message, now in
                guard let body = signing.map({ signed(message.body, at: now, secret: $0) }) ?? message.body else {
                    return .end(DeliveryOutcome(.rejected, code: "feishu-not-an-object", leftUs: false))
                }
                return .request(.json(body, to: target.url)) { exchange, now in
                    .end(patience.outcome(of: exchange, at: now))
                }
            }
        }
    }

    /// The payload with `timestamp` and `sign` as its first fields; nil where it is not a JSON object.
    package static func signed(_ payload: Data, at now: Instant, secret: SecretText) -> Data? {
        let space: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        guard let start = payload.firstIndex(where: { !space.contains($0) }), payload[start] == UInt8(ascii: "{"),
            let next = payload[(start + 1)...].first(where: { !space.contains($0) })
        else { return nil }
        let sign = signature(seconds: now.seconds, secret: secret)
        let comma = next == UInt8(ascii: "}") ? "" : ","
        let fields = #"{"timestamp":"\#(now.seconds)","sign":"\#(sign)"\#(comma)"#
        return payload[..<start] + Data(fields.utf8) + payload[(start + 1)...]
    }

    /// Base64 of HMAC-SHA256 over nothing, with `<seconds>\n<secret>` as the key.
    package static func signature(seconds: Int64, secret: SecretText) -> String {
        let key = SymmetricKey(data: Data("\(seconds)\n\(secret.revealed)".utf8))
        return Data(HMAC<SHA256>.authenticationCode(for: Data(), using: key)).base64EncodedString()
    }

    /// The verdict of the bot's answer.
    ///
    /// - Parameter isRepeat: true where the bot asked for patience a moment ago; then it gets a minute instead of a
    ///   second.
    package static func outcome(of exchange: HTTPExchange, isRepeat: Bool) -> DeliveryOutcome {
        CodedAnswer.outcome(of: exchange, service: "feishu") { body in
            guard let fields = CodedAnswer.json(Fields.self, in: body), let number = fields.code else { return nil }
            let reset = exchange.headers[resetHeader].flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
            let pause = Pause(seconds: isRepeat ? 60 : 1, resetSeconds: HTTPExchange.holdSeconds(reset))
            let entry = entry(of: number, text: fields.msg ?? "", pause: pause)
            let contradicts = number == 0 && (fields.StatusCode ?? 0) != 0
            return CodedAnswer(
                code: "feishu-\(number)", meaning: contradicts ? nil : entry?.meaning, note: entry?.note)
        }
    }

    private struct Fields: Decodable {
        var code: Int?
        var msg: String?
        var StatusCode: Int?
    }

    private struct Pause {
        var seconds: Int
        var resetSeconds: Int
    }

    private static func entry(of number: Int, text: String, pause: Pause) -> (meaning: CodeMeaning, note: String?)? {
        switch number {
        case 0: (.done, nil)
        case 11_232: (.throttled(seconds: pause.seconds), "called too often, or at a crowded moment")
        // One code for two things.
        case 9_499 where text.lowercased().contains("too many request"):
            (.throttled(seconds: pause.seconds), "called too often")
        case 9_499 where text.lowercased().contains("bad request"): (.refused, "bad or too large payload")
        case 99_991_400: (.throttled(seconds: pause.resetSeconds), "called too often")
        case 19_001: (.gone, "the token is invalid")
        case 19_007: (.gone, "the bot was disabled")
        case 19_021: (.gone, "the signature does not match: check the signing secret and the clock")
        case 19_022: (.gone, "this machine's address is not in the bot's list")
        case 19_024: (.refused, "none of the bot's key words is in the message")
        case 19_036: (.refused, "the payload is too large")
        default: nil
        }
    }

    /// Remembers when the bot last asked for patience.
    private final class Patience: Sendable {
        private let lastAsked = Mutex<Instant?>(nil)

        /// Requests that were under way together count once: less than two seconds apart is no repeat.
        func outcome(of exchange: HTTPExchange, at now: Instant) -> DeliveryOutcome {
            lastAsked.withLock { last in
                let isRepeat = last.map { (2..<300).contains(now.seconds - $0.seconds) } ?? false
                let outcome = FeishuChannel.outcome(of: exchange, isRepeat: isRepeat)
                if outcome.verdict == .throttled { last = now }
                return outcome
            }
        }
    }
}
