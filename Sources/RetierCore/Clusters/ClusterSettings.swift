/// How a programme clusters its members; configuration as values.
package struct ClusterSettings: Hashable, Sendable {
    /// The columns, at least one; clusters are first numbered by the first one.
    package var facts: [ClusterFact]
    /// How many clusters, from how many seeded starts.
    package var count: Int
    package var starts: Int
    package var seed: Int
    /// Members with a purchase below which nothing is learned.
    package var leastMembers: Int
    /// Names that people gave, by number of the cluster.
    package var names: [Int: LocalizedText]

    /// What clusters are found on unless the programme says otherwise: money, frequency and recency.
    package static let usualColumns = ["m_total", "f_days", "r_days"]
    /// More than people can act on apart.
    package static let most = 20

    package init(
        facts: [ClusterFact], count: Int = 5, starts: Int = 10, seed: Int = 1, leastMembers: Int = 100,
        names: [Int: LocalizedText] = [:]
    ) {
        self.facts = facts
        self.count = count
        self.starts = starts
        self.seed = seed
        self.leastMembers = leastMembers
        self.names = names
    }

    /// The clusters' ids in conditions.
    package var ids: [String] { (1...count).map(String.init) }

    /// The clusters of a calibration; nil where it has none that were learned with these settings.
    ///
    /// Words and names may change: they are no part of what is learned.
    package func frozen(in numbers: [LearnedNumber]) -> ClusterModel? {
        guard let model = ClusterModel(learnedNumbers: numbers, facts: facts), model.origin.count == count,
            model.origin.starts == starts, model.origin.seed == seed
        else { return nil }
        return model
    }

    /// The longest name that a cluster of these facts can get, in a language.
    package func longestName(_ language: Language) -> String {
        func longest(_ texts: [String]) -> String { texts.max { $0.utf8.count < $1.utf8.count } ?? "" }
        let words = facts.map { longest([$0.high(language), $0.low(language)]) }
            .sorted { $0.utf8.count > $1.utf8.count }.prefix(ClusterNames.wordLimit)
        let suffix = ClusterNames.suffix(title: LocalizedText(longest(facts.map { $0.title(language) })), rank: count)
        let learned = words.joined(separator: ClusterNames.separator(language)) + suffix(language)
        return longest(names.values.map { $0(language) }.sorted() + [learned])
    }
}
