/// SipHash-2-4 (Aumasson and Bernstein, 2012) of whole messages, with the key 00 01 to 0f.
enum SipHash {
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        var state =
            [
                0x0706_0504_0302_0100 ^ 0x736f_6d65_7073_6575, 0x0f0e_0d0c_0b0a_0908 ^ 0x646f_7261_6e64_6f6d,
                0x0706_0504_0302_0100 ^ 0x6c79_6765_6e65_7261, 0x0f0e_0d0c_0b0a_0908 ^ 0x7465_6462_7974_6573,
            ] as [UInt64]
        var padded = bytes
        while padded.count % 8 != 7 { padded.append(0) }
        padded.append(UInt8(bytes.count & 0xff))
        for start in stride(from: 0, to: padded.count, by: 8) {
            let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(padded[start + $1]) << UInt64(8 * $1) }
            state[3] ^= word
            for _ in 0..<2 { mix(&state) }
            state[0] ^= word
        }
        state[2] ^= 0xff
        for _ in 0..<4 { mix(&state) }
        return state[0] ^ state[1] ^ state[2] ^ state[3]
    }

    private static func mix(_ v: inout [UInt64]) {
        func rotated(_ value: UInt64, _ by: UInt64) -> UInt64 { value << by | value >> (64 - by) }
        v[0] &+= v[1]
        v[2] &+= v[3]
        v[1] = rotated(v[1], 13) ^ v[0]
        v[3] = rotated(v[3], 16) ^ v[2]
        v[0] = rotated(v[0], 32)
        v[2] &+= v[1]
        v[0] &+= v[3]
        v[1] = rotated(v[1], 17) ^ v[2]
        v[3] = rotated(v[3], 21) ^ v[0]
        v[2] = rotated(v[2], 32)
    }
}
