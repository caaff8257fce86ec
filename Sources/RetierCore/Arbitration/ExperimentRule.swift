/// An experiment of a run, prepared: who is in it already, and how newcomers are drawn.
struct ExperimentRule: Sendable {
    let id: String
    let experiment: Experiment
    /// Position in the assignments' texts; nil where nobody is in it yet.
    private let position: UInt16?
    /// The position of each arm in the assignments' texts.
    private let armTexts: [UInt16?]

    init(id: String, shares: ExperimentShares, brand: String, assignments: AssignmentTable) {
        self.id = id
        let salt = assignments.salts[id] ?? Experiment.salt(brand: brand, experiment: id)
        experiment = Experiment(salt: salt, shares: shares)
        position = assignments.position(of: id)
        armTexts = shares.arms.map { assignments.position(of: $0.name) }
    }

    /// The group that the ledger has for a row.
    func known(row: Int, in arbitration: Arbitration) -> AssignmentTable.Item? {
        arbitration.assignments.item(row: row, experiment: position)
    }

    /// The place that the ledger has for a row, else the one that is drawn.
    func place(row: Int, in arbitration: Arbitration) -> ExperimentPlace {
        if let known = known(row: row, in: arbitration) { return place(of: known) }
        return drawn(row: row, in: arbitration)
    }

    /// The place that is drawn for a row, whatever the ledger has.
    func drawn(row: Int, in arbitration: Arbitration) -> ExperimentPlace {
        guard experiment.shares.isExperiment else { return .treated(arm: nil) }
        return arbitration.memberIDs.withUTF8(at: row) { experiment.place(memberID: $0) }
    }

    func place(of known: AssignmentTable.Item) -> ExperimentPlace {
        guard !known.isControl else { return .control }
        return .treated(arm: known.arm.flatMap { text in armTexts.firstIndex { $0 == text } })
    }

    /// Whether a known arm is one that the experiment no longer has.
    func hasLost(_ known: AssignmentTable.Item) -> Bool { known.arm != nil && place(of: known) == .treated(arm: nil) }
}

extension Arbitration {
    /// The experiments of the playbooks, in their order.
    var experimentRules: [ExperimentRule] {
        playbooks.map { ExperimentRule(id: $0.id, shares: $0.shares, brand: brand, assignments: assignments) }
    }

    /// The control group of the whole programme.
    var programmeRule: ExperimentRule {
        ExperimentRule(
            id: AssignmentTable.programme, shares: ExperimentShares(holdout: programmeControl), brand: brand,
            assignments: assignments)
    }
}
