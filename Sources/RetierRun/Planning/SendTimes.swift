import Foundation
import RetierBrand
package import RetierCore
package import RetierLedger

/// When a plan's messages may leave at the earliest, if it were applied now: by endpoint, under its limits.
///
/// Depends on the moment and is therefore no part of the plan file.
package struct SendTimes: Sendable {
    package let now: Instant
    /// Endpoints that get actions, sorted by id.
    package let forecasts: [SendForecast]
    private let zone: ZoneRules
    private let language: Language

    /// Counts the messages of endpoints with limits by composing them, of others by their batch.
    ///
    /// - Throws: `RetierError` where the plan does not fit the programme any more, or cannot be composed.
    package init(_ plan: PlanFile, workspace: Workspace) throws {
        let programme = workspace.programme
        let now = workspace.clock.now
        self.now = now
        zone = programme.zone
        language = programme.language
        let sends = try plan.figures().sends
        let endpoints = programme.endpoints.filter { sends.endpoints.contains($0.id) }
        guard endpoints.count == sends.endpoints.count else {
            throw RetierError(
                .badConfiguration, "the plan sends to endpoints that are not configured", hint: "make a new plan")
        }
        let outbox = Outbox(workspace.ledger)
        var waiting: [String: Int] = [:]
        for count in try outbox.openCounts() where [.pending, .retry].contains(count.state) {
            waiting[count.endpoint, default: 0] += count.messages
        }
        let standings = try outbox.standings(endpoints.limits, now: now)
        let gates = Dictionary(standings.map { ($0.endpoint, $0.gate) }) { first, _ in first }
        let batches = try SendTimes.batches(of: plan, sends: sends, endpoints: endpoints, workspace: workspace)
        let calendar = workspace.programme.quietCalendar
        forecasts = endpoints.map { endpoint in
            let due = (batches[endpoint.id] ?? [:]).map { (calendar.firstMoment($0.key, from: now), $0.value) }
            return SendForecast(
                endpoint: endpoint.id, actions: sends[endpoint.id],
                messages: due.reduce(into: [:]) { $0[$1.0, default: 0] += $1.1 },
                waiting: waiting[endpoint.id] ?? 0, gate: gates[endpoint.id] ?? EndpointGate(),
                limits: endpoint.effectiveLimits, now: now)
        }
    }

    /// How many messages each endpoint gets, by the quiet windows that they keep.
    private static func batches(
        of plan: PlanFile, sends: PlanSends, endpoints: [Endpoint], workspace: Workspace
    ) throws -> [String: [String?: Int]] {
        var batches: [String: [String?: Int]] = [:]
        let limited = endpoints.filter { !$0.effectiveLimits.rates.isEmpty || $0.kind.isForPeople }
        for endpoint in endpoints where !limited.contains(endpoint) {
            let (lots, batch) = (sends.lots(of: endpoint), max(1, endpoint.batch))
            batches[endpoint.id] = lots.together.mapValues { ($0 + batch - 1) / batch }
                .merging(lots.alone, uniquingKeysWith: +)
        }
        guard !limited.isEmpty else { return batches }
        let composers = try MessageComposers(
            programme: workspace.programme, templates: workspace.brand.templates, header: plan.header,
            committedAt: workspace.clock.now)
        var drafts = MessageDrafts(run: plan.runID, endpoints: limited, sends: sends)
        func count(_ draft: MessageDraft) throws {
            var draft = draft
            draft.externalIDs = try workspace.ledger.externalIDs(of: draft)
            let parts = try composers.messages(of: draft).filter { $0.refusal == nil }
            batches[draft.endpoint.id, default: [:]][draft.quiet, default: 0] += parts.count
        }
        let filter = DecisionFilter(outcome: .send, endpoints: Set(limited.map(\.id)))
        try plan.forEachDecision(filter) { if let draft = try drafts.add($0) { try count(draft) } }
        for draft in drafts.rest() { try count(draft) }
        return batches
    }

    /// The times of a plan that still waits to be applied, where its brand folder is here.
    ///
    /// A plan can be read anywhere, so that whatever stands in the way gives nil: another brand, a configuration that
    /// is broken or has changed, a ledger that is somebody else's.
    package static func foreseen(_ plan: PlanFile, in folder: BrandFolder) -> SendTimes? {
        guard FileManager.default.fileExists(atPath: folder.configuration.path),
            let workspace = try? Workspace.open(folder), workspace.programme.brand == plan.header.brand,
            let committed = try? workspace.ledger.runs(),
            !committed.contains(where: { $0.kind == plan.header.kind && $0.period == plan.header.period })
        else { return nil }
        return try? SendTimes(plan, workspace: workspace)
    }

    /// A table for the terminal; empty where the plan sends nothing.
    package var text: String {
        guard !forecasts.isEmpty else { return "" }
        var table = TextTable(columns: [
            .init(words(zh: "端点", en: "endpoint")), .init(words(zh: "动作", en: "actions"), .right),
            .init(words(zh: "消息", en: "messages"), .right), .init(words(zh: "最早首条", en: "first")),
            .init(words(zh: "最早末条", en: "last")),
        ])
        for forecast in forecasts {
            table.append([
                forecast.endpoint, String(forecast.actions), String(forecast.messages),
                moment(forecast.first, of: forecast), moment(forecast.last, of: forecast),
            ])
        }
        let title = words(
            zh: "若现在（\(time(now))）执行，各端点限速下最早的发送时间：",
            en: "applied now (\(time(now))), messages leave at the earliest:")
        return "\n" + title + "\n" + table.text()
    }

    private func moment(_ instant: Instant?, of forecast: SendForecast) -> String {
        guard forecast.messages > 0 else { return "-" }
        guard let instant else { return words(zh: "端点恢复后", en: "once it is enabled again") }
        return instant == now ? words(zh: "立即", en: "at once") : time(instant)
    }

    private func words(zh: String, en: String) -> String { LocalizedText(zh: zh, en: en)(language) }

    /// `2026-11-21 10:02:00` in the brand's zone.
    private func time(_ instant: Instant) -> String {
        let local = instant.adding(seconds: zone.offset(at: instant)).utc
        let parts = [local.second / 3_600, local.second / 60 % 60, local.second % 60].map { $0.padded(to: 2) }
        return "\(local.day) \(parts.joined(separator: ":"))"
    }

    /// The same as a JSON object, moments in UTC.
    package var json: String {
        let endpoints = forecasts.map { forecast in
            var object = JSONObject()
            object.add("endpoint", forecast.endpoint)
            object.add("actions", Int64(forecast.actions))
            object.add("messages", Int64(forecast.messages))
            object.add("waiting", Int64(forecast.waiting))
            object.add("first", forecast.first?.description)
            object.add("last", forecast.last?.description)
            return object.json
        }
        var object = JSONObject()
        object.add("now", now.description)
        object.add("endpoints", json: "[" + endpoints.joined(separator: ",") + "]")
        return object.json
    }
}
