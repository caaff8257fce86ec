package import RetierCore

extension ClusterModel {
    /// Gives clusters the numbers of those of an earlier model that they continue, so that a number in a playbook goes
    /// on meaning the same members.
    ///
    /// The pair of centres that lie nearest to each other comes first, then the nearest of the rest; what is left takes
    /// the numbers that are left. Models of other facts or scales are not compared.
    mutating func continueNumbers(of earlier: ClusterModel) {
        guard let distances = squaredDistances(to: earlier) else { return }
        var pairs: [(square: Double, old: Int, new: Int)] = []
        for (old, row) in distances.enumerated() where old < clusters.count {
            for (new, square) in row.enumerated() { pairs.append((square, old, new)) }
        }
        pairs.sort { ($0.square, $0.old, $0.new) < ($1.square, $1.old, $1.new) }
        var places: [Int?] = Array(repeating: nil, count: clusters.count)
        var taken: Set<Int> = []
        for pair in pairs where places[pair.old] == nil && taken.insert(pair.new).inserted {
            places[pair.old] = pair.new
        }
        var rest = clusters.indices.filter { !taken.contains($0) }[...]
        clusters = places.map { place in clusters[place ?? rest.removeFirst()] }
    }

    /// By cluster of an earlier model, then of this one: how far the centres lie apart.
    ///
    /// In squared deviations of this model. Nil where the facts or scales differ.
    private func squaredDistances(to earlier: ClusterModel) -> [[Double]]? {
        guard facts.map(\.name) == earlier.facts.map(\.name), facts.map(\.scale) == earlier.facts.map(\.scale) else {
            return nil
        }
        return earlier.clusters.map { old in
            clusters.map { new in
                facts.indices.reduce(0) { sum, fact in
                    let place =
                        Double(earlier.means[fact]) / 1e9
                        + Double(old.centre[fact]) / 1e6 * Double(earlier.deviations[fact]) / 1e9
                    let deviation = Double(deviations[fact]) / 1e9
                    guard deviation > 0 else { return sum }
                    let moved = (place - Double(means[fact]) / 1e9) / deviation - Double(new.centre[fact]) / 1e6
                    return sum + moved * moved
                }
            }
        }
    }

    /// How far the centre of each cluster lies from that of the same number in an earlier model, in millionths of a
    /// standard deviation of this one; nil where the models cannot be compared.
    package func drift(from earlier: ClusterModel) -> [Int64]? {
        guard let distances = squaredDistances(to: earlier) else { return nil }
        return zip(distances.indices, clusters.indices).map { old, new in
            distances[old][new].squareRoot().whole(per: 1e6)
        }
    }
}
