/// Whole-number weights of the dimensions; only their proportions matter.
package struct ScoreWeights: Hashable, Sendable {
    /// By `Dimension.rawValue`.
    private var weights = SIMD8<Int>.zero

    package init(
        spend: Int = 40, frequency: Int = 30, recency: Int = 20, priceSensitivity: Int = 10, activity: Int = 0,
        loyalty: Int = 0, influence: Int = 0, potential: Int = 0
    ) {
        weights = SIMD8(
            spend, frequency, recency, priceSensitivity, activity, loyalty, influence, potential)
    }

    /// All weights 0.
    package static let none = ScoreWeights(spend: 0, frequency: 0, recency: 0, priceSensitivity: 0)

    package subscript(dimension: Dimension) -> Int {
        get { weights[dimension.rawValue] }
        set { weights[dimension.rawValue] = newValue }
    }

    package var sum: Int { weights.wrappedSum() }

    /// The dimensions that count.
    package var used: [Dimension] { Dimension.allCases.filter { self[$0] > 0 } }

    private func mean(of ranks: SIMD8<Int32>) -> RankMean {
        var mean = RankMean()
        for index in 0..<8 { mean.add(ranks[index], weight: weights[index]) }
        return mean
    }

    /// The sum of the weights of the dimensions that have a rank.
    package func sum(ranked ranks: SIMD8<Int32>) -> Int { mean(of: ranks).total }

    /// The rank in a dimension that makes a composite of at least `line`, the other ranks as they are.
    func neededRank(in dimension: Dimension, ranks: SIMD8<Int32>, for line: Int) -> Int {
        let mean = mean(of: ranks)
        let own = self[dimension] * Int(max(0, ranks[dimension.rawValue]))
        return (line * mean.total - (mean.sum - own)).ceilingDivided(by: self[dimension])
    }

    /// The weighted mean of ranks in millionths, rounded down.
    ///
    /// A rank of `ScoreTable.unranked` is left out and the other weights count for more (rescaled).
    package func composite(of ranks: SIMD8<Int32>) -> Int32 { mean(of: ranks).value }

    /// What each dimension adds to the composite of some ranks, in millionths.
    ///
    /// The contributions sum to the composite exactly: each is rounded down, and what is left goes to the largest
    /// remainders (Hamilton's method), earlier dimensions first where remainders are equal.
    package func contributions(of ranks: SIMD8<Int32>) -> SIMD8<Int32> {
        let total = sum(ranked: ranks)
        guard total > 0 else { return .zero }
        var contributions = SIMD8<Int32>.zero
        var remainders = SIMD8<Int>.zero
        for index in 0..<8 where weights[index] > 0 && ranks[index] >= 0 {
            let (quotient, remainder) = (weights[index] * Int(ranks[index])).quotientAndRemainder(dividingBy: total)
            contributions[index] = Int32(quotient)
            remainders[index] = remainder
        }
        var left = remainders.wrappedSum() / total
        while left > 0 {
            var largest = 0
            for index in 1..<8 where remainders[index] > remainders[largest] { largest = index }
            contributions[largest] += 1
            remainders[largest] = -1
            left -= 1
        }
        return contributions
    }

    /// The dimension whose contribution moved most in one direction; nil where none did, the earlier one of equals.
    ///
    /// A dimension that has no rank before or after did not move.
    func decidingDimension(from before: SIMD8<Int32>, to after: SIMD8<Int32>, rises: Bool) -> Dimension? {
        var best: (dimension: Dimension, change: Int)?
        for dimension in Dimension.allCases {
            let (old, new) = (Int(before[dimension.rawValue]), Int(after[dimension.rawValue]))
            guard old >= 0, new >= 0 else { continue }
            let change = self[dimension] * (new - old)
            let directed = rises ? change : -change
            if directed > (best?.change ?? 0) { best = (dimension, directed) }
        }
        return best?.dimension
    }
}

/// The weighted mean of one member's ranks as it comes together, dimension by dimension.
struct RankMean: Sendable {
    private(set) var sum = 0
    /// The weights of the dimensions that have a rank.
    private(set) var total = 0

    /// Adds the rank in a dimension in millionths; `ScoreTable.unranked` adds nothing.
    @inline(__always)
    mutating func add(_ rank: Int32, weight: Int) {
        guard rank >= 0 else { return }
        sum += weight * Int(rank)
        total += weight
    }

    /// In millionths, rounded down; 0 where nothing has a weight.
    @inline(__always)
    var value: Int32 { total > 0 ? Int32(sum / total) : 0 }
}

/// Where the weights come from.
package struct Weighting: Hashable, Sendable {
    package enum Method: String, CaseIterable, Sendable {
        /// As configured.
        case fixed
        /// By how unevenly a dimension is spread over the members (Shannon 1948).
        case entropy
        /// By contrast and conflict between dimensions (Diakoulaki, Mavrotas, Papayannakis 1995).
        case critic
        /// Axes of power, willingness and spread weighed first, then the dimensions within each as configured.
        case threeAxis = "three-axis"
    }

    package var method: Method
    /// What part the learned weights have against the configured ones, in basis points.
    package var blend: Int
    /// Bounds of a learned weight in basis points of the sum.
    package var least: Int
    package var most: Int

    package init(method: Method = .fixed, blend: Int = 5_000, least: Int = 500, most: Int = 5_000) {
        self.method = method
        self.blend = blend
        self.least = least
        self.most = most
    }
}
