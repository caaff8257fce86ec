import Crypto
package import RetierCore

/// Ids that are made from what they identify, so that the same thing has the same id on every machine and at every
/// attempt.
package enum Identifiers {
    /// The idempotency key of an action: `act_` and 130 bits of SHA-256(brand|kind|period|playbook|member|step) in
    /// base 32.
    package static func action(header: PlanHeader, playbook: String, memberID: String, step: String) -> String {
        let text = "\(header.brand)|\(header.kind.rawValue)|\(header.period)|\(playbook)|\(memberID)|\(step)"
        return "act_" + base32(Array(text.utf8))
    }

    /// The id of a message: `msg_` and 130 bits of SHA-256(plan digest|endpoint|position) in base 32.
    package static func message(planDigest: String, endpoint: String, position: Int) -> String {
        "msg_" + base32(Array("\(planDigest)|\(endpoint)|\(position)".utf8))
    }

    /// The id of a run: readable, and different for every plan.
    package static func run(header: PlanHeader, planDigest: String) -> String {
        "run_\(header.kind.rawValue)_\(header.period)_\(planDigest.prefix(8))"
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The first 26 characters of the lower-case base 32 (RFC 4648) of the SHA-256 of some bytes.
    static func base32(_ bytes: [UInt8]) -> String {
        let digest = SHA256.hash(data: bytes)
        return String(unsafeUninitializedCapacity: 26) { text in
            var window: UInt32 = 0
            var bits = 0
            var length = 0
            for byte in digest {
                window = window << 8 | UInt32(byte)
                bits += 8
                while bits >= 5, length < 26 {
                    bits -= 5
                    text[length] = alphabet[Int(window >> UInt32(bits) & 31)]
                    length += 1
                }
                window &= (1 << UInt32(bits)) - 1
                if length == 26 { break }
            }
            return length
        }
    }
}
