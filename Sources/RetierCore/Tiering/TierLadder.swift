/// One level of the programme.
package struct Tier: Hashable, Sendable {
    /// How a member enters it.
    package enum Entry: Hashable, Sendable {
        /// Composite score of at least this many millionths (0.75 is 750,000).
        case score(Int)
        /// The best share of scored members on the learning date, in basis points (20 % is 2,000).
        case topShare(Int)
        /// The best N scored members on the learning date.
        case topCount(Int)
        /// A fact or a prediction of at least this much, in its own unit: `m_total` is money in the window.
        case value(of: String, atLeast: Int64)
        /// The best share by a fact or a prediction, of the scored members of whom it is known.
        case topShareBy(String, Int)
        /// The best N by a fact or a prediction.
        case topCountBy(String, Int)
        /// Whoever fulfils a condition: a tag, a task that is done.
        case rule(Condition)
        /// Everybody: the lowest tier.
        case everyone
    }

    package var id: String
    package var title: LocalizedText
    package var entry: Entry

    package init(id: String, title: LocalizedText, entry: Entry) {
        self.id = id
        self.title = title
        self.entry = entry
    }
}

extension Tier.Entry {
    /// What an entry looks at.
    package enum Yardstick: Hashable, Sendable {
        case score
        case measure(String)
        case rule
        case nothing
    }

    package var yardstick: Yardstick {
        switch self {
        case .score, .topShare, .topCount: .score
        case .value(let name, _), .topShareBy(let name, _), .topCountBy(let name, _): .measure(name)
        case .rule: .rule
        case .everyone: .nothing
        }
    }

    /// The fact or prediction that it reads; nil for scores, rules and everyone.
    package var measure: String? {
        if case .measure(let name) = yardstick { return name }
        return nil
    }

    package var condition: Condition? {
        if case .rule(let condition) = self { return condition }
        return nil
    }
}

/// The ordered tiers, highest first; the last one takes everybody.
///
/// At most 64. A member earns the highest tier whose entry they fulfil.
package struct TierLadder: Hashable, Sendable {
    package var tiers: [Tier]

    package init(tiers: [Tier]) { self.tiers = tiers }

    /// The position of a tier (0 is the highest), or nil.
    package func index(of id: String) -> Int? { tiers.firstIndex { $0.id == id } }

    /// Throws `badConfiguration` where the ladder cannot place every member.
    package func validate() throws {
        guard (1...64).contains(tiers.count) else {
            throw RetierError(
                .badConfiguration, "the ladder has \(tiers.count) tiers", hint: "give it 1 to 64 tiers, highest first")
        }
        for (index, tier) in tiers.enumerated() where (tier.entry == .everyone) != (index == tiers.count - 1) {
            throw RetierError(
                .badConfiguration,
                tier.entry == .everyone
                    ? "tier '\(tier.id)' takes everyone but is not the last of the ladder"
                    : "the last tier '\(tier.id)' does not take everyone",
                hint: "let the last tier, and only it, take everyone")
        }
    }
}
