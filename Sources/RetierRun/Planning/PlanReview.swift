import RetierBrand
package import RetierCore
package import RetierLedger

/// What a plan file amounts to: counts for people and findings of the guards.
///
/// Made the same way by `plan` and by `apply`.
package struct PlanReview: Sendable {
    package let header: PlanHeader
    package let digest: String
    package let members: Int
    package let tally: Tally
    package let transitions: [Transition.Kind: Int]
    package let findings: [GuardFinding]
    package let approvals: PlanApprovals
    /// Of budgets and displacement.
    package let figures: RunFigures

    package init(_ plan: PlanFile, workspace: Workspace) throws {
        header = plan.header
        digest = plan.digest
        members = plan.members
        let counts = try plan.figures()
        tally = counts.tally
        figures = try plan.runFigures()
        approvals = try PlanApprovals(plan, tally: tally, workspace: workspace)
        transitions = try plan.transitionCounts()
        let programme = workspace.programme
        let last = try workspace.ledger.lastRun()
        let before = Dictionary((last?.inputs ?? []).map { ($0.name, $0.count) }) { first, _ in first }
        let amounts = PlanAmounts(
            actions: tally.count(.send), reach: counts.reach, demotions: transitions[.demoted] ?? 0,
            cost: tally.cost())
        let measures = GuardMeasures(
            dataAgeDays: header.newestOrder.map { plan.header.asOf.days(since: $0) },
            rowCounts: plan.inputs.filter { PlanReview.dataTables.contains($0.name) }.map {
                GuardMeasures.RowCount(table: $0.name, now: $0.count, before: before[$0.name])
            },
            arrivals: try workspace.ledger.arrivals(
                of: programme.guards.sources, asOf: header.asOf, zone: programme.zone),
            members: plan.members, amounts: amounts,
            own: try PlanReview.own(amounts, tally, of: plan, playbooks: workspace.brand.playbooks),
            earlier: try workspace.ledger.usualAmounts(kind: header.kind, count: Guards.usualRuns.upperBound))
        findings = Guards(limits: programme.guards, currency: programme.currency).findings(measures)
    }

    /// The amounts without playbooks that members enter in another kind of run, and those about incidents.
    private static func own(
        _ amounts: PlanAmounts, _ tally: Tally, of plan: PlanFile, playbooks: [Playbook]
    ) throws -> PlanAmounts {
        let others = Set(playbooks.filter { $0.trigger != plan.header.kind || $0.condition.needsIncident }.map(\.id))
        let sent = tally.lines.filter { $0.reason.outcome == .send && others.contains($0.playbook) }
        guard !sent.isEmpty else { return amounts }
        return PlanAmounts(
            actions: sent.reduce(amounts.actions) { $0 - $1.count },
            reach: try plan.reach { !others.contains($0) }, demotions: amounts.demotions,
            cost: Money(minorUnits: sent.reduce(amounts.cost.minorUnits) { $0 - $1.cost.minorUnits }))
    }

    private static let dataTables: Set<String> = ["members", "orders", "events", "identities", "consents"]

    /// Throws exit code 4 for guards that refuse and that nobody has overruled.
    package func refuseUnless(overrides: [GuardOverride], language: Language) throws {
        let refusing = Guards.unlifted(findings, overrides: overrides)
        guard !refusing.isEmpty else { return }
        let sentences = refusing.map { "\($0.guardID.rawValue): \($0.sentence(language))" }
        throw RetierError(
            .refused,
            "refused by \(refusing.count == 1 ? "a guard" : "\(refusing.count) guards"): "
                + sentences.joined(separator: "; "),
            hint: "mend the data or the limits; if it is right all the same, say so with "
                + "--override \(refusing[0].guardID.rawValue)=REASON, which is recorded")
    }

    /// The tally as people read it.
    package func summary(playbooks: [Playbook], language: Language) -> String {
        let titles = Dictionary(playbooks.map { ($0.id, $0.title) }) { first, _ in first }
        return PlanText.summary(
            header: header, members: members, transitions: transitions, tally: tally, figures: figures, titles: titles,
            language: language)
    }
}
