import RetierCore
import Testing

/// Reference values of `openssl mac -macopt hexkey:000102...0f -macopt size:8|16 SIPHASH` (OpenSSL 3.0).
struct StableHashPairTests {
    @Test(arguments: [
        (0, "310e0edd47db6f72", "a3817f04ba25a8e66df67214c7550293"),
        (1, "fd67dc93c539f874", "da87c1d86b99af44347659119b22fc45"),
        (7, "37d1018bf50002ab", "a1f1ebbed8dbc153c0b84aa61ff08239"),
        (8, "6224939a79f5f593", "3b62a9ba6258f5610f83e264f31497b4"),
        (9, "b0e4a90bdf82009e", "264499060ad9baabc47f8b02bb6d71ed"),
        (15, "e545be4961ca29a1", "5493e99933b0a8117e08ec0f97cfc3d9"),
        (16, "db9bc2577fcc2a3f", "6ee2a4ca67b054bbfd3315bf85230577"),
        (63, "724506eb4c328a95", "5150d1772f50834a503e069a973fbd7c"),
    ])
    func valuesAreThoseOfOpenSSL(length: Int, short: String, long: String) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        bytes.withUnsafeBufferPointer { buffer in
            let pair = StableHash.pair(of: buffer)
            #expect(hex(StableHash.of(bytes: buffer)) == short)
            #expect(hex(pair.first) + hex(pair.second) == long)
        }
    }

    /// Hexadecimal digits, least significant byte first.
    private func hex(_ number: UInt64) -> String {
        (0..<8).map { index in
            let byte = UInt8(truncatingIfNeeded: number >> UInt64(index * 8))
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
