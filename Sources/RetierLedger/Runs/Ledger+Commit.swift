import Foundation
import GRDB
package import RetierCore

extension Ledger {
    /// Commits exactly this plan in one transaction: standing, transitions, decisions, outbox and audit, or nothing
    /// of it.
    ///
    /// A run of the same kind and period that was committed before makes it a no-op by key.
    /// - Parameter compose: makes the messages of a draft, which carry each of its actions once; called for each draft
    ///   in plan order within the transaction.
    /// - Throws: `RetierError` of code `refused` where an input has changed since the plan was made, `badConfiguration`
    ///   where the plan is another brand's, `tryLater` where the lease was lost; whatever `compose` throws.
    package func commit(
        _ plan: PlanFile, _ order: CommitOrder, compose: (MessageDraft) throws -> [MessagePart]
    ) throws -> CommitResult {
        guard plan.header.brand == order.brand else {
            throw RetierError(
                .badConfiguration, "the plan is of brand \(plan.header.brand), this is \(order.brand)",
                hint: "apply it in its own brand folder")
        }
        return try pool.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH DATABASE ? AS plan", arguments: [plan.path])
            defer { try? database.execute(sql: "DETACH DATABASE plan") }
            // Every row that is written is joined with the member, the run and the message that it names, so that
            // checking foreign keys again, row by row, finds nothing. The caches hold what a large run touches.
            try database.execute(
                sql: "PRAGMA foreign_keys = OFF; PRAGMA main.cache_size = -131072; PRAGMA plan.cache_size = -65536")
            defer {
                try? database.execute(sql: "PRAGMA foreign_keys = ON; PRAGMA main.cache_size = -32768")
            }
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

    func run(_ compose: (MessageDraft) throws -> [MessagePart]) throws -> CommitResult {
        if let done = try RunRecord.fetch(database, kind: plan.header.kind, period: plan.header.period) {
            let messages = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM message WHERE run = ?", arguments: [done.id])
            return CommitResult(
                run: done.id, alreadyDone: true, samePlan: done.planDigest == plan.digest,
                committedAt: done.committedAt,
                sends: done.sends, messages: messages ?? 0, unsendable: 0)
        }
        try checkPlan()
        let figures = try plan.figures()
        let tally = figures.tally
        try insertRun(figures)
        try copyCalibration()
        try findMembers()
        try copyStanding()
        try copyTransitions()
        try copyFigures()
        order.stageEnded("commit standing and transitions")
        let carriers = try insertMessages(sends: figures.sends, compose)
        order.stageEnded("commit messages")
        try copyDecisions(carriers)
        try AssignmentCommit(run: run, day: plan.header.asOf, database: database).write()
        try applyToCases()
        try database.execute(sql: "DROP TABLE temp.member_key")
        order.stageEnded("commit decisions")
        try recordOverrides()
        try ApprovalCommit(run: run, order: order, database: database).write(tally)
        try order.lease?.requireHeld(in: database)
        try AuditTrail.appendCommit(ofRun: run, at: order.now, in: database)
        order.stageEnded("commit audit")
        return CommitResult(
            run: run, alreadyDone: false, samePlan: true, committedAt: order.now, sends: tally.count(.send),
            messages: carriers.messages.count, withheld: carriers.withheld, unsendable: carriers.unsendable)
    }

    /// Refuses a plan whose inputs have changed, and a file that was exchanged after it was verified.
    private func checkPlan() throws {
        let digest = try String.fetchOne(database, sql: "SELECT value FROM plan.meta WHERE key = 'digest'")
        guard digest == plan.digest else {
            throw PlanFile.damage(plan.path, "meta", "was exchanged while it was applied")
        }
        let current = try Ledger.planInputs(database, besidesWordsOn: plan.digest) + order.currentInputs
        let stale = StaleInput.between(planned: plan.inputs, current: current)
        guard stale.isEmpty else {
            throw RetierError(
                .refused, "the plan is stale: " + stale.map(\.description).joined(separator: ", "),
                hint: "make a new plan, read it, and apply that one")
        }
    }

    private func insertRun(_ figures: PlanFigures) throws {
        let (header, tally) = (plan.header, figures.tally)
        let demotions = try plan.transitionCounts()[.demoted] ?? 0
        try database.execute(
            sql: "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                run, header.kind.rawValue, header.period, header.asOf.number, plan.digest, order.now.seconds,
                plan.members, tally.count(.send), figures.reach, demotions, tally.cost().minorUnits, tally.json,
                header.calibration,
            ])
        try database.execute(
            sql: "INSERT INTO run_input SELECT ?, name, digest, count FROM plan.input", arguments: [run])
    }

