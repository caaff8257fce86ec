import RetierCore

/// Gathers the sends of each endpoint, in plan order, into drafts of at most the endpoint's batch.
struct MessageDrafts {
    private let run: String
    private let endpoints: [Endpoint]
    private var open: [[PlannedDecision]]

    init(run: String, endpoints: [Endpoint]) {
        self.run = run
        self.endpoints = endpoints.sorted { $0.id < $1.id }
        open = Array(repeating: [], count: endpoints.count)
    }

    /// Adds a send; returns the draft that it completes.
    mutating func add(_ action: PlannedDecision) throws -> MessageDraft? {
        guard let place = endpoints.firstIndex(where: { $0.id == action.endpoint }) else {
            throw RetierError(
                .badConfiguration, "the plan sends to endpoint \(action.endpoint), which is not configured",
                hint: "configure it, or make a new plan")
        }
        open[place].append(action)
        return open[place].count >= max(1, endpoints[place].batch) ? draft(place) : nil
    }

    /// The drafts that are not full.
    mutating func rest() -> [MessageDraft] {
        endpoints.indices.filter { !open[$0].isEmpty }.map { draft($0) }
    }

    private mutating func draft(_ place: Int) -> MessageDraft {
        defer { open[place].removeAll(keepingCapacity: true) }
        return MessageDraft(run: run, endpoint: endpoints[place], actions: open[place])
    }
}
