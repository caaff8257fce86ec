import RetierCore

/// Initial centres by k-means++ (Arthur, Vassilvitskii 2007), greedy as scikit-learn has it: each further centre is the
/// best of a few members drawn in proportion to their squared distance from the centres so far.
struct Seeding {
    private let points: PointBlocks
    private let workers: Workers
    /// Squared distances are summed in chunks of this many blocks, so that threads do not show in the last bits.
    private static let blocksOfChunk = 2_048

    init(points: PointBlocks, workers: Workers) {
        self.points = points
        self.workers = workers
    }

    /// The centres of one start; fewer than `count` where there are not so many different members.
    func centres(_ count: Int, seed: UInt64) -> [[Double]] {
        var generator = SplitMix64(seed: seed)
        var centres = [points.point(generator.draw(below: points.count))]
        var squares = [[SIMD4<Double>]]()
        let tries = 2 + Seeding.naturalLogarithm(count)
        while centres.count < count {
            squares = lowered(squares, by: centres[centres.count - 1])
            let sums = squares.map { chunk in chunk.reduce(.zero, +).sum() }
            let total = sums.reduce(0, +)
            guard total > 0 else { break }
            let drawn = (0..<tries).map { _ in
                points.point(member(at: generator.fraction() * total, squares: squares, sums: sums))
            }
            let rests = rests(of: squares, adding: drawn)
            var best = 0
            for index in rests.indices where rests[index] < rests[best] { best = index }
            centres.append(drawn[best])
        }
        return centres
    }

    /// The squared distance of every member to the nearest centre once another one is added.
    private func lowered(_ squares: [[SIMD4<Double>]], by centre: [Double]) -> [[SIMD4<Double>]] {
        let points = points
        return workers.chunks(of: points.blockCount, length: Seeding.blocksOfChunk) { blocks in
            var chunk =
                squares.isEmpty
                ? Array(repeating: SIMD4(repeating: Double.infinity), count: blocks.count)
                : squares[blocks.lowerBound / Seeding.blocksOfChunk]
            points.forEachPoint(in: blocks, centres: centre) { block, point, centre in
                let square = point.squares(to: centre, from: 0)
                let index = block - blocks.lowerBound
                chunk[index].replace(with: square, where: square .< chunk[index])
                // The lanes after the last member are nobody.
                for lane in max(0, min(4, points.count - block * 4))..<4 { chunk[index][lane] = 0 }
            }
            return chunk
        }
    }

    /// What the sum of squared distances would be with each of some centres added.
    private func rests(of squares: [[SIMD4<Double>]], adding drawn: [[Double]]) -> [Double] {
        let points = points
        let centres = Array(drawn.joined())
        let parts = workers.chunks(of: points.blockCount, length: Seeding.blocksOfChunk) { blocks in
            let chunk = squares[blocks.lowerBound / Seeding.blocksOfChunk]
            var sums = [SIMD4<Double>](repeating: .zero, count: drawn.count)
            points.forEachPoint(in: blocks, centres: centres) { block, point, centres in
                let old = chunk[block - blocks.lowerBound]
                for index in sums.indices {
                    let square = point.squares(to: centres, from: index * points.dimensions)
                    sums[index] += old.replacing(with: square, where: square .< old)
                }
            }
            return sums.map { $0.sum() }
        }
        return drawn.indices.map { index in parts.reduce(0) { $0 + $1[index] } }
    }

    /// The member at a place of the cumulated squared distances; the last one where rounding left it behind the end.
    private func member(at place: Double, squares: [[SIMD4<Double>]], sums: [Double]) -> Int {
        var rest = place
        var chunk = 0
        let lastChunk = sums.lastIndex { $0 > 0 } ?? 0
        while chunk < lastChunk, rest >= sums[chunk] {
            rest -= sums[chunk]
            chunk += 1
        }
        var member = 0
        for (index, four) in squares[chunk].enumerated() {
            for lane in 0..<4 where four[lane] > 0 {
                member = (chunk * Seeding.blocksOfChunk + index) * 4 + lane
                if rest < four[lane] { return member }
                rest -= four[lane]
            }
        }
        return member
    }

    /// The natural logarithm of a small count, rounded down.
    private static func naturalLogarithm(_ count: Int) -> Int {
        var power = 1.0
        var exponent = 0
        while power * 2.718281828459045 <= Double(count) {
            power *= 2.718281828459045
            exponent += 1
        }
        return exponent
    }
}

extension SplitMix64 {
    /// A fraction of 0..<1 in steps of 2^-53.
    fileprivate mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
