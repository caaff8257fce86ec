import RetierCore
import RetierTestSupport

/// One member of a made-up base, described by what the tests care about.
struct SampleMember: Sendable {
    var id: String
    var joined: Int32 = 0
    var first: Int32?
    var previous: Int32?
    var last: Int32?
    var days: Int32 = 1
    var orders: Int32 = 1
    var coupons: Int32 = 0
    var total: Int64 = 0
}

enum Samples {
    static let asOf = Day(number: 1_000)

    /// A fact table of these members as of day 1000, rows in order of id.
    static func facts(_ members: [SampleMember]) -> FactTable {
        let sorted = members.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        var table = FactTable(
            asOf: asOf, memberIDs: PackedStrings(sorted.map(\.id)), keys: sorted.indices.map { Int64($0) })
        for (row, member) in sorted.enumerated() {
            table.joined[row] = member.joined
            guard let last = member.last else { continue }
            var facts = MemberFacts()
            facts.lastPurchase = last
            facts.firstPurchase = member.first ?? last
            facts.previousPurchase = member.previous ?? FactTable.noDay
            facts.purchaseDays = member.days
            facts.windowDays = member.days
            facts.windowOrders = member.orders
            facts.windowCouponOrders = member.coupons
            facts.windowTotal = member.total
            table[row] = facts
        }
        return table
    }

    /// A base with many ties, some members without a purchase and some with negative totals.
    static func drawn(_ count: Int, _ generator: inout SeededGenerator) -> [SampleMember] {
        (0..<count).map { index in
            var member = SampleMember(id: "m\(index.padded(to: 5))", joined: Int32(generator.draw(in: 0...1_000)))
            guard generator.draw(in: 0...9) > 0 else { return member }
            member.last = Int32(generator.draw(in: 900...1_000))
            member.days = Int32(generator.draw(in: 0...6))
            member.orders = member.days + Int32(generator.draw(in: 0...3))
            member.coupons = Int32(generator.draw(in: 0...Int(member.orders)))
            member.total = Int64(generator.draw(in: -20...60) * generator.pick(from: [1, 1, 100, 9_999]))
            return member
        }
    }

    /// gold: the best 10 %, silver: the best 40 %, base: everyone.
    static let ladder = TierLadder(tiers: [
        Tier(id: "gold", title: LocalizedText(zh: "金卡", en: "Gold"), entry: .topShare(1_000)),
        Tier(id: "silver", title: LocalizedText(zh: "银卡", en: "Silver"), entry: .topShare(4_000)),
        Tier(id: "base", title: LocalizedText(zh: "普通", en: "Base"), entry: .everyone),
    ])
}

extension TieringOutcome {
    /// The moves and signals of one row.
    func transitions(of row: Int) -> [Transition] { transitions.filter { $0.row == row } }
}

extension MemberColumns {
    /// Members of whom nothing but when they joined, their last purchase and their tier is known; ids ascend.
    static func sample(
        asOf: Day, _ members: [(id: String, joined: Day, last: Day?, tier: Int?)], tiers count: Int = 3
    ) -> MemberColumns {
        var facts = FactTable(
            asOf: asOf, memberIDs: PackedStrings(members.map(\.id)), keys: members.indices.map { Int64($0) })
        var standing = StandingTable(count: members.count)
        for (row, member) in members.enumerated() {
            facts.joined[row] = member.joined.number
            facts.lastPurchase[row] = member.last?.number ?? FactTable.noDay
            standing.tier[row] = member.tier.map(UInt8.init) ?? StandingTable.noTier
            standing.since[row] = member.joined.number
        }
        let ladder = TierLadder(
            tiers: (0..<count).map { place in
                Tier(
                    id: "t\(place)", title: LocalizedText("t"),
                    entry: place == count - 1 ? .everyone : .score(1_000 - place))
            })
        let model = TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0), ladder: ladder)
        guard let outcome = try? Tiering.observe(facts: facts, previous: standing, model: model, calibration: nil)
        else {
            preconditionFailure("fixed cuts are not learned")
        }
        return MemberColumns(facts: facts, outcome: outcome)
    }
}
