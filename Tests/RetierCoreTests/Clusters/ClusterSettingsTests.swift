import RetierCore
import RetierTestSupport
import Testing

@Suite struct ClusterSettingsTests {
    private static let facts = ["m_total", "f_days"].map {
        ClusterFact.standard($0, unit: $0 == "m_total" ? .money : .count, title: LocalizedText($0), decimals: 2)
    }

    private static func model(_ facts: [ClusterFact] = facts, seed: Int = 1) -> ClusterModel {
        ClusterModel(
            origin: ClusterOrigin(day: Day(number: 20_000), count: 5, starts: 10, seed: seed), facts: facts,
            means: [1, 2], deviations: [3, 4], known: [9, 8],
            clusters: [LearnedCluster(centre: [5, 6], size: 7, means: [8, ClusterFact.missing])], inertia: 10,
            spread: 40)
    }

    @Test func whatWasLearnedFitsOnlyTheSettingsThatLearnedIt() {
        let settings = ClusterSettings(facts: Self.facts)
        let numbers = Self.model().learnedNumbers
        #expect(settings.frozen(in: numbers) == Self.model())
        #expect(settings.frozen(in: []) == nil)
        // Words and names are free.
        var worded = settings
        worded.names = [1: LocalizedText("best")]
        worded.facts[0].high = LocalizedText("rich")
        worded.leastMembers = 7
        #expect(worded.frozen(in: numbers)?.clusters == Self.model().clusters)
        #expect(worded.frozen(in: numbers)?.summaries(named: worded.names)[0].name == LocalizedText("best"))
        let changes: [(inout ClusterSettings) -> Void] = [
            { $0.count = 4 }, { $0.starts = 3 }, { $0.seed = 2 }, { $0.facts[0].scale = .linear },
            { $0.facts[0].scale = .logarithm(unit: 1) }, { $0.facts.removeLast() }, { $0.facts.reverse() },
        ]
        for change in changes {
            var other = settings
            change(&other)
            #expect(other.frozen(in: numbers) == nil, "\(other)")
        }
    }

    @Test func usualColumnsHaveWordsAndOthersTheirTitle() {
        let (money, days) = (Self.facts[0], Self.facts[1])
        #expect(money.scale == .logarithm(unit: 100) && days.scale == .logarithm(unit: 1))
        #expect(money.high == LocalizedText(zh: "高消费", en: "high spend"))
        let yen = ClusterFact.standard("m_total", unit: .money, title: LocalizedText(""), decimals: 0)
        #expect(yen.scale == .logarithm(unit: 1))
        let own = ClusterFact.standard(
            "tea", unit: .share, title: LocalizedText(zh: "茶", en: "tea"), decimals: 2)
        #expect(own.scale == .linear && own.high == LocalizedText(zh: "茶高", en: "high tea"))
        let rank = ClusterFact.standard(
            "rank.spend", unit: .points, title: LocalizedText(zh: "消费金额", en: "spend"), decimals: 2)
        #expect(rank.dimension == .spend && rank.prediction == nil && rank.low.english == "low spend")
    }

    /// The longest name is what sizes of messages are checked with: no name of any profile may exceed it.
    @Test(arguments: 1...30)
    func noNameIsLongerThanTheLongest(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var settings = ClusterSettings(facts: Self.facts, count: 9)
        settings.facts += ["r_days", "visits", "clv_13w"].map {
            .standard($0, unit: .count, title: LocalizedText($0), decimals: 2)
        }
        let deviations = (0..<9).map { _ in settings.facts.map { _ in generator.pick(from: [-90, 0, 60, 200]) } }
        for name in ClusterNames.names(of: deviations, facts: settings.facts) {
            for language in Language.allCases {
                let longest = settings.longestName(language)
                #expect(name(language).utf8.count <= longest.utf8.count, "seed \(generator.seed)")
            }
        }
    }

    @Test func columnsComeFromFactsRanksAndPredictionsInTheirUnits() {
        var facts = FactTable(asOf: Day(number: 20_000), memberIDs: PackedStrings(["a", "b", "c"]), keys: [1, 2, 3])
        facts.firstPurchase = [19_000, 19_000, FactTable.noDay]
        facts.lastPurchase = [19_990, 19_900, FactTable.noDay]
        facts.windowOrders = [3, 0, 0]
        facts.windowCouponOrders = [2, 0, 0]
        facts.windowTotal = [-500, 12_345, 0]
        facts.further = FactCatalogue.standard.references.map { $0.name == "visits" ? FactColumn([7, 0, 1]) : nil }
        var scores = ScoreTable(count: 3)
        scores.ranks[Dimension.spend.rawValue] = [250_000, ScoreTable.unranked, 0]
        var predictions = PredictionTable(count: 3)
        predictions.value = [12_345_678, PredictionTable.missing, 1]
        let source = ClusterSource(
            facts: facts, scores: scores, predictions: predictions, catalogue: .standard, decimals: 2)
        func values(_ name: String) -> [Int64] {
            source.values(of: ClusterFact(name: name, title: LocalizedText(name), scale: .linear), rows: source.rows)
        }
        let unknown = ClusterFact.missing
        #expect(source.rows == [0, 1])
        #expect(values("m_total") == [-500, 12_345] && values("r_days") == [10, 100])
        #expect(values("coupon_share") == [666_667, unknown] && values("avg_order_value") == [-166, unknown])
        #expect(values("visits") == [7, 0] && values("logins") == [unknown, unknown])
        #expect(values("rank.spend") == [250_000, unknown] && values("rank.loyalty") == [unknown, unknown])
        // Millionths of a yuan become fen.
        #expect(values("clv_13w") == [1_235, unknown])
    }
}
