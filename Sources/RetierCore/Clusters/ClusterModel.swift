/// Clusters as learned on a named date and then frozen: where a member belongs follows from it until they are learned
/// again.
///
/// All numbers are whole, so that a calibration gives back exactly what was learned.
package struct ClusterModel: Hashable, Sendable {
    package var origin: ClusterOrigin
    package var facts: [ClusterFact]
    /// Mean and deviation of each scaled fact over the members of whom it was known when learned, in billionths; a
    /// deviation of 0 marks a fact that tells nobody apart.
    package var means: [Int64]
    package var deviations: [Int64]
    /// How many members each fact was known of.
    package var known: [Int]
    /// The clusters in the order of their numbers.
    package var clusters: [LearnedCluster]
    /// The sum of squared distances to the centres when learned, and to the mean of all members, in millionths of a
    /// squared standard deviation.
    package var inertia: Int64
    package var spread: Int64

    package init(
        origin: ClusterOrigin = ClusterOrigin(), facts: [ClusterFact], means: [Int64], deviations: [Int64],
        known: [Int] = [], clusters: [LearnedCluster], inertia: Int64, spread: Int64 = 0
    ) {
        self.origin = origin
        self.facts = facts
        self.means = means
        self.deviations = deviations
        self.known = known
        self.clusters = clusters
        self.inertia = inertia
        self.spread = spread
    }

    /// Members that it was learned from.
    package var members: Int { clusters.reduce(0) { $0 + $1.size } }

    /// The part of the differences between members that their clusters tell, in basis points.
    package var explained: Int {
        spread > 0 ? Int(Int128(max(0, spread - inertia)) * 10_000 / Int128(spread)) : 0
    }

    /// The clusters as people meet them.
    package var summaries: [ClusterSummary] { summaries(named: [:]) }

    /// The same with names that people gave, by number.
    package func summaries(named own: [Int: LocalizedText]) -> [ClusterSummary] {
        let hundredths = clusters.map { $0.centre.map { Int(($0 + ($0 < 0 ? -5_000 : 5_000)) / 10_000) } }
        let names = ClusterNames.names(of: borneOut(hundredths), facts: facts)
        let shares = ClusterModel.shares(of: clusters.map(\.size))
        return clusters.indices.map { index in
            ClusterSummary(
                number: index + 1, name: own[index + 1] ?? names[index], size: clusters[index].size,
                share: shares[index], means: clusters[index].means, deviations: hundredths[index])
        }
    }

    /// Deviations with 0 where the mean of a cluster's values lies on the other side of the mean of all members.
    ///
    /// A centre is a mean of logarithms: where many have nothing, those who have a little lie high in it, although they
    /// have less than the mean. Nobody would call that high.
    private func borneOut(_ deviations: [[Int]]) -> [[Int]] {
        let sums = facts.indices.map { fact in
            clusters.reduce(into: (values: Int128(0), members: Int128(0))) { sum, cluster in
                guard let mean = cluster.mean(of: fact) else { return }
                sum.values += Int128(mean) * Int128(cluster.size)
                sum.members += Int128(cluster.size)
            }
        }
        return zip(clusters, deviations).map { cluster, deviations in
            facts.indices.map { fact in
                guard let mean = cluster.mean(of: fact) else { return deviations[fact] }
                let above = Int128(mean) * sums[fact].members - sums[fact].values
                return above == 0 || (above < 0) == (deviations[fact] < 0) ? deviations[fact] : 0
            }
        }
    }

    /// Basis points in proportion to sizes; they sum to 10,000 (Hamilton's method, earlier ones first).
    private static func shares(of sizes: [Int]) -> [Int] {
        let total = sizes.reduce(0, +)
        guard total > 0 else { return sizes.map { _ in 0 } }
        var shares = sizes.map { $0 * 10_000 / total }
        let byRemainder = sizes.indices.sorted {
            (sizes[$0] * 10_000 % total, $1) > (sizes[$1] * 10_000 % total, $0)
        }
        for index in byRemainder.prefix(10_000 - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}

/// What clusters were learned with.
package struct ClusterOrigin: Hashable, Sendable {
    package var day: Day
    /// The number of clusters asked for; there are fewer where there are fewer different members.
    package var count: Int
    package var starts: Int
    package var seed: Int
    /// Whether the clusters stood still within the limit of steps.
    package var isSettled: Bool

    package init(day: Day = Day(number: 0), count: Int = 0, starts: Int = 0, seed: Int = 0, isSettled: Bool = true) {
        self.day = day
        self.count = count
        self.starts = starts
        self.seed = seed
        self.isSettled = isSettled
    }
}

/// One cluster of a model.
package struct LearnedCluster: Hashable, Sendable {
    /// The centre in millionths of a standard deviation, fact by fact.
    package var centre: [Int64]
    /// How many members it had when learned, and the mean of their values in the units of the columns;
    /// `ClusterFact.missing` where none is known.
    package var size: Int
    package var means: [Int64]

    package init(centre: [Int64], size: Int = 0, means: [Int64] = []) {
        self.centre = centre
        self.size = size
        self.means = means
    }

    /// The mean of its members' values of a fact; nil where none is known.
    func mean(of fact: Int) -> Int64? {
        means.indices.contains(fact) && means[fact] != ClusterFact.missing ? means[fact] : nil
    }
}
