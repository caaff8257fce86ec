/// A cluster as people meet it: a number, a name from its profile, its size and its centre in the programme's units.
package struct ClusterSummary: Hashable, Sendable {
    /// From 1 by falling centre of the first fact, then of the next ones, when learned first; later, the number of
    /// the cluster that it continues.
    package var number: Int
    /// Unique among the clusters of one calibration.
    package var name: LocalizedText
    package var size: Int
    /// Of all members clustered, in basis points; the shares of all clusters sum to 10,000.
    package var share: Int
    /// The mean of its members' values, fact by fact, in the units of the columns; `ClusterFact.missing` where none is
    /// known.
    package var means: [Int64]
    /// How far the centre lies from the mean of all members, fact by fact, in hundredths of a standard deviation.
    package var deviations: [Int]

    package init(number: Int, name: LocalizedText, size: Int, share: Int, means: [Int64], deviations: [Int]) {
        self.number = number
        self.name = name
        self.size = size
        self.share = share
        self.means = means
        self.deviations = deviations
    }
}

/// Names of clusters from their profiles.
package enum ClusterNames {
    /// From this distance of half a standard deviation a centre counts as high or low.
    package static let threshold = 50
    /// At most so many facts make a name: the ones that stand out most.
    package static let wordLimit = 3

    /// One name a cluster, such as 高消费·高频·近期活跃 or "high spend, frequent, recent".
    ///
    /// `deviations` are centres by cluster and fact in hundredths of a standard deviation. The facts that stand
    /// out are named in the order of the facts; a centre where none does is average. Clusters that would share a
    /// name are told apart by the fact in which they differ most: its title with their rank in it.
    package static func names(of deviations: [[Int]], facts: [ClusterFact]) -> [LocalizedText] {
        let plain = deviations.map { plainName($0, facts: facts) }
        return plain.indices.map { cluster in
            let namesakes = plain.indices.filter { plain[$0] == plain[cluster] }
            guard namesakes.count > 1 else { return plain[cluster] }
            let spread = facts.indices.map { fact in
                let values = namesakes.map { deviations[$0][fact] }
                return (values.max() ?? 0) - (values.min() ?? 0)
            }
            var widest = 0
            for fact in spread.indices where spread[fact] > spread[widest] { widest = fact }
            let own = (deviations[cluster][widest], -cluster)
            let rank = 1 + namesakes.count { (deviations[$0][widest], -$0) > own }
            let (name, title) = (plain[cluster], facts[widest].title)
            let suffix = suffix(title: title, rank: rank)
            return LocalizedText(zh: name.chinese + suffix.chinese, en: name.english + suffix.english)
        }
    }

    /// What tells a cluster from its namesakes.
    static func suffix(title: LocalizedText, rank: Int) -> LocalizedText {
        LocalizedText(zh: "（\(title.chinese)第\(rank)）", en: " (\(title.english) no. \(rank))")
    }

    static func separator(_ language: Language) -> String { language == .chinese ? "·" : ", " }

    private static func plainName(_ deviations: [Int], facts: [ClusterFact]) -> LocalizedText {
        let outstanding = deviations.indices.filter { abs(deviations[$0]) >= threshold }
            .sorted { (abs(deviations[$0]), -$0) > (abs(deviations[$1]), -$1) }
            .prefix(wordLimit).sorted()
        guard !outstanding.isEmpty else { return LocalizedText(zh: "均衡", en: "average") }
        let words = outstanding.map { deviations[$0] > 0 ? facts[$0].high : facts[$0].low }
        return LocalizedText(
            zh: words.map(\.chinese).joined(separator: separator(.chinese)),
            en: words.map(\.english).joined(separator: separator(.english)))
    }
}
