import RetierBrand
package import RetierCore
package import RetierLedger

/// Why one member has this tier, made this move, got this action or did not, in one run.
///
/// Conditions are evaluated by the engine's own `Condition.trace` over the same `RunView` that plans are made from;
/// verdicts are those of the plan. Where the data has changed since the run, that is said instead of being explained
/// away.
package struct Explanation: Sendable {
    package var memberID: String
    /// Nil before the first run: then this is what a refresh would decide now.
    package var run: RunRecord?
    package var asOf: Day
    package var snapshot: MemberSnapshot
    /// What the run recorded; nil where its plan file is gone or there is no run yet.
    package var recordedScore: Int32?
    /// What was learned and decided with: entry cuts, weights, version.
    package var calibration: Calibration
    /// The weights that counted, by `Dimension`.
    package var weights: ScoreWeights
    /// The clusters and where the member belongs among them; nil where members are not clustered, and for a member
    /// without one.
    package var cluster: (table: ClusterTable, place: ClusterPlace)?
    /// A tier that a person set and that counts on the day.
    package var override: StoredOverride?
    /// The run's moves, and earlier ones with their runs.
    package var moves: [(day: Day, run: String, transition: Transition)]
    /// The member's last word on each channel and purpose by the end of the day.
    package var consents: [StoredConsent]
    package var playbooks: [PlaybookExplanation]

    /// One playbook and one member.
    package struct PlaybookExplanation: Sendable {
        package var playbook: Playbook
        package var trace: ConditionTrace
        package var steps: [StepExplanation]
        /// The member's cases of the playbook, the latest first.
        package var cases: [StoredCase] = []
        /// What every rule says of every step, candidate or not; empty where members do not enter the playbook in such
        /// a run, and of a member whose case goes on: then its clock decides.
        package var rules: [StepRules] = []
        /// Of a playbook about incidents; nil of any other.
        package var incidents: IncidentExplanation?
    }

    /// What the rules say of one step.
    package struct StepRules: Sendable {
        package var step: String
        package var findings: [Inquiry.Finding]
    }

    /// What became of one candidate.
    package struct StepExplanation: Sendable {
        package var step: String
        package var verdict: String
        package var reason: String
        package var evidence: String
        package var until: Day?
        /// The committed decision with its delivery; nil where nothing is committed yet.
        package var committed: MemberDecision?
    }

    /// True where the condition no longer holds, or holds now, or a step would end for another reason, against what the
    /// run recorded: the data or the playbook has changed.
    ///
    /// Of a member with a case the condition is not asked: the case's clock is.
    package func disagrees(_ explanation: PlaybookExplanation) -> Bool {
        guard run.map({ $0.kind == explanation.playbook.trigger }) ?? false, !explanation.playbook.isPaused else {
            return false
        }
        if !explanation.cases.contains(where: { $0.value.opened <= asOf }),
            explanation.incidents?.isCandidate ?? explanation.trace.result == explanation.steps.isEmpty
        {
            return true
        }
        return explanation.rules.contains { rules in
            explanation.steps.contains {
                $0.step == rules.step && $0.reason != rules.findings.verdict.reason.rawValue
            }
        }
    }
}

