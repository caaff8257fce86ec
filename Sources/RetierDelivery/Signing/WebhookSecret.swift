import Crypto
import Foundation
import RetierCore

/// The signing keys of one endpoint.
///
/// Printing it shows nothing.
package struct WebhookSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// One a key, newest first; several while a secret is being rotated.
    ///
    /// What depends on the key alone is computed once.
    let codes: [HMAC<SHA256>]

    /// Reads `whsec_` and the base64 of 24 to 64 bytes, one secret a line; all lines sign.
    ///
    /// Errors call the secret by `name`, a file's or a credential's, and never show its content.
    package init(text: String, name: String) throws {
        let hint =
            "write one line: whsec_ and the base64 of 24 to 64 random bytes, such as "
            + "`echo whsec_$(openssl rand -base64 32)`"
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard !lines.isEmpty else { throw RetierError(.badConfiguration, "the secret \(name) is empty", hint: hint) }
        codes = try lines.enumerated().map { index, line in
            func problem(_ what: String) -> RetierError {
                RetierError(.badConfiguration, "the secret \(name), line \(index + 1), \(what)", hint: hint)
            }
            guard line.hasPrefix("whsec_") else { throw problem("does not begin with whsec_") }
            var digits = String(line.dropFirst("whsec_".count))
            // Padding is optional in the wild.
            digits += String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
            guard let bytes = Data(base64Encoded: digits) else { throw problem("is not base64 after whsec_") }
            guard (24...64).contains(bytes.count) else {
                throw problem("holds \(bytes.count) bytes, and Standard Webhooks asks for 24 to 64")
            }
            return HMAC(key: SymmetricKey(data: bytes))
        }
    }

    package var description: String { "WebhookSecret(\(codes.count) keys, redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
