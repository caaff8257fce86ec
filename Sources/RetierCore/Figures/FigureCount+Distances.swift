extension FigureCount {
    /// How near the cut members are looked at, in millionths of the score: five points.
    package static let nearness: Int64 = 50_000

    /// How far members near the cuts are from moving, in the programme's own terms.
    ///
    /// For each tier and each number that could move them alone: members by the size of the smallest change, of those
    /// in the tier below (`entering`) or in the tier (`losing`) whose score has not crossed the line and is within five
    /// points of it; where a tier looks at a number and not at the score, of all of them. Sizes are 0 and the series 1,
    /// 2, 5, 10, ... of what people count the number in; the object is the number's name and the least of these that is
    /// enough, as the ledger holds it, or the name alone where no change is.
    mutating func countDistances() {
        for (tier, id) in tierIDs.enumerated() {
            let numbers = outcome.distance.numbers(of: tier)
            guard !numbers.isEmpty else { continue }
            for (part, holders, rises) in [(Figure.Part.entering, tier + 1, true), (.losing, tier, false)] {
                let rows = rows(holding: holders, near: tier, rises: rises)
                figures.add(part, id, is: rows.count)
                for (index, number) in numbers.enumerated() { count(index, number, tier, rows, part) }
            }
        }
    }

    private func rows(holding holder: Int, near tier: Int, rises: Bool) -> [Int] {
        let cut = outcome.calibration.entryCuts[tier]
        let line = rises ? cut : model.stability.keepingLine(cut: cut)
        let isByScore = model.ladder.tiers[tier].entry.yardstick == .score
        return standing.tier.indices.filter { row in
            guard Int(standing.tier[row]) == holder else { return false }
            guard isByScore else { return true }
            let distance = rises ? line - Int64(scores.composite[row]) : Int64(scores.composite[row]) - line
            return scores.isScored[row] && (rises ? 1 : 0)...FigureCount.nearness ~= distance
        }
    }

    private mutating func count(_ index: Int, _ number: String, _ tier: Int, _ rows: [Int], _ part: Figure.Part) {
        let isEntering = part == .entering
        // A share of orders changes by orders.
        let name = number == "coupon_share" ? isEntering ? "full_price_orders" : "coupon_orders" : number
        var sizes = SizeCount(grain: sources.measures.grain(of: name))
        let path = outcome.distance.path(by: index, tier: tier, rises: isEntering)
        for row in rows { sizes.add(path.change(of: row)) }
        for (step, members) in sizes.members { figures.add(part, tierIDs[tier], "\(name) \(step)", is: members) }
        figures.add(part, tierIDs[tier], name, is: sizes.beyond)
    }
}

/// Members by the size of a change: none, then up to 1, 2, 5, 10 and so on of a grain.
private struct SizeCount {
    private let steps: [Int64]
    private var counts: [Int]
    private(set) var beyond = 0

    init(grain: Int64) {
        var steps: [Int64] = [0]
        var base = grain
        while base < Int64.max / 100 {
            steps += [base, 2 * base, 5 * base]
            base *= 10
        }
        self.steps = steps
        counts = Array(repeating: 0, count: steps.count)
    }

    mutating func add(_ change: Int64?) {
        let place = change.map { change in steps.partitioningIndex { $0.magnitude >= change.magnitude } }
        if let place, place < steps.count { counts[place] += 1 } else { beyond += 1 }
    }

    var members: [(step: Int64, members: Int)] { zip(steps, counts).filter { $0.1 > 0 }.map { ($0, $1) } }
}
