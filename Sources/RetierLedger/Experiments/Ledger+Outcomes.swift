package import RetierCore

extension Ledger {
    /// What became of the members of an experiment, read in one pass over them.
    ///
    /// Members who were merged into one are one person: of equal groups the earliest assignment counts, and with
    /// different groups nobody knows what the person got, so they are counted as crossed and left out.
    /// - Parameter uncountedStatuses: orders with one of these statuses count for nothing.
    package func record(
        of question: ExperimentQuestion, zone: ZoneRules, uncountedStatuses: [String]
    ) throws -> ExperimentRecord {
        let connection = try ReadConnection(path: path)
        try connection.execute("BEGIN")
        let merges = try MergeMap(connection)
        let people = try AssignedPerson.all(of: question.experiment, connection, merges)
        var reader = try OutcomeReader(connection, question, zone: zone, uncountedStatuses: uncountedStatuses)
        var names = GroupNames()
        var members: [ExperimentRecord.Member] = []
        members.reserveCapacity(people.count)
        for person in people where !person.isCrossed {
            var member = ExperimentRecord.Member(
                group: names.position(of: person.group), tier: names.position(ofTier: person.tier),
                shares: person.shares, isComplete: question.within.after(person.day) <= question.lastEnd)
            if member.isComplete { try reader.read(merges.group(of: person.key), assigned: person.day, into: &member) }
            members.append(member)
        }
        return names.record(
            members, shares: try ExperimentShares.all(of: question.experiment, connection),
            crossed: people.count(where: \.isCrossed))
    }
}

/// One person in an experiment.
private struct AssignedPerson {
    /// The ledger's key of the member, or of the one whom the others were merged into.
    var key: Int64
    var group: ExperimentRecord.Group
    var tier: String?
    var shares: Int32
    var day: Day
    var isCrossed = false

    /// Everybody in the order of keys.
    static func all(
        of experiment: String, _ connection: ReadConnection, _ merges: MergeMap
    ) throws -> [AssignedPerson] {
        let statement = try connection.prepare(
            "SELECT member, is_control, arm, tier, shares, day FROM assignment WHERE experiment = ? ORDER BY member")
        try statement.bind(experiment, at: 1)
        var people: [AssignedPerson] = []
        // Where those are who may meet others.
        var places: [Int64: Int] = [:]
        while try statement.step() {
            let key = statement.integer(0)
            let arm = statement.isNull(2) ? nil : statement.text(2)
            var person = AssignedPerson(
                key: merges.root(of: key), group: statement.integer(1) != 0 ? .control : .arm(arm),
                tier: statement.isNull(3) ? nil : statement.text(3), shares: Int32(statement.integer(4)),
                day: Day(number: Int32(truncatingIfNeeded: statement.integer(5))))
            guard !merges.isEmpty, merges.group(of: person.key).count > 1 else {
                people.append(person)
                continue
            }
            guard let place = places[person.key] else {
                places[person.key] = people.count
                people.append(person)
                continue
            }
            person.isCrossed = people[place].isCrossed || people[place].group != person.group
            if person.day < people[place].day || person.isCrossed { people[place] = person }
        }
        return people
    }
}

/// Gives groups and tiers their positions.
private struct GroupNames {
    private var groups: [ExperimentRecord.Group: Int] = [:]
    private var tiers: [String: Int] = [:]

    mutating func position(of group: ExperimentRecord.Group) -> Int {
        if let known = groups[group] { return known }
        groups[group] = groups.count
        return groups.count - 1
    }

    mutating func position(ofTier tier: String?) -> Int? {
        guard let tier else { return nil }
        if let known = tiers[tier] { return known }
        tiers[tier] = tiers.count
        return tiers.count - 1
    }

    /// The record with groups and tiers in an order that does not depend on who came first.
    ///
    /// Groups that the shares promise members are there even where nobody is in them yet.
    func record(
        _ members: [ExperimentRecord.Member], shares: [Int32: ExperimentShares], crossed: Int
    ) -> ExperimentRecord {
        var all = Set(groups.keys)
        for share in shares.values {
            if share.holdout > 0 { all.insert(.control) }
            if share.arms.isEmpty { all.insert(.arm(nil)) }
            for arm in share.arms where arm.weight > 0 { all.insert(.arm(arm.name)) }
        }
        let groupOrder = all.sorted { GroupNames.rank($0) < GroupNames.rank($1) }
        let tierOrder = tiers.keys.sorted()
        var groupPlaces = [Int](repeating: 0, count: groups.count)
        for (group, position) in groups { groupPlaces[position] = groupOrder.firstIndex(of: group) ?? 0 }
        var tierPlaces = [Int](repeating: 0, count: tiers.count)
        for (tier, position) in tiers { tierPlaces[position] = tierOrder.firstIndex(of: tier) ?? 0 }
        var members = members
        for index in members.indices {
            members[index].group = groupPlaces[members[index].group]
            members[index].tier = members[index].tier.map { tierPlaces[$0] }
        }
        return ExperimentRecord(
            groups: groupOrder, tiers: tierOrder, members: members, shares: shares, crossed: crossed)
    }

    private static func rank(_ group: ExperimentRecord.Group) -> String {
        switch group {
        case .control: ""
        case .arm(let name): "+" + (name ?? "")
        }
    }
}
