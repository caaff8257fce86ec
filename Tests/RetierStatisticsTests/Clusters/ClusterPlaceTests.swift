import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

/// Where members belong and why, members of whom something is unknown, and numbers that stay.
@Suite struct ClusterPlaceTests {
    private static let facts = ["m_total", "f_days"].map { name in
        ClusterFact(name: name, title: LocalizedText(name), scale: .linear)
    }

    private static func learned(
        _ columns: [[Int64]], clusters: Int = 2, after earlier: ClusterModel? = nil, workers: Workers = .single
    ) throws -> (model: ClusterModel, clusters: [UInt8]) {
        try ClusterModel.learned(
            from: columns, facts: facts, settings: KMeans(clusters: clusters), after: earlier, workers: workers)
    }

    @Test func whatIsUnknownCountsAsTheMeanOfWhatIsKnown() throws {
        let unknown = ClusterFact.missing
        // Known: 0, 0, 10, 10, so the mean is 5 and the deviation 5; the unknown ones lie in the middle.
        let (model, _) = try Self.learned([[0, 0, 10, 10, unknown], [1, 1, 9, 9, 9]])
        #expect(model.means == [5_000_000_000, 5_800_000_000])
        #expect(model.deviations[0] == 5_000_000_000 && model.known == [4, 5])
        // Cluster 1 is high in the first column: 10, 10 and the unknown one by its second column.
        #expect(model.summaries.map(\.means) == [[10, 9], [0, 1]])
        #expect(model.summaries.map(\.size) == [3, 2])
        #expect(abs(model.clusters[0].centre[0] - 666_667) <= 1)
        let place = try #require(model.place(of: [unknown, 1]))
        #expect(place.cluster == 1 && place.columns[0].deviation == 0)
        #expect(model.place(of: [unknown, unknown]) != nil)
        // Of two of five members only: said, but not left out.
        let sparse = try Self.learned([[0, 10, unknown, unknown, unknown], [1, 2, 3, 4, 5]]).model
        #expect(sparse.warnings.map { "\($0.code) \($0.subject)" } == ["sparse-fact m_total"])
        let missing = try Self.learned([[unknown, unknown], [1, 2]]).model
        #expect(missing.warnings.map { "\($0.code) \($0.subject)" } == ["missing-fact m_total"])
        #expect(missing.summaries.map(\.means) == [[unknown, 2], [unknown, 1]])
    }

    @Test(arguments: 1...40)
    func theColumnsOfAPlaceSumToTheDifferenceOfItsDistances(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns: [[Int64]] = (0..<2).map { _ in
            (0..<60).map { _ in
                generator.draw(in: 0...9) == 0 ? ClusterFact.missing : Int64(generator.draw(in: -5...500))
            }
        }
        let (model, clusters) = try Self.learned(columns, clusters: 4)
        for member in clusters.indices {
            let place = try #require(model.place(of: columns.map { $0[member] }))
            #expect(place.cluster == Int(clusters[member]), "seed \(generator.seed) member \(member)")
            let rival = try #require(place.rival)
            let distances = place.distances.map { Double($0) / 1e6 }
            #expect(distances.enumerated().allSatisfy { $0.offset == place.cluster || $0.element >= distances[rival] })
            #expect(distances[place.cluster] <= distances[rival])
            let pull = Double(place.columns.reduce(0) { $0 + $1.pull }) / 1e6
            let difference = distances[rival] * distances[rival] - distances[place.cluster] * distances[place.cluster]
            #expect(abs(pull - difference) < 1e-4, "seed \(generator.seed) member \(member)")
        }
    }

    @Test func aNumberGoesOnMeaningTheSameMembers() throws {
        // Three groups: frequent small baskets, rare middle ones, rare large ones.
        func columns(_ frequent: Int64) -> [[Int64]] {
            [
                (0..<30).map { [frequent, 300, 900][$0 / 10] + Int64($0 % 10) },
                (0..<30).map { [50, 2, 3][$0 / 10] + Int64($0 % 2) },
            ]
        }
        let (before, old) = try Self.learned(columns(100), clusters: 3)
        #expect([old[0], old[10], old[20]] == [2, 1, 0])
        // The frequent ones spend more now than the middle ones: alone they would be number 2.
        let (alone, anew) = try Self.learned(columns(500), clusters: 3)
        #expect([anew[0], anew[10], anew[20]] == [1, 2, 0])
        let (after, new) = try Self.learned(columns(500), clusters: 3, after: before)
        #expect([new[0], new[10], new[20]] == [2, 1, 0])
        #expect(Set(after.clusters) == Set(alone.clusters))
        let drift = try #require(after.drift(from: before))
        #expect(drift[2] > drift[0] && drift[2] > drift[1])
        #expect(try Self.learned(columns(100), clusters: 3, after: before).model.drift(from: before) == [0, 0, 0])
        // Of the same data in fewer clusters the nearest keep their numbers; of other columns nothing is compared.
        #expect(try Self.learned(columns(100), clusters: 2, after: before).model.clusters.count == 2)
        var other = before
        other.facts[0].scale = .logarithm(unit: 1)
        #expect(after.drift(from: other) == nil)
    }

    @Test(arguments: 1...5)
    func threadsDoNotShowInWhatIsLearned(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns: [[Int64]] = (0..<2).map { _ in
            (0..<20_000).map { _ in Int64(generator.draw(in: 0...generator.pick(from: [10, 1_000, 100_000]))) }
        }
        let (alone, members) = try Self.learned(columns, clusters: 5)
        let (together, same) = try Self.learned(columns, clusters: 5, workers: .concurrent)
        #expect(alone == together && members == same, "seed \(generator.seed)")
        #expect(alone.explained > 0 && alone.explained <= 10_000)
    }

    /// Two clusters of two members each at -1 and 1 tell everything; one member astray leaves a part.
    @Test func whatClustersTellIsShare() throws {
        #expect(try Self.learned([[0, 0, 10, 10], [0, 0, 10, 10]]).model.explained == 10_000)
        // One column, 0 0 10 14: the mean is 6, sums of squares are 152 to it and 0 + 8 to the centres 0 and 12.
        let (model, _) = try Self.learned([[0, 0, 10, 14], [1, 1, 1, 1]])
        #expect(model.explained == 9_473)
    }
}
