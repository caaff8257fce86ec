package import RetierCore
package import RetierLedger

/// The state of a brand: runs, outbox, data, and who is at work.
///
/// Nothing in it names a member.
package struct BrandStatus: Sendable {
    package struct Message: Sendable {
        package var endpoint: String
        package var state: String
        package var count: Int
    }

    /// The latest first; at most ten.
    package var runs: [RunRecord]
    package var messages: [Message]
    package var data: [PlanInput]
    package var nextAttemptAt: Instant?
    /// Actions that receivers refused although they took their messages.
    package var refusedActions: Int
    /// Members and identities whose rows wait for a line in a members or identities file.
    package var unresolved: Int
    /// Why messages wait, one an endpoint that has some.
    package var waits: [DeliverySummary.EndpointWaiting]
    /// Those that withhold messages.
    package var canaries: [CanaryStanding]
    /// Those that go on, and those for which members are still taken up.
    package var incidents: [IncidentStanding]
    /// True where nothing waits for a person.
    package var isComplete: Bool

    package init(_ workspace: Workspace) throws {
        let outbox = Outbox(workspace.ledger)
        let counts = try outbox.counts()
        runs = Array(try workspace.ledger.runs().prefix(10))
        messages = counts.map { Message(endpoint: $0.endpoint, state: $0.state.rawValue, count: $0.messages) }
        data = try workspace.ledger.planInputs().filter { !["standing", "deliveries"].contains($0.name) }
        unresolved = try workspace.ledger.unresolvedCount()
        let served = workspace.programme.endpoints.map(\.id)
        waits = try EndpointListing(workspace, counts: counts).waits
        nextAttemptAt = waits.compactMap(\.wait.nextAt).min()
        let canaries = try outbox.waitingCanaries()
        self.canaries = canaries
        incidents = try workspace.ledger.incidentStandings(
            kinds: workspace.programme.incidents, zone: workspace.programme.zone, today: workspace.today)
        let isDisabled = waits.contains(where: \.isDisabled)
        let refused = try outbox.refusedActions()
        refusedActions = refused
        isComplete =
            refused == 0 && !isDisabled && !canaries.contains(where: \.isStopped)
            && counts.allSatisfy { count in
                // What waits for an endpoint that retier.yaml does not know would wait for ever.
                ![.rejected, .exhausted, .inDoubt].contains(count.state)
                    && (count.state.isFinal || served.contains(count.endpoint))
            }
    }

    package func table(_ programme: Programme) -> String {
        let currency = programme.currency
        var text = ""
        var rows = TextTable(columns: [.init("data"), .init("rows", .right)])
        for input in data { rows.append([input.name, String(input.count)]) }
        text += rows.text()
        if unresolved > 0 { text += "\(unresolved) owners of rows are unresolved: retier identities\n" }
        text += "\n"
        var table = TextTable(
            columns: [
                .init("run"), .init("as of"), .init("members", .right), .init("sends", .right),
                .init("demoted", .right), .init("cost \(currency.code)", .right), .init("committed at"),
            ])
        for run in runs {
            table.append([
                run.id, run.asOf.description, String(run.members), String(run.sends), String(run.demotions),
                run.cost.text(decimals: currency.decimals), run.committedAt.description,
            ])
        }
        text += (runs.isEmpty ? "no run yet\n" : table.text()) + "\n"
        var outbox = TextTable(columns: [.init("endpoint"), .init("messages"), .init("count", .right)])
        for message in messages { outbox.append([message.endpoint, message.state, String(message.count)]) }
        text += messages.isEmpty ? "the outbox is empty\n" : outbox.text()
        if refusedActions > 0 { text += "\(refusedActions) actions refused by receivers\n" }
        for waiting in waits { text += waiting.line + "\n" }
        for canary in canaries { text += canary.line + "\n" }
        if let nextAttemptAt { text += "next attempt at \(nextAttemptAt)\n" }
        if !incidents.isEmpty { text += "\n" + incidentLines(programme).joined(separator: "\n") + "\n" }
        return text
    }

    /// How many incidents are open or looked after still, and each of them.
    private func incidentLines(_ programme: Programme) -> [String] {
        let open = incidents.filter { $0.last == nil }.count
        let heading = LocalizedText(
            zh: "事故：\(open) 起未结束，\(incidents.count - open) 起已结束、仍在处理",
            en: "incidents: \(open) open, \(incidents.count - open) closed and looked after still")
        return [heading(programme.language)]
            + incidents.map { $0.line(programme.incidents, zone: programme.zone, programme.language) }
    }

    package var json: String {
        let runs = runs.map { run in
            JSONObject.text {
                $0.add("run", run.id)
                $0.add("kind", run.kind.rawValue)
                $0.add("period", run.period)
                $0.add("as_of", run.asOf.description)
                $0.add("members", Int64(run.members))
                $0.add("sends", Int64(run.sends))
                $0.add("demotions", Int64(run.demotions))
                $0.add("cost_minor_units", run.cost.minorUnits)
                $0.add("committed_at", run.committedAt.description)
            }
        }
        let messages = messages.map { message in
            JSONObject.text {
                $0.add("endpoint", message.endpoint)
                $0.add("state", message.state)
                $0.add("count", Int64(message.count))
            }
        }
        let waits = waits.map { waiting in
            JSONObject.text {
                $0.add("endpoint", waiting.wait.endpoint)
                $0.add("reason", waiting.wait.reason?.rawValue)
                $0.add("next_at", waiting.wait.nextAt?.description)
                $0.add("since", waiting.wait.since?.description)
                $0.add("code", waiting.wait.code)
                $0.add("messages", Int64(waiting.messages))
                $0.add("tasks", Int64(waiting.tasks))
            }
        }
        let canaries = canaries.map { standing in
            JSONObject.text {
                $0.add("run", standing.canary.run)
                $0.add("state", standing.canary.state.rawValue)
                $0.add("ended", Int64(standing.tally.ended))
                $0.add("failed", Int64(standing.tally.failed))
                $0.add("withheld", Int64(standing.withheld))
            }
        }
        let incidents = incidents.map { standing in
            JSONObject.text {
                $0.add("incident", standing.incident.id)
                $0.add("kind", standing.incident.kind)
                $0.add("state", standing.incident.state.rawValue)
                $0.add("last_day", standing.last?.description)
                $0.add("affected", Int64(standing.affected))
                $0.add("compensated", Int64(standing.compensated))
            }
        }
        let data = data.map { input in
            JSONObject.text {
                $0.add("table", input.name)
                $0.add("rows", Int64(input.count))
            }
        }
        return JSONObject.text {
            $0.add("format_version", Int64(1))
            $0.add("complete", isComplete)
            $0.add("next_attempt_at", nextAttemptAt?.description)
            $0.add("unresolved", Int64(unresolved))
            $0.add("refused_actions", Int64(refusedActions))
            $0.add("data", json: "[" + data.joined(separator: ",") + "]")
            $0.add("runs", json: "[" + runs.joined(separator: ",") + "]")
            $0.add("messages", json: "[" + messages.joined(separator: ",") + "]")
            $0.add("waits", json: "[" + waits.joined(separator: ",") + "]")
            $0.add("canaries", json: "[" + canaries.joined(separator: ",") + "]")
            $0.add("incidents", json: "[" + incidents.joined(separator: ",") + "]")
        }
    }
}
