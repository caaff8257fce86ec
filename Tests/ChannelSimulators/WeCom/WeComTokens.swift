/// The access tokens that WeCom has given out for one application.
struct WeComTokens: Sendable {
    struct Token: Sendable {
        var text: String
        var expires: Int64
        var isRevoked = false
    }

    private var tokens: [Token] = []

    var made: Int { tokens.count }

    /// The token that is valid now; the same one until it expires or is revoked.
    mutating func current(at now: Int64) -> Token {
        if let last = tokens.last, !last.isRevoked, now < last.expires { return last }
        let token = Token(
            text: "token-\(tokens.count + 1)-" + String(repeating: "x", count: 200),
            expires: now + WeComAppRules.tokenLifeSeconds * 1_000)
        tokens.append(token)
        return token
    }

    mutating func revoke() {
        if !tokens.isEmpty { tokens[tokens.count - 1].isRevoked = true }
    }

    /// What WeCom says about a token that does not work.
    func problem(with text: String?, at now: Int64) -> (code: Int, message: String)? {
        guard let text, !text.isEmpty else { return (41001, "access_token missing") }
        guard let token = tokens.first(where: { $0.text == text }), !token.isRevoked else {
            return (40014, "invalid access_token")
        }
        return now < token.expires ? nil : (42001, "access_token expired")
    }
}
