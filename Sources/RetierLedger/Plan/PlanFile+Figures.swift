package import RetierCore

/// What the decisions of a plan amount to.
package struct PlanFigures: Sendable {
    /// How the candidates ended, by playbook and reason.
    package var tally: Tally
    package var sends: PlanSends
    /// How many members get an action.
    package var reach: Int
}

extension PlanFile {
    /// How the candidates ended, by playbook and reason.
    package func tally() throws -> Tally { try figures().tally }

    /// What the decisions amount to: read once, by one pass.
    package func figures() throws -> PlanFigures {
        if let knownFigures { return knownFigures }
        let figures = try readFigures()
        knownFigures = figures
        return figures
    }

    private func readFigures() throws -> PlanFigures {
        let steps = try self.steps()
        let texts = try PlanTextReader(connection)
        var counts = NeighbourCount<Numbers>()
        var reached = Reach(plan: self, texts: texts)
        let statement = try connection.prepare("SELECT reason, step, quiet, member FROM decision ORDER BY position")
        while try statement.step() {
            let numbers = Numbers(first: statement.int(0), second: statement.int(1), third: statement.int(2))
            counts.add(numbers)
            try reached.add(member: statement.int(3), reason: numbers.first)
        }
        var sends = PlanSends()
        let lines = try counts.all.map { key, count in
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
        return PlanFigures(tally: Tally(lines: lines), sends: sends, reach: reached.members)
    }

    /// How many members get an action of these playbooks.
    package func reach(of isCounted: (_ playbook: String) -> Bool) throws -> Int {
        let counted = Set(try steps().filter { isCounted($0.value.playbook) }.keys)
        var reached = Reach(plan: self, texts: try PlanTextReader(connection))
        let statement = try connection.prepare("SELECT member, step, reason FROM decision ORDER BY position")
        while try statement.step() {
            guard counted.contains(statement.int(1)) else { continue }
            try reached.add(member: statement.int(0), reason: statement.int(2))
        }
        return reached.members
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
        let statement = try connection.prepare("SELECT kind FROM \"transition\"")
        var counts = NeighbourCount<Int64>()
        while try statement.step() { counts.add(statement.int(0)) }
        for (text, count) in counts.all {
            guard let kind = Transition.Kind(name: try texts[text]) else { continue }
            kinds[kind, default: 0] += count
        }
        return kinds
    }
}

/// Some numbers of a row.
private struct Numbers: Hashable {
    var first: Int64
    var second: Int64
    /// 0 where it is NULL.
    var third: Int64
}

/// Members who get an action; decisions of a member are neighbours.
private struct Reach {
    let plan: PlanFile
    let texts: PlanTextReader
    private(set) var members = 0
    private var last = Int64(-1)
    /// By the position of a reason's text.
    private var isSend: [Int64: Bool] = [:]

    init(plan: PlanFile, texts: PlanTextReader) {
        self.plan = plan
        self.texts = texts
    }

    mutating func add(member: Int64, reason: Int64) throws {
        guard member != last else { return }
        if isSend[reason] == nil { isSend[reason] = try plan.reason(texts[reason]).outcome == .send }
        guard isSend[reason] == true else { return }
        members += 1
        last = member
    }
}

/// How often each value occurs; quicker than `GROUP BY`, which sorts the rows.
private struct NeighbourCount<Value: Hashable> {
    private var counts: [Value: Int] = [:]
    // Neighbours are often alike.
    private var last: Value?
    private var run = 0

    mutating func add(_ value: Value) {
        if value != last {
            if let last { counts[last, default: 0] += run }
            (last, run) = (value, 0)
        }
        run += 1
    }

    var all: [Value: Int] {
        var all = counts
        if let last { all[last, default: 0] += run }
        return all
    }
}
