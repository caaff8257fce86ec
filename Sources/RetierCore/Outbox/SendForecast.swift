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

    package init(
        endpoint: String, actions: Int, messages: Int, waiting: Int, gate: EndpointGate, limits: EndpointLimits,
        now: Instant
    ) {
        self.endpoint = endpoint
        self.actions = actions
        self.messages = messages
        self.waiting = waiting
        guard messages > 0 else { return }
        first = gate.forecast(messages: waiting + 1, from: now, limits: limits)
        last = gate.forecast(messages: waiting + messages, from: now, limits: limits)
    }
}
