package import RetierCore

/// Gathers the sends of each endpoint, in plan order, into drafts that each fit one composing.
///
/// An action of an escalation travels alone to systems, so that it can be cancelled without the others; lists that
/// people read keep it among them.
package struct MessageDrafts {
    private let run: String
    private let endpoints: [Endpoint]
    private let lists: [Int]
    private var done: [Int]
    private var open: [[PlannedDecision]]

    /// - Parameter sends: How many sends each endpoint gets in the run.
    package init(run: String, endpoints: [Endpoint], sends: PlanSends) {
        self.run = run
        self.endpoints = endpoints.sorted { $0.id < $1.id }
        lists = self.endpoints.map { endpoint in
            let listed =
                endpoint.kind.isForPeople ? sends[endpoint.id] : sends[endpoint.id] - sends.escalated(endpoint.id)
            return (listed + endpoint.draftActions - 1) / endpoint.draftActions
        }
        done = Array(repeating: 0, count: endpoints.count)
        open = Array(repeating: [], count: endpoints.count)
    }

    /// Adds a send; returns the draft that it completes.
    package mutating func add(_ action: PlannedDecision) throws(RetierError) -> MessageDraft? {
        guard let place = endpoints.firstIndex(where: { $0.id == action.endpoint }) else {
            throw RetierError(
                .badConfiguration, "the plan sends to endpoint \(action.endpoint), which is not configured",
                hint: "configure it, or make a new plan")
        }
        if action.level != nil, !endpoints[place].kind.isForPeople {
            return MessageDraft(run: run, endpoint: endpoints[place], actions: [action])
        }
        open[place].append(action)
        return open[place].count >= endpoints[place].draftActions ? draft(place) : nil
    }

    /// The drafts that are not full.
    package mutating func rest() -> [MessageDraft] {
        endpoints.indices.filter { !open[$0].isEmpty }.map { draft($0) }
    }

    private mutating func draft(_ place: Int) -> MessageDraft {
        defer { open[place].removeAll(keepingCapacity: true) }
        done[place] += 1
        return MessageDraft(
            run: run, endpoint: endpoints[place], actions: open[place],
            list: PartPlace(number: done[place], count: max(lists[place], done[place])))
    }
}
