/// Clusters as learned on a named date and then frozen: where a member belongs follows from it until they are learned
/// again.
///
/// All numbers are whole, so that a calibration gives back exactly what was learned.
package struct ClusterModel: Hashable, Sendable {
    package var facts: [ClusterFact]
    /// Mean and deviation of each scaled fact over the members it was learned from, in billionths; a deviation of 0
    /// marks a constant fact, which tells nobody apart.
    package var means: [Int64]
    package var deviations: [Int64]
    /// The clusters in the order of their numbers.
    package var clusters: [LearnedCluster]
    /// The sum of squared distances to the centres when learned, in millionths of a squared standard deviation.
    package var inertia: Int64

    package init(
        facts: [ClusterFact], means: [Int64], deviations: [Int64], clusters: [LearnedCluster], inertia: Int64
    ) {
        self.facts = facts
        self.means = means
        self.deviations = deviations
        self.clusters = clusters
        self.inertia = inertia
    }

    /// The clusters as people meet them.
    package var summaries: [ClusterSummary] {
        let hundredths = clusters.map { $0.centre.map { Int(($0 + ($0 < 0 ? -5_000 : 5_000)) / 10_000) } }
        let names = ClusterNames.names(of: hundredths, facts: facts)
        let shares = ClusterModel.shares(of: clusters.map(\.size))
        return clusters.indices.map { index in
            ClusterSummary(
                number: index + 1, name: names[index], size: clusters[index].size, share: shares[index],
                means: clusters[index].means, deviations: hundredths[index])
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

/// One cluster of a model.
package struct LearnedCluster: Hashable, Sendable {
    /// The centre in millionths of a standard deviation, fact by fact.
    package var centre: [Int64]
    /// How many members it had when learned, and the mean of their values in the units of the columns.
    package var size: Int
    package var means: [Int64]

    package init(centre: [Int64], size: Int = 0, means: [Int64] = []) {
        self.centre = centre
        self.size = size
        self.means = means
    }
}
