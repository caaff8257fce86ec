// Matching many members: up to 64 neighbouring rows at a time, one bit each.
extension Condition {
    /// The rows of those in question for which it holds; a part is asked about no row that is decided without it.
    ///
    /// - Parameters:
    ///   - rows: the rows in question, the lowest bit for row `first`.
    ///   - member: is moved from row to row.
    func rows(among rows: UInt64, from first: Int, _ member: inout MemberRow) -> UInt64 {
        guard rows != 0 else { return 0 }
        switch self {
        case .all(let parts):
            var holding = rows
            for part in parts { holding = part.rows(among: holding, from: first, &member) }
            return holding
        case .any(let parts):
            var open = rows
            for part in parts { open &= ~part.rows(among: open, from: first, &member) }
            return rows & ~open
        case .not(let part): return rows & ~part.rows(among: rows, from: first, &member)
        case .clause(let clause): return clause.predicate.rows(among: rows, from: first, &member)
        }
    }

    /// The same condition, in every group the parts last that read distances to tiers, which are dear.
    var distancesLast: Condition {
        func ordered(_ parts: [Condition]) -> [Condition] {
            let parts = parts.map(\.distancesLast)
            return parts.filter { !$0.needsDistances } + parts.filter(\.needsDistances)
        }
        switch self {
        case .all(let parts): return .all(ordered(parts))
        case .any(let parts): return .any(ordered(parts))
        case .not(let part): return .not(part.distancesLast)
        case .clause: return self
        }
    }
}

extension Predicate {
    fileprivate func rows(among rows: UInt64, from first: Int, _ member: inout MemberRow) -> UInt64 {
        var holding: UInt64 = 0
        var rest = rows
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            member.row = first + place
            if holds(for: member) { holding |= 1 << UInt64(place) }
            rest &= rest - 1
        }
        return holding
    }
}
