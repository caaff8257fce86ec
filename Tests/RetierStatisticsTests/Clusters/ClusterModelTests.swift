import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

@Suite struct ClusterModelTests {
    private static func learned(
        _ columns: [[Int64]], clusters: Int = 5
    ) throws -> (model: ClusterModel, clusters: [UInt8], warnings: [TieringWarning]) {
        let (model, members) = try ClusterModel.learned(
            from: columns, facts: ReferenceClusters.facts, settings: KMeans(clusters: clusters),
            workers: .single)
        return (model, members, model.warnings)
    }

    @Test func theClustersOfOnlineRetailAreKindsOfMembers() throws {
        let reference = try ReferenceClusters("online-retail-2010", day: "2010-11-30")
        let (model, clusters, warnings) = try Self.learned(reference.columns)
        #expect(warnings.isEmpty)
        let summaries = model.summaries
        // Read off the centres in reference.json: half a deviation is the line. The second one's spend lies high by its
        // logarithm only: 1,678 on average, 1,899 of all (by Python).
        #expect(
            summaries.map(\.name.chinese) == [
                "高消费·高频·近期活跃", "高频·近期活跃", "均衡", "低消费·低频", "低消费·低频·久未消费",
            ])
        #expect(summaries.map(\.share).reduce(0, +) == 10_000)
        for summary in summaries {
            let own = clusters.indices.filter { Int(clusters[$0]) == summary.number - 1 }
            #expect(summary.size == own.count)
            for (column, mean) in zip(reference.columns, summary.means) {
                let sum = own.reduce(0) { $0 + Int(column[$1]) }
                #expect(abs(Double(mean) - Double(sum) / Double(own.count)) <= 0.5 + 1e-6)
            }
        }
    }

    /// By Python: math.expm1(2 + 0.5 * 1.5) * 100 and math.expm1(2 - 1.2 * 1.5) * 100.
    @Test(arguments: [(50, 1_464, 850), (-120, 22, -1_700), (0, 639, 100)])
    func whatIsTypicalStandsWhereTheBarEnds(hundredths: Int, ofLogarithms: Int64, ofValues: Int64) {
        let title = LocalizedText("x")
        let model = ClusterModel(
            facts: [
                ClusterFact(name: "a", title: title, scale: .logarithm(unit: 100)),
                ClusterFact(name: "b", title: title, scale: .linear),
            ], means: [2_000_000_000, 100_000_000_000], deviations: [1_500_000_000, 1_500_000_000_000], clusters: [],
            inertia: 0)
        #expect(model.typical(0, deviation: hundredths) == ofLogarithms)
        #expect(model.typical(1, deviation: hundredths) == ofValues)
    }

    @Test func assigningTheSameMembersAgainChangesNothing() throws {
        let reference = try ReferenceClusters("cdnow/sample", day: "1998-03-31")
        let (model, clusters, _) = try Self.learned(reference.columns)
        #expect(model.membership(of: reference.columns, workers: .single).clusters == clusters)
        // One by one, too: nobody else matters.
        for member in stride(from: 0, to: clusters.count, by: 211) {
            let alone = model.membership(of: reference.columns.map { [$0[member]] }, workers: .single)
            #expect(alone.clusters == [clusters[member]])
        }
    }

    /// More members than one chunk has, some of them unknown: each counts once.
    @Test func whatClustersAreLikeIsCountedOverAllMembers() {
        var generator = SeededGenerator(seed: 3)
        let columns: [[Int64]] = (0..<2).map { _ in
            (0..<40_000).map { _ in
                generator.draw(in: 0...9) == 0 ? ClusterFact.missing : Int64(generator.draw(in: 0...999))
            }
        }
        let model = ClusterModel(
            origin: ClusterOrigin(),
            facts: ["a", "b"].map { ClusterFact(name: $0, title: LocalizedText($0), scale: .linear) },
            means: [500_000_000_000, 500_000_000_000], deviations: [300_000_000_000, 300_000_000_000],
            known: [36_000, 36_000],
            clusters: [-1_000_000, 0, 1_000_000].map { LearnedCluster(centre: [$0, -$0], size: 0, means: [0, 0]) },
            inertia: 0, spread: 1)
        let found = model.membership(of: columns, workers: .single)
        func expect(_ means: ClusterMeans, _ members: [Int]) {
            #expect(means.members == members.count)
            for (column, mean) in zip(columns, means.means) {
                let known = members.map { column[$0] }.filter { $0 != ClusterFact.missing }
                let exact = Double(known.reduce(0, +)) / Double(known.count)
                #expect(abs(Double(mean) - exact) <= 0.5 + 1e-6)
            }
        }
        #expect(found.clusters.count == 40_000 && found.means.count == 3)
        for (cluster, means) in found.means.enumerated() {
            let own = found.clusters.indices.filter { Int(found.clusters[$0]) == cluster }
            #expect(own.count > 1_000)
            expect(means, own)
        }
        expect(found.all, Array(0..<40_000))
    }

    @Test func aCalibrationGivesBackExactlyWhatWasLearned() throws {
        let reference = try ReferenceClusters("cdnow/sample", day: "1997-09-30")
        let (model, _, _) = try Self.learned(reference.columns)
        let numbers = model.learnedNumbers
        #expect(Set(numbers.map(\.name)).count == numbers.count)
        #expect(ClusterModel(learnedNumbers: numbers, facts: model.facts) == model)
        #expect(ClusterModel(learnedNumbers: numbers.dropLast(), facts: model.facts) == nil)
        #expect(ClusterModel(learnedNumbers: numbers, facts: model.facts.reversed()) == nil)
        #expect(ClusterModel(learnedNumbers: [], facts: model.facts) == nil)
    }

    @Test(arguments: 1...10)
    func theOrderOfMembersDoesNotNameClusters(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns: [[Int64]] = (0..<3).map { fact in
            (0..<200).map { member in Int64(member % 4 * 1_000 * (fact + 1) + generator.draw(in: 0...9)) }
        }
        let order = generator.shuffled(Array(0..<200))
        let straight = try Self.learned(columns, clusters: 4)
        let shuffled = try Self.learned(columns.map { column in order.map { column[$0] } }, clusters: 4)
        #expect(shuffled.model.summaries == straight.model.summaries, "seed \(generator.seed)")
        #expect(shuffled.clusters == order.map { straight.clusters[$0] }, "seed \(generator.seed)")
    }

    @Test func whatTellsNobodyApartIsSaid() throws {
        let columns: [[Int64]] = [[100, 100, 900], [7, 7, 7], [1, 1, 1]]
        let (model, _, warnings) = try Self.learned(columns, clusters: 4)
        #expect(
            warnings.map { "\($0.code) \($0.subject)" } == [
                "few-clusters 2", "constant-fact f_days", "constant-fact r_days",
            ])
        #expect(model.summaries.map(\.means) == [[900, 7, 1], [100, 7, 1]])
        #expect(throws: RetierError.self) { try Self.learned([[], [], []]) }
    }
}
