/// One row of a run as conditions read it: every field is looked up when it is asked for.
///
/// A million members are matched with one value of it that goes from row to row; a snapshot of each is mostly copying.
struct MemberRow: MemberFields {
    /// One, behind a reference: a row is handed on for every clause of every member.
    private let shared: [MemberColumns]
    /// Those of the columns: a call on a part of them would copy the whole.
    private let roads: TierRoads
    var row: Int
    /// The incident that a condition is asked about; nil for none.
    var incident: MemberIncident?

    init(columns: MemberColumns, row: Int) {
        shared = [columns]
        roads = columns.roads
        self.row = row
    }

    private var columns: MemberColumns {
        @inline(__always) _read { yield shared[0] }
    }

    var asOf: Day { columns.facts.asOf }
    var joined: Day { Day(number: columns.facts.joined[row]) }
    var birthday: Int16 { columns.facts.birthday[row] }
    var lastPurchase: Day? {
        columns.facts.hasPurchase(row) ? Day(number: columns.facts.lastPurchase[row]) : nil
    }
    var windowDays: Int { Int(columns.facts.windowDays[row]) }
    var windowOrders: Int { Int(columns.facts.windowOrders[row]) }
    var windowTotal: Money { Money(minorUnits: columns.facts.windowTotal[row]) }
    var windowCouponOrders: Int { Int(columns.facts.windowCouponOrders[row]) }
    var recencyScore: Int { Int(columns.scores.recency[row]) }
    var frequencyScore: Int { Int(columns.scores.frequency[row]) }
    var monetaryScore: Int { Int(columns.scores.monetary[row]) }
    var segment: Segment8? {
        columns.scores.isScored[row] ? Segment8(rawValue: columns.scores.segment[row]) : nil
    }
    var score: Int { Int(columns.scores.composite[row]) }
    var tier: Int { columns.tier(of: row) }
    var rawTier: Int { Int(columns.outcome.rawTiers[row]) }
    var tierSince: Day { Day(number: hasTier ? columns.outcome.standing.since[row] : columns.facts.joined[row]) }
    var hasTier: Bool { columns.outcome.standing.tier[row] != StandingTable.noTier }
    var stage: LifecycleStage { LifecycleStage(rawValue: columns.outcome.standing.stage[row]) ?? .new }
    var transitions: ArraySlice<Transition> { columns.transitions(of: row) }
    var tags: UInt64 { columns.facts.tags.isEmpty ? 0 : columns.facts.tags[row] }
    var cluster: Int { columns.clusters?[row]?.number ?? 0 }

    func rank(in dimension: Dimension) -> Int32 {
        let ranks = columns.scores.ranks[dimension.rawValue]
        return ranks.isEmpty ? ScoreTable.unranked : ranks[row]
    }

    func change(of number: DistanceNumber, reachesNext: Bool) -> Int64? {
        guard reachesNext else { return hasTier ? roads.change(of: number, losing: tier, row: row) : nil }
        return tier > 0 ? roads.change(of: number, entering: tier - 1, row: row) : nil
    }

    func furtherFact(at position: Int) -> Int64 {
        guard columns.facts.further.indices.contains(position) else { return FactColumn.missing }
        return columns.facts.further[position]?[row] ?? FactColumn.missing
    }

    func prediction(_ prediction: Prediction) -> Int64? {
        let value = columns.predictions?.field(prediction, of: row, decimals: columns.decimals)
        return value == PredictionTable.missing ? nil : value
    }

    func attribute(_ name: String) -> String? { columns.attributes[name]?[row] }

    func grants(_ consent: String) -> Bool {
        columns.consents?.granted(row: row).contains { ConsentTable.grant($0, covers: consent) } ?? false
    }
}
