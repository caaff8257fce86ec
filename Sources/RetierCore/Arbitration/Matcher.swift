/// Finds the candidates of a run: every step of every playbook whose condition holds for a member, the steps that
/// are due in open cases, and in a daily run what refreshes deferred; who is in a case of a playbook does not enter it
/// again.
package struct Matcher: Sendable {
    /// In the order of their ids.
    package let playbooks: [Playbook]
    /// Which of them members may enter in this run.
    private let isEntered: [Bool]
    private let conditions: [Condition]
    private let cases: CaseTable?
    private let waiting: WaitingTable?
    private let incidents: IncidentTable?
    /// Which of them are about incidents.
    private let needsIncident: [Bool]

    package init(
        playbooks: [Playbook], trigger: Playbook.Trigger, cases: CaseTable? = nil, waiting: WaitingTable? = nil,
        incidents: IncidentTable? = nil
    ) {
        self.playbooks = playbooks.ordered(for: trigger)
        self.cases = cases.flatMap { $0.isEmpty ? nil : $0 }
        self.waiting = waiting.flatMap { $0.isEmpty ? nil : $0 }
        self.incidents = incidents.flatMap { $0.isEmpty ? nil : $0 }
        isEntered = self.playbooks.map { $0.trigger == trigger && !$0.isPaused }
        conditions = self.playbooks.map(\.condition.distancesLast)
        needsIncident = self.playbooks.map(\.condition.needsIncident)
    }

    /// The candidates of a range of rows, in the order of rows, playbooks and steps.
    ///
    /// Ranges are independent of each other: threads may each take one, and the results in row order are the whole.
    package func candidates(rows: Range<Int>, of columns: MemberColumns) -> [Candidate] {
        var found: [Candidate] = []
        guard !playbooks.isEmpty else { return found }
        var member = MemberRow(columns: columns, row: rows.lowerBound)
        var holding = [UInt64](repeating: 0, count: playbooks.count)
        let looksAtAll = cases != nil || waiting != nil || incidents != nil
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 64) {
            let block = first..<min(first + 64, rows.upperBound)
            let all = UInt64.max >> UInt64(64 - block.count)
            var any: UInt64 = 0
            for position in playbooks.indices where isEntered[position] && !needsIncident[position] {
                holding[position] = conditions[position].rows(among: all, from: first, &member)
                any |= holding[position]
            }
            for row in block {
                let bit: UInt64 = 1 << UInt64(row - first)
                guard any & bit != 0 || looksAtAll else { continue }
                member.row = row
                append(&member, to: &found) { holding[$0] & bit != 0 }
            }
        }
        return found
    }

    private func append(_ member: inout MemberRow, to found: inout [Candidate], holds: (_ position: Int) -> Bool) {
        let row = member.row
        let open = cases?[row] ?? []
        let waits = waiting?[row] ?? []
        for position in playbooks.indices {
            let own = open.firstIndex { $0.playbook == position }
            if own != nil || !isEntered[position] {
                // What was deferred at the entry is no step of the case that the entry opened.
                let first = found.count
                let due = own.flatMap { open[$0].dueStep }
                if let step = due {
                    found.append(Candidate(row: row, playbook: position, step: step))
                }
                for item in waits where item.playbook == position && item.step != due {
                    found.append(Candidate(row: row, playbook: position, step: item.step))
                }
                if found.count > first + 1 { found[first...].sort() }
            } else if needsIncident[position] {
                found += ofIncident(&member, position: position)
            } else if holds(position) {
                for step in playbooks[position].steps.indices {
                    found.append(Candidate(row: row, playbook: position, step: step))
                }
            }
        }
    }

    /// The candidates of a playbook about incidents: of members who were affected by one, and nobody else.
    private func ofIncident(_ member: inout MemberRow, position: Int) -> [Candidate] {
        guard let incidents, !incidents.isEmpty(row: member.row) else { return [] }
        defer { member.incident = nil }
        return incidents.candidates(row: member.row, playbook: playbooks[position], position: position) { incident in
            member.incident = incident
            return conditions[position].holds(for: member)
        }
    }
}
