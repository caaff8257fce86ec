import Crypto
package import RetierCore

/// Ids that are made from what they identify, so that the same thing has the same id on every machine and at every
/// attempt.
package enum Identifiers {
    /// The idempotency key of an action: `act_` and 130 bits of SHA-256(brand|kind|period|playbook|member|step) in
    /// base 32.
    package static func action(header: PlanHeader, playbook: String, memberID: String, step: String) -> String {
        let (prefix, suffix) = actionAffixes(header: header, playbook: playbook, step: step)
        return actionPrefix + base32(Array((prefix + memberID + suffix).utf8))
    }

    static let actionPrefix = "act_"

    /// What stands before and after the member's id in the text whose hash is an action's id.
    static func actionAffixes(header: PlanHeader, playbook: String, step: String) -> (prefix: String, suffix: String) {
        ("\(header.brand)|\(header.kind.rawValue)|\(header.period)|\(playbook)|", "|\(step)")
    }

    /// The id of a message: `msg_` and 130 bits of SHA-256(plan digest|endpoint|position) in base 32.
    package static func message(planDigest: String, endpoint: String, position: Int) -> String {
        "msg_" + base32(Array("\(planDigest)|\(endpoint)|\(position)".utf8))
    }

    /// The id of a case: `case_` and 130 bits of SHA-256(brand|playbook|member|day of entry) in base 32.
    package static func memberCase(brand: String, playbook: String, memberID: String, opened: Day) -> String {
        "case_" + base32(Array("\(brand)|\(playbook)|\(memberID)|\(opened)".utf8))
    }

    /// The id of a run: readable, and different for every plan.
    package static func run(header: PlanHeader, planDigest: String) -> String {
        "run_\(header.kind.rawValue)_\(header.period)_\(planDigest.prefix(8))"
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The first 26 characters of the lower-case base 32 (RFC 4648) of the SHA-256 of some bytes.
    static func base32(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(base32Length)
        appendBase32(of: bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    static let base32Length = 26

    /// Appends the same characters.
    static func appendBase32(of bytes: [UInt8], to text: inout [UInt8]) {
        var window: UInt32 = 0
        var bits = 0
        var left = base32Length
        for byte in SHA256.hash(data: bytes) {
            window = window << 8 | UInt32(byte)
            bits += 8
            while bits >= 5, left > 0 {
                bits -= 5
                text.append(alphabet[Int(window >> UInt32(bits) & 31)])
                left -= 1
            }
            window &= (1 << UInt32(bits)) - 1
            if left == 0 { break }
        }
    }
}
