import Crypto
package import Foundation
package import RetierCore

/// The headers of Standard Webhooks 1.0.0 (`spec/standard-webhooks.md`), symmetric signatures (`v1`).
package enum WebhookSignature {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` as header lines, for one attempt at one moment.
    package static func headers(
        messageID: String, body: some DataProtocol, at now: Instant, secret: WebhookSecret
    ) -> [String] {
        [
            "webhook-id: \(messageID)",
            "webhook-timestamp: \(now.seconds)",
            "webhook-signature: \(signature(messageID: messageID, body: body, at: now, secret: secret))",
        ]
    }

    /// HMAC-SHA256 over `id.timestamp.body`; one `v1,base64` a key, separated by a single space.
    package static func signature(
        messageID: String, body: some DataProtocol, at now: Instant, secret: WebhookSecret
    ) -> String {
        // One piece: every call into the hash costs as much as a hundred bytes of it.
        var signed = Array("\(messageID).\(now.seconds).".utf8)
        signed.reserveCapacity(signed.count + body.count)
        for region in body.regions { region.withUnsafeBytes { signed.append(contentsOf: $0) } }
        return secret.codes.map { prepared in
            var code = prepared
            code.update(data: signed)
            return "v1," + code.finalize().withUnsafeBytes { Data($0).base64EncodedString() }
        }.joined(separator: " ")
    }

    /// True where an id can be a header and part of the signed text: letters, digits, `_` and `-`.
    package static func canCarry(messageID: String) -> Bool {
        !messageID.isEmpty && messageID.utf8.count <= 128
            && messageID.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }
}
