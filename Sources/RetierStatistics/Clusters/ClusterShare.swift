/// One share of the members in K-means: which cluster each of them belongs to.
struct ClusterShare: Sendable {
    /// The label of a member who has none yet.
    static let none = UInt8.max

    let blocks: Range<Int>
    private(set) var labels: [SIMD4<UInt8>]
    /// Sums of the members' facts by cluster and dimension, and members by cluster: exact, see `PointBlocks`.
    private(set) var sums: [Double]
    private(set) var sizes: [Int]

    init(blocks: Range<Int>, clusters: Int, dimensions: Int) {
        self.blocks = blocks
        labels = Array(repeating: SIMD4(repeating: ClusterShare.none), count: blocks.count)
        sums = Array(repeating: 0, count: clusters * dimensions)
        sizes = Array(repeating: 0, count: clusters)
    }

    /// Gives every member the nearest centre; only who changes moves from one sum to another.
    mutating func assign(_ points: PointBlocks, centres: [Double]) {
        points.forEachPoint(in: blocks, centres: centres) { block, point, centres in
            let index = block - blocks.lowerBound
            let nearest = NearestCentre(of: point, centres: centres).labels
            let old = labels[index]
            guard old != nearest else { return }
            labels[index] = nearest
            for lane in 0..<min(4, points.count - block * 4) where old[lane] != nearest[lane] {
                move(point, lane: lane, from: old[lane], to: nearest[lane])
            }
        }
    }

    private mutating func move(_ point: FourMembers, lane: Int, from old: UInt8, to new: UInt8) {
        sizes[Int(new)] += 1
        for dimension in point.indices { sums[Int(new) * point.count + dimension] += point[dimension][lane] }
        guard old != ClusterShare.none else { return }
        sizes[Int(old)] -= 1
        for dimension in point.indices { sums[Int(old) * point.count + dimension] -= point[dimension][lane] }
    }
}

/// The nearest centre of each of four points.
struct NearestCentre {
    var labels: SIMD4<UInt8>
    /// Squared distance to it.
    var squares: SIMD4<Double>

    /// Squares are summed dimension by dimension; of equally near centres the first one counts.
    @inline(__always)
    init(of point: FourMembers, centres: UnsafeBufferPointer<Double>) {
        var nearest = SIMD4<Double>(repeating: .infinity)
        var place = SIMD4<Int64>.zero
        var cluster: Int64 = 0
        for start in stride(from: 0, to: centres.count, by: point.count) {
            let squares = point.squares(to: centres, from: start)
            let isNearer = squares .< nearest
            nearest.replace(with: squares, where: isNearer)
            place.replace(with: SIMD4(repeating: cluster), where: isNearer)
            cluster += 1
        }
        labels = SIMD4<UInt8>(truncatingIfNeeded: place)
        squares = nearest
    }
}
