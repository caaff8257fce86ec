package import RetierCore

/// Who of some members belongs where, and what they are like.
package struct ClusterMembership: Sendable {
    /// The cluster of every member, a place in the model's `clusters`: the nearest centre, the first of equally near
    /// ones.
    package var clusters: [UInt8]
    /// The members of each cluster.
    package var means: [ClusterMeans]
    /// All members together.
    package var all: ClusterMeans
}

extension ClusterModel {
    /// Puts members into clusters by their columns.
    package func membership(of columns: [[Int64]], workers: Workers) -> ClusterMembership {
        let centres = clusters.map { $0.centre.map { Double($0) / 1e6 } }
        let none = MeanSums(columns: columns.count)
        let parts = workers.chunks(of: columns.first?.count ?? 0) { members in
            let points = columns.indices.map { standardised(columns[$0][members], fact: $0) }
            let nearest = ClusterModel.nearest(points, centres: centres, count: members.count)
            var sums = Array(repeating: none, count: centres.count)
            for cluster in nearest { sums[Int(cluster)].members += 1 }
            for fact in columns.indices {
                columns[fact][members].withUnsafeBufferPointer { values in
                    for (member, cluster) in nearest.enumerated() {
                        sums[Int(cluster)].add(values[member], deviation: points[fact][member], fact: fact)
                    }
                }
            }
            return (nearest: nearest, sums: sums)
        }
        var sums = Array(repeating: none, count: centres.count)
        for part in parts { for (cluster, sum) in part.sums.enumerated() { sums[cluster].add(sum) } }
        let all = sums.reduce(into: none) { $0.add($1) }
        return ClusterMembership(
            clusters: Array(joining: parts.map(\.nearest)), means: sums.map(\.means), all: all.means)
    }

    private static func nearest(_ points: [[Double]], centres: [[Double]], count: Int) -> [UInt8] {
        var nearest = [UInt8](repeating: 0, count: count)
        var least = [Double](repeating: .infinity, count: count)
        for (cluster, centre) in centres.enumerated() {
            for member in nearest.indices {
                var square = 0.0
                for fact in centre.indices {
                    let difference = points[fact][member] - centre[fact]
                    square += difference * difference
                }
                guard square < least[member] else { continue }
                least[member] = square
                nearest[member] = UInt8(cluster)
            }
        }
        return nearest
    }

    /// Where one member belongs and why; `values` are those of the columns.
    package func place(of values: [Int64]) -> ClusterPlace? {
        guard !clusters.isEmpty else { return nil }
        let point = values.indices.map { standardised([values[$0]], fact: $0)[0] }
        let squares = clusters.map { cluster in
            zip(point, cluster.centre).map { ($0 - Double($1) / 1e6) * ($0 - Double($1) / 1e6) }
        }
        let distances = squares.map { $0.reduce(0, +).squareRoot() }
        func nearest(_ candidates: [Int]) -> Int? {
            candidates.min { (distances[$0], $0) < (distances[$1], $1) }
        }
        guard let own = nearest(Array(clusters.indices)) else { return nil }
        let rival = nearest(clusters.indices.filter { $0 != own })
        return ClusterPlace(
            cluster: own, rival: rival, distances: distances.map { $0.whole(per: 1e6) },
            columns: values.indices.map { fact in
                let pull = rival.map { squares[$0][fact] - squares[own][fact] } ?? 0
                return ClusterPlace.Column(
                    value: values[fact], deviation: point[fact].whole(per: 1e6), pull: pull.whole(per: 1e6))
            })
    }

    /// Values in standard deviations from the mean; 0 where nothing is known and where all were the same.
    private func standardised(_ column: ArraySlice<Int64>, fact: Int) -> [Double] {
        let (mean, deviation) = (Double(means[fact]) / 1e9, Double(deviations[fact]) / 1e9)
        guard deviation > 0 else { return column.map { _ in 0 } }
        return facts[fact].scale.applied(to: column).map { $0.isNaN ? 0 : ($0 - mean) / deviation }
    }
}

/// Sums in whole numbers: the order of members does not show.
private struct MeanSums: Sendable {
    var members = 0
    private var known: [Int]
    private var values: [Int128]
    /// Millionths of a standard deviation.
    private var deviations: [Int128]

    init(columns: Int) {
        known = Array(repeating: 0, count: columns)
        values = Array(repeating: 0, count: columns)
        deviations = values
    }

    mutating func add(_ value: Int64, deviation: Double, fact: Int) {
        guard value != ClusterFact.missing else { return }
        known[fact] += 1
        values[fact] += Int128(value)
        deviations[fact] += Int128(deviation.whole(per: 1e6))
    }

    mutating func add(_ other: MeanSums) {
        members += other.members
        for fact in known.indices {
            known[fact] += other.known[fact]
            values[fact] += other.values[fact]
            deviations[fact] += other.deviations[fact]
        }
    }

    var means: ClusterMeans {
        ClusterMeans(
            members: members,
            means: zip(values, known).map { $1 > 0 ? (Double($0) / Double($1)).whole(per: 1) : ClusterFact.missing },
            deviations: deviations.map { members > 0 ? Int((Double($0) / Double(members)).whole(per: 1e-4)) : 0 })
    }
}
