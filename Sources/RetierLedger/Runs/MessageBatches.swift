import RetierCore

/// Gathers the sends of each endpoint, in plan order, into messages of at most the endpoint's batch.
struct MessageBatches {
    private let planDigest: String
    private let run: String
    private let endpoints: [Endpoint]
    private var open: [[PlannedDecision]]
    private var positions: [Int]
    /// Messages handed out so far.
    private(set) var count = 0

    init(planDigest: String, run: String, endpoints: [Endpoint]) {
        self.planDigest = planDigest
        self.run = run
        self.endpoints = endpoints.sorted { $0.id < $1.id }
        open = Array(repeating: [], count: endpoints.count)
        positions = Array(repeating: 0, count: endpoints.count)
    }

    /// Adds a send; returns the message that it completes.
    mutating func add(_ action: PlannedDecision) throws -> MessageDraft? {
        guard let place = endpoints.firstIndex(where: { $0.id == action.endpoint }) else {
            throw RetierError(
                .badConfiguration, "the plan sends to endpoint \(action.endpoint), which is not configured",
                hint: "configure it, or make a new plan")
        }
        open[place].append(action)
        return open[place].count >= max(1, endpoints[place].batch) ? draft(place) : nil
    }

    /// The messages that are not full.
    mutating func rest() -> [MessageDraft] {
        endpoints.indices.filter { !open[$0].isEmpty }.map { draft($0) }
    }

    private mutating func draft(_ place: Int) -> MessageDraft {
        positions[place] += 1
        count += 1
        let endpoint = endpoints[place]
        defer { open[place].removeAll(keepingCapacity: true) }
        return MessageDraft(
            id: Identifiers.message(planDigest: planDigest, endpoint: endpoint.id, position: positions[place]),
            run: run,
            endpoint: endpoint, position: positions[place], actions: open[place])
    }
}
