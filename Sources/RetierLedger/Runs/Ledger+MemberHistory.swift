import GRDB
package import RetierCore

/// A committed decision about one member, with what became of its message.
package struct MemberDecision: Hashable, Sendable {
    package var actionID: String
    package var run: String
    package var playbook: String
    package var version: Int
    package var step: String
    package var type: String
    package var channel: String
    package var arm: String?
    package var verdict: String
    package var reason: String
    /// JSON objects, as they were decided.
    package var facts: String
    package var evidence: String
    package var until: Day?
    package var day: Day
    package var message: String?
    package var messageState: String?
    /// The receiver's code where it refused this action although it took the message.
    package var refusal: String?
    package var attempts: Int
    package var httpStatus: Int?
    package var code: String?
    package var finishedAt: Instant?

    /// Whether it was taken back before it left, because consent was withdrawn.
    package var isTakenBack: Bool { refusal == RefusalRow.withdrawn }
}

extension Ledger {
    /// Everything that was ever decided about a member and those merged into it, the latest first; nil where the ledger
    /// knows no such member.
    package func decisions(ofMember memberID: String) throws -> [MemberDecision]? {
        try pool.read { database in
            let isKnown = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM member WHERE member_id = ?)", arguments: [memberID])
            guard isKnown == true else { return nil }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    \(Ledger.oneMember)
                    SELECT d.*, m.state, coalesce(m.attempts, 0) AS attempts, m.http_status, m.code, m.finished_at,
                        (SELECT MIN(code) FROM action_refusal WHERE action_id = d.action_id) AS refusal
                    FROM decision d LEFT JOIN message m ON m.id = d.message
                    WHERE d.member IN one ORDER BY d.day DESC, d.run, d.playbook, d.action_id
                    """, arguments: [memberID])
            return rows.map { row in
                MemberDecision(
                    actionID: row["action_id"], run: row["run"], playbook: row["playbook"], version: row["version"],
                    step: row["step"], type: row["type"], channel: row["channel"], arm: row["arm"],
                    verdict: row["verdict"], reason: row["reason"], facts: row["facts"], evidence: row["evidence"],
                    until: (row["until"] as Int32?).map(Day.init(number:)), day: Day(number: row["day"]),
                    message: row["message"], messageState: row["state"], refusal: row["refusal"],
                    attempts: row["attempts"], httpStatus: row["http_status"], code: row["code"],
                    finishedAt: (row["finished_at"] as Int64?).map(Instant.init(seconds:)))
            }
        }
    }

    /// What a run decided about the member of a row, and what became of everybody whom a budget counts, in the
    /// order of `Arbitration.decide`; reasons without evidence.
    ///
    /// - Parameters:
    ///   - keys: the ledger's key of each row's member, as in `FactTable.keys`.
    ///   - merged: `FactTable.mergedKeys`.
    ///   - playbooks: the run's, in the order of their ids; decisions of others are left out.
    ///   - budgets: all that the run had.
    ///   - incidents: those that decisions may name, by position.
    package func decisions(
        of run: RunRecord, row: Int, keys: [Int64], merged: [MergedKey] = [], playbooks: [Playbook],
        budgets: [Budget], incidents: [Incident] = []
    ) throws -> [Decision] {
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        let positions = Dictionary(uniqueKeysWithValues: playbooks.enumerated().map { ($0.element.id, $0.offset) })
        let counted = playbooks.map { playbook in
            playbook.steps.map { step in
                budgets.contains { $0.scope.coversStep(playbook: playbook.id, channel: step.via, tags: step.tags) }
            }
        }
        let connection = try ReadConnection(path: path)
        let statement = try connection.prepare(
            """
            SELECT d.member, d.playbook, d.step, d.reason, coalesce(d.choice, ''), coalesce(i.incident, '')
            FROM decision d LEFT JOIN incident_action i ON i.run = d.run AND i.action_id = d.action_id
            WHERE d.run = ?
            """)
        try statement.restart()
        try statement.bind(run.id, at: 1)
        var decisions: [Decision] = []
        while try statement.step() {
            guard let place = rowOfKey[statement.integer(0)], let position = positions[statement.text(1)],
                let step = playbooks[position].steps.firstIndex(where: { $0.id == statement.text(2) }),
                place == row || counted[position][step],
                let reason = ReasonCode(rawValue: statement.text(3))
            else { continue }
            let choice = statement.text(4)
            let incident = statement.text(5)
            decisions.append(
                Decision(
                    row: place, playbook: position, step: step, verdict: Verdict(reason),
                    option: playbooks[position].steps[step].options.firstIndex { $0.id == choice },
                    incident: incidents.firstIndex { $0.id == incident }))
        }
        return decisions.sorted { ($0.row, $0.playbook, $0.step) < ($1.row, $1.playbook, $1.step) }
    }

    /// Every move of a member, the latest first, with the as-of day and the run that made it.
    package func transitions(ofMember memberID: String) throws -> [(day: Day, run: String, move: PlannedTransition)] {
        try pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT r.as_of, t.run, t.kind, t.from_tier, t.to_tier, t.from_stage, t.to_stage, t.reason
                    FROM transition t JOIN run r ON r.id = t.run JOIN member m ON m.key = t.member
                    WHERE m.member_id = ? ORDER BY r.as_of DESC, t.kind
                    """, arguments: [memberID])
            return rows.compactMap { row in
                guard let kind = Transition.Kind(name: row["kind"]) else { return nil }
                let move = PlannedTransition(
                    memberID: memberID, kind: kind, fromTier: row["from_tier"], toTier: row["to_tier"],
                    fromStage: row["from_stage"], toStage: row["to_stage"], reason: row["reason"])
                return (Day(number: row["as_of"]), row["run"], move)
            }
        }
    }
}

extension Ledger {
    /// A member whom it is worth to look at: the one with the most different moves and actions; the first by id among
    /// equals.
    package func memberWithMostHistory() throws -> String? {
        try pool.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT m.member_id FROM member m
                    JOIN (SELECT member, count(DISTINCT kind) AS moves FROM transition GROUP BY member) t
                        ON t.member = m.key
                    LEFT JOIN (SELECT member, count(message) AS sends FROM decision GROUP BY member) d
                        ON d.member = m.key
                    ORDER BY t.moves + coalesce(d.sends, 0) DESC, m.member_id LIMIT 1
                    """)
        }
    }
}
