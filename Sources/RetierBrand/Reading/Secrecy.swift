import RetierCore

/// Keeps secrets that were written where they do not belong out of messages, and reports them.
enum Secrecy {
    private static let words = [
        "secret", "password", "passwd", "token", "api_key", "apikey", "access_key", "authorization",
    ]
    /// Keys whose value names where a secret is read from.
    private static let sourceKeys: Set<String> = ["secret", "github_secret", "address", "signing"]

    /// A short value for a message, as ` (VALUE)`; empty where it might be a secret.
    static func quote(_ node: YAMLNode, path: String) -> String {
        guard let text = node.scalar?.text, text.count <= 40, !text.contains(where: \.isNewline),
            !isSecret(key: path, text: text)
        else { return "" }
        return " (`\(text)`)"
    }

    /// Reports every scalar of a tree that looks like a secret.
    static func check(_ node: YAMLNode, key: String = "", into findings: inout Findings) {
        for entry in node.entries ?? [] where !(sourceKeys.contains(entry.key) && entry.value.entries != nil) {
            check(entry.value, key: entry.key, into: &findings)
        }
        for item in node.items ?? [] { check(item, key: key, into: &findings) }
        // A scalar where a source belongs is reported by its shape.
        guard let text = node.text, !sourceKeys.contains(key), isSecret(key: key, text: text) else { return }
        findings.add(
            "inline-secret", at: node, message: "`\(key)` seems to hold a secret",
            hint:
                "keep secrets in a file or a systemd credential and name that under `secret:` or `address:`; replace "
                + "the secret, it has been in this file")
    }

    private static func isSecret(key: String, text: String) -> Bool {
        let lowerKey = key.lowercased().replacing("-", with: "_")
        let lower = text.lowercased()
        if words.contains(where: { lowerKey.hasSuffix($0) }) { return true }
        // The word alone is the prefix of a header's secret.
        let isBearer = lower.hasPrefix("bearer ") && lower.dropFirst(7).contains { $0 != " " }
        if lower.hasPrefix("whsec_") || isBearer { return true }
        guard lower.contains("://") else { return false }
        // The paths are those of Slack's and Feishu's robots, which are their only credential.
        let marks = [
            "access_token=", "?key=", "&key=", "token=", "secret=", "sign=", "hooks.slack.com/services/",
            "/bot/v2/hook/",
        ]
        return marks.contains(where: lower.contains) || hasUserInformation(lower)
    }

    private static func hasUserInformation(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return authority.contains("@")
    }
}
