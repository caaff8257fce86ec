import Crypto
import Foundation

/// Message codes as the services' own documents describe them.
enum SimulatorSignature {
    /// HMAC-SHA256, base64 with padding.
    static func code(key: Data, message: Data) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
        return Data(code).base64EncodedString()
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// DingTalk: the secret is the key, milliseconds and secret are the message.
    static func dingTalk(secret: String, milliseconds: String) -> String {
        code(key: Data(secret.utf8), message: Data("\(milliseconds)\n\(secret)".utf8))
    }

    /// Feishu: seconds and secret are the key, the message is empty.
    static func feishu(secret: String, seconds: String) -> String {
        code(key: Data("\(seconds)\n\(secret)".utf8), message: Data())
    }

    /// Standard Webhooks: `v1,` and the code of `id.timestamp.body`.
    static func standardWebhook(key: Data, id: String, timestamp: String, body: Data) -> String {
        "v1," + code(key: key, message: Data("\(id).\(timestamp).".utf8) + body)
    }

    /// GitHub's `X-Hub-Signature-256`: the code of the body in hexadecimal.
    static func hub(secret: String, body: Data) -> String {
        "sha256=" + hex(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8))))
    }
}
