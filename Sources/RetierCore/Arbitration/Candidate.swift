/// One step of a playbook whose condition holds for a member: what arbitration decides about.
package struct Candidate: Hashable, Sendable {
    /// The member's row in the run's `FactTable`.
    package var row: Int32
    /// Position in the run's playbooks, sorted by id.
    package var playbook: UInt16
    /// Position in the playbook's steps.
    package var step: UInt16
    /// Position in the run's incidents of the one that it is about, -1 for none: carried along, no part of which
    /// candidate it is.
    package var incident: Int16

    package init(row: Int, playbook: Int, step: Int, incident: Int = -1) {
        self.row = Int32(row)
        self.playbook = UInt16(playbook)
        self.step = UInt16(step)
        self.incident = Int16(incident)
    }

    package static func == (left: Candidate, right: Candidate) -> Bool { left.orderKey == right.orderKey }

    package func hash(into hasher: inout Hasher) { hasher.combine(orderKey) }
}

extension Candidate: Comparable {
    /// One number that orders by row, then playbook, then step.
    var orderKey: UInt64 { UInt64(UInt32(bitPattern: row)) << 32 | UInt64(playbook) << 16 | UInt64(step) }

    /// Row, then playbook, then step: the order of a plan.
    package static func < (left: Candidate, right: Candidate) -> Bool { left.orderKey < right.orderKey }
}

extension [Playbook] {
    /// The playbooks that a run looks at, in the order of their ids' bytes, the only order in which a run sees them:
    /// those of its trigger, and in a daily run all, because of their cases and of what was deferred.
    package func ordered(for trigger: Playbook.Trigger) -> [Playbook] {
        filter { $0.trigger == trigger || trigger == .daily }.sorted {
            $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        }
    }
}