extension Explanation {
    /// Explains a member in a run, by default in the last refresh.
    ///
    /// - Throws: `RetierError` of code `usage` for an unknown member, run or playbook.
    package static func explain(
        _ memberID: String, in workspace: Workspace, run id: String? = nil, playbook only: String? = nil
    ) throws -> Explanation {
        let ledger = workspace.ledger
        let asked = try only.map { only in
            guard let playbook = workspace.brand.playbooks.first(where: { $0.id == only }) else {
                throw RetierError(
                    .usage, "there is no playbook \(only)", hint: "retier check lists what is wrong with the files")
            }
            return playbook
        }
        let kind = asked?.trigger ?? .refresh
        let run = try id.map { try known($0, ledger) } ?? ledger.lastRun(kind: kind)
        guard let run else { return try anticipate(kind, memberID, in: workspace, playbook: only) }
        var planner = Planner(workspace)
        planner.showsTags = true
        var view = try planner.view(.daily, asOf: run.asOf, calibration: run.calibration)
        let row = try self.row(of: memberID, in: view.facts, ledger)
        // The run and those before it, the latest first: later ones know nothing about it.
        let runs = Array(try ledger.runs().drop { $0.id != run.id })
        let standing = try recordedStanding(of: memberID, runs: runs, in: workspace)
        let moves = try self.moves(of: memberID, row: row, runs: runs, in: workspace)
        var outcome = view.outcome
        let entry = moves.first { $0.transition.kind.changesTier }
        outcome.standing.tier[row] = entry.map { UInt8($0.transition.toTier) } ?? StandingTable.noTier
        if let entry { outcome.standing.since[row] = entry.day.number }
        if let standing {
            outcome.standing.pendingRuns[row] = UInt8(clamping: standing.pendingRuns)
            outcome.standing.holds[row] = standing.hold
        }
        outcome.transitions = moves.filter { $0.run == run.id }.map(\.transition).sorted {
            $0.kind.rawValue < $1.kind.rawValue
        }
        view = try planner.view(of: run.kind, outcome: outcome, like: view)
        let snapshot = view.snapshot(of: row)
        let decisions = try ledger.decisions(ofMember: memberID) ?? []
        let cases = try ledger.cases(all: true, memberID: memberID)
        let vocabulary = workspace.programme.vocabulary
        let playbooks = workspace.brand.playbooks.ordered(for: run.kind)
        planner.before = run
        var (inquiry, incidents) = try planner.inquiry(view, playbooks) { incidents in
            try ledger.decisions(
                of: run, row: row, keys: view.facts.keys, merged: view.facts.mergedKeys, playbooks: playbooks,
                budgets: Budget.all(of: workspace.programme.budgets, playbooks),
                incidents: incidents.items.map(\.incident))
        }
        return Explanation(
            memberID: memberID, run: run, asOf: run.asOf, snapshot: snapshot,
            recordedScore: run.kind == .refresh ? standing?.score : nil, calibration: outcome.calibration,
            weights: outcome.scoring.weights, cluster: planner.place(of: row, in: view),
            override: try override(of: memberID, asOf: run.asOf, in: workspace),
            moves: moves, consents: try consents(of: memberID, asOf: run.asOf, in: workspace),
            playbooks: playbooks.enumerated().filter { only == nil || $0.element.id == only }.map {
                position, playbook in
                let affected = IncidentExplanation(of: snapshot, row: row, playbook, position, incidents)
                var explained = PlaybookExplanation(
                    playbook: playbook,
                    trace: playbook.condition.trace(for: affected?.snapshot ?? snapshot, in: vocabulary),
                    steps: decisions.filter { $0.run == run.id && $0.playbook == playbook.id }
                        .map(StepExplanation.init),
                    cases: cases.filter { $0.value.playbook == playbook.id })
                if !explained.cases.contains(where: { $0.run != run.id && $0.isOpen(before: run) }) {
                    explained.rules = rules(of: row, position, playbook, in: run.kind, &inquiry, affected)
                }
                explained.incidents = affected
                return explained
            })
    }

    private static func known(_ run: String, _ ledger: Ledger) throws -> RunRecord {
        guard let known = try ledger.run(id: run) else {
            throw RetierError(.usage, "there is no run \(run)", hint: "retier status lists the runs")
        }
        return known
    }

    /// What every rule says of a member and the steps of a playbook.
    private static func rules(
        of row: Int, _ position: Int, _ playbook: Playbook, in kind: Playbook.Trigger, _ inquiry: inout Inquiry,
        _ affected: IncidentExplanation?
    ) -> [StepRules] {
        guard playbook.trigger == kind else { return [] }
        return playbook.steps.enumerated().map { number, step in
            StepRules(
                step: step.id,
                findings: inquiry.findings(
                    of: Candidate(row: row, playbook: position, step: number, incident: affected?.position ?? -1)))
        }
    }

