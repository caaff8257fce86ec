import Foundation
package import Logging
import RetierBrand
package import RetierCore
package import RetierLedger

/// The steps that commands and timers take in a brand folder, in their order: plan, review, apply, deliver.
package struct Runs: Sendable {
    package let workspace: Workspace
    /// Words for the operator.
    private let log: Logger

    package init(_ workspace: Workspace, log: Logger) {
        self.workspace = workspace
        self.log = log
    }

    private var ledger: Ledger { workspace.ledger }

    /// What planning came to.
    package enum Planning {
        case planned(PlanFile, PlanReview)
        /// The kind and period were committed before: nothing to plan.
        case done(RunRecord)
    }

    /// Decides a run and writes its plan file.
    package func plan(_ kind: Playbook.Trigger, asOf: Day, to path: String? = nil, threads: Int = 2) throws -> Planning
    {
        if let done = try ledger.run(kind: kind, period: PlanHeader.period(of: kind, asOf: asOf)) { return .done(done) }
        try refuseGoingBack(kind, asOf: asOf)
        if let path { try refuseForeignFile(at: path) }
        let planner = Planner(workspace, threads: threads)
        let (file, view, unreadZones) = try FreedMemory.reused {
            try planner.write(kind, asOf: asOf) { path ?? workspace.planPath($0) }
        }
        for line in view.notes(workspace.language) { log.warning("\(line)") }
        if unreadZones > 0 {
            let attribute = workspace.programme.quiet.zoneAttribute
            let note = LocalizedText(
                zh: "\(unreadZones) 名会员的 \(attribute) 不是 IANA 时区，免打扰时段按其地区或会员计划的时区计算",
                en: "\(unreadZones) members have a \(attribute) that is no IANA time zone; their quiet hours go by "
                    + "their region's or the programme's")
            log.warning("\(note(workspace.language))")
        }
        return .planned(file, try PlanReview(file, workspace: workspace))
    }

    /// A refresh moves everybody on from where the last one left them: an earlier one would move them by old data.
    private func refuseGoingBack(_ kind: Playbook.Trigger, asOf: Day) throws {
        guard kind == .refresh, let last = try ledger.lastRun(kind: .refresh), asOf < last.asOf else { return }
        throw RetierError(
            .usage, "a refresh as of \(asOf) would go back behind \(last.id), as of \(last.asOf)",
            hint: "name a later day; retier members --as-of shows a day without changing anything")
    }

    /// A plan may replace a plan and nothing else: a slip of the hand must not cost a file.
    private func refuseForeignFile(at path: String) throws {
        guard FileManager.default.fileExists(atPath: path), !PlanFile.looksLikeOne(path) else { return }
        throw RetierError(.usage, "\(path) exists and is not a plan", hint: "name another file, or remove it first")
    }

    /// Commits exactly this plan, under the brand's lease.
    ///
    /// - Parameter canary: which members are sent to first; the programme's where it is nil.
    /// - Throws: `RetierError` of code `refused` for a stale plan, with what changed and what that does, for a guard,
    ///   or for a missing approval.
    package func commit(
        _ plan: PlanFile, overrides: [GuardOverride], canary: CanarySettings? = nil
    ) throws -> CommitResult {
        try workspace.holdingLease { lease in try commit(plan, overrides: overrides, canary: canary, lease: lease) }
    }

    /// The same within a lease that is held already.
    package func commit(
        _ plan: PlanFile, overrides: [GuardOverride], canary: CanarySettings? = nil, lease: Lease
    ) throws -> CommitResult {
        guard plan.header.brand == workspace.programme.brand else {
            throw RetierError(
                .badConfiguration, "the plan is of brand \(plan.header.brand), this is \(workspace.programme.brand)",
                hint: "apply it in its own brand folder")
        }
        let timings = workspace.timings
        timings.end("open plan")
        let review = try PlanReview(plan, workspace: workspace)
        timings.end("review")
        if try ledger.run(kind: plan.header.kind, period: plan.header.period) == nil {
            try review.refuseUnless(overrides: overrides, language: workspace.language)
            try refuseStale(plan)
            try review.approvals.refuseUnlessGiven()
        }
        let now = workspace.clock.now
        var order = CommitOrder(
            brand: workspace.programme.brand, endpoints: workspace.programme.endpoints,
            currentInputs: workspace.brand.planInputs, overrides: overrides, findings: review.findings, lease: lease,
            now: now, ladders: workspace.ladders,
            uncounted: workspace.programme.uncountedStatuses, zone: workspace.programme.zone,
            quiet: workspace.programme.quietCalendar, stageEnded: timings.end)
        order.canary = canary ?? workspace.programme.canary
        order.approved = review.approvals.given
        order.playbooks = workspace.brand.playbooks.map(\.id)
        let composers = try MessageComposers(
            programme: workspace.programme, templates: workspace.brand.templates, header: plan.header, committedAt: now)
        let result = try ledger.commit(plan, order) { try composers.messages(of: $0) }
        timings.end("commit")
        return result
    }

    /// Refuses a plan whose inputs have changed; plans anew in memory to say what the change does.
    private func refuseStale(_ plan: PlanFile) throws {
        let stale = try ledger.staleInputs(of: plan, current: workspace.brand.planInputs)
        guard !stale.isEmpty else { return }
        let fresh = try Planner(workspace).plan(plan.header.kind, asOf: plan.header.asOf)
        throw RetierError(
            .refused,
            "the plan is stale: " + stale.map(\.description).joined(separator: ", ") + "; "
                + (try PlanDifference(old: plan, new: fresh.plan).sentence),
            hint: "make a new plan, read it, and apply that one")
    }

    /// Takes a person's word on a plan: on what it needs one for, and on what it defers for approval.
    ///
    /// Returns how many deferred actions it covers, and whether the plan may be applied as far as words go.
    package func approve(_ plan: PlanFile, _ word: Approval) throws -> (actions: Int, isApplicable: Bool) {
        guard plan.header.brand == workspace.programme.brand else {
            throw RetierError(
                .usage, "the plan is of brand \(plan.header.brand)", hint: "approve it in its own brand folder")
        }
        // What is committed needs no word any more, but for what it deferred.
        let isDone = try ledger.run(kind: plan.header.kind, period: plan.header.period) != nil
        func approvals() throws -> PlanApprovals {
            try PlanApprovals(plan, tally: try plan.tally(), workspace: workspace)
        }
        let actions = try ledger.approve(plan, needs: isDone ? [] : try approvals().needs, word)
        return (actions, try !isDone && approvals().request == nil)
    }

    /// Sends what is due.
    package func deliver(patienceSeconds: Int64 = 10) throws -> DeliverySummary {
        var options = Courier.Options()
        options.patienceSeconds = patienceSeconds
        try heedNews()
        let clock = workspace.clock
        let courier = Courier(
            ledger: ledger, programme: workspace.programme, brandDirectory: workspace.folder.path, clock: { clock.now },
            secrets: Secrets(
                brandDirectory: workspace.folder.path,
                credentialsDirectory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]), options: options)
        return try courier.deliver(until: StopSignal.flag)
    }

    /// Before anything is planned or sent: who came back gets nothing more, and who withdrew consent nothing at all.
    private func heedNews() throws {
        let sentences = [try workspace.closeRecoveredCases().sentence, try workspace.takeBackWithdrawn().sentence]
        for line in sentences.compactMap(\.self) { log.info("\(line)") }
    }

    /// What the timers call: inbox, plan, guards, commit.
    ///
    /// Delivery and report follow outside the lease.
    package func run(
        _ kind: Playbook.Trigger, asOf: Day, overrides: [GuardOverride], canary: CanarySettings? = nil
    ) throws -> CommitResult? {
        try workspace.holdingLease { lease in
            for line in try Inbox(workspace).importAll().flatMap(\.lines) { log.info("\(line)") }
            try heedNews()
            switch try plan(kind, asOf: asOf) {
            case .done(let record):
                log.info("\(record.alreadyDone) to do")
                return nil
            case .planned(let file, let review):
                log.info("\(review.summary(playbooks: workspace.brand.playbooks, language: workspace.language))")
                return try commit(file, overrides: overrides, canary: canary, lease: lease)
            }
        }
    }
}

extension Workspace {
    /// Where the plan of a run is kept.
    package func planPath(_ header: PlanHeader) -> String {
        folder.plans.appendingPathComponent("\(header.kind.rawValue)-\(header.period).plan").path
    }
}

extension RunView {
    /// What a person should know about the data and the tiers, one line each.
    func notes(_ language: Language) -> [String] {
        // Few members leave scores and segments empty; that is nothing to act on.
        var notes = outcome.warnings.filter { !["empty-score", "empty-segment"].contains($0.code) }
            .map { $0.message(language) }
        let census = facts.census
        if census.waitingMembers > 0 {
            notes.append(
                LocalizedText(
                    zh: "\(census.waitingMembers) 名会员只出现在订单或身份数据中（\(census.waitingOrders) 笔订单等待其会员资料）",
                    en:
                        "\(census.waitingMembers) members are known from other rows only; "
                        + "\(census.waitingOrders) orders wait for them"
                )(language))
        }
        return notes
    }
}
