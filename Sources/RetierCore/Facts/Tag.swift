/// A named condition over facts: who fulfils it on the day of a run carries the tag in that run.
package struct Tag: Hashable, Sendable {
    package var id: String
    package var title: LocalizedText
    /// Over what is known before scores and tiers are: facts, dates, attributes, and tags that come before this one.
    package var condition: Condition

    package init(id: String, title: LocalizedText, condition: Condition) {
        self.id = id
        self.title = title
        self.condition = condition
    }

    /// Most tags of a programme: one bit each.
    package static let most = 64
}

/// Tells which tags members carry.
package struct Tagging: Sendable {
    private let tags: [Tag]
    private let facts: FactTable
    /// By attribute name, by row: those that the tags' conditions read.
    private let attributes: [String: [String?]]

    package init(tags: [Tag], facts: FactTable, attributes: [String: [String?]] = [:]) {
        self.tags = tags
        self.facts = facts
        self.attributes = attributes
    }

    /// The tags of one row as bits, the first tag lowest.
    package func tags(of row: Int) -> UInt64 {
        var member = MemberSnapshot(facts: facts, row: row)
        for (name, values) in attributes {
            if let value = values[row] { member.attributes[name] = value }
        }
        for (position, tag) in tags.enumerated() where tag.condition.holds(for: member) {
            member.tags |= 1 << UInt64(position)
        }
        return member.tags
    }
}

extension Field {
    /// Whether it is known before scores and tiers are, so that tags and tier entries may ask for it.
    package var isKnownBeforeScores: Bool {
        switch self {
        case .daysSinceOrder, .daysSinceJoined, .yearsInProgramme, .recencyDays, .frequencyDays, .orders,
            .monetaryTotal, .averageOrderValue, .couponShare, .birthdayInDays, .birthdayMonth, .anniversaryInDays,
            .fact, .attribute, .tag:
            true
        default: false
        }
    }
}
