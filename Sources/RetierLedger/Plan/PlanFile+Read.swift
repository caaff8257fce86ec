package import RetierCore

/// Which decisions of a plan to read; nil means all.
package struct DecisionFilter: Hashable, Sendable {
    package var memberID: String?
    package var playbook: String?
    package var playbooks: Set<String>?
    package var outcome: Verdict.Outcome?
    package var endpoints: Set<String>?

    package init(
        memberID: String? = nil, playbook: String? = nil, playbooks: Set<String>? = nil,
        outcome: Verdict.Outcome? = nil, endpoints: Set<String>? = nil
    ) {
        self.memberID = memberID
        self.playbook = playbook
        self.playbooks = playbooks
        self.outcome = outcome
        self.endpoints = endpoints
    }
}

extension PlanFile {
    /// Calls `body` with the decisions that pass the filter, in plan order, one at a time.
    package func forEachDecision(
        _ filter: DecisionFilter = DecisionFilter(), _ body: (PlannedDecision) throws -> Void
    ) throws {
        let steps = try self.steps()
        var clauses: [String] = []
        if let playbook = filter.playbook {
            let numbers = steps.filter { $0.value.playbook == playbook }.keys.sorted().map(String.init)
            clauses.append("d.step IN (\(numbers.joined(separator: ", ")))")
        }
        if let playbooks = filter.playbooks {
            let numbers = steps.filter { playbooks.contains($0.value.playbook) }.keys.sorted().map(String.init)
            clauses.append("d.step IN (\(numbers.joined(separator: ", ")))")
        }
        if let endpoints = filter.endpoints {
            let numbers = steps.filter { endpoints.contains($0.value.endpoint) }.keys.sorted().map(String.init)
            clauses.append("d.step IN (\(numbers.joined(separator: ", ")))")
        }
        if let outcome = filter.outcome {
            let codes = ReasonCode.allCases.filter { $0.outcome == outcome }.map { "'\($0.rawValue)'" }
            clauses.append(
                "d.reason IN (SELECT position FROM text WHERE text IN (\(codes.joined(separator: ", "))))")
        }
        if filter.memberID != nil { clauses.append("m.member_id = ?") }
        let statement = try connection.prepare(
            """
            SELECT d.position, m.member_id, d.step, d.arm, d.reason, d.facts, d.evidence, d.until, d.title, d.text,
                d.quiet, d.send_at
            FROM decision d JOIN member m ON m.position = d.member
            \(clauses.isEmpty ? "" : "WHERE " + clauses.joined(separator: " AND ")) ORDER BY d.position
            """)
        if let memberID = filter.memberID { statement.bind(memberID, at: 1) }
        let texts = try PlanTextReader(connection)
        while try statement.step() {
            guard let step = steps[statement.int(2)] else {
                throw PlanFile.damage(path, "decision", "names a step that is not there")
            }
            try body(decision(statement, step, texts))
        }
    }

    /// Calls `body` with the transitions in plan order, of one member or of all.
    package func forEachTransition(memberID: String? = nil, _ body: (PlannedTransition) throws -> Void) throws {
        let statement = try connection.prepare(
            """
            SELECT m.member_id, t.kind, t.from_tier, t.to_tier, t.from_stage, t.to_stage, t.score_before, t.score_after,
                t.cut, t.dimension, t.rank_before, t.rank_after, t.runs_below, t.days_since_purchase, t.measured,
                t.basis, t.rule
            FROM "transition" t JOIN member m ON m.position = t.member
            \(memberID == nil ? "" : "WHERE m.member_id = ?") ORDER BY t.position
            """)
        if let memberID { statement.bind(memberID, at: 1) }
        let texts = try PlanTextReader(connection)
        while try statement.step() {
            guard let kind = Transition.Kind(name: try texts[statement.int(1)]) else {
                throw PlanFile.damage(path, "transition", "has an unknown kind")
            }
            func number(_ column: Int32) -> Int32 { Int32(truncatingIfNeeded: statement.int(column)) }
            let dimension = try texts[optional: statement.optionalInt(9)]
            let reason = TransitionReason(
                scoreBefore: statement.isNull(6) ? nil : number(6), scoreAfter: number(7), cut: statement.int(8),
                measured: statement.int(14),
                basis: TransitionReason.Basis(rawValue: try texts[statement.int(15)]) ?? .score,
                rule: try texts[optional: statement.optionalInt(16)].flatMap(TierRule.init(name:)),
                dimension: dimension.flatMap(Dimension.init(name:)), rankBefore: number(10), rankAfter: number(11),
                runsBelow: Int(number(12)),
                daysSincePurchase: statement.isNull(13) ? nil : Int(number(13)))
            try body(
                PlannedTransition(
                    memberID: statement.text(0), kind: kind, fromTier: texts[optional: statement.optionalInt(2)],
                    toTier: texts[statement.int(3)], fromStage: texts[optional: statement.optionalInt(4)],
                    toStage: texts[statement.int(5)], reason: reason.json))
        }
    }

