import RetierBrand
package import RetierCore
package import RetierLedger

/// Decides a run: loads the facts, calls the pure core, and hands over a plan.
///
/// Sends nothing and changes no tier.
package struct Planner: Sendable {
    let brand: Brand
    let ledger: Ledger
    var threads: Int
    var timings: StageTimings
    /// Whether members carry their tags even where no playbook asks for them.
    package var showsTags = false
    /// Members are remembered as they were before this run; nil for now.
    var before: RunRecord?

    /// `threads` changes the time a plan takes, never its bytes.
    package init(_ workspace: Workspace, threads: Int = 2) {
        brand = workspace.brand
        ledger = workspace.ledger
        timings = workspace.timings
        self.threads = max(1, threads)
    }

    var programme: Programme { brand.programme }

    /// Plans a refresh or a daily run as of a day.
    package func plan(_ kind: Playbook.Trigger, asOf: Day) throws -> PlannedRun {
        var (planned, memory) = try undecided(kind, asOf: asOf)
        planned.plan.add(try decisions(planned.view, planned.plan.playbooks, memory))
        return planned
    }

    /// Plans a run and writes its file, replacing an earlier one that was never applied.
    ///
    /// While one thread writes members and moves, the others decide about the actions, count the figures and find the
    /// words of what is sent.
    package func write(
        _ kind: Playbook.Trigger, asOf: Day, to path: (PlanHeader) -> String
    ) throws -> (file: PlanFile, view: RunView, unreadZones: Int) {
        let (planned, memory) = try undecided(kind, asOf: asOf)
        let (plan, view) = (planned.plan, planned.view)
        let composers = try MessageComposers(
            programme: programme, templates: brand.templates, header: plan.header,
            committedAt: Instant(utcMidnightOf: asOf))
        let words = ActionWords(brand: brand, view: view, playbooks: plan.playbooks, composers: composers)
        // One thread writes, the others decide; with one, both in turn.
        let isAhead = threads > 1
        var deciding = self
        deciding.threads = max(1, threads - 1)
        if isAhead { deciding.timings = .off }
        let decide = { @Sendable [deciding] in
            let settlement = try deciding.decisions(view, plan.playbooks, memory)
            let blocks = ActionBlocks(words, for: settlement)
            if isAhead { blocks.workAhead() }
            return (settlement: settlement, blocks: blocks)
        }
        let pending = isAhead ? Ahead(decide) : nil
        var blocks: ActionBlocks?
        var block: ArraySlice<PlannedAction> = []
        var unreadZones = 0
        let file = try PlanFile.write(
            plan, to: path(plan.header), replacing: true,
            decide: {
                timings.end("write members and moves")
                let decided = try pending?.value() ?? decide()
                timings.end("wait for decisions")
                blocks = decided.blocks
                unreadZones = decided.settlement.unreadZones
                return decided.settlement
            },
            action: { _ in
                if block.isEmpty { block = try blocks?.take()[...] ?? [] }
                guard let action = block.popFirst() else { preconditionFailure("actions follow decisions") }
                return action
            })
        timings.end("write decisions")
        return (file, view, unreadZones)
    }

    /// What members have said and got before, which decisions depend on.
    struct Memory: Sendable {
        var openCases: [(row: Int, value: MemberCase)]
        /// What refreshes deferred and a daily run may take up.
        var waiting: [(row: Int, value: WaitingAction)]
        var consents: ConsentTable
        var recipients: RecipientTable
        var sends: EarlierSends
        var assignments: AssignmentTable
        var approvals: ApprovalTable
        var quiet: QuietTable
        var incidents: IncidentTable
    }

    /// Hands over the memory; asked once at the most.
    private typealias Recall = @Sendable () throws -> Memory

    /// Everything but the decisions.
    private func undecided(_ kind: Playbook.Trigger, asOf: Day) throws -> (PlannedRun, Recall) {
        // Inputs before facts: what is imported meanwhile makes the plan stale instead of slipping into it unseen.
        let inputs = try ledger.planInputs() + brand.planInputs
        let facts = try kind == .refresh ? factsOfRefresh(asOf: asOf) : facts(asOf: asOf)
        timings.end("facts")
        let playbooks = brand.playbooks.ordered(for: kind)
        // Read on another thread while this one scores.
        let ahead = threads > 1 ? Ahead { try memory(of: facts, for: playbooks, kind) } : nil
        let isRefresh = kind == .refresh
        // The figures of a refresh show what members are predicted to be worth.
        let view = try view(kind, facts: facts, predicts: isRefresh)
        var plan = Plan(
            header: PlanHeader(
                brand: programme.brand, kind: kind, period: PlanHeader.period(of: kind, asOf: asOf), asOf: asOf,
                currency: programme.currency, newestOrder: view.facts.census.newestOrder,
                calibration: view.outcome.calibration.version),
            inputs: inputs, memberIDs: view.facts.memberIDs, tiers: programme.tiering.ladder.tiers.map(\.id),
            calibration: isRefresh ? view.outcome.calibration : nil, standing: isRefresh ? view.outcome.standing : nil,
            transitions: isRefresh ? view.outcome.transitions : [], playbooks: playbooks,
            channels: programme.channels, decisions: [])
        plan.experiments = PlannedExperiment.all(
            brand: programme.brand, playbooks: playbooks, programmeControl: programme.control.share,
            salts: try ledger.experimentSalts())
        return (PlannedRun(plan: plan, view: view), { try ahead?.value() ?? memory(of: facts, for: playbooks, kind) })
    }

    /// What a refresh looks like as a whole; nothing for a daily run.
    private func figures(_ view: RunView) throws -> RunFigures {
        guard view.kind == .refresh else { return RunFigures() }
        let period = SinceRefresh.columns(of: view.facts, programme: programme.facts)
        let sources = FigureSources(
            leftTiers: try ledger.leftTiers(for: view.facts, ladder: programme.tiering.ladder),
            spendSince: period.spend, answers: period.answers, predictions: view.lifetime?.predictions,
            clusters: view.clusters, measures: MeasureText(facts: programme.facts, currency: programme.currency),
            decimals: programme.currency.decimals)
        return FigureCount.figures(facts: view.facts, outcome: view.outcome, model: programme.tiering, sources: sources)
    }

    func memory(
        of facts: FactTable, for playbooks: [Playbook], _ kind: Playbook.Trigger
    ) throws -> Memory {
        // Of playbooks that nobody enters in this run no earlier entry has to be known.
        let horizon = SendHistory.horizon(
            asOf: facts.asOf, playbooks: playbooks.filter { $0.trigger == kind }, channels: programme.channels,
            caps: programme.caps)
        return Memory(
            openCases: try ledger.openCases(keys: facts.keys, merged: facts.mergedKeys, before: before),
            waiting: kind == .daily ? try ledger.waitingActions(keys: facts.keys, merged: facts.mergedKeys) : [],
            consents: try ledger.consents(
                keys: facts.keys, merged: facts.mergedKeys, asOf: facts.asOf, zone: programme.zone),
            recipients: try ledger.recipients(
                keys: facts.keys, merged: facts.mergedKeys, of: playbooks, programme: programme),
            sends: try ledger.earlierSends(
                keys: facts.keys, merged: facts.mergedKeys, since: horizon,
                budgets: Budget.all(of: programme.budgets, playbooks), asOf: facts.asOf, before: before),
            assignments: try ledger.assignments(keys: facts.keys, merged: facts.mergedKeys, of: playbooks),
            approvals: try ledger.approvals(
                keys: facts.keys, merged: facts.mergedKeys, playbooks: playbooks, asOf: facts.asOf, before: before),
            quiet: try ledger.quietTable(of: facts, programme.quiet, zone: programme.zone),
            incidents: try incidents(of: facts, for: playbooks, kind))
    }

    /// One decision for every candidate among the members of a view, and the figures of the run.
    private func decisions(_ view: RunView, _ playbooks: [Playbook], _ recall: Recall) throws -> Settlement {
        let counting = threads > 1 ? Ahead { try figures(view) } : nil
        let facts = view.facts
        let memory = try recall()
        let cases = CaseTable(
            count: facts.count, cases: memory.openCases, playbooks: playbooks, others: brand.playbooks,
            asOf: facts.asOf, takesSteps: view.kind == .daily)
        let waiting = WaitingTable(
            count: facts.count, actions: memory.waiting, playbooks: playbooks, asOf: facts.asOf)
        let matcher = Matcher(
            playbooks: playbooks, trigger: view.kind, cases: cases, waiting: waiting, incidents: memory.incidents)
        let candidates = try inParallel(rows: facts.count, threads: threads) { rows in
            matcher.candidates(rows: rows, of: view.columns)
        }
        timings.end("match")
        let arbitration = arbitration(view, playbooks, memory, cases, waiting)
        var settlement = arbitration.settle(candidates)
        timings.end("arbitrate")
        try Planner.refuse(arbitration.breaches(in: settlement.decisions))
        timings.end("check experiments")
        settlement.figures = try (counting?.value() ?? figures(view)).figures + settlement.figures
        return settlement
    }

    /// Stops a run that would break what its experiments promise.
    private static func refuse(_ breaches: [ExperimentBreach]) throws {
        guard let first = breaches.first else { return }
        throw RetierError(
            .refused, "the experiments do not hold: " + breaches.map(\.sentence).joined(separator: "; "),
            hint: first.remedy)
    }

    /// What a run of a kind looks at as of a day; with predictions even where no playbook asks for them.
    ///
    /// `version` names the calibration to judge by; the run's kind decides where it is nil or of another model.
    package func view(_ kind: Playbook.Trigger, asOf: Day, calibration version: Int? = nil) throws -> RunView {
        try view(kind, facts: try facts(asOf: asOf), predicts: true, calibration: version)
    }

    private func view(
        _ kind: Playbook.Trigger, facts: FactTable, predicts: Bool = false, calibration version: Int? = nil
    ) throws -> RunView {
        let model = programme.tiering
        let previous = try ledger.standing(for: facts, ladder: model.ladder)
        timings.end("standing")
        let knowledge = try knowledge(of: facts)
        var calibration = try calibration(of: model, for: kind, asOf: facts.asOf, version: version)
        let isLearned = calibration != nil
        let lifetime =
            predicts || brand.usesPredictions
            ? Lifetime(facts, programme: programme, calibration: calibration, threads: threads) : nil
        timings.end("predict")
        let sources = try sources(facts, knowledge: knowledge, predictions: lifetime?.predictions)
        if !isLearned, model.weighting.method != .fixed {
            calibration = try learned(from: facts, sources: sources).calibration
        }
        var outcome =
            switch kind {
            case .refresh:
                try Tiering.run(
                    facts: facts, previous: previous, model: model, calibration: calibration, sources: sources,
                    workers: .threads(threads))
            case .daily:
                try Tiering.observe(
                    facts: facts, previous: previous, model: model, calibration: calibration, sources: sources,
                    workers: .threads(threads))
            }
        if !isLearned {
            // What is learned is frozen with the calibration, whether or not something predicts by it today.
            let learned = lifetime?.learned ?? .learned(from: facts, programme: programme, threads: threads)
            outcome.calibration.lifetime = learned?.numbers ?? []
            timings.end("learn")
        }
        timings.end("score and tier")
        let clusters = try cluster(
            facts, predictions: lifetime?.predictions, learns: kind == .refresh || !isLearned, outcome: &outcome)
        timings.end("cluster")
        return RunView(
            kind: kind, facts: facts, outcome: outcome, programme: programme, lifetime: lifetime, clusters: clusters,
            knowledge: knowledge)
    }

    /// What tiering reads besides the table of facts.
    func sources(
        _ facts: FactTable, knowledge: MemberKnowledge, predictions: PredictionTable?
    ) throws -> TieringSources {
        var measures: [String: [Int64]] = [:]
        for name in programme.tiering.measureNames {
            if let fact = programme.facts.reference(named: name) { measures[name] = facts[fact]?.values }
            if let values = predictions?.values(named: name) { measures[name] = values }
        }
        return TieringSources(
            measures: measures, overrides: try ledger.tierOverrides(of: facts, ladder: programme.tiering.ladder),
            nextVersion: try ledger.nextCalibrationVersion(), predictions: predictions,
            decimals: programme.currency.decimals, attributes: knowledge.attributes)
    }

    /// A view of the same members with an outcome that is known already.
    package func view(of kind: Playbook.Trigger, outcome: TieringOutcome, like view: RunView) throws -> RunView {
        RunView(
            kind: kind, facts: view.facts, outcome: outcome, programme: programme, lifetime: view.lifetime,
            clusters: view.clusters, knowledge: try knowledge(of: view.facts))
    }

    func knowledge(of facts: FactTable) throws -> MemberKnowledge {
        MemberKnowledge(
            attributes: try ledger.attributes(named: brand.attributes, for: facts),
            consents: brand.needsConsents
                ? try ledger.consents(
                    keys: facts.keys, merged: facts.mergedKeys, asOf: facts.asOf, zone: programme.zone) : nil,
            needsTierLoss: brand.needsTierLoss)
    }

    /// The facts as of a day, with those of the time since the last refresh.
    private func factsOfRefresh(asOf: Day) throws -> FactTable {
        let earlier = try ledger.lastRun(kind: .refresh)?.asOf
        let hasAnswers = try ledger.knowsText(among: SinceRefresh.answerKinds(of: programme.facts))
        return try facts(asOf: asOf) {
            SinceRefresh.add(to: &$0, since: earlier, asOf: asOf, hasAnswers: hasAnswers)
        }
    }

    /// The facts as of a day: those that every run reads, those that conditions and templates ask for, and `further`.
    package func facts(
        asOf: Day, further: Set<FactReference> = [], adding: (inout FactSelection) -> Void = { _ in }
    ) throws -> FactTable {
        let tags = showsTags || brand.needsTags ? programme.tags : []
        let ofTags = tags.reduce(into: Set<FactReference>()) { $0.formUnion($1.condition.facts) }
        var selection = FactSelection(
            catalogue: programme.facts, wanted: brand.facts.union(further).union(ofTags),
            uncountedStatuses: programme.uncountedStatuses)
        adding(&selection)
        var facts = try ledger.facts(
            asOf: asOf, window: programme.tiering.window, zone: programme.zone, selection: selection, threads: threads)
        guard !tags.isEmpty else { return facts }
        let names = Set(tags.flatMap(\.condition.attributes)).sorted()
        let tagging = Tagging(
            tags: tags, facts: facts, attributes: try ledger.attributes(named: names, for: facts))
        facts.tags = try inParallel(rows: facts.count, threads: threads) { rows in rows.map(tagging.tags(of:)) }
        return facts
    }
}

/// A plan that is not yet a file.
package struct PlannedRun: Sendable {
    package fileprivate(set) var plan: Plan
    package let view: RunView
}
