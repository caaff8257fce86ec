import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

@Suite struct KMeansTests {
    @Test(arguments: [
        ("cdnow", "1997-09-30"), ("cdnow", "1998-03-31"), ("cdnow/sample", "1997-09-30"),
        ("cdnow/sample", "1998-03-31"), ("online-retail-2010", "2010-08-31"), ("online-retail-2010", "2010-11-30"),
    ])
    func inertiaAndCentresAreThoseOfScikitLearn(folder: String, day: String) throws {
        let reference = try ReferenceClusters(folder, day: day)
        let points = PointBlocks(columns: reference.scaled)
        for (ours, theirs) in zip(points.means + points.deviations, reference.expected.mean + reference.expected.sd) {
            #expect(abs(ours - theirs) < 1e-9)
        }
        let found = try #require(KMeans(clusters: 5).clustering(of: points, workers: .single))
        #expect(found.hasConverged)
        #expect(found.inertia <= reference.expected.inertia * 1.001, "\(folder) \(day)")
        // Theirs is the best of 50 starts: nobody is better by more than what stopping early costs.
        #expect(found.inertia >= reference.expected.inertia * 0.9999, "\(folder) \(day)")
        // In the 1/10 sample an optimum that is 0.01 % off lies 0.06 deviations away.
        #expect(farthest(found.centres, reference.expected.centers_z) < 0.1, "\(folder) \(day)")

        let there = KMeans(clusters: 5, tolerance: 0).run(
            from: reference.expected.centers_z, points: points, workers: .single)
        #expect(there.inertia <= reference.expected.inertia * (1 + 1e-9), "\(folder) \(day)")
        #expect(farthest(there.centres, reference.expected.centers_z) < 0.01, "\(folder) \(day)")
    }

    /// The largest difference of two sets of centres, both in order of the first fact.
    private func farthest(_ left: [[Double]], _ right: [[Double]]) -> Double {
        let ordered = left.sorted { $0[0] > $1[0] }
        return zip(ordered.joined(), right.joined()).map { abs($0 - $1) }.max() ?? .infinity
    }

    /// Points around a few centres, some of them equal.
    private static func drawn(_ generator: inout SeededGenerator) -> [[Double]] {
        let count = generator.draw(in: 1...300)
        let centres = generator.draw(in: 1...6)
        let dimensions = generator.draw(in: 1...7)
        let middles = (0..<centres).map { _ in (0..<dimensions).map { _ in generator.draw(in: -40...40) } }
        let points = (0..<count).map { _ in
            generator.pick(from: middles).map { Double($0) / 4 + Double(generator.draw(in: -3...3)) }
        }
        return (0..<dimensions).map { dimension in points.map { $0[dimension] } }
    }

    @Test(arguments: 1...40)
    func aRunIsLloydsAlgorithm(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let points = PointBlocks(columns: Self.drawn(&generator))
        let start = (0..<generator.draw(in: 1...5)).map { _ in
            points.point(generator.draw(in: 0...points.count - 1))
        }
        let ours = KMeans(clusters: start.count, tolerance: 0).run(from: start, points: points, workers: .single)
        let plain = PlainLloyd(points: points, centres: start)
        #expect(ours.labels == plain.labels, "seed \(generator.seed)")
        #expect(ours.centres == plain.centres, "seed \(generator.seed)")
        #expect(abs(ours.inertia - plain.inertia) <= 1e-12 * plain.inertia, "seed \(generator.seed)")
    }

    @Test(arguments: 1...3)
    func threadsDoNotShow(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns = (0..<3).map { _ in (0..<17_001).map { _ in Double(generator.draw(in: 0...1_000)) / 7 } }
        let points = PointBlocks(columns: columns)
        let settings = KMeans(clusters: 4, starts: 2, seed: UInt64(seed), stepLimit: 3)
        let one = try #require(settings.clustering(of: points, workers: .single))
        let many = try #require(settings.clustering(of: points, workers: .concurrent))
        #expect(one.labels == many.labels, "seed \(generator.seed)")
        #expect(one.centres == many.centres, "seed \(generator.seed)")
        #expect(one.inertia.bitPattern == many.inertia.bitPattern, "seed \(generator.seed)")
    }

