import RetierBrand
import RetierCore
import RetierLedger

/// A failure of the made-up brand's member system: registered on its day, closed on the next.
struct DemoIncident {
    private static let id = "outage-1"
    let day: Day

    /// What an operator says before the daily run of a day, as they would have typed it; nil for nothing.
    func speak(on today: Day, in workspace: Workspace) throws -> String? {
        guard let kind = workspace.programme.incidents.first?.id else { return nil }
        let zone = workspace.programme.zone
        // What is said in a demonstration is said on its own days.
        let evening = zone.start(of: today.adding(days: 1))
        func moment(_ hour: Int64) -> Instant { zone.start(of: day).adding(seconds: hour * 3_600) }
        switch today {
        case day:
            let incident = Incident(id: Self.id, kind: kind, from: moment(8), registeredAt: evening)
            let stored = StoredIncident(incident, reason: "login fails", operatorName: "demo")
            try workspace.ledger.register(stored, now: evening)
            return "retier incident open \(Self.id) --kind \(kind) --from \(day)T08:00 --reason \"login fails\""
        case day.adding(days: 1):
            _ = try workspace.ledger.change(
                incident: Self.id, by: .close(until: moment(20)), reason: "over", operatorName: "demo", now: evening)
            return "retier incident close \(Self.id) --until \(day)T20:00"
        default: return nil
        }
    }

    /// What the commands say of it afterwards: whom it concerned, and how one of those who got a coupon came to it.
    func show(in workspace: Workspace, to show: (String) -> Void) throws {
        let programme = workspace.programme
        let later = day.adding(days: 20)
        let standing = try workspace.ledger.incidentStandings(
            kinds: programme.incidents, zone: programme.zone, today: later
        ).first { $0.incident.id == Self.id }
        guard let standing else { return }
        show("\n== retier status (on \(later))\n")
        show(standing.line(programme.incidents, zone: programme.zone, programme.language) + "\n")
        guard let member = try workspace.ledger.firstCompensated(forIncident: Self.id),
            let playbook = workspace.brand.playbooks.first(where: { playbook in
                playbook.condition.needsIncident && playbook.steps.contains { !$0.options.isEmpty }
            })
        else { return }
        show("\n== retier explain \(member) --playbook \(playbook.id)\n")
        let explanation = try Explanation.explain(member, in: workspace, playbook: playbook.id)
        show(ExplanationText.text(explanation, programme: programme))
    }
}
