import GRDB
import RetierCore

/// What a committed plan means for cases: who enters one, which steps are taken, whose wait is over.
///
/// Decides nothing: the decisions of the plan are the events of the machine.
struct CaseCommit {
    private let header: PlanHeader
    private let run: String
    private let now: Instant
    private let zone: ZoneRules
    private let ladders: [String: CaseLadder]
    private let database: Database
    private let signs: CaseSigns
    /// Cases that were open before, and those opened now, by member and playbook.
    private var cases: [Key: CaseRow] = [:]
    private var changed: [Key] = []
    private var opened: [Key] = []
    /// Those whose clocks stand still, by member.
    private var paused: [Int64: [CaseRow]] = [:]

    private struct Key: Hashable {
        var member: Int64
        var playbook: String
    }

    init(_ plan: PlanFile, _ order: CommitOrder, in database: Database) throws {
        header = plan.header
        run = plan.runID
        now = order.now
        zone = order.zone
        ladders = Dictionary(order.ladders.map { ($0.playbook, $0) }) { first, _ in first }
        self.database = database
        signs = try CaseSigns(uncounted: order.uncounted, in: database)
    }

    /// Applies the decisions of a plan.
    ///
    /// - Parameter key: the ledger's key of a member.
    mutating func run(_ plan: PlanFile, key: (String) throws -> Int64?) throws {
        try advance()
        let steps = try plan.steps().filter { ladders[$0.value.playbook] != nil }
        guard !steps.isEmpty else { return try write() }
        try plan.forEachDecision(DecisionFilter(playbooks: Set(ladders.keys))) { decision in
            // Of these the case knows without being told.
            guard decision.reason != .laterStep, let member = try key(decision.memberID) else { return }
            try take(decision, of: signs.root(of: member))
        }
        try write()
    }

    /// Brings all cases to the day of the run.
    private mutating func advance() throws {
        for var row in try CaseRow.open(in: database) {
            let before = row.value
            row.value.come(to: header.asOf, ladder: ladders[before.playbook])
            if row.value.state.isFinal {
                row.closedAt = now
                row.cause = "no answer by \(header.asOf)"
            }
            let key = Key(member: signs.root(of: row.member), playbook: before.playbook)
            if row.value != before { try row.update(in: database) }
            guard !row.value.state.isFinal else { continue }
            cases[key] = row
            if row.value.state == .paused { paused[key.member, default: []].append(row) }
        }
    }

    private mutating func take(_ decision: PlannedDecision, of member: Int64) throws {
        guard let ladder = ladders[decision.playbook] else { return }
        let key = Key(member: member, playbook: decision.playbook)
        let isTaken = decision.outcome == .send || decision.outcome == .heldOut
        guard var row = cases[key] else {
            guard isTaken, ladder.rung(decision.step) == nil else { return }
            return try open(ladder, decision, key)
        }
        guard row.value.next == decision.step else { return }
        let event: CaseEvent =
            switch decision.outcome {
            case .send, .heldOut: .taken(step: decision.step)
            case .suppressed: .skipped(step: decision.step)
            case .deferred: .deferred(step: decision.step, until: decision.until)
            }
        // What quiet hours hold is taken on the day on which it leaves, so that the steps after it keep their distance.
        let last = row.value.due(in: ladder)?.last ?? header.asOf
        let day = isTaken ? max(header.asOf, min(leaving(decision), last)) : header.asOf
        guard row.value.handle(event, on: day, ladder: ladder) != nil else { return }
        cases[key] = row
        changed.append(key)
    }

    private func leaving(_ decision: PlannedDecision) -> Day {
        max(header.asOf, decision.sendAt.map(zone.day(of:)) ?? header.asOf)
    }

    private mutating func open(_ ladder: CaseLadder, _ decision: PlannedDecision, _ key: Key) throws {
        let id = Identifiers.memberCase(
            brand: header.brand, playbook: ladder.playbook, memberID: decision.memberID, opened: header.asOf)
        let value = MemberCase(
            id: id, entering: ladder, isShadow: decision.outcome == .heldOut, on: header.asOf,
            leaving: leaving(decision))
        cases[key] = CaseRow(value, member: key.member, run: run, signsAfter: 0)
        opened.append(key)
    }

    private func write() throws {
        for key in changed { try cases[key]?.update(in: database) }
        try endPaused()
        let end = zone.start(of: header.asOf.adding(days: 1))
        for key in opened {
            guard var row = cases[key] else { continue }
            let names = ladders[key.playbook]?.signs ?? []
            row.signsAfter = try signs.last(of: key.member, names: names, before: end) ?? .min
            try row.insert(in: database)
        }
    }

    /// Ends the escalations that are paused where another one of their member begins.
    private func endPaused() throws {
        let ending = opened.flatMap { key in
            (paused[key.member] ?? []).compactMap { row in
                cases[key].flatMap { row.value.ends(atBeginningOf: $0.value) ? (row: row, other: $0.value) : nil }
            }
        }
        guard !ending.isEmpty else { return }
        var writer = try OutboxWriter(database: database)
        var closer = CaseCloser(database: database, now: now)
        for (row, other) in ending { try closer.close(row, by: other, of: signs.group(of: row.member), &writer) }
        try writer.finish()
    }
}