    @Test(arguments: 1...20)
    func theBestStartWins(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let points = PointBlocks(columns: Self.drawn(&generator))
        let settings = KMeans(clusters: 4, starts: 5, seed: UInt64(seed), tolerance: 0)
        let best = try #require(settings.clustering(of: points, workers: .single))
        for start in 1...5 {
            var single = settings
            single.starts = start
            let other = try #require(single.clustering(of: points, workers: .single))
            #expect(best.inertia <= other.inertia, "seed \(generator.seed)")
        }
        #expect(best.sizes.reduce(0, +) == points.count, "seed \(generator.seed)")
        #expect(!best.sizes.contains(0), "seed \(generator.seed)")
    }

    @Test func anEmptyClusterMovesToTheFarthestMember() {
        // Nobody is nearest to the third centre; the member at 9 is farthest from its own.
        let points = PointBlocks(columns: [[0, 1, 2, 9]])
        let far = [1_000.0]
        let found = KMeans(clusters: 3).run(
            from: [points.point(0), points.point(2), far], points: points, workers: .single)
        #expect(found.labels[3] == 2)
        #expect(!found.sizes.contains(0))
    }

    @Test func equalMembersMakeOneCluster() throws {
        let points = PointBlocks(columns: [[5, 5, 5], [1, 1, 1]])
        let found = try #require(KMeans(clusters: 3).clustering(of: points, workers: .single))
        #expect((found.centres, found.labels, found.inertia) == ([[0, 0]], [0, 0, 0], 0))
        let two = PointBlocks(columns: [[5, 5, 8, 8, 8]])
        #expect(try #require(KMeans(clusters: 4).clustering(of: two, workers: .single)).sizes.sorted() == [2, 3])
        #expect(KMeans(clusters: 3).clustering(of: PointBlocks(columns: [[]]), workers: .single) == nil)
    }

    @Test func sumsStayExactWithAnOutlier() {
        var column = [Double](repeating: 0, count: 30_000)
        column[17] = 1e12
        let points = PointBlocks(columns: [column])
        let found = KMeans(clusters: 2).run(
            from: [points.point(0), points.point(17)], points: points, workers: .concurrent)
        #expect(found.sizes == [29_999, 1])
        #expect(found.centres[1] == points.point(17))
    }
}

/// Lloyd's algorithm as the textbook has it.
private struct PlainLloyd {
    var centres: [[Double]]
    var labels: [UInt8] = []
    var inertia = 0.0

    init(points: PointBlocks, centres: [[Double]]) {
        self.centres = centres
        let points = (0..<points.count).map(points.point)
        for _ in 0..<300 {
            assign(points)
            var next = self.centres
            for cluster in next.indices {
                let own = points.indices.filter { Int(labels[$0]) == cluster }
                if own.isEmpty {
                    let distances = points.indices.map { Self.square(points[$0], self.centres[Int(labels[$0])]) }
                    let empty = next.indices.filter { !labels.contains(UInt8($0)) }
                    let farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }
                    for (place, member) in zip(empty, farthest) where place == cluster && distances[member] > 0 {
                        next[cluster] = points[member]
                    }
                } else {
                    next[cluster] = points[0].indices.map { dimension in
                        own.reduce(0) { $0 + points[$1][dimension] } / Double(own.count)
                    }
                }
            }
            if next == self.centres { break }
            self.centres = next
        }
        assign(points)
        inertia = points.indices.reduce(0) { $0 + Self.square(points[$1], self.centres[Int(labels[$1])]) }
    }

    private mutating func assign(_ points: [[Double]]) {
        labels = points.map { point in
            let squares = centres.map { Self.square(point, $0) }
            var nearest = 0
            for cluster in squares.indices where squares[cluster] < squares[nearest] { nearest = cluster }
            return UInt8(nearest)
        }
    }

    private static func square(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
