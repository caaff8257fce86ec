import RetierCore
import RetierLedger
import Testing

@testable import RetierRun

/// What the report says of clusters: their sizes and values, what makes them different, and why there are none.
@Suite struct ClusterSectionTests {
    private static let settings = ClusterSettings(
        facts: [
            .standard("m_total", unit: .money, title: LocalizedText(""), decimals: 2),
            .standard("r_days", unit: .days, title: LocalizedText(""), decimals: 2),
        ], count: 2, names: [2: LocalizedText(zh: "沉默者", en: "Quiet")])

    private static let model = ClusterModel(
        origin: ClusterOrigin(day: Day(number: 20_300), count: 2, starts: 10, seed: 1), facts: settings.facts,
        means: [1, 1], deviations: [1, 0], known: [100, 100],
        clusters: [
            LearnedCluster(centre: [900_000, 0], size: 40, means: [9, 9]),
            LearnedCluster(centre: [-600_000, 0], size: 60, means: [2, 9]),
        ], inertia: 25, spread: 100)

    private func section(
        _ settings: ClusterSettings? = settings, learned: [LearnedNumber] = model.learnedNumbers,
        language: Language = .english
    ) -> String {
        var now = RunFigures([Figure(.tier, "core", is: 90), Figure(.whole, is: 90)])
        for (cluster, members, spend, mean, deviation) in [
            ("1", 30, 600_000, 20_000, 120), ("2", 50, 200_000, 4_000, -80),
        ] as [(String, Int64, Int64, Int64, Int64)] {
            now.append(Figure(.cluster, cluster, is: members))
            now.append(Figure(.cluster, cluster, of: .spend, is: spend))
            now.append(Figure(.clusterColumn, cluster, "m_total", of: .mean, is: mean))
            now.append(Figure(.clusterColumn, cluster, "m_total", of: .deviation, is: deviation))
        }
        now.append(Figure(.clusterColumn, "", "m_total", of: .mean, is: 10_000))
        now.append(Figure(.clusterColumn, "", "m_total", of: .deviation, is: 10))
        var figures = ReportFigures()
        figures.refreshes = [
            ReportFigures.Run(
                id: "r", kind: "refresh", period: "2026-02", asOf: Day(number: 20_485), planDigest: "",
                committedAt: Instant(seconds: 0), members: 90, sends: 0, demotions: 0, cost: .zero, figures: now)
        ]
        figures.calibration = Calibration(
            learnedOn: Day(number: 20_300), modelDigest: "d", entryCuts: [], clusters: learned)
        var programme = ReportFixture.programme
        programme.clusters = settings
        let page = ReportPage(model: ReportModel(figures: figures, programme: programme), language: language)
        return ClusterSection(page: page).markup.text
    }

    @Test func sizesSharesAndValues() {
        let text = section()
        // 30 of 80 members with 6,000 of 8,000: 200 each; the other 50 have 2,000: 40 each.
        for words in ["high spend", "Quiet", ">37.5%<", ">75.0%<", ">200<", ">62.5%<", ">25.0%<", ">40<"] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(text.contains("tell 75.0% of the differences") && text.contains("learned on 2025-07-31"))
        // 80 of the 90 members have a cluster.
        #expect(text.contains("Rows: 80 members; 10 without a purchase or without data"))
        #expect(text.contains("silence is the same for all members and takes no part in the clusters"))
    }

    @Test func barsGoToTheSideOnWhichMembersDiffer() {
        let text = section()
        // 1.20 - 0.10 above all, of 2.5 that half the width stands for: 22 %; 0.90 below: 18 %.
        #expect(text.contains(#"<rect class="f c-up" x="50.0%" width="22.0%""#))
        #expect(text.contains(#"<rect class="f c-down" x="32.0%" width="18.0%""#))
        #expect(text.contains("spend +1.10 sd") && text.contains("spend \u{2212}0.90 sd"))
        #expect(text.contains(">200.00<") && text.contains(">100.00<") && text.contains(">40.00<"))
        #expect(text.contains(">–<"), "nothing is known of the last column")
        #expect(section(language: .chinese).contains("沉默者"))
    }

    @Test func withoutClustersItSaysWhyOrNothing() {
        #expect(section(nil).isEmpty)
        #expect(section(learned: []).contains("No data: the latest refresh has learned no clusters"))
        var changed = Self.settings
        changed.seed = 2
        #expect(section(changed).contains("a configuration that has changed since"))
    }
}
