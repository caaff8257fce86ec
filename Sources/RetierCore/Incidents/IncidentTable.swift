/// Who is affected by which incident, and what came of it so far, by row: as a run knows it.
package struct IncidentTable: Sendable {
    /// An incident that a run may act upon.
    package struct Item: Hashable, Sendable {
        package var incident: Incident
        /// Position in the programme's kinds.
        package var kind: Int
        /// The last day on which members are taken up; nil while it is open.
        package var last: Day?

        package init(_ incident: Incident, kind: Int, last: Day?) {
            self.incident = incident
            self.kind = kind
            self.last = last
        }
    }

    /// That an incident affected a member: the first fact within its time.
    package struct Effect: Hashable, Sendable {
        /// Position in the incidents.
        package var incident: Int
        package var fact: String
        package var at: Instant

        package init(incident: Int, fact: String, at: Instant) {
            self.incident = incident
            self.fact = fact
            self.at = at
        }
    }

    /// What earlier runs made of a step for a member and an incident.
    package struct Past: Hashable, Sendable {
        package var incident: Int
        package var playbook: String
        package var step: String
        /// Sent, kept as control, or given up: never again.
        ///
        /// Otherwise it was deferred, or taken back.
        package var isSettled: Bool

        package init(incident: Int, playbook: String, step: String, isSettled: Bool) {
            self.incident = incident
            self.playbook = playbook
            self.step = step
            self.isSettled = isSettled
        }
    }

    /// By their beginnings, then ids: the order in which members are compensated.
    package let items: [Item]
    private let effects: RowGroups<Effect>
    private let pasts: RowGroups<Past>
    private let asOf: Day

    /// - Parameters:
    ///   - items: in any order; the positions in effects and pasts are theirs.
    ///   - effects: with their rows, in any order; of one row and incident the first by moment, then fact, counts.
    package init(
        count: Int, items: [Item] = [], effects: [(row: Int, value: Effect)] = [],
        pasts: [(row: Int, value: Past)] = [], asOf: Day
    ) {
        self.asOf = asOf
        let order = items.indices.sorted { left, right in
            let (first, second) = (items[left].incident, items[right].incident)
            return first.from == second.from ? first.id < second.id : first.from < second.from
        }
        var place = [Int](repeating: 0, count: items.count)
        for (position, item) in order.enumerated() { place[item] = position }
        self.items = order.map { items[$0] }
        var firsts: [(row: Int32, value: Effect)] = []
        for (row, effect) in effects.map({ ($0.row, IncidentTable.moved($0.value, to: place)) }).sorted(by: {
            ($0.0, $0.1.incident, $0.1.at, $0.1.fact) < ($1.0, $1.1.incident, $1.1.at, $1.1.fact)
        }) {
            if let last = firsts.last, last.row == Int32(row), last.value.incident == effect.incident { continue }
            firsts.append((Int32(row), effect))
        }
        self.effects = RowGroups(count: count, items: firsts)
        self.pasts = RowGroups(
            count: count,
            items: pasts.map { row, value in
                var past = value
                past.incident = place[value.incident]
                return (Int32(row), past)
            })
    }

    private static func moved(_ effect: Effect, to place: [Int]) -> Effect {
        Effect(incident: place[effect.incident], fact: effect.fact, at: effect.at)
    }

    /// Of a run that knows of no incident.
    package static let none = IncidentTable(count: 0, asOf: Day(number: 0))

    package var isEmpty: Bool { items.isEmpty }

    /// The incidents that affected the member of a row, in their order.
    package subscript(row: Int) -> [MemberIncident] { effects[row].map(member(of:)) }

    /// The positions of the incidents that affected the member of a row, ascending.
    package func positions(row: Int) -> [Int] { effects[row].map(\.incident) }

    /// Whether nothing affected the member of a row.
    @inline(__always)
    package func isEmpty(row: Int) -> Bool { effects[row].isEmpty }

    /// What a candidate is about; nil where that is no incident.
    package func incident(of candidate: Candidate) -> MemberIncident? {
        candidate.incident < 0 ? nil : incident(Int(candidate.incident), row: Int(candidate.row))
    }

    /// The incident of a position as it affected the member of a row; nil where it did not.
    package func incident(_ position: Int, row: Int) -> MemberIncident? {
        effects[row].first { $0.incident == position }.map(member(of:))
    }

    private func member(of effect: Effect) -> MemberIncident {
        let item = items[effect.incident]
        return MemberIncident(incident: item.incident, kind: item.kind, fact: effect.fact, at: effect.at)
    }

    /// The candidates of a member and a playbook that asks for an incident: the steps still to be taken of the first
    /// one for which there are any and the condition holds, so that a member is compensated for one after the other.
    ///
    /// - Parameter holds: whether the condition holds with an incident.
    package func candidates(
        row: Int, playbook: Playbook, position: Int, holds: (MemberIncident) -> Bool
    ) -> [Candidate] {
        for effect in effects[row] {
            let steps = playbook.steps.indices.filter { isDue(playbook.steps[$0], of: playbook.id, effect, row: row) }
            guard !steps.isEmpty, holds(member(of: effect)) else { continue }
            return steps.map { Candidate(row: row, playbook: position, step: $0, incident: effect.incident) }
        }
        return []
    }

    private func isDue(_ step: Playbook.Step, of playbook: String, _ effect: Effect, row: Int) -> Bool {
        let item = items[effect.incident]
        let grants = item.incident.startedHours.flatMap(step.option(forHours:)) != nil
        guard !step.isScaled || grants else { return false }
        let past = pasts[row].filter { $0.incident == effect.incident && $0.playbook == playbook && $0.step == step.id }
        if past.contains(where: \.isSettled) { return false }
        // What was deferred is not forgotten on the day after the last one: it ends in a verdict.
        return !past.isEmpty || item.last.map { asOf <= $0 } ?? true
    }

    /// Steps of a playbook that are settled for a member and an incident, in their order.
    package func settledSteps(of incident: String, row: Int, playbook: Playbook) -> [String] {
        let settled = pasts[row].filter {
            $0.isSettled && $0.playbook == playbook.id && items[$0.incident].incident.id == incident
        }
        return playbook.steps.map(\.id).filter { step in settled.contains { $0.step == step } }
    }

    /// Position of the first incident that affected the member of a row; nil for none.
    package func firstPosition(row: Int) -> Int? { effects[row].first?.incident }

    /// The last day on which a candidate may be sent; nil where its incident has none, or it is about none.
    package func lastDay(of candidate: Candidate, notAfter: CalendarPeriod) -> Day? {
        guard candidate.incident >= 0 else { return nil }
        return items[Int(candidate.incident)].last.map(notAfter.after)
    }

    /// Position of the option that a candidate's step grants for its incident; nil where it grants none.
    func scaledOption(of candidate: Candidate, _ step: Playbook.Step) -> Int? {
        guard step.isScaled else { return nil }
        let known = candidate.incident >= 0 ? Int(candidate.incident) : firstPosition(row: Int(candidate.row))
        return known.flatMap { items[$0].incident.startedHours }.flatMap(step.option(forHours:))
    }
}
