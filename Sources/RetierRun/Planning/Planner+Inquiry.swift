import RetierBrand
import RetierCore
import RetierLedger

extension Planner {
    /// What settles the candidates of a view.
    func arbitration(
        _ view: RunView, _ playbooks: [Playbook], _ memory: Memory, _ cases: CaseTable, _ waiting: WaitingTable
    ) -> Arbitration {
        var arbitration = Arbitration(
            brand: programme.brand, asOf: view.facts.asOf, currency: programme.currency, playbooks: playbooks,
            channels: programme.channels, caps: programme.caps, memberIDs: view.facts.memberIDs,
            values: view.memberValues, consents: memory.consents, recipients: memory.recipients,
            history: memory.sends.history, cases: cases, approvals: memory.approvals, waiting: waiting,
            quiet: memory.quiet, budgets: programme.budgets, budgetUse: memory.sends.budgetUse,
            tierIDs: programme.tiering.ladder.tiers.map(\.id), tiers: view.outcome.standing.tier,
            assignments: memory.assignments, programmeControl: programme.control.share)
        arbitration.incidents = memory.incidents
        arbitration.tagIDs = programme.tags.map(\.id)
        arbitration.memberTags = view.facts.tags
        return arbitration
    }

    /// Who is affected by which incident, where the run has a playbook that asks for it.
    func incidents(of facts: FactTable, for playbooks: [Playbook], _ kind: Playbook.Trigger) throws -> IncidentTable {
        guard playbooks.contains(where: { $0.trigger == kind && $0.condition.needsIncident }) else {
            return IncidentTable(count: facts.count, asOf: facts.asOf)
        }
        return try ledger.incidentTable(
            of: facts, kinds: programme.incidents, zone: programme.zone, before: before, threads: threads)
    }

    /// What every rule says of a member and a playbook that members may enter in a run, and the run's incidents.
    ///
    /// - Parameter decisions: those of the run about the member, and about everybody whom a budget counts; of which
    ///   incidents is what they are told.
    func inquiry(
        _ view: RunView, _ playbooks: [Playbook], decisions: (IncidentTable) throws -> [Decision]
    ) throws -> (Inquiry, IncidentTable) {
        let memory = try memory(of: view.facts, for: playbooks, view.kind)
        let (count, asOf) = (view.facts.count, view.facts.asOf)
        let cases = CaseTable(
            count: count, cases: memory.openCases, playbooks: playbooks, others: brand.playbooks, asOf: asOf,
            takesSteps: view.kind == .daily)
        let waiting = WaitingTable(count: count, asOf: asOf)
        let inquiry = Inquiry(
            arbitration(view, playbooks, memory, cases, waiting), decisions: try decisions(memory.incidents))
        return (inquiry, memory.incidents)
    }
}
