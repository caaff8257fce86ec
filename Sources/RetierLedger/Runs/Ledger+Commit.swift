import Foundation
import GRDB
import RetierCore

extension Ledger {
    /// Commits exactly this plan in one transaction: standing, transitions, decisions, outbox and audit, or nothing
    /// of it.
    ///
    /// A run of the same kind and period that was committed before makes it a no-op by key.
    /// - Parameter compose: makes the body of a message; called for each batch in plan order within the transaction.
    /// - Throws: `RetierError` of code `refused` where an input has changed since the plan was made, `badConfiguration`
    ///   where the plan is another brand's, `tryLater` where the lease was lost; whatever `compose` throws.
    package func commit(
        _ plan: PlanFile, _ order: CommitOrder, compose: (MessageDraft) throws -> [UInt8]
    ) throws -> CommitResult {
        guard plan.header.brand == order.brand else {
            throw RetierError(
                .badConfiguration, "the plan is of brand \(plan.header.brand), this is \(order.brand)",
                hint: "apply it in its own brand folder")
        }
        return try pool.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH DATABASE ? AS plan", arguments: [plan.path])
            defer { try? database.execute(sql: "DETACH DATABASE plan") }
            var result: CommitResult?
            try database.inTransaction(.immediate) {
                result = try PlanCommit(plan: plan, order: order, database: database).run(compose)
                return .commit
            }
            guard let result else { throw RetierError(.tryLater, "the transaction did not run", hint: "try again") }
            return result
        }
    }
}

/// The body of the committing transaction.
private struct PlanCommit {
    let plan: PlanFile
    let order: CommitOrder
    let database: Database
    var run: String { plan.runID }

    func run(_ compose: (MessageDraft) throws -> [UInt8]) throws -> CommitResult {
        if let done = try RunRecord.fetch(database, kind: plan.header.kind, period: plan.header.period) {
            let messages = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM message WHERE run = ?", arguments: [done.id])
            return CommitResult(
                run: done.id, alreadyDone: true, samePlan: done.planDigest == plan.digest,
                committedAt: done.committedAt,
                sends: done.sends, messages: messages ?? 0)
        }
        try checkPlan()
        let tally = try plan.tally()
        try insertRun(tally)
        try copyCuts()
        try copyStanding()
        try copyTransitions()
        let messages = try insertMessages(compose)
        try copyDecisions()
        try recordOverrides()
        try order.lease?.requireHeld(in: database)
        try AuditTrail.appendCommit(ofRun: run, at: order.now, in: database)
        return CommitResult(
            run: run, alreadyDone: false, samePlan: true, committedAt: order.now, sends: tally.count(.send),
            messages: messages)
    }

    /// Refuses a plan whose inputs have changed, and a file that was exchanged after it was verified.
    private func checkPlan() throws {
        let digest = try String.fetchOne(database, sql: "SELECT value FROM plan.meta WHERE key = 'digest'")
        guard digest == plan.digest else {
            throw PlanFile.damage(plan.path, "meta", "was exchanged while it was applied")
        }
        let current = try Ledger.planInputs(database) + order.currentInputs
        let stale = StaleInput.between(planned: plan.inputs, current: current)
        guard stale.isEmpty else {
            throw RetierError(
                .refused, "the plan is stale: " + stale.map(\.description).joined(separator: ", "),
                hint: "make a new plan, read it, and apply that one")
        }
    }