    /// Before the first run of a kind: what one as of the newest order would decide.
    private static func anticipate(
        _ kind: Playbook.Trigger, _ memberID: String, in workspace: Workspace, playbook only: String?
    ) throws -> Explanation {
        var planner = Planner(workspace)
        planner.showsTags = true
        let planned = try planner.plan(kind, asOf: workspace.newestDay())
        let row = try self.row(of: memberID, in: planned.view.facts, workspace.ledger)
        let snapshot = planned.view.snapshot(of: row)
        let vocabulary = workspace.programme.vocabulary
        let playbooks = planned.plan.playbooks.enumerated().filter { only == nil || $0.element.id == only }
        var (inquiry, incidents) = try planner.inquiry(planned.view, planned.plan.playbooks) { _ in
            planned.plan.decisions
        }
        return Explanation(
            memberID: memberID, run: nil, asOf: planned.view.facts.asOf, snapshot: snapshot, recordedScore: nil,
            calibration: planned.view.outcome.calibration, weights: planned.view.outcome.scoring.weights,
            cluster: planner.place(of: row, in: planned.view),
            override: try override(of: memberID, asOf: planned.view.facts.asOf, in: workspace),
            moves: snapshot.transitions.map { (day: planned.view.facts.asOf, run: "", transition: $0) },
            consents: try consents(of: memberID, asOf: planned.view.facts.asOf, in: workspace),
            playbooks: playbooks.map { position, playbook in
                let decisions = planned.plan.decisions.filter { $0.row == row && $0.playbook == position }
                let affected = IncidentExplanation(of: snapshot, row: row, playbook, position, incidents)
                var explained = PlaybookExplanation(
                    playbook: playbook,
                    trace: playbook.condition.trace(for: affected?.snapshot ?? snapshot, in: vocabulary),
                    steps: decisions.map { StepExplanation($0, of: playbook) },
                    rules: rules(of: row, position, playbook, in: kind, &inquiry, affected))
                explained.incidents = affected
                return explained
            })
    }

    private static func override(
        of memberID: String, asOf day: Day, in workspace: Workspace
    ) throws -> StoredOverride? {
        try workspace.ledger.tierOverrides().first { $0.memberID == memberID && $0.until >= day }
    }

    private static func consents(
        of memberID: String, asOf day: Day, in workspace: Workspace
    ) throws -> [StoredConsent] {
        try workspace.ledger.consents(
            ofMember: memberID, before: workspace.programme.zone.start(of: day.adding(days: 1)))
    }

    private static func row(of memberID: String, in facts: FactTable, _ ledger: Ledger) throws -> Int {
        guard let row = facts.memberIDs.sortedIndex(of: memberID) else {
            if let kept = try ledger.mergedInto(memberID) {
                throw RetierError(
                    .usage, "\(memberID) was merged into \(kept)", hint: "retier explain \(kept) speaks for both")
            }
            throw RetierError(
                .usage, "no member of that id on \(facts.asOf)",
                hint: "ids are case-sensitive; a member who joined later or waits for a members row is not in the run")
        }
        return row
    }

    /// The member's moves in these runs, in the order of the runs, then of their kinds.
    private static func moves(
        of memberID: String, row: Int, runs: [RunRecord], in workspace: Workspace
    ) throws -> [(day: Day, run: String, transition: Transition)] {
        let ladder = workspace.programme.tiering.ladder
        let moves = try workspace.ledger.transitions(ofMember: memberID)
        return runs.flatMap { run in
            moves.filter { $0.run == run.id }.compactMap { move in
                move.move.transition(row: row, ladder: ladder).map { (day: move.day, run: run.id, transition: $0) }
            }
        }
    }

    /// The standing that the run, or for a daily run the refresh before it, wrote down; nil where that plan file is
    /// gone.
    private static func recordedStanding(
        of memberID: String, runs: [RunRecord], in workspace: Workspace
    ) throws -> PlannedStanding? {
        guard let refresh = runs.first(where: { $0.kind == .refresh }) else { return nil }
        let header = PlanHeader(
            brand: workspace.programme.brand, kind: .refresh, period: refresh.period, asOf: refresh.asOf,
            currency: workspace.programme.currency)
        guard let plan = try? PlanFile.open(path: workspace.planPath(header)), plan.digest == refresh.planDigest else {
            return nil
        }
        return try plan.standing(of: memberID)
    }
}

extension Explanation.StepExplanation {
    init(_ decision: MemberDecision) {
        self.init(
            step: decision.step, verdict: decision.verdict, reason: decision.reason, evidence: decision.evidence,
            until: decision.until, committed: decision)
    }

    init(_ decision: Decision, of playbook: Playbook) {
        self.init(
            step: playbook.steps[decision.step].id, verdict: decision.verdict.outcome.rawValue,
            reason: decision.verdict.reason.rawValue, evidence: decision.verdict.evidenceJSON,
            until: decision.verdict.until,
            committed: nil)
    }
}
