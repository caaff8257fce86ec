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
        var counts = NumbersCount()
        var sending: [Int64: Bool] = [:]
        var reach = 0
        var last = (reason: Int64(-1), isSend: false, reached: Int64(-1))
        let statement = try connection.prepare("SELECT reason, step, quiet, member FROM decision ORDER BY position")
        while try statement.step() {
            let numbers = Numbers(first: statement.int(0), second: statement.int(1), third: statement.int(2))
            counts.add(numbers)
            if numbers.first != last.reason {
                last.reason = numbers.first
                last.isSend = try sending[last.reason] ?? (try reason(texts[last.reason]).outcome == .send)
                sending[last.reason] = last.isSend
            }
            // Decisions of a member are neighbours.
            guard last.isSend, statement.int(3) != last.reached else { continue }
            last.reached = statement.int(3)
            reach += 1
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
        return PlanFigures(tally: Tally(lines: lines), sends: sends, reach: reach)
    }

    /// How many members get an action of these playbooks.
    package func reach(of isCounted: (_ playbook: String) -> Bool) throws -> Int {
        let counted = Set(try steps().filter { isCounted($0.value.playbook) }.keys)
        let texts = try PlanTextReader(connection)
        var isSent: [Int64: Bool] = [:]
        var reached = 0
        var last = Int64(-1)
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
        let statement = try connection.prepare("SELECT kind FROM \"transition\"")
        var counts = NumbersCount()
        while try statement.step() { counts.add(Numbers(first: statement.int(0))) }
        for (key, count) in counts.all {
            guard let kind = Transition.Kind(name: try texts[key.first]) else { continue }
            kinds[kind, default: 0] += count
        }
        return kinds
    }
}

/// Some numbers of a row.
private struct Numbers: Hashable {
    var first: Int64 = 0
    var second: Int64 = 0
    /// 0 where it is NULL.
    var third: Int64 = 0
}

/// How often each occurs; quicker than `GROUP BY`, which sorts the rows.
private struct NumbersCount {
    private var counts: [Numbers: Int] = [:]
    // Neighbours are often alike.
    private var last = Numbers()
    private var run = 0

    mutating func add(_ numbers: Numbers) {
        if numbers != last {
            if run > 0 { counts[last, default: 0] += run }
            (last, run) = (numbers, 0)
        }
        run += 1
    }

    var all: [Numbers: Int] {
        var all = counts
        if run > 0 { all[last, default: 0] += run }
        return all
    }
}
