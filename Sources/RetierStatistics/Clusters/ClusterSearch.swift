import RetierCore
import Synchronization

/// The state of one run of K-means: centres and, share by share, who belongs to them.
struct ClusterSearch {
    private let points: PointBlocks
    private let workers: Workers
    private let clusters: Int
    /// Row by row.
    private var centres: [Double]
    private var shares: [ClusterShare]

    private static let blocksOfShare = 2_048

    init(points: PointBlocks, centres: [[Double]], workers: Workers) {
        self.points = points
        self.workers = workers
        self.centres = Array(centres.joined())
        clusters = centres.count
        shares = stride(from: 0, to: points.blockCount, by: ClusterSearch.blocksOfShare).map { start in
            ClusterShare(
                blocks: start..<min(start + ClusterSearch.blocksOfShare, points.blockCount),
                clusters: centres.count, dimensions: points.dimensions)
        }
    }

    /// Gives members their nearest centre, moves each centre to the mean of its members.
    ///
    /// Returns the sum of the squared movements of the centres; it is 0 where no member changed the cluster.
    mutating func step() -> Double {
        assign()
        var next = means()
        reseedEmpty(in: &next)
        let movement = zip(next, centres).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        centres = next
        return movement
    }

    /// Gives members their nearest centre a last time, and sums up.
    mutating func clustering(steps: Int, hasConverged: Bool) -> Clustering {
        assign()
        let dimensions = points.dimensions
        return Clustering(
            centres: (0..<clusters).map { Array(centres[$0 * dimensions..<($0 + 1) * dimensions]) },
            labels: labels(), sizes: sizes(), inertia: squaredDistances().reduce(0) { $0 + $1.reduce(0, +) },
            steps: steps, hasConverged: hasConverged)
    }

    private mutating func assign() {
        // Each share is taken out, worked on and put back: it is never copied.
        let places = Mutex(shares.map(Optional.some))
        shares = []
        let (points, centres) = (points, centres)
        _ = workers.chunks(of: places.withLock { $0.count }, length: 1) { range in
            guard var share = places.withLock({ $0[range.lowerBound].take() }) else { return }
            share.assign(points, centres: centres)
            places.withLock { [share] in $0[range.lowerBound] = share }
        }
        shares = places.withLock { $0.compactMap { $0 } }
    }

    private func labels() -> [UInt8] {
        var labels: [UInt8] = []
        labels.reserveCapacity(points.blockCount * 4)
        for share in shares {
            for four in share.labels { for lane in 0..<4 { labels.append(four[lane]) } }
        }
        labels.removeLast(labels.count - points.count)
        return labels
    }

    /// Every member's squared distance to the nearest centre, share by share.
    private func squaredDistances() -> [[Double]] {
        let (points, centres) = (points, centres)
        return workers.chunks(of: points.blockCount, length: ClusterSearch.blocksOfShare) { blocks in
            var squares: [Double] = []
            squares.reserveCapacity(blocks.count * 4)
            points.forEachPoint(in: blocks, centres: centres) { block, point, centres in
                let nearest = NearestCentre(of: point, centres: centres)
                for lane in 0..<min(4, points.count - block * 4) { squares.append(nearest.squares[lane]) }
            }
            return squares
        }
    }

    private func sizes() -> [Int] {
        shares.reduce(into: Array(repeating: 0, count: clusters)) { sizes, share in
            for cluster in sizes.indices { sizes[cluster] += share.sizes[cluster] }
        }
    }

    /// The mean of each cluster's members; an empty cluster keeps its centre.
    private func means() -> [Double] {
        var sums = [Double](repeating: 0, count: centres.count)
        for share in shares {
            for place in sums.indices { sums[place] += share.sums[place] }
        }
        let sizes = sizes()
        return sums.indices.map { place in
            let size = sizes[place / points.dimensions]
            return size > 0 ? sums[place] / Double(size) : centres[place]
        }
    }

    /// Puts the centres of empty clusters on the members that are farthest from their own, the earlier ones of equals.
    private func reseedEmpty(in next: inout [Double]) {
        let empty = sizes().enumerated().filter { $0.element == 0 }.map(\.offset)
        guard !empty.isEmpty else { return }
        let squares = Array(squaredDistances().joined())
        let farthest = squares.indices.sorted { (squares[$0], $1) > (squares[$1], $0) }
        for (cluster, member) in zip(empty, farthest) where squares[member] > 0 {
            let start = cluster * points.dimensions
            next.replaceSubrange(start..<start + points.dimensions, with: points.point(member))
        }
    }
}
