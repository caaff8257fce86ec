/// When messages for an endpoint may leave at the earliest, if they were committed now and no attempt failed.
///
/// An endpoint's limits, its penalties and what waits before them decide; how long requests take does not count.
package struct SendForecast: Hashable, Sendable {
    package var endpoint: String
    package var actions: Int
    package var messages: Int
    /// Messages of the endpoint that are in the outbox already and go first.
    package var waiting: Int
    /// Nil where nothing leaves until a person or an answer under way opens the endpoint again.
    package var first: Instant?
    package var last: Instant?

    /// - Parameter messages: how many, by the moment before which they wait for quiet hours to end.
    package init(
        endpoint: String, actions: Int, messages due: [Instant: Int], waiting: Int, gate: EndpointGate,
        limits: EndpointLimits, now: Instant
    ) {
        self.endpoint = endpoint
        self.actions = actions
        messages = due.values.reduce(0, +)
        self.waiting = waiting
        // What is due earlier goes first; nothing is forecast behind a gate that only an event opens.
        var ahead = waiting
        for (moment, count) in due.sorted(by: { $0.key < $1.key }) where count > 0 {
            let held = moment > now
            guard
                let begin = gate.forecast(messages: held ? 1 : ahead + 1, from: max(now, moment), limits: limits),
                let end = gate.forecast(messages: held ? count : ahead + count, from: max(now, moment), limits: limits)
            else {
                (first, last) = (nil, nil)
                return
            }
            first = first ?? begin
            last = max(last ?? end, end)
            ahead += count
        }
    }
}
