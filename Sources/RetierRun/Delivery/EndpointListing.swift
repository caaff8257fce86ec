package import RetierCore
package import RetierLedger

/// How every endpoint fares: its state, why, what of its rate limits is used, and what waits.
package struct EndpointListing: Sendable {
    package struct Line: Sendable {
        package var endpoint: Endpoint
        package var gate: EndpointGate
        package var allowance: EndpointGate.Allowance
        /// Why its messages wait; nil where none do.
        package var waiting: DeliverySummary.EndpointWaiting?
    }

    package let lines: [Line]
    private let now: Instant

    package init(_ workspace: Workspace, counts: [OutboxCount]? = nil) throws {
        let outbox = Outbox(workspace.ledger)
        let now = workspace.clock.now
        let endpoints = Dictionary(
            workspace.programme.endpoints.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let limits = workspace.programme.endpoints.limits
        let counts = try counts ?? outbox.openCounts()
        let waits = try outbox.waits(limits, now: now)
        lines = try outbox.standings(limits, now: now).compactMap { standing in
            guard let endpoint = endpoints[standing.endpoint] else { return nil }
            let wait = waits.first { $0.endpoint == endpoint.id }
            return Line(
                endpoint: endpoint, gate: standing.gate,
                allowance: standing.gate.allowance(at: now, limits: endpoint.effectiveLimits),
                waiting: wait.map { DeliverySummary.EndpointWaiting($0, counts: counts) })
        }
        self.now = now
    }

    /// Why messages wait, one an endpoint that has some.
    package var waits: [DeliverySummary.EndpointWaiting] { lines.compactMap(\.waiting) }

    package var rows: RowListing {
        var listing = RowListing(
            "endpoints",
            columns: [
                ("endpoint", .text), ("state", .text), ("since", .text), ("until", .text), ("code", .text),
                ("budget", .text), ("waiting", .number), ("awaiting", .number),
            ])
        for line in lines {
            listing.append([
                line.endpoint.id, line.state, line.since?.description, line.until?.description, line.code,
                line.budget(at: now), String(line.waiting?.messages ?? 0), String(line.waiting?.tasks ?? 0),
            ])
        }
        return listing
    }
}

extension EndpointListing.Line {
    private var closure: EndpointGate.Closure? {
        if case .none(let closure) = allowance { closure } else { nil }
    }

    /// `ready` where messages may leave now, `probe` where one may, else what keeps them: `disabled`, `hold`,
    /// `breaker`, `rate`, `half-hour`.
    fileprivate var state: String {
        if let closure { return closure.reason.rawValue }
        return gate.health.state == .closed ? "ready" : "probe"
    }

    fileprivate var since: Instant? {
        switch closure?.reason {
        case .disabled, .breaker: gate.health.since
        case .hold: gate.health.hold?.since
        case .rate, .halfHour: nil
        case nil: gate.health.state == .closed ? nil : gate.health.since
        }
    }

    fileprivate var until: Instant? { closure?.until }

    fileprivate var code: String? { closure?.reason == .hold ? gate.health.hold?.code : gate.health.code }

    /// `12/20 in 60 s`, one a rate limit.
    fileprivate func budget(at now: Instant) -> String? {
        let rates = endpoint.effectiveLimits.rates
        guard !rates.isEmpty else { return nil }
        return rates.map { "\(gate.uses.calls(in: $0, at: now))/\($0.max) in \($0.perSeconds) s" }.joined(
            separator: ", ")
    }
}
