package import RetierCore

/// What counts as a member's coming back.
package struct Recovery: Hashable, Sendable {
    /// What `stop_when` names, by playbook.
    var stopWhen: [String: [String]]
    /// Statuses of orders that do not count.
    var uncounted: [String]

    /// - Parameter playbooks: all of the brand.
    package init(_ playbooks: [Playbook] = [], uncounted: [String] = []) {
        stopWhen = Dictionary(playbooks.map { ($0.id, $0.stopWhen) }) { first, _ in first }
        self.uncounted = uncounted
    }
}
