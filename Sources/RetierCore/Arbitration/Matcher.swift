/// Finds the candidates of a run: every step of every playbook whose condition holds for a member.
package struct Matcher: Sendable {
    /// In the order of their ids.
    package let playbooks: [Playbook]

    package init(playbooks: [Playbook], trigger: Playbook.Trigger) {
        self.playbooks = playbooks.ordered(for: trigger)
    }

    /// The candidates of a range of rows, in the order of rows, playbooks and steps.
    ///
    /// Ranges are independent of each other: threads may each take one, and the results in row order are the whole.
    package func candidates(
        rows: Range<Int>, snapshot: (Int) throws -> MemberSnapshot
    ) rethrows -> [Candidate] {
        var found: [Candidate] = []
        guard !playbooks.isEmpty else { return found }
        for row in rows {
            let member = try snapshot(row)
            for (position, playbook) in playbooks.enumerated() where playbook.condition.holds(for: member) {
                for step in playbook.steps.indices {
                    found.append(Candidate(row: row, playbook: position, step: step))
                }
            }
        }
        return found
    }
}
