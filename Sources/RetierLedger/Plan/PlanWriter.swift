import Foundation
import RetierCore

/// Writes the tables of one plan.
struct PlanWriter {
    private let plan: Plan
    private let stages = LifecycleStage.allCases.map(\.name)

    init(_ plan: Plan) { self.plan = plan }

    func write(to path: String, action: (Int) throws -> PlannedAction) throws {
        let connection = try PlanConnection(path: path, mode: .create)
        try connection.execute(
            """
            PRAGMA page_size = 4096; PRAGMA auto_vacuum = 0; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384;
            PRAGMA application_id = \(PlanSchema.applicationID); PRAGMA user_version = \(PlanSchema.formatVersion);
            BEGIN;
            """)
        for table in PlanSchema.tables { try connection.execute(table.definition) }
        var meta = headerMeta
        try fill(PlanSchema.input, connection, &meta, writeInputs)
        try fill(PlanSchema.cut, connection, &meta, writeCuts)
        try fill(PlanSchema.standing, connection, &meta, writeStanding)
        try fill(PlanSchema.transition, connection, &meta, writeTransitions)
        try fill(PlanSchema.decision, connection, &meta) { try writeDecisions($0, action) }
        meta["digest"] = PlanFile.planDigest(meta)
        let writer = try PlanTableWriter(PlanSchema.meta, connection)
        for (key, value) in meta.sorted(by: { $0.key < $1.key }) {
            writer.add(key)
            writer.add(value)
            try writer.endRow()
        }
        try connection.execute("COMMIT")
    }

    private var headerMeta: [String: String] {
        let header = plan.header
        return [
            "format_version": String(PlanSchema.formatVersion), "brand": header.brand, "kind": header.kind.rawValue,
            "period": header.period, "as_of": header.asOf.description, "currency": header.currency.code,
            "decimals": String(header.currency.decimals), "members": String(plan.memberIDs.count),
            "newest_order": header.newestOrder?.description ?? "",
        ]
    }

    private func fill(
        _ table: PlanSchema.Table, _ connection: PlanConnection, _ meta: inout [String: String],
        _ body: (PlanTableWriter) throws -> Void
    ) throws {
        let writer = try PlanTableWriter(table, connection)
        try body(writer)
        meta["digest.\(table.name)"] = writer.finish()
        meta["rows.\(table.name)"] = String(writer.rows)
    }

    private func writeInputs(_ writer: PlanTableWriter) throws {
        for input in plan.inputs {
            writer.add(input.name)
            writer.add(input.digest)
            writer.add(Int64(input.count))
            try writer.endRow()
        }
    }

    private func writeCuts(_ writer: PlanTableWriter) throws {
        guard let cuts = plan.cuts else { return }
        for (position, tier) in plan.tiers.enumerated() {
            writer.add(Int64(position + 1))
            writer.add(Int64(cuts.learnedOn.number))
            writer.add(cuts.modelDigest)
            writer.add(tier)
            writer.add(Int64(cuts.entryScores[position]))
            try writer.endRow()
        }
    }

    private func writeStanding(_ writer: PlanTableWriter) throws {
        guard let standing = plan.standing else { return }
        for row in 0..<plan.memberIDs.count {
            precondition(standing.tier[row] != StandingTable.noTier, "the lowest tier takes everybody")
            writer.add(Int64(row + 1))
            writer.add(plan.memberIDs, row: row)
            writer.add(plan.tiers[Int(standing.tier[row])])
            writer.add(Int64(standing.since[row]))
            writer.add(Int64(standing.pendingRuns[row]))
            writer.add(stages[Int(standing.stage[row])])
            writer.add(Int64(standing.composite[row]))
            for ranks in standing.ranks { writer.add(Int64(ranks[row])) }
            try writer.endRow()
        }
    }

    private func writeTransitions(_ writer: PlanTableWriter) throws {
        for (position, transition) in plan.transitions.enumerated() {
            writer.add(Int64(position + 1))
            writer.add(plan.memberIDs, row: transition.row)
            writer.add(transition.kind.name)
            writer.add(transition.fromTier.map { plan.tiers[$0] })
            writer.add(plan.tiers[transition.toTier])
            writer.add(transition.fromStage?.name)
            writer.add(transition.toStage.name)
            writer.add(transition.reason.json)
            try writer.endRow()
        }
    }

    private func writeDecisions(_ writer: PlanTableWriter, _ action: (Int) throws -> PlannedAction) throws {
        let steps = plan.playbooks.map { playbook in playbook.steps.map { StepTexts($0, plan) } }
        for (position, decision) in plan.decisions.enumerated() {
            let playbook = plan.playbooks[decision.playbook]
            let step = playbook.steps[decision.step]
            let texts = steps[decision.playbook][decision.step]
            let memberID = plan.memberIDs[decision.row]
            let planned = try action(position)
            writer.add(Int64(position + 1))
            writer.add(
                Identifiers.action(header: plan.header, playbook: playbook.id, memberID: memberID, step: step.id))
            writer.add(memberID)
            writer.add(playbook.id)
            writer.add(Int64(playbook.version))
            writer.add(step.id)
            writer.add(step.level.map(Int64.init))
            writer.add(step.action)
            writer.add(step.via)
            writer.add(texts.endpoint)
            writer.add(decision.arm.map { playbook.arms[$0].name })
            writer.add(decision.verdict.outcome.rawValue)
            writer.add(decision.verdict.reason.rawValue)
            writer.add(planned.facts)
            writer.add(decision.verdict.evidenceJSON)
            writer.add((decision.verdict.until?.number).map(Int64.init))
            writer.add(step.cost.minorUnits)
            writer.add(planned.title)
            writer.add(planned.text)
            writer.add(texts.parameters)
            writer.add(step.assign)
            writer.add(texts.due)
            try writer.endRow()
        }
    }

    /// What is the same for every action of a step.
    private struct StepTexts {
        var endpoint: String
        var parameters: String
        var due: Int64?

        init(_ step: Playbook.Step, _ plan: Plan) {
            endpoint = plan.channels.first { $0.id == step.via }?.endpoint ?? ""
            precondition(!endpoint.isEmpty, "the channel \(step.via) exists")
            parameters = JSONText.object(step.parameters)
            due = step.due.map { Int64($0.after(plan.header.asOf).number) }
        }
    }
}
