import Foundation

/// An IP address, judged by where it leads.
///
/// A v4 address inside v6 (`::ffff:a.b.c.d`) counts as v4.
package struct NetworkAddress: Hashable, Sendable {
    package enum Scope: String, CaseIterable, Sendable {
        /// Reachable by anybody.
        case global
        case loopback
        /// Somebody's own network.
        case `private`
        /// Link-local, cloud metadata, multicast, documentation, translation prefixes, unassigned: never a receiver.
        case forbidden
    }

    /// 4 or 16 bytes.
    private let bytes: [UInt8]

    /// Nil where there are neither 4 nor 16 bytes.
    package init?(bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
        default: return nil
        }
    }

    /// Parses what `inet_pton` knows: no octal, no short forms.
    ///
    /// A zone (`%eth0`) gives nil.
    package init?(text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            self.init(bytes: Array(buffer[..<4]))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            self.init(bytes: buffer)
        } else {
            return nil
        }
    }

    package var scope: Scope { bytes.count == 4 ? scope4 : scope6 }

    private func isWithin(_ prefix: [UInt8], _ bits: Int) -> Bool {
        for index in 0..<bits where (bytes[index / 8] ^ prefix[index / 8]) & (0x80 >> UInt8(index % 8)) != 0 {
            return false
        }
        return true
    }

    /// IANA's special-purpose registry for IPv4, and the metadata address of Alibaba Cloud in shared space.
    private var scope4: Scope {
        if isWithin([127], 8) { return .loopback }
        if bytes == [100, 100, 100, 200] { return .forbidden }
        let own: [([UInt8], Int)] = [([10], 8), ([100, 64], 10), ([172, 16], 12), ([192, 168], 16)]
        if own.contains(where: { isWithin($0.0, $0.1) }) { return .private }
        let never: [([UInt8], Int)] = [
            ([0], 8), ([169, 254], 16), ([192, 0, 0], 24), ([192, 0, 2], 24), ([192, 88, 99], 24), ([198, 18], 15),
            ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4), ([240], 4),
        ]
        return never.contains { isWithin($0.0, $0.1) } ? .forbidden : .global
    }

    /// IANA's special-purpose registry for IPv6: only global unicast (2000::/3) is open, less what tunnels or
    /// documents.
    private var scope6: Scope {
        if bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] { return .loopback }
        // The metadata service of AWS lies in private space.
        if bytes == [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54] { return .forbidden }
        if isWithin([0xFC], 7) { return .private }
        guard isWithin([0x20], 3) else { return .forbidden }
        let never: [([UInt8], Int)] = [
            ([0x20, 0x01, 0, 0], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x3F, 0xFF, 0], 20),
        ]
        return never.contains { isWithin($0.0, $0.1) } ? .forbidden : .global
    }
}
