import GRDB
package import RetierCore

extension Ledger {
    /// For so many days an approval of deferred actions is good.
    private static let approvalDays = 30

    /// Takes a person's word on a plan and returns how many of its actions that covers.
    ///
    /// The plan may be committed where it needs a word, and the steps that it defers for approval are sent by the next
    /// plan that finds them due and nothing else in their way. The word is about this file: it is kept with the plan's
    /// digest, and nothing else is approved by it.
    /// - Parameter needs: what the plan needs a word for.
    /// - Throws: `RetierError` of code `usage` where nothing of it waits for such a word.
    package func approve(_ plan: PlanFile, needs: [ApprovalNeed] = [], _ word: Approval) throws -> Int {
        try pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO approval (plan_digest, playbook, as_of, at, operator, reason) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    plan.digest, word.playbook, plan.header.asOf.number, word.at.seconds, word.operatorName,
                    word.reason,
                ])
            let counts = try Ledger.approveActions(of: plan, word, number: database.lastInsertedRowID, in: database)
            let met = needs.filter { word.covers($0.playbook) }
            guard !counts.isEmpty || !met.isEmpty else {
                throw RetierError(
                    .usage, "nothing waits for approval in the plan\(word.playbook.map { " about \($0)" } ?? "")",
                    hint: "retier show PLAN lists what it defers, and what it needs a word for")
            }
            var detail = JSONObject()
            detail.add("plan", plan.digest)
            detail.add("playbook", word.playbook)
            let actions = counts.sorted { $0.key < $1.key }.map { playbook, count in
                JSONObject.text {
                    $0.add("playbook", playbook)
                    $0.add("count", Int64(count))
                }
            }
            detail.add("actions", json: "[" + actions.joined(separator: ",") + "]")
            detail.add("needs", json: "[" + met.map(\.json).joined(separator: ",") + "]")
            detail.add("reason", word.reason)
            detail.add("operator", word.operatorName)
            try AuditTrail.append(
                kind: AuditKind(rawValue: "plan.approved"), subject: plan.runID, detail: detail.json, run: "",
                at: word.at, in: database)
            return counts.values.reduce(0, +)
        }
    }

    /// Returns how many, by playbook.
    private static func approveActions(
        of plan: PlanFile, _ word: Approval, number: Int64, in database: Database
    ) throws -> [String: Int] {
        let find = try database.makeStatement(sql: "SELECT key FROM member WHERE member_id = ?")
        let insert = try database.makeStatement(sql: "INSERT INTO approved_action VALUES (?, ?, ?, ?)")
        var counts: [String: Int] = [:]
        try plan.forEachDecision(DecisionFilter(playbook: word.playbook, outcome: .deferred)) { decision in
            guard decision.reason == .needsApproval,
                let member = try Int64.fetchOne(find, arguments: [decision.memberID])
            else { return }
            try insert.execute(arguments: [member, decision.playbook, decision.step, number])
            counts[decision.playbook, default: 0] += 1
        }
        return counts
    }

    /// The words on a plan, the first given first.
    package func approvals(ofPlan digest: String) throws -> [Approval] {
        try pool.read { try Approval.fetchAll($0, plan: digest) }
    }

    /// The playbooks that are not new to a run; nil where it is, or will be, the first of the brand.
    package func knownPlaybooks(before run: String) throws -> Set<String>? {
        try pool.read { database in
            let earlier = try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM run
                        WHERE rowid < coalesce((SELECT rowid FROM run WHERE id = ?), \(Int64.max)))
                    """, arguments: [run])
            guard earlier == true else { return nil }
            return try String.fetchSet(
                database, sql: "SELECT id FROM known_playbook WHERE run <> ?", arguments: [run])
        }
    }

    /// What is approved of these members' steps on a day and was not sent since.
    ///
    /// Of members who are one, whoever it was approved for or sent to, an approval is used once.
    /// - Parameter before: leaves out this run and all later ones, and what was approved after it.
    package func approvals(
        keys: [Int64], merged: [MergedKey] = [], playbooks: [Playbook], asOf: Day, before: RunRecord? = nil
    ) throws -> ApprovalTable {
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        let others = Dictionary(grouping: merged, by: \.row)
        return try pool.read { database in
            let wasSent = try database.makeStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM decision d WHERE d.member = ? AND d.playbook = ? AND d.step = ?
                        AND d.day >= ? AND d.verdict = 'send' \(RunRecord.condition("d.run", before: before)))
                    """)
            let approved = try Row.fetchAll(
                database,
                sql: """
                    SELECT a.member, a.playbook, a.step, max(w.as_of)
                    FROM approved_action a JOIN approval w ON w.number = a.approval
                    WHERE w.as_of > ? AND w.at <= ? GROUP BY a.member, a.playbook, a.step
                    """,
                arguments: [
                    asOf.adding(days: -Ledger.approvalDays).number, before?.committedAt.seconds ?? Int64.max,
                ])
            let items = try approved.compactMap { row -> (row: Int, playbook: Int, step: Int)? in
                let (member, playbook, step, day): (Int64, String, String, Int64) = (row[0], row[1], row[2], row[3])
                guard let place = rowOfKey[member], let position = playbooks.firstIndex(where: { $0.id == playbook }),
                    let number = playbooks[position].steps.firstIndex(where: { $0.id == step })
                else { return nil }
                let group = [keys[place]] + (others[place] ?? []).map(\.key)
                let isUsed = try group.contains {
                    try Bool.fetchOne(wasSent, arguments: [$0, playbook, step, day]) == true
                }
                return isUsed ? nil : (place, position, number)
            }
            return ApprovalTable(count: keys.count, items: items)
        }
    }
}

extension Approval {
    static func fetchAll(_ database: Database, plan digest: String) throws -> [Approval] {
        try Row.fetchAll(
            database,
            sql: "SELECT playbook, reason, operator, at FROM approval WHERE plan_digest = ? ORDER BY number",
            arguments: [digest]
        ).map { row in
            Approval(playbook: row[0], reason: row[1], operatorName: row[2], at: Instant(seconds: row[3]))
        }
    }
}

extension ApprovalNeed {
    /// For the audit trail, money in minor units.
    var json: String { JSONObject.text { add(to: &$0) } }

    func add(to detail: inout JSONObject) {
        detail.add("cause", cause.rawValue)
        detail.add("playbook", playbook)
        detail.add("cost", cost.minorUnits)
        detail.add("limit", limit?.minorUnits)
    }
}
