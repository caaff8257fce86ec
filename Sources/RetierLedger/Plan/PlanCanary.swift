import RetierCore

/// Which sends of a plan leave first, and how many these are.
package struct PlanCanary: Sendable {
    private var sample: CanarySample
    /// Of the sample.
    private(set) var sends = PlanSends()

    /// Reads the members of all sends twice: the first one at each endpoint is known only at the end.
    package init(share: Int, plan: PlanFile) throws {
        sample = CanarySample(share: share, salt: plan.digest)
        try plan.forEachSend { member, step, _ in sample.add(member: member, endpoint: step.endpoint) }
        try plan.forEachSend { member, step, quiet in
            guard sample.contains(member: member, endpoint: step.endpoint) else { return }
            sends.add(1, to: step.endpoint, isEscalated: step.level != nil, quiet: quiet)
        }
    }

    func contains(_ action: PlannedDecision) -> Bool {
        sample.contains(member: action.memberID, endpoint: action.endpoint)
    }
}

extension PlanFile {
    /// Calls `body` with the member, the step and the quiet windows of every send: much less than its decision.
    fileprivate func forEachSend(_ body: (_ member: String, PlannedStep, _ quiet: String?) throws -> Void) throws {
        let steps = try self.steps()
        let texts = try PlanTextReader(connection)
        let codes = ReasonCode.allCases.filter { $0.outcome == .send }.map { "'\($0.rawValue)'" }
        let statement = try connection.prepare(
            """
            SELECT m.member_id, d.step, d.quiet FROM decision d JOIN member m ON m.position = d.member
            WHERE d.reason IN (SELECT position FROM text WHERE text IN (\(codes.joined(separator: ", "))))
            """)
        while try statement.step() {
            guard let step = steps[statement.int(1)] else {
                throw PlanFile.damage(path, "decision", "names a step that is not there")
            }
            try body(statement.text(0), step, try texts[optional: statement.optionalInt(2)])
        }
    }
}
