/// Finds the candidates of a run: every step of every playbook whose condition holds for a member, the steps that
/// are due in open cases, and in a daily run what refreshes deferred; who is in a case of a playbook does not enter it
/// again.
package struct Matcher: Sendable {
    /// In the order of their ids.
    package let playbooks: [Playbook]
    /// Which of them members may enter in this run.
    private let isEntered: [Bool]
    private let cases: CaseTable?
    private let waiting: WaitingTable?
    private let incidents: IncidentTable?
    /// Which of them read a distance.
    private let needsDistances: [Bool]
    /// Which of them are about incidents.
    private let needsIncident: [Bool]

    package init(
        playbooks: [Playbook], trigger: Playbook.Trigger, cases: CaseTable? = nil, waiting: WaitingTable? = nil,
        incidents: IncidentTable? = nil
    ) {
        self.playbooks = playbooks.ordered(for: trigger)
        self.cases = cases.flatMap { $0.isEmpty ? nil : $0 }
        self.waiting = waiting.flatMap { $0.isEmpty ? nil : $0 }
        isEntered = self.playbooks.map { $0.trigger == trigger && !$0.isPaused }
        self.incidents = incidents.flatMap { $0.isEmpty ? nil : $0 }
        needsDistances = self.playbooks.map(\.condition.needsDistances)
        needsIncident = self.playbooks.map(\.condition.needsIncident)
    }

    /// The candidates of a range of rows, in the order of rows, playbooks and steps.
    ///
    /// Ranges are independent of each other: threads may each take one, and the results in row order are the whole.
    /// - Parameters:
    ///   - snapshot: a member without distances, or with them where nothing adds them.
    ///   - addDistances: adds the distances of a row; asked at most once a row, and only where they decide.
    package func candidates(
        rows: Range<Int>, snapshot: (Int) throws -> MemberSnapshot,
        addDistances: (inout MemberSnapshot, Int) -> Void = { _, _ in }
    ) rethrows -> [Candidate] {
        var found: [Candidate] = []
        guard !playbooks.isEmpty else { return found }
        for row in rows {
            var member = try snapshot(row)
            var lacksDistances = true
            let open = cases?[row]
            let waits = waiting?[row]
            for position in playbooks.indices {
                let own = open?.first { $0.playbook == position }
                guard own == nil, isEntered[position] else {
                    // What was deferred at the entry is no step of the case that the entry opened.
                    let first = found.count
                    if let step = own?.dueStep {
                        found.append(Candidate(row: row, playbook: position, step: step))
                    }
                    for item in waits ?? [] where item.playbook == position && item.step != own?.dueStep {
                        found.append(Candidate(row: row, playbook: position, step: item.step))
                    }
                    if found.count > first + 1 { found[first...].sort() }
                    continue
                }
                if needsIncident[position] {
                    found += ofIncident(row: row, position: position, member, addDistances)
                    continue
                }
                let condition = playbooks[position].condition
                if needsDistances[position], lacksDistances {
                    switch condition.holdsWithoutDistances(for: member) {
                    case false: continue
                    case nil:
                        addDistances(&member, row)
                        lacksDistances = false
                    default: break
                    }
                }
                guard condition.holds(for: member) else { continue }
                for step in playbooks[position].steps.indices {
                    found.append(Candidate(row: row, playbook: position, step: step))
                }
            }
        }
        return found
    }

    /// The candidates of a playbook about incidents: of members who were affected by one, and nobody else.
    private func ofIncident(
        row: Int, position: Int, _ member: MemberSnapshot, _ addDistances: (inout MemberSnapshot, Int) -> Void
    ) -> [Candidate] {
        guard let incidents, !incidents.isEmpty(row: row) else { return [] }
        var member = member
        if needsDistances[position] { addDistances(&member, row) }
        return incidents.candidates(row: row, playbook: playbooks[position], position: position) { incident in
            member.incident = incident
            return playbooks[position].condition.holds(for: member)
        }
    }
}
