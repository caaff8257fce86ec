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
        var open: [Group: [PlannedDecision]] = [:]
    }

    /// What may travel together: the same quiet windows, the same part of a canary.
    private struct Group: Hashable {
        var quiet: String?
        var part: CanaryPart?

        /// The sample first: it leaves first.
        var order: (String, Int) { (quiet ?? "", part == .rest ? 1 : 0) }
    }

    private let run: String
    private let canary: PlanCanary?
    private var lanes: [Lane]

    /// - Parameters:
    ///   - sends: How many sends each endpoint gets in the run.
    ///   - canary: Which of them leave first; nil where all may.
    package init(run: String, endpoints: [Endpoint], sends: PlanSends, canary: PlanCanary? = nil) {
        self.run = run
        self.canary = canary
        lanes = endpoints.sorted { $0.id < $1.id }.map { endpoint in
            let size = endpoint.draftActions
            let sample = canary?.sends.lots(of: endpoint).together ?? [:]
            let lists = sends.lots(of: endpoint).together.reduce(0) { sum, lot in
                let first = sample[lot.key] ?? 0
                return sum + (first + size - 1) / size + (lot.value - first + size - 1) / size
            }
            return Lane(endpoint: endpoint, lists: lists)
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
        let part = canary.map { $0.contains(action) ? CanaryPart.sample : .rest }
        if action.level != nil, !endpoint.kind.isForPeople {
            return MessageDraft(run: run, endpoint: endpoint, actions: [action], part: part, quiet: action.quiet)
        }
        let group = Group(quiet: action.quiet, part: part)
        lanes[place].open[group, default: []].append(action)
        let isFull = lanes[place].open[group, default: []].count >= endpoint.draftActions
        return isFull ? draft(place, group) : nil
    }

    /// The drafts that are not full.
    package mutating func rest() -> [MessageDraft] {
        lanes.indices.flatMap { place in
            lanes[place].open.keys.sorted { $0.order < $1.order }.map { draft(place, $0) }
        }
    }

    private mutating func draft(_ place: Int, _ group: Group) -> MessageDraft {
        let actions = lanes[place].open.removeValue(forKey: group) ?? []
        lanes[place].done += 1
        let (done, lists) = (lanes[place].done, lanes[place].lists)
        return MessageDraft(
            run: run, endpoint: lanes[place].endpoint, actions: actions, part: group.part, quiet: group.quiet,
            list: PartPlace(number: done, count: max(lists, done)))
    }
}
