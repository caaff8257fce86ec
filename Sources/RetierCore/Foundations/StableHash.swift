/// SipHash-2-4 (Aumasson, Bernstein, 2012) with a fixed key: the same text gives the same number on every machine and
/// in every version.
///
/// Holdouts, arms, jitter and data digests come from it; Swift's own `Hasher` is seeded per process. Not a signature.
package struct StableHash: Sendable {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var tail: UInt64 = 0
    private var length: Int = 0

    package init(key0: UInt64 = 0x0706_0504_0302_0100, key1: UInt64 = 0x0f0e_0d0c_0b0a_0908) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = (v1 << 13) | (v1 >> 51)
        v1 ^= v0
        v0 = (v0 << 32) | (v0 >> 32)
        v2 &+= v3
        v3 = (v3 << 16) | (v3 >> 48)
        v3 ^= v2
        v0 &+= v3
        v3 = (v3 << 21) | (v3 >> 43)
        v3 ^= v0
        v2 &+= v1
        v1 = (v1 << 17) | (v1 >> 47)
        v1 ^= v2
        v2 = (v2 << 32) | (v2 >> 32)
    }

    @inline(__always)
    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    package mutating func update(byte: UInt8) {
        tail |= UInt64(byte) << UInt64((length & 7) * 8)
        length += 1
        if length & 7 == 0 {
            absorb(tail)
            tail = 0
        }
    }

    package mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard length & 7 == 0, let base = UnsafeRawPointer(bytes.baseAddress) else {
            for byte in bytes { update(byte: byte) }
            return
        }
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            absorb(UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        length += whole
        for index in whole..<bytes.count { update(byte: bytes[index]) }
    }

    package mutating func update(_ text: String) {
        for byte in text.utf8 { update(byte: byte) }
    }

    /// Feeds a number as eight little-endian bytes.
    package mutating func update(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        for _ in 0..<8 {
            update(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    package func finalized() -> UInt64 {
        var copy = self
        copy.absorb(tail | UInt64(truncatingIfNeeded: length & 0xff) << 56)
        copy.v2 ^= 0xff
        for _ in 0..<4 { copy.round() }
        return copy.v0 ^ copy.v1 ^ copy.v2 ^ copy.v3
    }

    /// SipHash-2-4's 64-bit value of some bytes.
    package static func of(bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = StableHash()
        hash.update(bytes)
        return hash.finalized()
    }

    /// The two halves of SipHash-2-4's 128-bit value of some bytes, first half first.
    package static func pair(of bytes: UnsafeBufferPointer<UInt8>) -> (first: UInt64, second: UInt64) {
        var hash = StableHash()
        hash.v1 ^= 0xee
        hash.update(bytes)
        hash.absorb(hash.tail | UInt64(truncatingIfNeeded: hash.length & 0xff) << 56)
        hash.v2 ^= 0xee
        for _ in 0..<4 { hash.round() }
        let first = hash.v0 ^ hash.v1 ^ hash.v2 ^ hash.v3
        hash.v1 ^= 0xdd
        for _ in 0..<4 { hash.round() }
        return (first, hash.v0 ^ hash.v1 ^ hash.v2 ^ hash.v3)
    }

    /// The hash of some parts, each ended by a zero byte so that `["ab", "c"]` differs from `["a", "bc"]`.
    package static func of(_ parts: String...) -> UInt64 {
        var hash = StableHash()
        for part in parts {
            hash.update(part)
            hash.update(byte: 0)
        }
        return hash.finalized()
    }
}
