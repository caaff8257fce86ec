/// How an experiment divides members.
package struct ExperimentShares: Hashable, Sendable {
    /// Who takes part at all, basis points of all members.
    package var pilot: Int
    /// Who is kept as control, basis points of those who take part.
    package var holdout: Int
    /// The arms of the others with their weights, in the file's order; empty for none.
    package var arms: [Playbook.Arm]

    package init(pilot: Int = 10_000, holdout: Int = 0, arms: [Playbook.Arm] = []) {
        self.pilot = pilot
        self.holdout = holdout
        self.arms = arms
    }

    /// Whether anybody is treated otherwise than everybody.
    package var isExperiment: Bool { pilot < 10_000 || holdout > 0 || !arms.isEmpty }
}

/// Where an experiment puts a member.
package enum ExperimentPlace: Hashable, Sendable {
    /// Not in the pilot: neither treated nor a control.
    case outside
    case control
    /// Treated; by the arm at this position of the arms, nil where there are none.
    case treated(arm: Int?)
}

/// The immutable split of members into those outside the pilot, control and arms.
///
/// A member's place depends on the salt, the shares and the member's id only: never on the run, the other members or
/// the order. Pilot and control are thresholds, so a wider share takes in further members and lets nobody go. Arms
/// cannot be drawn so that every change of weights moves the fewest (Bavarian and others, "The optimality of correlated
/// sampling", Theory of Computing 16, 2020); that is why the ledger writes an assignment once, and a change of weights
/// moves nobody.
package struct Experiment: Sendable {
    package let shares: ExperimentShares
    private let totalWeight: Int
    private let pilotSalt: StableHash
    private let holdoutSalt: StableHash
    private let armSalt: StableHash

    package init(salt: String, shares: ExperimentShares) {
        self.shares = shares
        totalWeight = shares.arms.reduce(0) { $0 + $1.weight }
        pilotSalt = Experiment.hash(salt, "pilot")
        holdoutSalt = Experiment.hash(salt, "holdout")
        armSalt = Experiment.hash(salt, "arm")
    }

    /// The salt of an experiment that has none in the ledger yet.
    package static func salt(brand: String, experiment: String) -> String { "\(brand)|\(experiment)" }

    private static func hash(_ salt: String, _ purpose: String) -> StableHash {
        var hash = StableHash()
        hash.update("\(salt)|\(purpose)")
        hash.update(byte: 0)
        return hash
    }

    package func place(memberID: UnsafeBufferPointer<UInt8>) -> ExperimentPlace {
        guard isInPilot(memberID: memberID) else { return .outside }
        return holdsOut(memberID: memberID) ? .control : .treated(arm: arm(memberID: memberID))
    }

    /// Whether the member takes part.
    package func isInPilot(memberID: UnsafeBufferPointer<UInt8>) -> Bool {
        shares.pilot >= 10_000 || Experiment.bucket(pilotSalt, memberID, of: 10_000) < shares.pilot
    }

    /// Whether the member is kept as control.
    package func holdsOut(memberID: UnsafeBufferPointer<UInt8>) -> Bool {
        shares.holdout > 0 && Experiment.bucket(holdoutSalt, memberID, of: 10_000) < shares.holdout
    }

    /// The position of the member's arm, or nil where there are none.
    package func arm(memberID: UnsafeBufferPointer<UInt8>) -> Int? {
        guard totalWeight > 0 else { return nil }
        var rest = Experiment.bucket(armSalt, memberID, of: totalWeight)
        for (position, arm) in shares.arms.enumerated() {
            if rest < arm.weight { return position }
            rest -= arm.weight
        }
        return nil
    }

    private static func bucket(_ salt: StableHash, _ memberID: UnsafeBufferPointer<UInt8>, of count: Int) -> Int {
        var hash = salt
        hash.update(memberID)
        return Int(hash.finalized() % UInt64(count))
    }
}
