import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport

/// A ledger in a folder of its own with some members, and a plan over them.
struct PlanWorld {
    let folder: TemporaryFolder
    let ledger: Ledger
    var ids = ["m1", "m2", "m3", "m4", "m5"]
    var kind = Playbook.Trigger.refresh
    /// The level of the only step.
    var level: Int?
    var period = "2026-11"
    var asOf = Day(iso: "2026-11-21") ?? Day(number: 0)
    var external = [PlanInput(name: "configuration", digest: "c1", count: 1)]
    var endpoint = Endpoint(id: "crm", kind: .file(directory: "out"), batch: 2)
    var now = Instant(seconds: 1_795_000_000)
    var experiments: [PlannedExperiment] = []
    /// How the decision about each member ends.
    var reasons: [ReasonCode] = [.selected, .selected, .displaced, .selected, .controlGroup]
    var armName = "a"

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(path: folder.path("retier.db"))
        try ledger.pool.write { database in
            // Keys run against the order of ids: a plan must not depend on them.
            for (key, id) in ids.reversed().enumerated() {
                try database.execute(
                    sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, ?, 0)", arguments: [key + 1, id])
            }
            try database.execute(sql: "UPDATE data_digest SET count = 5, sum1 = 7, sum2 = -9 WHERE kind = 'members'")
        }
    }

    /// What the plan's second member has in every field.
    static var hold: HoldState {
        var hold = HoldState()
        hold.rule = .override
        hold.ruledTier = 1
        hold.ruledSince = 20_001
        hold.runs = 3
        hold.belowSince = 20_002
        hold.lastFall = 20_003
        hold.validUntil = 20_004
        hold.baseline = 0
        return hold
    }

    /// The ledger's key of each member, in the order of ids.
    var keys: [Int64] { ids.indices.map { Int64(ids.count - $0) } }

    var playbook: Playbook {
        Playbook(
            id: "welcome", title: LocalizedText("welcome"), version: 2, trigger: kind, priority: .grow,
            condition: .all([]),
            steps: [
                Playbook.Step(
                    id: "s1", level: level, action: "coupon", via: "sms", cost: Money(minorUnits: 500), assign: "owner",
                    due: CalendarPeriod(days: 1), parameters: [("code", "A\"1")])
            ], shares: ExperimentShares(arms: [.init(name: armName, weight: 1)]))
    }

    static let figures = RunFigures([
        Figure(.whole, is: 5), Figure(.move, "core", "base", of: .demoted, is: 2),
        Figure(.tier, "core", of: .spend, is: -7),
    ])

    func plan() throws -> Plan {
        var standing = StandingTable(count: ids.count)
        for row in ids.indices {
            standing.tier[row] = UInt8(row % 2)
            standing.since[row] = 20_000
            standing.composite[row] = Int32(row * 1_000)
        }
        standing.holds[1] = PlanWorld.hold
        standing.holds[3].rule = .confirmation
        let reason = TransitionReason(scoreBefore: 9, scoreAfter: 7, cut: 8, dimension: .spend, runsBelow: 2)
        let transitions = [1, 3].map {
            Transition(
                row: $0, kind: .demoted, fromTier: 0, toTier: 1, fromStage: nil, toStage: .active, reason: reason)
        }
        let decisions = ids.indices.map { row in
            Decision(
                row: row, playbook: 0, step: 0,
                verdict: reasons[row] == .displaced
                    ? Verdict(.displaced, [.facts([.init("by", "core")])], until: Day(number: 20_700))
                    : Verdict(reasons[row]), arm: reasons[row].outcome == .heldOut ? nil : 0)
        }
        var plan = Plan(
            header: PlanHeader(
                brand: "brand", kind: kind, period: period, asOf: asOf, currency: Currency(code: "CNY"),
                calibration: 1),
            inputs: try ledger.planInputs() + external, memberIDs: PackedStrings(ids), tiers: ["core", "base"],
            calibration: kind == .refresh
                ? Calibration(learnedOn: asOf, modelDigest: "d", entryCuts: [8, 0]) : nil,
            standing: kind == .refresh ? standing : nil, transitions: kind == .refresh ? transitions : [],
            figures: kind == .refresh ? PlanWorld.figures : RunFigures(), playbooks: [playbook],
            channels: [Channel(id: "sms", title: LocalizedText("sms"), endpoint: endpoint.id)], decisions: decisions)
        plan.experiments = experiments
        return plan
    }

    func write(_ name: String = "a.plan", replacing: Bool = false) throws -> PlanFile {
        let plan = try plan()
        return try PlanFile.write(plan, to: folder.path(name), replacing: replacing) { position in
            PlannedAction(
                facts: #"{"tier":"core"}"#, evidence: plan.decisions[position].verdict.evidenceJSON,
                title: "t\(position)", text: position == 0 ? nil : "您好 \(position)")
        }
    }

    var order: CommitOrder {
        CommitOrder(brand: "brand", endpoints: [endpoint], currentInputs: external, now: now)
    }

    func commit(_ plan: PlanFile, _ order: CommitOrder? = nil) throws -> CommitResult {
        try ledger.commit(plan, order ?? self.order) { draft in
            let body = Array(draft.actions.map(\.memberID).joined(separator: ",").utf8)
            return [MessagePart(body: body, actions: draft.actions.count)]
        }
    }

    /// Every row of every table that a commit may touch, as text.
    func dump() throws -> [String] {
        try ledger.pool.read { database in
            try [
                "run", "run_input", "calibration", "calibration_value", "standing", "transition", "run_figure",
                "decision",
                "message", "experiment", "experiment_shares", "assignment",
                "audit",
            ].flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table) \($0.description)" }
            }
        }
    }

    func strings(_ sql: String) throws -> [String] { try ledger.pool.read { try String.fetchAll($0, sql: sql) } }
}

/// The `RetierError` that a body throws, or nil.
func retierError(_ body: () throws -> Void) -> RetierError? {
    do {
        try body()
        return nil
    } catch {
        return error as? RetierError
    }
}
