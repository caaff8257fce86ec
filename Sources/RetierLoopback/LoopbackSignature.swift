import Crypto
import Foundation

/// Standard Webhooks verification as a receiver would write it: HMAC-SHA256 from its definition (RFC 2104), so that
/// it shares no code with the sender.
enum LoopbackSignature {
    /// Checks every `v1` signature of the header against every secret; the timestamp must lie within the tolerance.
    static func isValid(
        _ request: LoopbackRequest, secrets: [[UInt8]], toleranceSeconds: Int64?, now: Int64
    ) -> Bool {
        guard let header = request.headers["webhook-signature"], let timestamp = request.timestamp, !request.id.isEmpty
        else { return false }
        if let tolerance = toleranceSeconds, abs(now - timestamp) > tolerance { return false }
        let signed = Data("\(request.id).\(timestamp).".utf8) + request.body
        let wanted = secrets.map { "v1," + code(of: signed, key: $0).base64EncodedString() }
        return header.split(separator: " ").contains { wanted.contains(String($0)) }
    }

    static func code(of message: Data, key: [UInt8]) -> Data {
        let block = 64
        let short = key.count > block ? Array(SHA256.hash(data: key)) : key
        let padded = short + [UInt8](repeating: 0, count: block - short.count)
        let inner = SHA256.hash(data: Data(padded.map { $0 ^ 0x36 }) + message)
        return Data(SHA256.hash(data: Data(padded.map { $0 ^ 0x5C }) + Data(inner)))
    }

    /// The bytes of `whsec_` secrets, one a line; nil where one is not base64.
    static func secrets(of text: String) -> [[UInt8]]? {
        var secrets: [[UInt8]] = []
        for line in text.split(whereSeparator: \.isWhitespace) {
            let digits = line.hasPrefix("whsec_") ? String(line.dropFirst(6)) : String(line)
            let padded = digits + String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
            guard let bytes = Data(base64Encoded: padded) else { return nil }
            secrets.append(Array(bytes))
        }
        return secrets
    }
}
