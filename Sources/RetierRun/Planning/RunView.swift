package import RetierCore

/// What a run looks at: facts, scores, standings and whatever else a condition or a template may ask, as of one day.
///
/// The planner and `explain` see members through the same view, so that they cannot disagree.
package struct RunView: Sendable {
    package let kind: Playbook.Trigger
    package let facts: FactTable
    package let outcome: TieringOutcome
    package let programme: Programme
    /// Nil where the programme predicts nothing, or nothing asks for it.
    package let lifetime: Lifetime?
    /// Nil where members are not clustered, or no clusters could be learned.
    package let clusters: ClusterTable?
    /// What conditions are matched on.
    let columns: MemberColumns
    private let needsTierLoss: Bool

    init(
        kind: Playbook.Trigger, facts: FactTable, outcome: TieringOutcome, programme: Programme, lifetime: Lifetime?,
        clusters: ClusterTable?, knowledge: MemberKnowledge
    ) {
        self.kind = kind
        self.facts = facts
        self.outcome = outcome
        self.programme = programme
        self.lifetime = lifetime
        self.clusters = clusters
        needsTierLoss = knowledge.needsTierLoss
        columns = MemberColumns(
            facts: facts, outcome: outcome, predictions: lifetime?.predictions, clusters: clusters,
            decimals: programme.currency.decimals, attributes: knowledge.attributes, consents: knowledge.consents)
    }

    /// What members are worth to budgets: what is predicted of them, or their scores where nothing is.
    var memberValues: MemberValues {
        guard let predictions = lifetime?.predictions,
            predictions.value.contains(where: { $0 != PredictionTable.missing })
        else {
            return MemberValues(scores: outcome.scores.composite)
        }
        return MemberValues(predicted: predictions.column(.value, decimals: programme.currency.decimals))
    }

    package func snapshot(of row: Int) -> MemberSnapshot { columns.snapshot(of: row) }

    /// Adds the distances to tiers that the brand asks for.
    func addDistances(to snapshot: inout MemberSnapshot, row: Int) {
        columns.addDistances(to: &snapshot, row: row, withLoss: needsTierLoss)
    }

    /// The same snapshot without the distances to tiers, which are dear and asked for few members.
    func snapshotWithoutDistances(of row: Int) -> MemberSnapshot { columns.snapshotWithoutDistances(of: row) }
}

/// What conditions and templates may ask of members and tiering does not compute.
struct MemberKnowledge: Sendable {
    /// By attribute name, by row; only the names that the brand uses.
    let attributes: [String: [String?]]
    /// Nil where no condition asks for them.
    let consents: ConsentTable?
    /// Whether a condition or a template asks how far members are from losing their tier.
    let needsTierLoss: Bool
}
