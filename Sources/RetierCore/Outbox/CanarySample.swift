/// Which members of a plan are tried first.
///
/// A member's place is a stable hash under the plan's digest: the same plan has the same sample, and a larger share
/// takes more members and leaves none out. At each endpoint it is at least one member: the one that comes first.
package struct CanarySample: Sendable {
    private let salt: String
    /// Places up to here, of 2^64, are in the sample everywhere.
    private let limit: UInt64
    /// The first place of the members of each endpoint.
    private var first: [String: UInt64] = [:]

    /// - Parameter share: basis points.
    package init(share: Int, salt: String) {
        self.salt = salt
        let scaled = UInt128(max(0, share)) << 64 / 10_000
        limit = scaled > UInt128(UInt64.max) ? .max : UInt64(scaled)
    }

    /// Tells of an action; all of a plan must be told before any is asked about.
    package mutating func add(member: String, endpoint: String) {
        first[endpoint] = min(first[endpoint] ?? .max, place(of: member))
    }

    package func contains(member: String, endpoint: String) -> Bool {
        let place = place(of: member)
        return place < limit || place == first[endpoint]
    }

    private func place(of member: String) -> UInt64 { StableHash.of("canary", salt, member) }
}
