/// How many candidates ended in which verdict, by playbook and reason; the counts balance.
package struct Tally: Hashable, Sendable {
    /// The candidates of one playbook that ended for one reason.
    package struct Line: Hashable, Sendable {
        package var playbook: String
        package var reason: ReasonCode
        package var count: Int
        /// Cost of the actions, whether they leave or not.
        package var cost: Money

        package init(playbook: String, reason: ReasonCode, count: Int, cost: Money) {
            self.playbook = playbook
            self.reason = reason
            self.count = count
            self.cost = cost
        }
    }

    /// Sorted by playbook id, then in the order of `ReasonCode.allCases`; no empty ones.
    package let lines: [Line]
    package let candidates: Int

    /// Adds up lines that may repeat and come in any order.
    package init(lines parts: some Sequence<Line>) {
        var sums: [Key: Line] = [:]
        var total = 0
        for part in parts where part.count > 0 {
            let key = Key(playbook: part.playbook, reason: part.reason)
            sums[key, default: Line(playbook: part.playbook, reason: part.reason, count: 0, cost: .zero)].count +=
                part.count
            sums[key]?.cost.minorUnits += part.cost.minorUnits
            total += part.count
        }
        lines = sums.values.sorted { left, right in
            left.playbook == right.playbook
                ? left.reason.position < right.reason.position
                : left.playbook.utf8.lexicographicallyPrecedes(right.playbook.utf8)
        }
        candidates = total
        precondition(
            total == Verdict.Outcome.allCases.reduce(0) { $0 + count($1) },
            "candidates = send + deferred + suppressed + held out")
    }

    /// The tally of a run's decisions; playbooks in the order of their ids.
    package init(decisions: [Decision], playbooks: [Playbook]) {
        let reasons = ReasonCode.allCases.count
        var counts = [Int](repeating: 0, count: playbooks.count * reasons)
        var costs = [Int64](repeating: 0, count: playbooks.count * reasons)
        for decision in decisions {
            let cell = decision.playbook * reasons + decision.verdict.reason.position
            counts[cell] += 1
            let step = playbooks[decision.playbook].steps[decision.step]
            costs[cell] += (decision.option.map { step.options[$0].cost } ?? step.cost).minorUnits
        }
        self.init(
            lines: counts.indices.map { cell in
                Line(
                    playbook: playbooks[cell / reasons].id, reason: ReasonCode.allCases[cell % reasons],
                    count: counts[cell], cost: Money(minorUnits: costs[cell]))
            })
    }

    private struct Key: Hashable {
        var playbook: String
        var reason: ReasonCode
    }

    /// Candidates with an outcome, of one playbook or of all.
    package func count(_ outcome: Verdict.Outcome, playbook: String? = nil) -> Int {
        lines.reduce(0) { sum, line in
            line.reason.outcome == outcome && (playbook == nil || line.playbook == playbook) ? sum + line.count : sum
        }
    }

    /// Candidates that ended for a reason, over all playbooks.
    package func count(_ reason: ReasonCode) -> Int {
        lines.reduce(0) { $1.reason == reason ? $0 + $1.count : $0 }
    }

    /// Cost of what is sent, of one playbook or of all.
    package func cost(playbook: String? = nil) -> Money {
        Money(
            minorUnits: lines.reduce(0) { sum, line in
                line.reason.outcome == .send && (playbook == nil || line.playbook == playbook)
                    ? sum + line.cost.minorUnits : sum
            })
    }

    /// A JSON array with one object a line.
    package var json: String {
        var json = JSONText()
        for (position, line) in lines.enumerated() {
            json.append(raw: position == 0 ? "[{\"playbook\":" : ",{\"playbook\":")
            json.append(quoted: line.playbook)
            json.append(raw: ",\"verdict\":\"\(line.reason.outcome.rawValue)\",\"reason\":\"\(line.reason.rawValue)\"")
            json.append(raw: ",\"count\":\(line.count),\"cost\":\(line.cost.minorUnits)}")
        }
        return lines.isEmpty ? "[]" : json.text + "]"
    }

    /// The playbooks that had candidates, in the order of their ids.
    package var playbooks: [String] {
        var found: [String] = []
        for line in lines where found.last != line.playbook { found.append(line.playbook) }
        return found
    }
}

extension ReasonCode {
    /// The position in `allCases`.
    package var position: Int {
        switch self {
        case .selected: 0
        case .noConsent: 1
        case .neverContact: 2
        case .noRecipient: 3
        case .outsidePilot: 4
        case .programmeControl: 5
        case .controlGroup: 6
        case .openCase: 7
        case .oncePer: 8
        case .displaced: 9
        case .frequencyCap: 10
        case .laterStep: 11
        case .tooLate: 12
        case .quietHours: 13
        case .needsApproval: 14
        case .budget: 15
        }
    }
}
