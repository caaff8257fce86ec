import RetierCore

// Where members stand after a refresh, and what moved them.
extension PlanWriter {
    /// Everybody in a refresh; in a daily run those who have a decision.
    func writeMembers(_ writer: PlanTableWriter, _ texts: PlanTextWriter) throws {
        guard let standing = plan.standing else {
            var last = -1
            for decision in plan.decisions where decision.row != last {
                last = decision.row
                writer.add(Int64(writer.rows + 1))
                writer.add(plan.memberIDs, row: last)
                for _ in 2..<PlanSchema.member.columns.count { writer.addNull() }
                try writer.endRow()
            }
            return
        }
        let tiers = try plan.tiers.map(texts.position(ofName:))
        let stages = try LifecycleStage.allCases.map { try texts.position(ofName: $0.name) }
        for row in 0..<plan.memberIDs.count {
            precondition(standing.tier[row] != StandingTable.noTier, "the lowest tier takes everybody")
            writer.add(Int64(row + 1))
            writer.add(plan.memberIDs, row: row)
            writer.add(tiers[Int(standing.tier[row])])
            writer.add(Int64(standing.since[row]))
            writer.add(Int64(standing.pendingRuns[row]))
            writer.add(stages[Int(standing.stage[row])])
            writer.add(Int64(standing.composite[row]))
            for ranks in standing.ranks {
                if ranks.isEmpty || ranks[row] == ScoreTable.unranked {
                    writer.addNull()
                } else {
                    writer.add(Int64(ranks[row]))
                }
            }
            try writer.endRow()
        }
    }

    /// What the rules remember, for whom that is something.
    func writeHolds(_ writer: PlanTableWriter, _ texts: PlanTextWriter) throws {
        guard let standing = plan.standing else { return }
        let nothing = HoldState()
        func add(_ day: Int32) {
            if day == FactTable.noDay { writer.addNull() } else { writer.add(Int64(day)) }
        }
        for (row, hold) in standing.holds.enumerated() where hold != nothing {
            // Texts first: they are rows of a table of their own.
            let rule = try hold.rule.map { try texts.position(ofName: $0.name) }
            let baseline = try hold.baseline.map { try texts.position(ofName: plan.tiers[$0]) }
            let ruledTier = try hold.ruledTier.map { try texts.position(ofName: plan.tiers[$0]) }
            writer.add(Int64(row + 1))
            writer.add(rule)
            writer.add(Int64(hold.runs))
            add(hold.belowSince)
            add(hold.lastFall)
            add(hold.validUntil)
            writer.add(baseline)
            writer.add(ruledTier)
            add(hold.ruledSince)
            try writer.endRow()
        }
    }

    /// Only a refresh moves anybody, so a row is a member's position.
    func writeTransitions(_ writer: PlanTableWriter, _ texts: PlanTextWriter) throws {
        guard !plan.transitions.isEmpty else { return }
        precondition(plan.standing != nil, "only a refresh moves members")
        let tiers = try plan.tiers.map(texts.position(ofName:))
        let stages = try LifecycleStage.allCases.map { try texts.position(ofName: $0.name) }
        let kinds = try Transition.Kind.allCases.map { try texts.position(ofName: $0.name) }
        let bases = try TransitionReason.Basis.allCases.map { try texts.position(ofName: $0.rawValue) }
        let rules = try TierRule.allCases.map { try texts.position(ofName: $0.name) }
        let dimensions = try Dimension.allCases.map { try texts.position(ofName: $0.name) }
        for (position, transition) in plan.transitions.enumerated() {
            let reason = transition.reason
            writer.add(Int64(position + 1))
            writer.add(Int64(transition.row + 1))
            writer.add(kinds[Int(transition.kind.rawValue)])
            writer.add(transition.fromTier.map { tiers[$0] })
            writer.add(tiers[transition.toTier])
            writer.add(transition.fromStage.map { stages[Int($0.rawValue)] })
            writer.add(stages[Int(transition.toStage.rawValue)])
            writer.add(reason.scoreBefore.map(Int64.init))
            writer.add(Int64(reason.scoreAfter))
            writer.add(reason.cut)
            writer.add(reason.measured)
            writer.add(bases[reason.basis.position])
            writer.add(reason.rule.map { rules[Int($0.rawValue)] })
            writer.add(reason.dimension.map { dimensions[$0.rawValue] })
            writer.add(Int64(reason.rankBefore))
            writer.add(Int64(reason.rankAfter))
            writer.add(Int64(reason.runsBelow))
            writer.add(reason.daysSincePurchase.map(Int64.init))
            try writer.endRow()
        }
    }
}

extension TransitionReason.Basis {
    /// Its place among all.
    fileprivate var position: Int { TransitionReason.Basis.allCases.firstIndex(of: self) ?? 0 }
}
