/// Members who are found to be one person, and parted again: the manual's page Identities.
extension Reference {
    /// The member for whom somebody counts.
    func root(_ member: String) -> String { keptOf[member].map(root) ?? member }

    func isSame(_ one: String, _ other: String) -> Bool { root(one) == root(other) }

    /// Whom runs decide about.
    var people: [String] { chronicle.members.filter { keptOf[$0] == nil } }

    mutating func join(_ other: String, to kept: String) {
        guard keptOf[other] == nil, keptOf[kept] == nil, other != kept else { return }
        keptOf[other] = kept
        lookAtCases()
        endCasesOfTheOtherGroup(than: kept)
        guard flaw != .bothCasesOfOneGoOn else { return }
        // What runs, then what is older, then the smaller id; whatever cannot be beside what goes on ends.
        let order = cases.indices.filter { !cases[$0].isOver && isSame(cases[$0].member, kept) }.sorted { left, right in
            let (one, two) = (cases[left], cases[right])
            return (one.isPaused ? 1 : 0, one.opened, one.member) < (two.isPaused ? 1 : 0, two.opened, two.member)
        }
        for place in order {
            cases[place].isOver = order.prefix { $0 != place }.contains { earlier in
                !cases[earlier].isOver
                    && (cases[earlier].playbook == cases[place].playbook
                        || isEscalation(cases[earlier]) && isEscalation(cases[place]))
            }
        }
    }

    /// A shadow of somebody who is treated, and a case of somebody who is control.
    private mutating func endCasesOfTheOtherGroup(than kept: String) {
        for place in cases.indices where !cases[place].isOver && isSame(cases[place].member, kept) {
            let groups = [cases[place].playbook, "*"].compactMap { group(of: root(kept), in: $0)?.isControl }
            guard !groups.isEmpty else { continue }
            cases[place].isOver = groups.contains(true) != cases[place].isShadow
        }
    }

    private func isEscalation(_ one: ReferenceCase) -> Bool {
        !one.isShadow && chronicle.playbook(one.playbook)?.isEscalation == true
    }

    mutating func part(_ other: String) { keptOf[other] = nil }

    /// What somebody did ends what waits for it, of everybody who is the same person.
    mutating func lookAtCases() {
        for place in cases.indices where isEnded(cases[place].member, cases[place].playbook, cases[place].knownUntil) {
            cases[place].isOver = true
        }
        waiting = waiting.filter { !isEnded($0.key.member, $0.key.playbook, $0.since) }
    }

    private func isEnded(_ member: String, _ playbook: String, _ known: Int) -> Bool {
        lastSign(of: member, playbook).map { $0 > known } ?? false
    }

    /// The day of the last thing done that ends a case of a playbook.
    func lastSign(of member: String, _ playbook: String) -> Int? {
        happened.last { event in
            let isOwn = flaw == .othersOrdersEndNothing ? event.member == member : isSame(event.member, member)
            return isOwn && isSign(event.kind, playbook)
        }?.day
    }

    private func isSign(_ kind: Chronicle.Event.Kind, _ playbook: String) -> Bool {
        switch kind {
        case .ack: flaw != .acknowledgementsAreIgnored
        case .order: chronicle.playbook(playbook)?.stops.contains("order") ?? false
        case .reply: chronicle.playbook(playbook)?.stops.contains("reply") ?? false
        default: false
        }
    }

    /// What waits for the same step of one person waits once: since the earlier day, tried from the earlier one.
    func waits(of member: String) -> [Waiting] {
        let own = waiting.filter { isSame($0.key.member, member) }
        let keys = Set(own.map { Chronicle.Key(member: member, playbook: $0.key.playbook, step: $0.key.step) })
        return keys.sorted().map { key in
            let same = own.filter { $0.key.playbook == key.playbook && $0.key.step == key.step }
            return Waiting(key: key, since: same.map(\.since).min() ?? 0, first: same.map(\.first).min() ?? 0)
        }
    }

    /// A member's own group counts; without one that of somebody who is the same person: of several one who was
    /// treated, then the earliest.
    func group(of member: String, in experiment: String) -> Group? {
        let all = groups.filter { isSame($0.member, member) && $0.experiment == experiment }
        if let own = all.first(where: { $0.member == member }) { return own }
        guard flaw != .othersGroupsAreForgotten else { return nil }
        return all.min { ($0.isControl ? 1 : 0, $0.day, $0.arm ?? "") < ($1.isControl ? 1 : 0, $1.day, $1.arm ?? "") }
    }
}