    /// The steps of the plan by position.
    func steps() throws -> [Int64: PlannedStep] {
        let statement = try connection.prepare(PlanSchema.step.select)
        var steps: [Int64: PlannedStep] = [:]
        while try statement.step() { steps[statement.int(0)] = PlannedStep(statement) }
        return steps
    }

    private func decision(
        _ row: PlanStatement, _ step: PlannedStep, _ texts: PlanTextReader
    ) throws -> PlannedDecision {
        let memberID = row.text(1)
        return PlannedDecision(
            position: Int(row.int(0)),
            actionID: Identifiers.action(header: header, playbook: step.playbook, memberID: memberID, step: step.step),
            memberID: memberID, playbook: step.playbook, version: step.version, step: step.step, level: step.level,
            type: step.type, channel: step.channel, endpoint: step.endpoint,
            arm: try texts[optional: row.optionalInt(3)], reason: try reason(texts[row.int(4)]),
            facts: try texts[row.int(5)], evidence: try texts[row.int(6)], until: day(row.optionalInt(7)),
            cost: Money(minorUnits: step.cost), title: try texts[optional: row.optionalInt(8)],
            text: try texts[optional: row.optionalInt(9)], parameters: step.parameters, assign: step.assign,
            due: day(step.due), quiet: try texts[optional: row.optionalInt(10)],
            sendAt: row.optionalInt(11).map(Instant.init(seconds:)))
    }

    private func day(_ number: Int64?) -> Day? { number.map { Day(number: Int32(truncatingIfNeeded: $0)) } }

    func reason(_ code: String) throws -> ReasonCode {
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
    /// What holds the member there; `ruledTier` and `baseline` are left out.
    package var hold: HoldState
}

extension PlanFile {
    /// The standing of one member; nil in a daily plan and for somebody who is not in it.
    package func standing(of memberID: String) throws -> PlannedStanding? {
        let statement = try connection.prepare(
            """
            SELECT tier.text, m.since, m.pending_runs, stage.text, m.score, rule.text, h.valid_until, h.below_since
            FROM member m JOIN text tier ON tier.position = m.tier JOIN text stage ON stage.position = m.stage
            LEFT JOIN hold h ON h.position = m.position LEFT JOIN text rule ON rule.position = h.rule
            WHERE m.member_id = ?
            """)
        statement.bind(memberID, at: 1)
        guard try statement.step() else { return nil }
        var hold = HoldState()
        hold.rule = statement.optionalText(5).flatMap(TierRule.init(name:))
        hold.validUntil = day(statement.optionalInt(6))?.number ?? FactTable.noDay
        hold.belowSince = day(statement.optionalInt(7))?.number ?? FactTable.noDay
        return PlannedStanding(
            tier: statement.text(0), since: Day(number: Int32(statement.int(1))), pendingRuns: Int(statement.int(2)),
            stage: statement.text(3), score: Int32(statement.int(4)), hold: hold)
    }
}

/// One row of a plan's steps.
struct PlannedStep {
    var playbook: String
    var version: Int
    var step: String
    var level: Int?
    var type: String
    var channel: String
    var endpoint: String
    /// Minor units.
    var cost: Int64
    var parameters: String
    var assign: String?
    /// Days since 1970-01-01.
    var due: Int64?

    init(_ row: PlanStatement) {
        playbook = row.text(1)
        version = Int(row.int(2))
        step = row.text(3)
        level = row.optionalInt(4).map { Int($0) }
        type = row.text(5)
        channel = row.text(6)
        endpoint = row.text(7)
        cost = row.int(8)
        parameters = row.text(9)
        assign = row.optionalText(10)
        due = row.optionalInt(11)
    }
}

/// Finds the texts of a plan by position, remembering some of the last ones.
final class PlanTextReader {
    private static let capacity = 8_192
    private let connection: PlanConnection
    private let statement: PlanStatement
    private var known: [Int64: String] = [:]

    init(_ connection: PlanConnection) throws {
        self.connection = connection
        statement = try connection.prepare("SELECT text FROM text WHERE position = ?")
    }

    subscript(position: Int64) -> String {
        get throws {
            if let text = known[position] { return text }
            defer { statement.reset() }
            statement.bind(position, at: 1)
            guard try statement.step() else {
                throw PlanFile.damage(connection.path, "text", "lacks a text that is named")
            }
            let text = statement.text(0)
            if known.count >= PlanTextReader.capacity { known.removeAll(keepingCapacity: true) }
            known[position] = text
            return text
        }
    }

    subscript(optional position: Int64?) -> String? {
        get throws { try position.map { try self[$0] } }
    }
}
