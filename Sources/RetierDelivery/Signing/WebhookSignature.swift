import Crypto
package import Foundation
package import RetierCore

/// The headers of Standard Webhooks 1.0.0 (`spec/standard-webhooks.md`), symmetric signatures (`v1`).
package enum WebhookSignature {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` as header lines, for one attempt at one moment.
    package static func headers(
        messageID: String, body: Data, at now: Instant, secret: WebhookSecret
    ) -> [String] {
        [
            "webhook-id: " + messageID,
            "webhook-timestamp: " + String(now.seconds),
            signature(messageID: messageID, body: body, at: now, secret: secret, after: "webhook-signature: "),
        ]
    }

    /// HMAC-SHA256 over `id.timestamp.body`; one `v1,base64` a key, separated by a single space.
    package static func signature(
        messageID: String, body: Data, at now: Instant, secret: WebhookSecret, after prefix: String = ""
    ) -> String {
        let codes = codes(messageID: messageID, timestamp: String(now.seconds), body: body, secret: secret)
        var text = prefix
        // A key's `v1,` and 44 signs, and a space.
        text.reserveCapacity(prefix.utf8.count + 48 * codes.count)
        for (index, code) in codes.enumerated() {
            text += index == 0 ? "v1," : " v1,"
            text += code.withUnsafeBytes { Data($0).base64EncodedString() }
        }
        return text
    }

    /// Whether one of the signatures in a `webhook-signature` is that of one of the keys; compared in constant time.
    ///
    /// - Parameter timestamp: as it was signed, in seconds since 1970.
    package static func isValid(
        _ signatures: String, messageID: String, timestamp: String, body: Data, secret: WebhookSecret
    ) -> Bool {
        let given = signatures.split(separator: " ").filter { $0.hasPrefix("v1,") }.compactMap {
            Data(base64Encoded: String($0.dropFirst("v1,".count)))
        }
        return codes(messageID: messageID, timestamp: timestamp, body: body, secret: secret).contains { right in
            given.contains { right == $0 }
        }
    }

    /// The code of `id.timestamp.body` by each key.
    private static func codes(
        messageID: String, timestamp: String, body: Data, secret: WebhookSecret
    ) -> [HMAC<SHA256>.MAC] {
        let count = messageID.utf8.count + timestamp.utf8.count + body.count + 2
        // One piece: every call into the hash costs as much as a hundred bytes of it.
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { signed in
            var end = 0
            func append(_ bytes: some Collection<UInt8>) {
                UnsafeMutableRawBufferPointer(rebasing: signed[end...]).copyBytes(from: bytes)
                end += bytes.count
            }
            append(messageID.utf8)
            append(CollectionOfOne(UInt8(ascii: ".")))
            append(timestamp.utf8)
            append(CollectionOfOne(UInt8(ascii: ".")))
            body.withUnsafeBytes { append($0) }
            return secret.codes.map { prepared in
                var code = prepared
                code.update(data: UnsafeRawBufferPointer(signed))
                return code.finalize()
            }
        }
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
