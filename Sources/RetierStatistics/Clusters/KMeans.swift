package import RetierCore

/// K-means by Lloyd's algorithm (Lloyd 1957, 1982) from several seeded starts; the lowest inertia wins, the earlier of
/// equals.
///
/// A run ends when the squared movements of the centres sum to at most `tolerance` (in squared standard deviations, the
/// rule of scikit-learn). The winner then goes on until the centres stand still, which is when no member changes the
/// cluster. The same facts and settings give the same result, bit for bit, on any number of threads.
package struct KMeans: Hashable, Sendable {
    /// 1...254; there are fewer where there are fewer different members.
    package var clusters: Int
    package var starts: Int
    package var seed: UInt64
    /// The most steps of one run.
    package var stepLimit: Int
    package var tolerance: Double

    package init(clusters: Int, starts: Int = 10, seed: UInt64 = 0, stepLimit: Int = 300, tolerance: Double = 1e-4) {
        precondition((1...254).contains(clusters) && starts > 0, "1 to 254 clusters and at least one start")
        self.clusters = clusters
        self.starts = starts
        self.seed = seed
        self.stepLimit = stepLimit
        self.tolerance = tolerance
    }

    /// The best of all starts; nil where there are no members.
    package func clustering(of points: PointBlocks, workers: Workers) -> Clustering? {
        guard points.count > 0 else { return nil }
        let seeding = Seeding(points: points, workers: workers)
        let centres = (0..<starts).map { start in
            seeding.centres(clusters, seed: StableHash.of("k-means", String(seed), String(start)))
        }
        return best(of: centres, points: points, workers: workers)
    }

    /// The best of runs from given centres (standardised units, one list of rows a start).
    package func best(of starts: [[[Double]]], points: PointBlocks, workers: Workers) -> Clustering? {
        var best: Clustering?
        for (index, centres) in starts.enumerated() {
            var found = run(from: centres, points: points, workers: workers)
            found.start = index
            if found.inertia < best?.inertia ?? .infinity { best = found }
        }
        guard let best else { return nil }
        var thorough = self
        thorough.tolerance = 0
        var polished = thorough.run(from: best.centres, points: points, workers: workers)
        polished.start = best.start
        return polished
    }

    /// One run from given centres.
    package func run(from centres: [[Double]], points: PointBlocks, workers: Workers) -> Clustering {
        var search = ClusterSearch(points: points, centres: centres, workers: workers)
        var steps = 0
        var hasConverged = false
        while steps < stepLimit, !hasConverged {
            hasConverged = search.step() <= tolerance
            steps += 1
        }
        return search.clustering(steps: steps, hasConverged: hasConverged)
    }
}
