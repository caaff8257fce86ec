import RetierCore
import RetierLedger
import Testing

@testable import RetierRun

/// Each metric against its rule of thumb, at the border and beyond it.
@Suite struct HealthSectionTests {
    /// Two refreshes of core and potential, 100 members in each before.
    private func section(
        risen: Int64 = 0, fallen: Int64 = 0, deviation: Int64 = 1_000, fit: Int64? = nil, active: Int64 = 0,
        waiting: Int = 0, answers: [(promoters: Int64, passives: Int64, detractors: Int64)] = []
    ) -> String {
        let before = RunFigures([
            Figure(.tier, "core", is: 100), Figure(.tier, "potential", is: 100), Figure(.whole, is: 200),
            Figure(.whole, of: .spendDeviation, is: 1_000),
        ])
        var now = RunFigures([
            Figure(.tier, "core", is: 100 + risen - fallen), Figure(.tier, "potential", is: 100 - risen + fallen),
            Figure(.move, "potential", "core", of: .promoted, is: risen),
            Figure(.move, "core", "potential", of: .demoted, is: fallen), Figure(.whole, is: 200),
            Figure(.whole, of: .spendDeviation, is: deviation), Figure(.whole, of: .active, is: active),
        ])
        if let fit {
            now.append(Figure(.whole, of: .fit, is: fit))
            now.append(Figure(.whole, of: .chance, is: 5_000))
        }
        var figures = ReportFigures()
        figures.refreshes = [run("2026-02", 20_485, now), run("2026-01", 20_454, before)]
        if answers.count > 2 { figures.refreshes.append(run("2025-12", 20_423, before)) }
        for (refresh, answers) in answers.enumerated() {
            figures.refreshes[refresh].figures.append(Figure(.whole, of: .promoters, is: answers.promoters))
            figures.refreshes[refresh].figures.append(Figure(.whole, of: .passives, is: answers.passives))
            figures.refreshes[refresh].figures.append(Figure(.whole, of: .detractors, is: answers.detractors))
        }
        figures.scope = [figures.refreshes[0]]
        figures.waiting = waiting
        let model = ReportModel(figures: figures, programme: ReportFixture.programme)
        return HealthSection(page: ReportPage(model: model, language: .english)).markup.text
    }

    private func run(_ period: String, _ day: Int32, _ figures: RunFigures) -> ReportFigures.Run {
        ReportFigures.Run(
            id: period, kind: "refresh", period: period, asOf: Day(number: day), planDigest: "",
            committedAt: Instant(seconds: Int64(day) * 86_400), members: 200, sends: 0, demotions: 0, cost: .zero,
            figures: figures)
    }

    /// The value and the verdict of a metric's row.
    private func row(_ name: String, of section: String) -> [String] {
        let row = section.split(separator: "<tr>").first { $0.contains(">\(name)<span") } ?? ""
        let cells = row.split(separator: "</td>").map { $0.replacing(#/<[^>]*>/#, with: "") }
        return cells.count >= 3 ? [String(cells[0]), String(cells[2])] : []
    }

    @Test(arguments: [(8, "8.0%", "fine"), (7, "7.0%", "review")])
    func migrationToTheTop(risen: Int64, value: String, verdict: String) {
        let row = row("Migration to the top", of: section(risen: risen))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    @Test(arguments: [(30, "15.0%", "review"), (31, "15.5%", "fine")])
    func changedTier(fallen: Int64, value: String, verdict: String) {
        let row = row("Changed tier", of: section(fallen: fallen))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    /// The variance is the square: 1.14 times the deviation is 29.96 % more.
    @Test(arguments: [(1_140, "+30.0%", "fine"), (1_141, "+30.2%", "review"), (836, "\u{2212}30.1%", "review")])
    func varianceOfValue(deviation: Int64, value: String, verdict: String) {
        let row = row("Change of the variance of value", of: section(deviation: deviation))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    @Test(arguments: [(7_500, "75.0%", "fine"), (7_400, "74.0%", "review")])
    func fitOfTheTiering(fit: Int64, value: String, verdict: String) {
        let row = row("Fit of the tiering", of: section(fit: fit))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    @Test(arguments: [(16, "8.0%", "fine"), (15, "7.5%", "review")])
    func activeMembers(active: Int64, value: String, verdict: String) {
        let row = row("Active members", of: section(active: active))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    /// Promoters less detractors in points of all answers, rounded; two falls in a row call for a review.
    ///
    /// Newest first.
    @Test(
        arguments: [
            ([(2, 0, 1)], "+33", "–"), ([(1, 1, 2), (1, 0, 0)], "\u{2212}25", "fine"),
            ([(1, 1, 1), (2, 1, 1), (3, 0, 1)], "0", "review"), ([(1, 1, 1), (2, 1, 1), (2, 1, 1)], "0", "fine"),
            ([(2, 1, 1), (2, 1, 1), (3, 0, 1)], "+25", "fine"), ([(1, 6, 1), (0, 0, 0), (3, 0, 1)], "0", "–"),
            ([(1, 0, 7)], "\u{2212}75", "–"), ([(0, 2, 1)], "\u{2212}33", "–"), ([(1, 7, 0)], "+13", "–"),
        ] as [([(Int64, Int64, Int64)], String, String)])
    func netPromoterScore(answers: [(Int64, Int64, Int64)], value: String, verdict: String) {
        let row = row("Net promoter score", of: section(answers: answers))
        #expect(row.first?.hasSuffix(value) == true && row.last == verdict, "\(row)")
    }

    @Test func whatTheLedgerCannotTellIsNoData() {
        let section = section()
        for name in [
            "Fit of the tiering", "Member penetration", "Contribution of the top tier", "Net promoter score",
            "Response difference between tiers", "Sensitivity to benefits between tiers", "Uplift of the core metric",
        ] {
            let row = row(name, of: section)
            #expect(row.first?.hasSuffix("no data") == true && row.last == "–", "\(name): \(row)")
        }
        #expect(row("Member penetration", of: self.section(waiting: 600)).first?.hasSuffix("25.0%") == true)
    }
}
