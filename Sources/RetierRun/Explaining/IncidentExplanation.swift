package import RetierCore

/// What a playbook about incidents sees of one member.
package struct IncidentExplanation: Sendable {
    /// One incident that affected the member.
    package struct Affecting: Sendable {
        package var value: MemberIncident
        /// Steps of the playbook that earlier runs have settled: sent, kept as control, or given up.
        package var settled: [String]
    }

    /// In the order in which the member is compensated.
    package var incidents: [Affecting]
    /// Whether the run had something to decide.
    package var isCandidate: Bool
    /// Position of the incident that it would be about; nil where there is none.
    var position: Int?
    /// The member as the condition is asked about.
    var snapshot: MemberSnapshot

    /// Whether a step is settled for the incident that the run would be about.
    func isSettled(_ step: String) -> Bool {
        let incident = snapshot.incident?.incident.id
        return incidents.contains { $0.value.incident.id == incident && $0.settled.contains(step) }
    }

    /// Nil of a playbook that is not about incidents.
    init?(of member: MemberSnapshot, row: Int, _ playbook: Playbook, _ position: Int, _ table: IncidentTable) {
        guard playbook.condition.needsIncident else { return nil }
        let candidates = table.candidates(row: row, playbook: playbook, position: position) { incident in
            var member = member
            member.incident = incident
            return playbook.condition.holds(for: member)
        }
        incidents = table[row].map { value in
            Affecting(value: value, settled: table.settledSteps(of: value.incident.id, row: row, playbook: playbook))
        }
        isCandidate = !candidates.isEmpty
        snapshot = member
        // Where nothing is due the first incident shows what the condition says of it.
        self.position = candidates.first.map { Int($0.incident) } ?? table.firstPosition(row: row)
        snapshot.incident = self.position.flatMap { table.incident($0, row: row) }
    }
}