    private func insertRun(_ tally: Tally) throws {
        let header = plan.header
        let demotions = try plan.transitionCounts()[.demoted] ?? 0
        try database.execute(
            sql: "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                run, header.kind.rawValue, header.period, header.asOf.number, plan.digest, order.now.seconds,
                plan.members,
                tally.count(.send), demotions, tally.cost().minorUnits, tally.json,
            ])
        try database.execute(
            sql: "INSERT INTO run_input SELECT ?, name, digest, count FROM plan.input", arguments: [run])
    }

    /// Frozen cuts are stored once; a plan that names others for the same model and date is refused.
    private func copyCuts() throws {
        let contradiction = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan.cut p JOIN main.cut c USING (model_digest, learned_on, tier)
                    WHERE c.entry_score <> p.entry_score)
                """)
        guard contradiction != true else {
            throw RetierError(
                .badData, "the plan's entry cuts differ from those frozen on the same date", hint: "make the plan again"
            )
        }
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO main.cut
                SELECT learned_on, model_digest, tier, entry_score, ? FROM plan.cut ORDER BY position
                """, arguments: [run])
    }

    private func copyStanding() throws {
        guard plan.header.kind == .refresh else { return }
        try database.execute(sql: "DELETE FROM main.standing")
        try copy(
            "standing",
            """
            INSERT INTO main.standing
            SELECT m.key, s.tier, s.since, s.pending_runs, s.stage, s.score, s.rank_spend, s.rank_frequency,
                s.rank_recency, s.rank_price_sensitivity
            FROM plan.standing s JOIN main.member m ON m.member_id = s.member_id ORDER BY m.key
            """)
    }

    private func copyTransitions() throws {
        try copy(
            "transition",
            """
            INSERT INTO main.transition
            SELECT '\(run)', m.key, t.kind, t.from_tier, t.to_tier, t.from_stage, t.to_stage, t.reason
            FROM plan.transition t JOIN main.member m ON m.member_id = t.member_id ORDER BY m.key, t.kind
            """)
    }

    /// Composes and stores the outbox rows; remembers in `temp.carried` which message carries which decision.
    private func insertMessages(_ compose: (MessageDraft) throws -> [UInt8]) throws -> Int {
        try database.execute(
            sql: """
                DROP TABLE IF EXISTS temp.carried;
                CREATE TEMP TABLE carried (position INTEGER PRIMARY KEY, message TEXT NOT NULL);
                """)
        var batches = MessageBatches(planDigest: plan.digest, run: run, endpoints: order.endpoints)
        try plan.forEachDecision(DecisionFilter(outcome: .send)) { action in
            if let draft = try batches.add(action) { try insert(draft, compose) }
        }
        for draft in batches.rest() { try insert(draft, compose) }
        return batches.count
    }

    private func insert(_ draft: MessageDraft, _ compose: (MessageDraft) throws -> [UInt8]) throws {
        let body = Data(try compose(draft))
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO message (id, run, endpoint, position, body, body_digest, actions, state, next_at, not_after)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)
                """)
        let notAfter = order.now.adding(seconds: Int64(draft.endpoint.expireHours) * 3_600)
        try statement.execute(arguments: [
            draft.id, draft.run, draft.endpoint.id, draft.position, body, AuditTrail.digest(of: body),
            draft.actions.count,
            order.now.seconds, notAfter.seconds,
        ])
        let carried = try database.cachedStatement(sql: "INSERT INTO temp.carried VALUES (?, ?)")
        for action in draft.actions { try carried.execute(arguments: [action.position, draft.id]) }
    }

    private func copyDecisions() throws {
        do {
            try copy(
                "decision",
                """
                INSERT INTO main.decision (action_id, run, member, playbook, version, step, level, type, channel,
                    endpoint, arm, verdict, reason, facts, evidence, until, cost, day, message)
                SELECT d.action_id, '\(run)', m.key, d.playbook, d.version, d.step, d.level, d.type, d.channel,
                    d.endpoint, d.arm, d.verdict, d.reason, d.facts, d.evidence, d.until, d.cost,
                    \(plan.header.asOf.number), c.message
                FROM plan.decision d JOIN main.member m ON m.member_id = d.member_id
                LEFT JOIN temp.carried c ON c.position = d.position
                ORDER BY d.position
                """)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY {
            throw RetierError(
                .refused, "an action of this plan was decided in an earlier run: no action is decided twice",
                hint: "make a new plan")
        }
        try database.execute(sql: "DROP TABLE temp.carried")
    }

    /// Copies a table of the plan; every row must find its member.
    private func copy(_ table: String, _ sql: String) throws {
        try database.execute(sql: sql)
        guard plan.rows[table] == database.changesCount else {
            throw RetierError(
                .refused, "the ledger lacks members that the plan's \(table) names", hint: "make a new plan")
        }
    }

    private func recordOverrides() throws {
        for override in order.overrides {
            for finding in order.findings where finding.guardID == override.guardID {
                var detail = AuditDetail()
                detail.add("guard", finding.guardID.rawValue)
                detail.add("limit", finding.limit)
                detail.add("value", finding.value)
                detail.add("reason", override.reason)
                detail.add("operator", override.operatorName)
                try AuditTrail.append(
                    kind: AuditKind(rawValue: "guard.overridden"), subject: finding.guardID.rawValue,
                    detail: detail.json,
                    run: run, at: order.now, in: database)
            }
        }
    }
}
