import Crypto
import Foundation
import RetierCore

/// Calls an application's API with an access token.
struct WeComClient: Sendable {
    private let target: HTTPTarget
    private let tokens: WeComTokens
    private let source: WeComTokens.Source

    /// - Throws: `RetierError` where the base address cannot hold the API's paths.
    init(endpoint: String, target: HTTPTarget, account: WeComAccount, secret: SecretText, tokens: WeComTokens) throws {
        guard target.query == nil, !account.corpID.isEmpty else {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint): WeCom's base address has a query, or corp_id is empty",
                hint: "use https://qyapi.weixin.qq.com and the id of your corporation")
        }
        self.target = target
        self.tokens = tokens
        let parts = [target.url, account.corpID, secret.revealed].map { "\($0.utf8.count):\($0)" }.joined()
        let key = Hexadecimal.text(of: SHA256.hash(data: Data(parts.utf8)).prefix(16))
        let query = [("corpid", account.corpID), ("corpsecret", secret.revealed)]
        source = WeComTokens.Source(key: key, url: try Self.url(target, "/cgi-bin/gettoken", query, endpoint: endpoint))
    }

    /// A call that may still get a new token once, where WeCom no longer takes the one it has.
    struct Attempt: Sendable {
        fileprivate(set) var mayRenew = true
    }

    /// Posts JSON to a path of the API.
    ///
    /// Where the answer is that the token is not valid, WeCom has not acted: the same request goes out once more with a
    /// new token. An attempt gets one new token at most.
    ///
    /// - Parameter then: given what came of it, with what is left of the attempt.
    func post(
        _ body: Data, to path: String, _ attempt: Attempt, at now: Instant,
        then: @escaping @Sendable (HTTPExchange, Attempt, Instant) -> ChannelStep
    ) -> ChannelStep {
        tokens.with(source, at: now) { token, _ in
            guard let url = try? Self.url(target, path, [("access_token", token)], endpoint: "") else {
                return .end(DeliveryOutcome(.retry, code: "token-wecom-unreadable", leftUs: false))
            }
            return .request(.json(body, to: url)) { exchange, now in
                guard Self.refusesToken(exchange) else { return then(exchange, attempt, now) }
                tokens.forget(token, of: source)
                guard attempt.mayRenew else { return then(exchange, attempt, now) }
                return post(body, to: path, Attempt(mayRenew: false), at: now, then: then)
            }
        }
    }

    /// True where the answer is whole and says that the token is missing, unknown or too old.
    private static func refusesToken(_ exchange: HTTPExchange) -> Bool {
        guard exchange.withoutWholeAnswer() == nil, (200...299).contains(exchange.httpStatus),
            let number = WeComCode.number(in: exchange.body)
        else { return false }
        return WeComCode.tokenCodes.contains(number) || number == WeComCode.badCredential
    }

    private static func url(
        _ target: HTTPTarget, _ path: String, _ query: [(name: String, value: String)], endpoint: String
    ) throws -> String {
        var base = target.path
        while base.hasSuffix("/") { base.removeLast() }
        let words = query.map { "\($0.name)=\(HTTPTarget.percentEncoded($0.value))" }.joined(separator: "&")
        guard let url = target.url(path: base + path, query: words) else {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint): WeCom's base address cannot hold the path \(path)",
                hint: "use https://qyapi.weixin.qq.com")
        }
        return url
    }
}
