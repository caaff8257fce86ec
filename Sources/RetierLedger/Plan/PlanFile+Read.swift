package import RetierCore

/// Which decisions of a plan to read; nil means all.
package struct DecisionFilter: Hashable, Sendable {
    package var memberID: String?
    package var playbook: String?
    package var outcome: Verdict.Outcome?

    package init(memberID: String? = nil, playbook: String? = nil, outcome: Verdict.Outcome? = nil) {
        self.memberID = memberID
        self.playbook = playbook
        self.outcome = outcome
    }
}

extension PlanFile {
    /// Calls `body` with the decisions that pass the filter, in plan order, one at a time.
    package func forEachDecision(
        _ filter: DecisionFilter = DecisionFilter(), _ body: (PlannedDecision) throws -> Void
    ) throws {
        let wanted = [
            ("member_id", filter.memberID), ("playbook", filter.playbook), ("verdict", filter.outcome?.rawValue),
        ].filter { $0.1 != nil }
        let clause = wanted.isEmpty ? "" : " WHERE " + wanted.map { "\($0.0) = ?" }.joined(separator: " AND ")
        let table = PlanSchema.decision
        let statement = try connection.prepare(
            "SELECT \(table.columnList) FROM \"\(table.name)\"\(clause) ORDER BY position")
        for (position, value) in wanted.enumerated() { statement.bind(value.1 ?? "", at: Int32(position + 1)) }
        while try statement.step() { try body(decision(statement)) }
    }

    /// Calls `body` with the transitions in plan order, of one member or of all.
    package func forEachTransition(memberID: String? = nil, _ body: (PlannedTransition) throws -> Void) throws {
        let clause = memberID == nil ? "" : " WHERE member_id = ?"
        let statement = try connection.prepare(
            "SELECT \(PlanSchema.transition.columnList) FROM \"transition\"\(clause) ORDER BY position")
        if let memberID { statement.bind(memberID, at: 1) }
        while try statement.step() {
            guard let kind = Transition.Kind(name: statement.text(2)) else {
                throw PlanFile.damage(path, "transition", "has an unknown kind")
            }
            try body(
                PlannedTransition(
                    memberID: statement.text(1), kind: kind, fromTier: statement.optionalText(3),
                    toTier: statement.text(4),
                    fromStage: statement.optionalText(5), toStage: statement.text(6), reason: statement.text(7)))
        }
    }

    /// How the candidates ended, by playbook and reason.
    package func tally() throws -> Tally {
        let statement = try connection.prepare(
            "SELECT playbook, reason, count(*), sum(cost) FROM decision GROUP BY playbook, reason")
        var lines: [Tally.Line] = []
        while try statement.step() {
            lines.append(
                Tally.Line(
                    playbook: statement.text(0), reason: try reason(statement.text(1)), count: Int(statement.int(2)),
                    cost: Money(minorUnits: statement.int(3))))
        }
        return Tally(lines: lines)
    }

    /// How many members move, by kind of transition.
    package func transitionCounts() throws -> [Transition.Kind: Int] {
        let statement = try connection.prepare("SELECT kind, count(*) FROM \"transition\" GROUP BY kind")
        var counts: [Transition.Kind: Int] = [:]
        while try statement.step() {
            guard let kind = Transition.Kind(name: statement.text(0)) else { continue }
            counts[kind] = Int(statement.int(1))
        }
        return counts
    }

    private func decision(_ row: PlanStatement) throws -> PlannedDecision {
        PlannedDecision(
            position: Int(row.int(0)), actionID: row.text(1), memberID: row.text(2), playbook: row.text(3),
            version: Int(row.int(4)), step: row.text(5), level: row.optionalInt(6).map { Int($0) }, type: row.text(7),
            channel: row.text(8), endpoint: row.text(9), arm: row.optionalText(10), reason: try reason(row.text(12)),
            facts: row.text(13), evidence: row.text(14), until: day(row.optionalInt(15)),
            cost: Money(minorUnits: row.int(16)), title: row.optionalText(17), text: row.optionalText(18),
            parameters: row.text(19), assign: row.optionalText(20), due: day(row.optionalInt(21)))
    }

    private func day(_ number: Int64?) -> Day? { number.map { Day(number: Int32(truncatingIfNeeded: $0)) } }

    private func reason(_ code: String) throws -> ReasonCode {
        guard let reason = ReasonCode(rawValue: code) else {
            throw PlanFile.damage(path, "decision", "has the unknown reason \(code)")
        }
        return reason
    }
}

/// Where the plan puts one member.
package struct PlannedStanding: Hashable, Sendable {
    package var tier: String
    package var since: Day
    package var pendingRuns: Int
    package var stage: String
    /// Composite score in millionths.
    package var score: Int32
}

extension PlanFile {
    /// The standing of one member; nil in a daily plan and for somebody who is not in it.
    package func standing(of memberID: String) throws -> PlannedStanding? {
        let statement = try connection.prepare(
            "SELECT tier, since, pending_runs, stage, score FROM standing WHERE member_id = ?")
        statement.bind(memberID, at: 1)
        guard try statement.step() else { return nil }
        return PlannedStanding(
            tier: statement.text(0), since: Day(number: Int32(statement.int(1))), pendingRuns: Int(statement.int(2)),
            stage: statement.text(3), score: Int32(statement.int(4)))
    }
}
