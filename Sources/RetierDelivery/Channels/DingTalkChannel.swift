import Crypto
import Foundation
package import RetierCore

/// A DingTalk custom robot: the payload as it is; timestamp and signature go into the URL, new at each attempt.
package enum DingTalkChannel {
    /// DingTalk is quiet for ten minutes after more than twenty messages in a minute.
    private static let penaltySeconds = 600

    /// - Parameters:
    ///   - address: the robot's whole URL, `https://oapi.dingtalk.com/robot/send?access_token=TOKEN`.
    ///   - signing: `SEC...`; nil for a robot that is secured by key words or addresses.
    package static func endpoint(
        _ endpoint: Endpoint, address: SecretText, signing: SecretText?
    ) throws -> HTTPEndpoint {
        try HTTPEndpoint(endpoint, url: address.revealed, reusesConnections: false) { target in
            func problem(_ what: String, _ hint: String) -> RetierError {
                RetierError(.badConfiguration, "endpoint \(endpoint.id): the address \(what)", hint: hint)
            }
            guard target.parameterNames.contains("access_token") else {
                throw problem(
                    "is not a DingTalk robot's", "copy it: https://oapi.dingtalk.com/robot/send?access_token=...")
            }
            guard target.parameterNames.isDisjoint(with: ["timestamp", "sign"]) else {
                throw problem("holds a signature", "leave timestamp and sign away: each attempt has its own")
            }
            return { message, now in
                let url = signing.map { signed(target, at: now, secret: $0) } ?? target.url
                return .request(.json(message.body, to: url)) { exchange, now in
                    .end(outcome(of: exchange, at: now))
                }
            }
        }
    }

    private static func signed(_ target: HTTPTarget, at now: Instant, secret: SecretText) -> String {
        let milliseconds = now.seconds * 1_000
        return target.url(adding: [
            ("timestamp", String(milliseconds)), ("sign", signature(milliseconds: milliseconds, secret: secret)),
        ])
    }

    /// Base64 of HMAC-SHA256 with the secret as the key, over `<milliseconds>\n<secret>`.
    package static func signature(milliseconds: Int64, secret: SecretText) -> String {
        let key = SymmetricKey(data: Data(secret.revealed.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(milliseconds)\n\(secret.revealed)".utf8), using: key)
        return Data(code).base64EncodedString()
    }

    /// The verdict of the robot's answer.
    package static func outcome(of exchange: HTTPExchange, at now: Instant) -> DeliveryOutcome {
        CodedAnswer.outcome(of: exchange, service: "dingtalk") { answer(in: $0, at: now) }
    }

    private struct Fields: Decodable {
        var errcode: Int?
        var errmsg: String?
        /// Of the gateway against abuse, which knows no `errcode`.
        var status: Int?
        var wait: Int?
    }

    private static func answer(in body: Data, at now: Instant) -> CodedAnswer? {
        guard let fields = CodedAnswer.json(Fields.self, in: body) else { return nil }
        guard let number = fields.errcode else {
            guard fields.status == 1_111 else { return nil }
            // Slower than it asks.
            let seconds = min(max(fields.wait ?? 60, 1), 1_800) * 2
            return CodedAnswer(
                code: "dingtalk-gateway-1111", meaning: .throttled(seconds: seconds),
                note: "stopped by the gateway against abuse")
        }
        if number == 310_000 { return security(fields.errmsg ?? "") }
        let entry = entry(of: number, at: now)
        return CodedAnswer(code: "dingtalk-\(number)", meaning: entry?.meaning, note: entry?.note)
    }

    private static func entry(of number: Int, at now: Instant) -> (meaning: CodeMeaning, note: String?)? {
        switch number {
        case 0: (.done, nil)
        case -1: (.retry, "system busy")
        case 130_101, 410_100: (.throttled(seconds: penaltySeconds), "called too often")
        case 90_030: (.throttled(seconds: secondsToNextDay(now)), "the day's quota is used up")
        case 300_001, 300_005, 400_101, 88: (.gone, "the token does not exist")
        case 400_013: (.gone, "the group was dissolved")
        case 400_102: (.gone, "the robot was stopped")
        case 400_106: (.gone, "the robot is missing")
        case 400_105: (.refused, "bad message type")
        case 40_035: (.refused, "bad parameter")
        case 43_002, 43_004: (.refused, "bad method or content type")
        case 430_101: (.refused, "unsafe link: a person must look")
        case 430_102: (.refused, "unsafe text: a person must look")
        case 430_103: (.refused, "unsafe picture: a person must look")
        case 430_104: (.refused, "unsafe content: a person must look")
        case 460_101: (.refused, "the message is too long")
        default: nil
        }
    }

    /// One code with four meanings, which only its text tells apart.
    private static func security(_ text: String) -> CodedAnswer {
        let text = text.lowercased()
        // Only the key words are the message's own fault: the rest meets every message.
        let known: [(part: String, name: String, meaning: CodeMeaning, note: String)] = [
            ("keyword", "keyword", .refused, "none of the robot's key words is in the message"),
            ("whitelist", "address", .gone, "this machine's address is not in the robot's list"),
            ("timestamp", "timestamp", .gone, "the timestamp is off by more than an hour: check the clock"),
            ("sign not match", "sign", .gone, "the signature does not match: check the signing secret and the clock"),
            ("签名不匹配", "sign", .gone, "the signature does not match: check the signing secret and the clock"),
        ]
        guard let match = known.first(where: { text.contains($0.part) }) else {
            return CodedAnswer(
                code: "dingtalk-310000", meaning: .refused, note: "the robot's security settings refuse the message")
        }
        return CodedAnswer(code: "dingtalk-310000-\(match.name)", meaning: match.meaning, note: match.note)
    }

    /// To a minute after midnight in China, where DingTalk's days begin.
    private static func secondsToNextDay(_ now: Instant) -> Int {
        86_400 - now.adding(seconds: 8 * 3_600).utc.second + 60
    }
}
