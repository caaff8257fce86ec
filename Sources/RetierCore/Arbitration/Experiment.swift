/// The immutable split of a playbook's members into control and arms.
///
/// A member's place depends on brand, playbook and member id only: never on the run, the other members or the order.
package struct Experiment: Sendable {
    private let holdout: Int
    private let weights: [Int]
    private let totalWeight: Int
    private let holdoutSalt: StableHash
    private let armSalt: StableHash

    package init(brand: String, playbook: Playbook) {
        holdout = playbook.holdout
        weights = playbook.arms.map(\.weight)
        totalWeight = weights.reduce(0, +)
        holdoutSalt = Experiment.salt(brand, playbook.id, "holdout")
        armSalt = Experiment.salt(brand, playbook.id, "arm")
    }

    private static func salt(_ brand: String, _ playbook: String, _ purpose: String) -> StableHash {
        var hash = StableHash()
        hash.update("\(brand)|\(playbook)|\(purpose)")
        hash.update(byte: 0)
        return hash
    }

    /// Whether the member is kept as control.
    package func holdsOut(memberID: UnsafeBufferPointer<UInt8>) -> Bool {
        holdout > 0 && Experiment.bucket(holdoutSalt, memberID, of: 10_000) < holdout
    }

    /// The position of the member's arm, or nil where the playbook has none.
    package func arm(memberID: UnsafeBufferPointer<UInt8>) -> Int? {
        guard totalWeight > 0 else { return nil }
        var rest = Experiment.bucket(armSalt, memberID, of: totalWeight)
        for (position, weight) in weights.enumerated() {
            if rest < weight { return position }
            rest -= weight
        }
        return nil
    }

    private static func bucket(_ salt: StableHash, _ memberID: UnsafeBufferPointer<UInt8>, of count: Int) -> Int {
        var hash = salt
        hash.update(memberID)
        return Int(hash.finalized() % UInt64(count))
    }
}
