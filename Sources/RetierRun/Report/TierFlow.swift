import RetierLedger

/// Where the members of each tier came from between two refreshes, computed from who stands where now and who moved.
///
/// Old standings are not kept: whoever is in a tier and did not move into it was there before, and who moved out of a
/// tier was there before as well. So `before = stayed + moved out` and `after = stayed + moved in`, tier by tier.
struct TierFlow: Hashable, Sendable {
    /// One end of a ribbon.
    enum Place: Hashable, Sendable {
        /// Position in `tiers`.
        case tier(Int)
        /// Not a member at the earlier refresh (as a source), or no longer one (as a target).
        case outside
        /// A member at the earlier refresh whose standing is gone, so that the earlier tier is not known.
        case unknown
    }

    struct Ribbon: Hashable, Sendable {
        var from: Place
        var to: Place
        var members: Int
    }

    /// Tier ids, highest first.
    let tiers: [String]
    /// Members of each tier at the earlier refresh who are still in the ledger.
    let before: [Int]
    /// Members of each tier after the later refresh.
    let after: [Int]
    /// Members who joined in between.
    let new: Int
    /// Members of the earlier refresh who are no longer in the ledger.
    let left: Int
    /// Members that the earlier run did not count although they stand in the ledger; 0 where the counts balance.
    let unreconciled: Int
    /// Without empty ones, by source, then target; tiers highest first.
    let ribbons: [Ribbon]

    /// Nil where the moves contradict the standings: more members moved into a tier than stand in it.
    ///
    /// - Parameters:
    ///   - counts: members of each tier after the later refresh.
    ///   - moves: of the later refresh; kinds that change no tier are passed over.
    ///   - earlierMembers: as the earlier run counted them.
    init?(tiers: [String], counts: [Int], moves: [ReportFigures.Move], earlierMembers: Int) {
        guard let matrix = MoveMatrix(tiers: tiers, moves: moves) else { return nil }
        let stayed = tiers.indices.map { counts[$0] - matrix.into($0) }
        guard stayed.allSatisfy({ $0 >= 0 }) else { return nil }
        self.tiers = tiers
        after = counts
        before = tiers.indices.map { stayed[$0] + matrix.outOf($0) }
        new = matrix.enrolled.reduce(0, +)
        let difference = earlierMembers - before.reduce(0, +)
        left = max(difference, 0)
        unreconciled = max(-difference, 0)
        var ribbons: [Ribbon] = []
        for from in tiers.indices {
            for to in tiers.indices {
                let members = from == to ? stayed[from] : matrix.moved[from][to]
                ribbons.append(Ribbon(from: .tier(from), to: .tier(to), members: members))
            }
        }
        for to in tiers.indices {
            ribbons.append(Ribbon(from: .outside, to: .tier(to), members: matrix.enrolled[to]))
        }
        ribbons.append(Ribbon(from: .unknown, to: .outside, members: left))
        self.ribbons = ribbons.filter { $0.members > 0 }
    }

    /// Members in a tier at both refreshes: the base of every share of movers.
    var present: Int { before.reduce(0, +) }
    var promoted: Int { movers { from, to in to < from } }
    var demoted: Int { movers { from, to in to > from } }

    /// Members between two tiers; stayers where both are the same.
    func members(from: Int, to: Int) -> Int {
        ribbons.first { $0.from == .tier(from) && $0.to == .tier(to) }?.members ?? 0
    }

    private func movers(where chosen: (Int, Int) -> Bool) -> Int {
        ribbons.reduce(0) { sum, ribbon in
            guard case .tier(let from) = ribbon.from, case .tier(let to) = ribbon.to else { return sum }
            return chosen(from, to) ? sum + ribbon.members : sum
        }
    }
}

/// Moves between tiers of one refresh as a square of counts.
struct MoveMatrix: Hashable, Sendable {
    /// Members by earlier and later tier; the diagonal is empty.
    private(set) var moved: [[Int]]
    /// Members by the tier that they got first.
    private(set) var enrolled: [Int]

    /// Nil where a move names a tier that is not listed.
    init?(tiers: [String], moves: [ReportFigures.Move]) {
        let position = Dictionary(uniqueKeysWithValues: tiers.enumerated().map { ($1, $0) })
        moved = Array(repeating: Array(repeating: 0, count: tiers.count), count: tiers.count)
        enrolled = Array(repeating: 0, count: tiers.count)
        for move in moves where ["enrolled", "promoted", "demoted"].contains(move.kind) {
            guard let to = position[move.toTier] else { return nil }
            guard let origin = move.fromTier else {
                enrolled[to] += move.members
                continue
            }
            guard let from = position[origin], from != to else { return nil }
            moved[from][to] += move.members
        }
    }

    func into(_ tier: Int) -> Int { enrolled[tier] + moved.reduce(0) { $0 + $1[tier] } }
    func outOf(_ tier: Int) -> Int { moved[tier].reduce(0, +) }
}
