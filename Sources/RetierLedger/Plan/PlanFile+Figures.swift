package import RetierCore

/// What the decisions of a plan amount to.
package struct PlanFigures: Sendable {
    /// How the candidates ended, by playbook and reason.
    package var tally: Tally
    package var sends: PlanSends
}

extension PlanFile {
    /// How the candidates ended, by playbook and reason.
    package func tally() throws -> Tally { try figures().tally }

    /// What the decisions amount to.
    package func figures() throws -> PlanFigures {
        let steps = try self.steps()
        let texts = try PlanTextReader(connection)
        var sends = PlanSends()
        let lines = try counts("SELECT reason, step, quiet FROM decision").map { key, count in
            guard let step = steps[key.second] else {
                throw PlanFile.damage(path, "decision", "names a step that is not there")
            }
            let reason = try reason(texts[key.first])
            if reason.outcome == .send {
                let quiet = key.third == 0 ? nil : try texts[key.third]
                sends.add(count, to: step.endpoint, isEscalated: step.level != nil, quiet: quiet)
            }
            return Tally.Line(
                playbook: step.playbook, reason: reason, count: count,
                cost: Money(minorUnits: step.cost * Int64(count)))
        }
        return PlanFigures(tally: Tally(lines: lines), sends: sends)
    }

    /// How many members get an action of these playbooks.
    package func reach(of isCounted: (_ playbook: String) -> Bool = { _ in true }) throws -> Int {
        let counted = Set(try steps().filter { isCounted($0.value.playbook) }.keys)
        let texts = try PlanTextReader(connection)
        var isSent: [Int64: Bool] = [:]
        var reached = 0
        var last = Int64(-1)
        // Decisions of a member are neighbours.
        let statement = try connection.prepare("SELECT member, step, reason FROM decision ORDER BY position")
        while try statement.step() {
            let (member, step, reasonText) = (statement.int(0), statement.int(1), statement.int(2))
            guard member != last, counted.contains(step) else { continue }
            if isSent[reasonText] == nil { isSent[reasonText] = try reason(texts[reasonText]).outcome == .send }
            guard isSent[reasonText] == true else { continue }
            reached += 1
            last = member
        }
        return reached
    }

    /// The figures of the run as a whole.
    package func runFigures() throws -> RunFigures {
        let statement = try connection.prepare(PlanSchema.figure.select)
        var figures = RunFigures()
        while try statement.step() {
            guard let part = Figure.Part(rawValue: statement.text(1)),
                let quantity = Figure.Quantity(rawValue: statement.text(4))
            else { throw PlanFile.damage(path, "figure", "has an unknown figure") }
            figures.append(Figure(part, statement.text(2), statement.text(3), of: quantity, is: statement.int(5)))
        }
        return figures
    }

    /// How many members move, by kind of transition.
    package func transitionCounts() throws -> [Transition.Kind: Int] {
        let texts = try PlanTextReader(connection)
        var kinds: [Transition.Kind: Int] = [:]
        for (key, count) in try counts("SELECT kind, 0, 0 FROM \"transition\"") {
            guard let kind = Transition.Kind(name: try texts[key.first]) else { continue }
            kinds[kind, default: 0] += count
        }
        return kinds
    }

    private struct Numbers: Hashable {
        var first: Int64
        var second: Int64
        /// 0 where it is NULL.
        var third: Int64
    }

    /// How often the three numbers of a row occur; quicker than `GROUP BY`, which sorts the rows.
    private func counts(_ sql: String) throws -> [Numbers: Int] {
        let statement = try connection.prepare(sql)
        var counts: [Numbers: Int] = [:]
        var last = Numbers(first: 0, second: 0, third: 0)
        var run = 0
        // Neighbours are often alike.
        while try statement.step() {
            let numbers = Numbers(first: statement.int(0), second: statement.int(1), third: statement.int(2))
            if numbers != last {
                if run > 0 { counts[last, default: 0] += run }
                (last, run) = (numbers, 0)
            }
            run += 1
        }
        if run > 0 { counts[last, default: 0] += run }
        return counts
    }
}
