package import RetierCore

extension ClusterModel {
    /// The cluster of every member, a place in `clusters`: the nearest centre, the first of equally near ones.
    package func clusters(of columns: [[Int64]], workers: Workers) -> [UInt8] {
        let centres = clusters.map { $0.centre.map { Double($0) / 1e6 } }
        let parts = workers.chunks(of: columns.first?.count ?? 0) { members in
            var nearest = [UInt8](repeating: 0, count: members.count)
            var least = [Double](repeating: .infinity, count: members.count)
            let points = columns.indices.map { standardised(columns[$0][members], fact: $0) }
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
        return Array(parts.joined())
    }

    /// What the members of each cluster are like; `clusters` are places in the model's.
    package func means(of columns: [[Int64]], clusters members: [UInt8]) -> [ClusterMeans] {
        var sums = clusters.map { _ in MeanSums(columns: columns.count) }
        let points = columns.indices.map { standardised(columns[$0][...], fact: $0) }
        for (member, cluster) in members.enumerated() {
            sums[Int(cluster)].members += 1
            for fact in columns.indices {
                sums[Int(cluster)].add(columns[fact][member], deviation: points[fact][member], fact: fact)
            }
        }
        return sums.map(\.means)
    }

    /// The same of all members together.
    package func means(ofAll columns: [[Int64]]) -> ClusterMeans {
        var sum = MeanSums(columns: columns.count)
        sum.members = columns.first?.count ?? 0
        for fact in columns.indices {
            let points = standardised(columns[fact][...], fact: fact)
            for member in points.indices { sum.add(columns[fact][member], deviation: points[member], fact: fact) }
        }
        return sum.means
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
private struct MeanSums {
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

    var means: ClusterMeans {
        ClusterMeans(
            members: members,
            means: zip(values, known).map { $1 > 0 ? (Double($0) / Double($1)).whole(per: 1) : ClusterFact.missing },
            deviations: deviations.map { members > 0 ? Int((Double($0) / Double(members)).whole(per: 1e-4)) : 0 })
    }
}
