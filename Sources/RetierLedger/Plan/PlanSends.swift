/// How many actions are sent, by endpoint.
package struct PlanSends: Hashable, Sendable {
    private var all: [String: Int] = [:]
    private var ofEscalations: [String: Int] = [:]

    package init() {}

    mutating func add(_ count: Int, to endpoint: String, isEscalated: Bool) {
        all[endpoint, default: 0] += count
        if isEscalated { ofEscalations[endpoint, default: 0] += count }
    }

    /// Endpoints that get something.
    package var endpoints: Set<String> { Set(all.keys) }

    package subscript(endpoint: String) -> Int { all[endpoint] ?? 0 }

    /// Those of them that belong to escalations.
    package func escalated(_ endpoint: String) -> Int { ofEscalations[endpoint] ?? 0 }
}
