import Foundation
import RetierCore

/// Writes the tables of one plan.
struct PlanWriter {
    var plan: Plan
    /// The row of each playbook's steps; those of a step's options follow.
    private let stepRows: [[Int]]

    init(_ plan: Plan) {
        self.plan = plan
        var count = 0
        stepRows = plan.playbooks.map { playbook in
            playbook.steps.map { step in
                defer { count += 1 + step.options.count }
                return count
            }
        }
    }

    mutating func write(
        to path: String, decide: (() throws -> Settlement)?, action: (Int) throws -> PlannedAction
    ) throws {
        let connection = try PlanConnection(path: path, mode: .create)
        try connection.execute(
            """
            PRAGMA page_size = 4096; PRAGMA auto_vacuum = 0; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384;
            PRAGMA application_id = \(PlanSchema.applicationID); PRAGMA user_version = \(PlanSchema.formatVersion);
            BEGIN;
            """)
        for table in PlanSchema.tables { try connection.execute(table.definition) }
        for view in PlanSchema.views { try connection.execute(view.definition) }
        var meta = headerMeta
        try fill(PlanSchema.input, connection, &meta, writeInputs)
        try fill(PlanSchema.calibration, connection, &meta, writeCalibration)
        try fill(PlanSchema.step, connection, &meta, writeSteps)
        try fill(PlanSchema.experiment, connection, &meta, writeExperiments)
        // Texts are written as they are met, so their table grows beside the others.
        let texts = PlanTextWriter(try PlanTableWriter(PlanSchema.text, connection))
        // A daily run names the members of its decisions only.
        if plan.standing == nil, let decide { plan.add(try decide()) }
        let members = plan.standing == nil ? 0 : plan.memberIDs.count
        try fill(PlanSchema.member, rows: members, connection, &meta) { try writeMembers($0, texts) }
        try fill(PlanSchema.hold, connection, &meta) { try writeHolds($0, texts) }
        try fill(PlanSchema.transition, rows: plan.transitions.count, connection, &meta) {
            try writeTransitions($0, texts)
        }
        if plan.standing != nil, let decide { plan.add(try decide()) }
        try fill(PlanSchema.figure, rows: plan.figures.figures.count, connection, &meta, writeFigures)
        try fill(PlanSchema.decision, rows: plan.decisions.count, connection, &meta) {
            try writeDecisions($0, texts, action)
        }
        try fill(PlanSchema.incidentAction, connection, &meta) { try writeIncidentActions($0, texts) }
        record(texts.writer, of: PlanSchema.text, in: &meta)
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
            "calibration": header.calibration.map(String.init) ?? "",
        ]
    }

    private func fill(
        _ table: PlanSchema.Table, rows: Int = 0, _ connection: PlanConnection, _ meta: inout [String: String],
        _ body: (PlanTableWriter) throws -> Void
    ) throws {
        let writer = try PlanTableWriter(table, connection, rows: rows)
        try body(writer)
        record(writer, of: table, in: &meta)
    }

    private func record(_ writer: PlanTableWriter, of table: PlanSchema.Table, in meta: inout [String: String]) {
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

    private func writeCalibration(_ writer: PlanTableWriter) throws {
        guard let calibration = plan.calibration else { return }
        for (position, row) in calibration.rows(tiers: plan.tiers).enumerated() {
            writer.add(Int64(position + 1))
            writer.add(Int64(calibration.version))
            writer.add(Int64(calibration.learnedOn.number))
            writer.add(calibration.modelDigest)
            writer.add(row.part.rawValue)
            writer.add(row.number.name)
            writer.add(row.number.value)
            try writer.endRow()
        }
    }

    private func writeFigures(_ writer: PlanTableWriter) throws {
        for figure in plan.figures.figures {
            writer.add(Int64(writer.rows + 1))
            writer.add(figure.part.rawValue)
            writer.add(figure.subject)
            writer.add(figure.object)
            writer.add(figure.quantity.rawValue)
            writer.add(figure.value)
            try writer.endRow()
        }
    }

    private func writeSteps(_ writer: PlanTableWriter) throws {
        for (position, playbook) in plan.playbooks.enumerated() {
            for (offset, bare) in playbook.steps.enumerated() {
                for (option, step) in ([bare] + bare.options.map(bare.choosing)).enumerated() {
                    try writeStep(writer, playbook, step, row: stepRows[position][offset] + option + 1)
                }
            }
        }
    }

    private func writeStep(
        _ writer: PlanTableWriter, _ playbook: Playbook, _ step: Playbook.Step, row: Int
    ) throws {
        let endpoint = plan.channels.first { $0.id == step.via }?.endpoint ?? ""
        precondition(!endpoint.isEmpty, "the channel \(step.via) exists")
        writer.add(Int64(row))
        writer.add(playbook.id)
        writer.add(Int64(playbook.version))
        writer.add(step.id)
        writer.add(step.level.map(Int64.init))
        writer.add(step.action)
        writer.add(step.via)
        writer.add(endpoint)
        writer.add(step.cost.minorUnits)
        writer.add(JSONText.object(step.parameters))
        writer.add(step.assign)
        writer.add(step.due.map { Int64($0.after(plan.header.asOf).number) })
        writer.add(SendMarks(tags: step.tags, counts: playbook.countsToCaps).text)
        writer.add(step.parameters.first { !step.options.isEmpty && $0.key == Playbook.Step.choiceParameter }?.value)
        try writer.endRow()
    }

    private func writeExperiments(_ writer: PlanTableWriter) throws {
        for experiment in plan.experiments {
            writer.add(Int64(writer.rows + 1))
            writer.add(experiment.id)
            writer.add(experiment.salt)
            writer.add(Int64(experiment.shares.pilot))
            writer.add(Int64(experiment.shares.holdout))
            writer.add(experiment.shares.armText)
            try writer.endRow()
        }
    }

    private func writeIncidentActions(_ writer: PlanTableWriter, _ texts: PlanTextWriter) throws {
        // A run that knows of no incident need not look at a million decisions.
        guard !plan.incidents.isEmpty else { return }
        for (position, decision) in plan.decisions.enumerated() {
            guard let incident = decision.incident else { continue }
            let text = try texts.position(ofName: plan.incidents[incident].id)
            writer.add(Int64(position + 1))
            writer.add(text)
            try writer.endRow()
        }
    }

    private func writeDecisions(
        _ writer: PlanTableWriter, _ texts: PlanTextWriter, _ action: (Int) throws -> PlannedAction
    ) throws {
        let reasons = try ReasonCode.allCases.map { try texts.position(ofName: $0.rawValue) }
        let isRefresh = plan.standing != nil
        var member = 0
        var last = -1
        for (position, decision) in plan.decisions.enumerated() {
            let planned = try action(position)
            if decision.row != last { member = isRefresh ? decision.row + 1 : member + 1 }
            last = decision.row
            let arm = try decision.arm.map {
                try texts.position(ofName: plan.playbooks[decision.playbook].shares.arms[$0].name)
            }
            // Texts first: they are rows of a table of their own.
            let facts = try texts.position(of: planned.facts)
            let evidence = try texts.position(of: planned.evidence)
            let title = try planned.title.map(texts.position(of:))
            let text = try planned.text.map(texts.position(of:))
            // One number a term, because actions are counted by it.
            let quiet = try (decision.quiet?.text).map(texts.position(ofName:))
            writer.add(Int64(position + 1))
            writer.add(Int64(member))
            writer.add(Int64(stepRows[decision.playbook][decision.step] + (decision.option ?? -1) + 2))
            writer.add(arm)
            writer.add(reasons[decision.verdict.reason.position])
            writer.add(facts)
            writer.add(evidence)
            writer.add((decision.verdict.until?.number).map(Int64.init))
            writer.add(title)
            writer.add(text)
            writer.add(quiet)
            writer.add(decision.quiet?.sendAt?.seconds)
            try writer.endRow()
        }
    }
}
