import RetierCore

/// Where the members of each tier went between two refreshes, computed from how many stood where after either and who
/// moved.
///
/// Whoever is in a tier and did not move into it was there before; whoever was there before, did not stay and did not
/// move out of it has left. So `after = stayed + moved in` and `before = stayed + moved out + left`, tier by tier.
struct TierFlow: Hashable, Sendable {
    /// One end of a ribbon.
    enum Place: Hashable, Sendable {
        /// Position in `tiers`.
        case tier(Int)
        /// Not a member at the earlier refresh (as a source), or no longer one (as a target).
        case outside
    }

    struct Ribbon: Hashable, Sendable {
        var from: Place
        var to: Place
        var members: Int
    }

    /// Tier ids, highest first.
    let tiers: [String]
    /// Members of each tier after the earlier refresh, and after the later one.
    let before: [Int]
    let after: [Int]
    /// Of the later refresh, by the earlier tier: members whose stage became dormant, whose stage became lost, and who
    /// bought again after such a silence.
    let dormant: [Int]
    let lost: [Int]
    let returned: [Int]
    /// Without empty ones, by source, then target; tiers highest first, the outside last.
    let ribbons: [Ribbon]

    /// Nil where the counts contradict each other: more members moved into or out of a tier than stood in it.
    init?(tiers: [String], before earlier: RunFigures, after later: RunFigures) {
        func moves(_ from: String, _ to: String) -> Int {
            later.count(.move, from, to, of: .promoted) + later.count(.move, from, to, of: .demoted)
        }
        func sum(_ quantity: Figure.Quantity, from tier: String) -> Int {
            tiers.reduce(0) { $0 + later.count(.move, tier, $1, of: quantity) }
        }
        self.tiers = tiers
        before = tiers.map { earlier.count(.tier, $0) }
        after = tiers.map { later.count(.tier, $0) }
        lost = tiers.map { sum(.lost, from: $0) }
        dormant = tiers.map { sum(.lapsed, from: $0) - sum(.lost, from: $0) }
        returned = tiers.map { sum(.returned, from: $0) }
        var ribbons: [Ribbon] = []
        for from in tiers.indices {
            let enrolled = later.count(.move, "", tiers[from], of: .enrolled)
            let stayed = after[from] - tiers.reduce(enrolled) { $0 + moves($1, tiers[from]) }
            var left = before[from] - stayed
            for to in tiers.indices {
                let members = from == to ? stayed : moves(tiers[from], tiers[to])
                if from != to { left -= members }
                ribbons.append(Ribbon(from: .tier(from), to: .tier(to), members: members))
            }
            ribbons.append(Ribbon(from: .tier(from), to: .outside, members: left))
        }
        for (to, tier) in tiers.enumerated() {
            let members = later.count(.move, "", tier, of: .enrolled)
            ribbons.append(Ribbon(from: .outside, to: .tier(to), members: members))
        }
        guard ribbons.allSatisfy({ $0.members >= 0 }) else { return nil }
        self.ribbons = ribbons.filter { $0.members > 0 }
    }

    /// Members in a tier at both refreshes: the base of every share of movers.
    var present: Int { before.reduce(0, +) - left }
    var promoted: Int { movers { from, to in to < from } }
    var demoted: Int { movers { from, to in to > from } }
    var stayed: Int { movers { from, to in to == from } }
    /// Members of the later refresh who were not members before, and of the earlier one who no longer are.
    var new: Int { ribbons.reduce(0) { $1.from == .outside ? $0 + $1.members : $0 } }
    var left: Int { ribbons.reduce(0) { $1.to == .outside ? $0 + $1.members : $0 } }

    /// Members between two places; stayers where both are the same.
    func members(from: Place, to: Place) -> Int {
        ribbons.first { $0.from == from && $0.to == to }?.members ?? 0
    }

    private func movers(where chosen: (Int, Int) -> Bool) -> Int {
        ribbons.reduce(0) { sum, ribbon in
            guard case .tier(let from) = ribbon.from, case .tier(let to) = ribbon.to else { return sum }
            return chosen(from, to) ? sum + ribbon.members : sum
        }
    }
}
