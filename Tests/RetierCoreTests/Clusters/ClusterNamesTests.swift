import RetierCore
import RetierTestSupport
import Testing

@Suite struct ClusterNamesTests {
    private static let facts = [
        ClusterFact(
            name: "spend", title: LocalizedText(zh: "消费", en: "spend"), scale: .linear,
            high: LocalizedText(zh: "高消费", en: "high spend"), low: LocalizedText(zh: "低消费", en: "low spend")),
        ClusterFact(
            name: "frequency", title: LocalizedText(zh: "频次", en: "frequency"), scale: .linear,
            high: LocalizedText(zh: "高频", en: "frequent"), low: LocalizedText(zh: "低频", en: "rare")),
        ClusterFact(
            name: "recency", title: LocalizedText(zh: "最近", en: "recency"), scale: .linear,
            high: LocalizedText(zh: "近期活跃", en: "recent"), low: LocalizedText(zh: "久未消费", en: "silent")),
        ClusterFact(name: "visits", title: LocalizedText(zh: "到店", en: "visits"), scale: .linear),
    ]

    private func names(_ deviations: [[Int]]) -> [LocalizedText] {
        ClusterNames.names(of: deviations, facts: Self.facts)
    }

    @Test(arguments: [
        ([170, 90, 60, 0], "高消费·高频·近期活跃", "high spend, frequent, recent"),
        ([-60, 0, -200, 0], "低消费·久未消费", "low spend, silent"), ([49, -49, 0, 10], "均衡", "average"),
        ([0, 0, 0, 50], "到店高", "high visits"),
        // The three that stand out most, in the order of the facts.
        ([60, -70, 80, 90], "低频·近期活跃·到店高", "rare, recent, high visits"),
    ])
    func aNameSaysWhatStandsOut(deviations: [Int], chinese: String, english: String) {
        #expect(names([deviations]) == [LocalizedText(zh: chinese, en: english)])
    }

    @Test func namesakesAreToldApartByWhereTheyDifferMost() {
        let found = names([[120, 60, 0, 0], [60, 70, 0, 0], [-100, 0, 0, 0], [300, 60, 0, 0]])
        #expect(
            found.map(\.chinese) == ["高消费·高频（消费第2）", "高消费·高频（消费第3）", "低消费", "高消费·高频（消费第1）"])
        #expect(found[1].english == "high spend, frequent (spend no. 3)")
    }

    @Test(arguments: 1...50)
    func namesAreUnique(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let deviations = (0..<generator.draw(in: 1...30)).map { _ in
            (0..<4).map { _ in generator.pick(from: [-120, -50, 0, 0, 10, 50, 200]) }
        }
        let found = names(deviations)
        #expect(Set(found.map(\.chinese)).count == found.count, "seed \(generator.seed)")
        #expect(Set(found.map(\.english)).count == found.count, "seed \(generator.seed)")
    }

    /// Three of four have nothing: who has a little lies high by logarithms, and has less than the mean.
    @Test(
        arguments: [
            (30, 200, "均衡", "高消费"), (70, 200, "高消费", "高消费"), (50, 50, "高消费", "高消费"),
            (200, 30, "高消费", "均衡"),
        ] as [(Int64, Int64, String, String)])
    func aWordHoldsForPlainMeansToo(second: Int64, third: Int64, secondName: String, thirdName: String) {
        func cluster(_ centre: Int64, _ mean: Int64, _ size: Int) -> LearnedCluster {
            LearnedCluster(centre: [centre, 0, 0, 0], size: size, means: [mean, 1, 1, ClusterFact.missing])
        }
        let model = ClusterModel(
            facts: Self.facts, means: [0, 0, 0, 0], deviations: [1, 1, 1, 1],
            clusters: [cluster(-700_000, 0, 2), cluster(600_000, second, 1), cluster(800_000, third, 1)], inertia: 0)
        let plain = model.summaries.map { $0.name.chinese.prefix { $0 != "（" } }
        #expect(plain == ["低消费", secondName, thirdName].map { $0[...] })
    }

    @Test func profilesCarrySharesThatSumToAll() {
        let model = ClusterModel(
            facts: Self.facts, means: [0, 0, 0, 0], deviations: [1, 1, 1, 1],
            clusters: [
                LearnedCluster(centre: [1_704_999, 0, 0, 0], size: 1, means: [9, 9, 9, 9]),
                LearnedCluster(centre: [-496_000, -495_000, 0, 0], size: 1),
                LearnedCluster(centre: [0, 0, 0, 0], size: 1),
            ], inertia: 0)
        #expect(model.summaries.map(\.share) == [3_334, 3_333, 3_333])
        #expect(model.summaries.map(\.number) == [1, 2, 3])
        #expect(model.summaries[0].deviations == [170, 0, 0, 0])
        #expect(model.summaries[1].deviations == [-50, -50, 0, 0])
        #expect(model.summaries.map(\.name.chinese) == ["高消费", "低消费·低频", "均衡"])
        #expect(model.summaries[0].means == [9, 9, 9, 9])
    }
}
