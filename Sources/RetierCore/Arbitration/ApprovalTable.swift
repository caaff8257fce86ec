/// The steps of members that a person has approved, by row.
package struct ApprovalTable: Sendable {
    private struct Item: Hashable, Sendable {
        var playbook: Int
        var step: Int
    }

    private let rows: RowGroups<Item>

    /// - Parameter items: rows, and positions in the run's playbooks and their steps.
    package init(count: Int, items: [(row: Int, playbook: Int, step: Int)] = []) {
        rows = RowGroups(
            count: count, items: items.map { (Int32($0.row), Item(playbook: $0.playbook, step: $0.step)) })
    }

    package func contains(row: Int, _ candidate: Candidate) -> Bool {
        rows[row].contains { $0.playbook == Int(candidate.playbook) && $0.step == Int(candidate.step) }
    }
}
