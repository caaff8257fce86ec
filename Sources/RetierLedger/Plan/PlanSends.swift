package import RetierCore

/// How many actions are sent, by endpoint.
package struct PlanSends: Hashable, Sendable {
    /// Actions that may travel together.
    private struct Lot: Hashable, Sendable {
        var endpoint: String
        var isEscalated: Bool
        var quiet: String?
    }

    private var counts: [Lot: Int] = [:]

    package init() {}

    mutating func add(_ count: Int, to endpoint: String, isEscalated: Bool, quiet: String?) {
        counts[Lot(endpoint: endpoint, isEscalated: isEscalated, quiet: quiet), default: 0] += count
    }

    /// Endpoints that get something.
    package var endpoints: Set<String> { Set(counts.keys.map(\.endpoint)) }

    package subscript(endpoint: String) -> Int {
        counts.reduce(0) { $1.key.endpoint == endpoint ? $0 + $1.value : $0 }
    }

    /// How many of them travel alone, and how many each of the groups that travel together has, by the quiet windows
    /// that they keep.
    package func lots(of endpoint: Endpoint) -> (alone: [String?: Int], together: [String?: Int]) {
        var lots: (alone: [String?: Int], together: [String?: Int]) = ([:], [:])
        for (lot, count) in counts where lot.endpoint == endpoint.id {
            if lot.isEscalated, !endpoint.kind.isForPeople {
                lots.alone[lot.quiet, default: 0] += count
            } else {
                lots.together[lot.quiet, default: 0] += count
            }
        }
        return lots
    }
}
