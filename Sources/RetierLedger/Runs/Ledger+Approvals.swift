import GRDB
package import RetierCore

/// A person's word on what a plan defers for approval.
package struct ApprovalWord: Hashable, Sendable {
    package var reason: String
    package var operatorName: String
    package var now: Instant

    package init(reason: String, operatorName: String, now: Instant) {
        self.reason = reason
        self.operatorName = operatorName
        self.now = now
    }
}

extension Ledger {
    /// For so many days an approval is good.
    private static let approvalDays = 30

    /// Approves the steps that a plan defers for approval, of one playbook or of all; returns how many.
    ///
    /// The word is about this file: it is kept with the plan's digest, and nothing else is approved by it. The steps
    /// are sent by the next plan that finds them due and nothing else in their way.
    /// - Throws: `RetierError` of code `usage` where the plan defers nothing for approval.
    package func approve(_ plan: PlanFile, playbook: String? = nil, _ word: ApprovalWord) throws -> Int {
        try pool.write { database in
            let find = try database.makeStatement(sql: "SELECT key FROM member WHERE member_id = ?")
            let insert = try database.makeStatement(
                sql: "INSERT OR IGNORE INTO approval VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            var counts: [String: Int] = [:]
            try plan.forEachDecision(DecisionFilter(playbook: playbook, outcome: .deferred)) { decision in
                guard decision.reason == .needsApproval,
                    let member = try Int64.fetchOne(find, arguments: [decision.memberID])
                else { return }
                try insert.execute(arguments: [
                    member, decision.playbook, decision.step, plan.digest, plan.header.asOf.number, word.now.seconds,
                    word.operatorName, word.reason,
                ])
                counts[decision.playbook, default: 0] += 1
            }
            guard !counts.isEmpty else {
                throw RetierError(
                    .usage, "the plan defers nothing for approval\(playbook.map { " in \($0)" } ?? "")",
                    hint: "retier show PLAN lists what it defers, and why")
            }
            for (playbook, count) in counts.sorted(by: { $0.key < $1.key }) {
                var detail = JSONObject()
                detail.add("plan", plan.digest)
                detail.add("playbook", playbook)
                detail.add("actions", Int64(count))
                detail.add("reason", word.reason)
                detail.add("operator", word.operatorName)
                try AuditTrail.append(
                    kind: AuditKind(rawValue: "plan.approved"), subject: plan.runID, detail: detail.json, run: "",
                    at: word.now, in: database)
            }
            return counts.values.reduce(0, +)
        }
    }

    /// What is approved of these members' steps on a day and was not sent since.
    ///
    /// - Parameter before: leaves out this run and all later ones, and what was approved after it.
    package func approvals(
        keys: [Int64], merged: [MergedKey] = [], playbooks: [Playbook], asOf: Day, before: RunRecord? = nil
    ) throws -> ApprovalTable {
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        let rows = try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT member, playbook, step FROM approval a WHERE as_of > ? AND NOT EXISTS (
                        SELECT 1 FROM decision d WHERE d.member = a.member AND d.day >= a.as_of
                            AND d.playbook = a.playbook AND d.step = a.step AND d.verdict = 'send'
                            \(RunRecord.condition("d.run", before: before)))
                    AND a.at <= ?
                    """,
                arguments: [
                    asOf.adding(days: -Ledger.approvalDays).number, before?.committedAt.seconds ?? Int64.max,
                ])
        }
        return ApprovalTable(
            count: keys.count,
            items: rows.compactMap { row in
                let (member, playbook, step): (Int64, String, String) = (row[0], row[1], row[2])
                guard let place = rowOfKey[member], let position = playbooks.firstIndex(where: { $0.id == playbook }),
                    let number = playbooks[position].steps.firstIndex(where: { $0.id == step })
                else { return nil }
                return (place, position, number)
            })
    }
}
