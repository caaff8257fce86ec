/// The cases of a run's members that are not over, by row, as they stand on the run's day.
package struct CaseTable: Sendable {
    /// One case, seen from a run.
    package struct Entry: Sendable {
        package var value: MemberCase
        /// Position of its playbook in the run's playbooks; nil where the run does not look at it.
        package var playbook: Int?
        /// The step that is due, and until when; nil where nothing is.
        package var dueStep: Int?
        package var due: MemberCase.Due?
    }

    private let rows: RowGroups<Entry>
    package let isEmpty: Bool

    /// - Parameters:
    ///   - cases: each with its member's row, in any order.
    ///   - playbooks: the run's, in the order of their ids.
    ///   - others: further playbooks of the brand, of whose cases the run takes no step: an escalation among them keeps
    ///     the run from its member all the same.
    ///   - takesSteps: whether the run takes steps that are due: a daily run does.
    package init(
        count: Int, cases: [(row: Int, value: MemberCase)] = [], playbooks: [Playbook] = [],
        others: [Playbook] = [], asOf: Day, takesSteps: Bool = true
    ) {
        let ladders = Dictionary((playbooks + others).map { ($0.id, CaseLadder($0)) }) { first, _ in first }
        let positions = Dictionary(uniqueKeysWithValues: playbooks.enumerated().map { ($0.element.id, $0.offset) })
        let order = cases.indices.sorted { left, right in
            guard cases[left].row == cases[right].row else { return cases[left].row < cases[right].row }
            guard cases[left].value.opened == cases[right].value.opened else {
                return cases[left].value.opened < cases[right].value.opened
            }
            return cases[left].value.id < cases[right].value.id
        }
        var rows: [Int32] = []
        var entries: [Entry] = []
        for place in order {
            var value = cases[place].value
            let position = positions[value.playbook]
            let ladder = ladders[value.playbook] ?? nil
            value.come(to: asOf, ladder: ladder)
            guard !value.state.isFinal else { continue }
            var entry = Entry(value: value, playbook: position)
            if takesSteps, let position, let due = ladder.flatMap(value.due(in:)), due.first <= asOf {
                entry.due = due
                entry.dueStep = playbooks[position].steps.firstIndex { $0.id == due.step }
            }
            rows.append(Int32(cases[place].row))
            entries.append(entry)
        }
        self.rows = RowGroups(count: count, rows: rows, values: entries)
        isEmpty = entries.isEmpty
    }

    @inline(__always)
    package subscript(row: Int) -> ArraySlice<Entry> { rows[row] }
}
