import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// What `clusters` of `retier.yaml` may say, and what is wrong with it.
struct ClusterConfigurationTests {
    /// The valid brand with `clusters` at the end of its configuration.
    private func folder(_ clusters: String, playbook: String? = nil) throws -> TemporaryFolder {
        let folder = try BrandFixture.folder()
        try folder.write(try folder.read("retier.yaml") + clusters + "\n", to: "retier.yaml")
        if let playbook {
            try folder.write(
                """
                playbook: by-cluster
                title: by cluster
                version: 1
                on: refresh
                priority: base
                when: \(playbook)
                steps:
                  - {id: s, do: care, via: desk, template: care/hello}

                """, to: "playbooks/by-cluster.yaml")
            try folder.write("{{#cluster}}{{cluster}}{{/cluster}}\n", to: "templates/care/hello.zh.mustache")
            try folder.write("{{#cluster}}{{cluster}}{{/cluster}}\n", to: "templates/care/hello.en.mustache")
        }
        return folder
    }

    private func settings(_ clusters: String) throws -> ClusterSettings? {
        try BrandFixture.load(folder(clusters)).programme.clusters
    }

    @Test func nothingIsClusteredUnlessAsked() throws {
        #expect(try BrandFixture.load(BrandFixture.folder()).programme.clusters == nil)
    }

    @Test func whatIsLeftOutIsUsual() throws {
        let settings = try #require(try settings("clusters: {count: 4}"))
        #expect(settings.count == 4 && settings.starts == 10 && settings.seed == 1 && settings.leastMembers == 100)
        #expect(settings.facts.map(\.name) == ["m_total", "f_days", "r_days"])
        #expect(settings.facts.map(\.scale) == [.logarithm(unit: 100), .logarithm(unit: 1), .logarithm(unit: 1)])
        #expect(settings.ids == ["1", "2", "3", "4"])
    }

    @Test func columnsHaveScalesAndWords() throws {
        let settings = try #require(
            try settings(
                """
                clusters:
                  starts: 3
                  seed: 9
                  least_members: 20
                  columns:
                    - coupon_share
                    - rank.spend
                    - clv_13w
                    - {fact: visits, scale: linear, title: {zh: 进店, en: store visits}}
                    - {fact: spend_trend, scale: log, high: {zh: 在涨, en: rising}, low: falling}
                  names: {2: {zh: 高价值, en: High value}, 5: Quiet}
                """))
        let facts = settings.facts
        #expect(settings.starts == 3 && settings.seed == 9 && settings.leastMembers == 20 && settings.count == 5)
        #expect(facts.map(\.unit) == [.share, .points, .money, .count, .share])
        #expect(
            facts.map(\.scale) == [.linear, .linear, .logarithm(unit: 100), .linear, .logarithm(unit: 10_000)])
        #expect(facts[3].title == LocalizedText(zh: "进店", en: "store visits"))
        #expect(facts[3].high == LocalizedText(zh: "进店高", en: "high store visits"))
        #expect(facts[4].high.english == "rising" && facts[4].low == LocalizedText("falling"))
        #expect(settings.names == [2: LocalizedText(zh: "高价值", en: "High value"), 5: LocalizedText("Quiet")])
    }

    @Test(arguments: [
        ("{count: 1}", "clusters.count"), ("{count: 21}", "from 2 to 20"), ("{starts: 0}", "from 1 to 1000"),
        ("{columns: []}", "grouped by nothing"),
        ("{columns: [m_totl]}", "`m_totl` is no column that members can be grouped by"),
        ("{columns: [m_total, m_total]}", "given twice"), ("{columns: [score]}", "`score` is no column"),
        ("{columns: [rank.potential]}", "nobody is ranked in `potential`"),
        ("{columns: [rank.wealth]}", "`rank.wealth` is no column"),
        ("{columns: [{fact: visits, scale: square}]}", "known are `linear`, `log`"),
        ("{names: {9: x}}", "there is no cluster 9"), ("{names: {1: x, 2: x}}", "two clusters have this name"),
        ("{names: {first: x}}", "the number of a cluster such as `1`"), ("{k: 3}", "`k` is no key of `clusters`"),
    ])
    func mistakesAreReportedAtTheirPlace(clusters: String, words: String) throws {
        let folder = try folder("clusters: " + clusters)
        let line = try folder.read("retier.yaml").split(separator: "\n", omittingEmptySubsequences: false).count - 1
        let found = BrandFixture.check(folder).filter { $0.severity == .error }
        #expect(found.count == 1, "\(found)")
        let problem = try #require(found.first)
        #expect("\(problem.message) \(problem.hint)".contains(words), "\(problem)")
        #expect(problem.file == "retier.yaml" && problem.line == line && problem.column > 10)
    }

    @Test func predictionsMustBeOn() throws {
        let folder = try folder("clusters: {columns: [clv_13w]}")
        let text = try folder.read("retier.yaml")
        let off = text.replacing("lifetime: {model: mbg-nbd, least_members: 1000}", with: "lifetime: {model: off}")
        #expect(off != text)
        try folder.write(off, to: "retier.yaml")
        #expect(BrandFixture.check(folder).contains { $0.message.contains("predictions are off") })
    }

    @Test func playbooksAskForClustersThatThereAre() throws {
        let valid = try folder("clusters: {count: 3}", playbook: "cluster in [1, 3]")
        #expect(BrandFixture.check(valid).filter { $0.severity == .error } == [])
        let brand = try BrandFixture.load(valid)
        let playbook = try #require(brand.playbooks.first { $0.id == "by-cluster" })
        #expect(playbook.condition.clauses.first?.predicate.operand == .choices(0b101))
        for (clusters, clause, code, words) in [
            ("clusters: {count: 3}", "cluster in [4]", "unknown-cluster", "numbers 1 to 3"),
            ("clusters: {count: 3}", "cluster == best", "unknown-cluster", "numbers 1 to 3"),
            ("", "cluster in [1]", "unknown-cluster", "write `clusters` into retier.yaml first"),
            ("clusters: {count: 3}", "cluster > 1", "bad-clause", "has no order"),
            ("clusters: {count: 2}", "cluster not in [1, 2]", "never-true", "can never hold"),
        ] {
            let found = BrandFixture.check(try folder(clusters, playbook: clause)).filter { $0.code == code }
            #expect(found.count == 1 && found[0].line == 6 && found[0].column > 6, "\(clause): \(found)")
            #expect(found.contains { "\($0.message) \($0.hint)".contains(words) }, "\(clause): \(found)")
        }
    }

    /// Tags and tiers are decided before clusters are found.
    @Test func tagsAndTiersCannotAskForClusters() throws {
        let folder = try folder(
            "clusters: {count: 3}\ntags:\n  best: {title: best, when: \"cluster in [1]\"}")
        #expect(BrandFixture.check(folder).contains { $0.message.contains("`cluster` is known only after tags") })
        let text = try folder.read("retier.yaml")
        try folder.write(
            text.replacing("entry: {top: 5%}", with: "entry: {when: \"cluster in [1]\"}"), to: "retier.yaml")
        #expect(BrandFixture.check(folder).contains { $0.message.contains("`cluster` is found after tiers") })
    }
}
