package import RetierCore

/// Gathers the sends of each endpoint, in plan order, into drafts that each fit one composing.
///
/// An action of an escalation travels alone to systems, so that it can be cancelled without the others; lists that
/// people read keep it among them. Actions that keep different quiet hours never travel together.
package struct MessageDrafts {
    /// What an endpoint has got so far.
    private struct Lane {
        let endpoint: Endpoint
        /// The drafts that the run makes of it.
        let lists: Int
        var done = 0
        /// By the quiet windows that they keep.
        var open: [String?: [PlannedDecision]] = [:]
    }

    private let run: String
    private var lanes: [Lane]

    /// - Parameter sends: How many sends each endpoint gets in the run.
    package init(run: String, endpoints: [Endpoint], sends: PlanSends) {
        self.run = run
        lanes = endpoints.sorted { $0.id < $1.id }.map { endpoint in
            let size = endpoint.draftActions
            return Lane(
                endpoint: endpoint,
                lists: sends.lots(of: endpoint).together.values.reduce(0) { $0 + ($1 + size - 1) / size })
        }
    }

    /// Adds a send; returns the draft that it completes.
    package mutating func add(_ action: PlannedDecision) throws(RetierError) -> MessageDraft? {
        guard let place = lanes.firstIndex(where: { $0.endpoint.id == action.endpoint }) else {
            throw RetierError(
                .badConfiguration, "the plan sends to endpoint \(action.endpoint), which is not configured",
                hint: "configure it, or make a new plan")
        }
        let endpoint = lanes[place].endpoint
        if action.level != nil, !endpoint.kind.isForPeople {
            return MessageDraft(run: run, endpoint: endpoint, actions: [action], quiet: action.quiet)
        }
        lanes[place].open[action.quiet, default: []].append(action)
        let isFull = lanes[place].open[action.quiet, default: []].count >= endpoint.draftActions
        return isFull ? draft(place, action.quiet) : nil
    }

    /// The drafts that are not full.
    package mutating func rest() -> [MessageDraft] {
        lanes.indices.flatMap { place in
            lanes[place].open.keys.sorted { ($0 ?? "") < ($1 ?? "") }.map { draft(place, $0) }
        }
    }

    private mutating func draft(_ place: Int, _ quiet: String?) -> MessageDraft {
        let actions = lanes[place].open.removeValue(forKey: quiet) ?? []
        lanes[place].done += 1
        let (done, lists) = (lanes[place].done, lanes[place].lists)
        return MessageDraft(
            run: run, endpoint: lanes[place].endpoint, actions: actions, quiet: quiet,
            list: PartPlace(number: done, count: max(lists, done)))
    }
}