    /// A calibration is stored once; a plan that has other values under a version that is there is refused.
    private func copyCalibration() throws {
        let contradiction = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan.calibration p JOIN main.calibration c USING (version)
                    LEFT JOIN main.calibration_value v USING (version, position)
                    WHERE c.learned_on <> p.learned_on OR c.model_digest <> p.model_digest OR v.part IS NOT p.part
                        OR v.name IS NOT p.name OR v.value IS NOT p.value)
                """)
        guard contradiction != true else {
            throw RetierError(
                .badData, "the plan's calibration differs from the one frozen under the same version",
                hint: "make the plan again")
        }
        try database.execute(
            sql: """
                INSERT INTO main.calibration_value
                SELECT version, position, part, name, value FROM plan.calibration p
                WHERE NOT EXISTS (SELECT 1 FROM main.calibration c WHERE c.version = p.version) ORDER BY position;
                INSERT OR IGNORE INTO main.calibration
                SELECT DISTINCT version, learned_on, model_digest, '\(run)' FROM plan.calibration
                """)
    }

    /// Finds the ledger's key and the tier of every member of the plan: `temp.member_key`, by position in the plan.
    ///
    /// A daily plan leaves tiers as they are.
    private func findMembers() throws {
        try database.execute(
            sql: """
                DROP TABLE IF EXISTS temp.member_key;
                CREATE TEMP TABLE member_key (position INTEGER PRIMARY KEY, key INTEGER NOT NULL, tier TEXT);
                """)
        try copy(
            "member",
            """
            INSERT INTO temp.member_key SELECT p.position, m.key, coalesce(t.text, s.tier)
            FROM plan.member p CROSS JOIN main.member m ON m.member_id = p.member_id
            LEFT JOIN plan.text t ON t.position = p.tier
            LEFT JOIN main.standing s ON s.member = m.key AND p.tier IS NULL
            ORDER BY p.position
            """)
    }

    /// The order of the ledger's keys, where that is not the order of the plan already: sorting is dear.
    private func keyOrder() throws -> String {
        let isInOrder = try Bool.fetchOne(
            database,
            sql: """
                SELECT NOT EXISTS (SELECT 1 FROM temp.member_key a CROSS JOIN temp.member_key b
                    ON b.position = a.position + 1 WHERE b.key < a.key)
                """)
        return isInOrder == true ? "" : "ORDER BY k.key"
    }

    private func copyStanding() throws {
        guard plan.header.kind == .refresh else { return }
        try database.execute(sql: "DELETE FROM main.standing; DELETE FROM main.hold")
        try copy(
            "hold",
            """
            INSERT INTO main.hold
            SELECT k.key, rule.text, p.runs, p.below_since, p.last_fall, p.valid_until, baseline.text, ruled.text,
                p.ruled_since
            FROM plan.hold p CROSS JOIN temp.member_key k ON k.position = p.position
            LEFT JOIN plan.text rule ON rule.position = p.rule
            LEFT JOIN plan.text baseline ON baseline.position = p.baseline
            LEFT JOIN plan.text ruled ON ruled.position = p.ruled_tier
            """)
        try copy(
            "member",
            """
            INSERT INTO main.standing
            SELECT k.key, tier.text, p.since, p.pending_runs, stage.text, p.score,
                \(Dimension.allCases.map { "p.rank_\($0.name)" }.joined(separator: ", "))
            FROM plan.member p CROSS JOIN temp.member_key k ON k.position = p.position
            CROSS JOIN plan.text tier ON tier.position = p.tier CROSS JOIN plan.text stage ON stage.position = p.stage
            \(try keyOrder())
            """)
    }

    /// The reason is put together as `TransitionReason.json` does.
    private func copyTransitions() throws {
        guard plan.rows["transition"] != 0 else { return }
        try copy(
            "transition",
            """
            INSERT INTO main.transition
            SELECT '\(run)', k.key, kind.text, from_tier.text, to_tier.text, from_stage.text, to_stage.text,
                '{"score_before":' || coalesce(t.score_before, 'null') || ',"score_after":' || t.score_after
                || ',"cut":' || t.cut || ',"measured":' || t.measured || ',"by":"' || basis.text || '"'
                || ',"rule":' || coalesce('"' || rule.text || '"', 'null')
                || ',"dimension":' || coalesce('"' || dimension.text || '"', 'null')
                || ',"rank_before":' || t.rank_before || ',"rank_after":' || t.rank_after
                || ',"runs_below":' || t.runs_below
                || ',"days_since_purchase":' || coalesce(t.days_since_purchase, 'null') || '}'
            FROM plan.transition t CROSS JOIN temp.member_key k ON k.position = t.member
            CROSS JOIN plan.text kind ON kind.position = t.kind
            CROSS JOIN plan.text to_tier ON to_tier.position = t.to_tier
            CROSS JOIN plan.text to_stage ON to_stage.position = t.to_stage
            LEFT JOIN plan.text from_tier ON from_tier.position = t.from_tier
            LEFT JOIN plan.text from_stage ON from_stage.position = t.from_stage
            CROSS JOIN plan.text basis ON basis.position = t.basis
            LEFT JOIN plan.text rule ON rule.position = t.rule
            LEFT JOIN plan.text dimension ON dimension.position = t.dimension
            \(try keyOrder())
            """)
    }

    private func copyFigures() throws {
        try database.execute(
            sql: """
                INSERT INTO main.run_figure SELECT '\(run)', position, part, subject, object, quantity, value
                FROM plan.figure ORDER BY position
                """)
    }

    /// Composes and stores the outbox rows.
    private func insertMessages(
        sends: PlanSends, _ compose: (MessageDraft) throws -> [MessagePart]
    ) throws -> MessageCarriers {
        var carriers = MessageCarriers(
            planDigest: plan.digest, decisions: plan.rows["decision"] ?? 0, now: order.now,
            quiet: order.quiet, database: database)
        let canary = try order.canary?.share.map { try PlanCanary(share: $0, plan: plan) }
        var drafts = MessageDrafts(run: run, endpoints: order.endpoints, sends: sends, canary: canary)
        func carry(_ draft: MessageDraft) throws {
            var draft = draft
            draft.externalIDs = try Ledger.externalIDs(of: draft, in: database)
            try carriers.carry(draft, in: compose(draft))
        }
        try plan.forEachDecision(DecisionFilter(outcome: .send)) { action in
            if let draft = try drafts.add(action) { try carry(draft) }
        }
        for draft in drafts.rest() { try carry(draft) }
        if carriers.withheld > 0, let settings = order.canary {
            try CanaryRow.open(settings, run: run, withheld: carriers.withheld, at: order.now, in: database)
        }
        return carriers
    }

    /// Copies the decisions in the order of their action ids: the ledger's index of these is large and grows with
    /// every run, and neighbours in it are written at one go.
    private func copyDecisions(_ carriers: MessageCarriers) throws {
        try placeDecisions(carriers)
        do {
            try copy(
                "decision",
                """
                INSERT INTO main.decision (action_id, run, member, playbook, version, step, level, type, channel,
                    endpoint, arm, verdict, reason, facts, evidence, until, cost, day, marks, tier, choice, message)
                SELECT c.action_id, '\(run)', k.key, s.playbook, s.version, s.step, s.level, s.type, s.channel,
                    s.endpoint, arm.text, \(verdict("reason.text")), reason.text, facts.text, evidence.text, d.until,
                    s.cost, \(plan.header.asOf.number), s.marks, k.tier, s.choice, c.message
                FROM temp.carried c CROSS JOIN plan.decision d ON d.position = c.position
                CROSS JOIN temp.member_key k ON k.position = d.member CROSS JOIN plan.step s ON s.position = d.step
                CROSS JOIN plan.text reason ON reason.position = d.reason
                CROSS JOIN plan.text facts ON facts.position = d.facts
                CROSS JOIN plan.text evidence ON evidence.position = d.evidence
                LEFT JOIN plan.text arm ON arm.position = d.arm
                """)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY {
            throw RetierError(
                .refused, "an action of this plan was decided in an earlier run: no action is decided twice",
                hint: "make a new plan")
        }
        try copy(
            "incident_action",
            """
            INSERT INTO main.incident_action SELECT t.text, '\(run)', c.action_id
            FROM temp.carried c CROSS JOIN plan.incident_action i ON i.position = c.position
            CROSS JOIN plan.text t ON t.position = i.incident
            """)
        try database.execute(sql: "DROP TABLE temp.carried")
    }

    /// Fills `temp.carried`: the decisions in the order of their action ids, with the message that carries each.
    private func placeDecisions(_ carriers: MessageCarriers) throws {
        try database.execute(
            sql: """
                DROP TABLE IF EXISTS temp.carried;
                CREATE TEMP TABLE carried (
                    place INTEGER PRIMARY KEY, position INTEGER NOT NULL, action_id TEXT NOT NULL, message TEXT);
                """)
        guard let connection = database.sqliteConnection else { return }
        let ids = try ActionIDs(plan)
        let insert = try RawStatement(connection, "INSERT INTO temp.carried VALUES (NULL, ?, ?, ?)")
        let messages = PackedStrings(carriers.messages)
        for position in ids.places {
            insert.bind(1, Int64(position + 1))
            let message = Int(carriers.ofDecision[position])
            try ids.withUTF8(at: position) { id in
                insert.bind(2, id)
                guard message >= 0 else {
                    insert.bindNull(3)
                    return try insert.run()
                }
                try messages.withUTF8(at: message) { text in
                    insert.bind(3, text)
                    try insert.run()
                }
            }
        }
    }

    /// The verdict of a reason as SQL.
    private func verdict(_ reason: String) -> String {
        let cases = ReasonCode.allCases.map { "WHEN '\($0.rawValue)' THEN '\($0.outcome.rawValue)'" }
        return "CASE \(reason) \(cases.joined(separator: " ")) END"
    }

    /// Copies a table of the plan; every row must find its member.
    private func copy(_ table: String, _ sql: String) throws {
        try database.execute(sql: sql)
        guard plan.rows[table] == database.changesCount else {
            throw RetierError(
                .refused, "the ledger lacks members that the plan's \(table) names", hint: "make a new plan")
        }
    }

    private func applyToCases() throws {
        let find = try database.makeStatement(sql: "SELECT key FROM main.member WHERE member_id = ?")
        var cases = try CaseCommit(plan, order, in: database)
        try cases.run(plan) { try Int64.fetchOne(find, arguments: [$0]) }
        try WaitingCommit.run(run, plan.header, in: database)
        order.stageEnded("commit cases")
    }

    private func recordOverrides() throws {
        for override in order.overrides {
            for finding in order.findings where finding.guardID == override.guardID {
                var detail = JSONObject()
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
