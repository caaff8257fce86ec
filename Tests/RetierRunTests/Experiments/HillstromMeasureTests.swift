import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierRun
import RetierStatistics
import RetierTestSupport
import Testing

/// The real experiment of 64,000 members as a ledger would hold it (assignments, orders before and after, visits as
/// events) measures as statsmodels says it does.
@Suite struct HillstromMeasureTests {
    private struct Reference: Decodable {
        struct Test: Decodable {
            var diff: Double
            var p: Double
            var z: Double?
            var newcombe95: [Double]?
            var theta: Double?
            var se: Double?
            var se_unadjusted: Double?
            var welch_t: Double?
        }
        var comparisons: [String: [String: Test]]
    }

    private static let assigned = Day(iso: "2008-03-01") ?? Day(number: 0)
    private let folder: TemporaryFolder
    private let ledger: Ledger

    init() throws {
        folder = try TemporaryFolder()
        ledger = try Ledger(path: folder.path("retier.db"))
        let rows = try Fixtures.rows("hillstrom/experiment.csv.gz")
        try ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run VALUES ('r', 'daily', 'x', 0, '', 0, 0, 0, 0, 0, 0, '', NULL);
                    INSERT INTO experiment VALUES ('mail', 's');
                    INSERT INTO experiment_shares VALUES (1, 'mail', 10000, 3333, 'mens_email=1 womens_email=1', 'r');
                    INSERT INTO symbol VALUES (1, 'visit');
                    """)
            let noon = Int64(Self.assigned.number) * 86_400 + 43_200
            let member = try database.makeStatement(sql: "INSERT INTO member VALUES (?, ?, 0, NULL, NULL)")
            let group = try database.makeStatement(
                sql: "INSERT INTO assignment VALUES ('mail', ?, ?, ?, 1, NULL, \(Self.assigned.number), 'r')")
            let order = try database.makeStatement(
                sql: "INSERT INTO member_order VALUES (?, ?, ?, ?, NULL, NULL, NULL, NULL, NULL)")
            let visit = try database.makeStatement(
                sql: "INSERT INTO member_event VALUES (?, \(noon + 86_400), ?, 1, NULL, NULL)")
            for (place, row) in rows.enumerated() {
                let (key, id, variant) = (place + 1, row["member_id"] ?? "", row["variant"] ?? "")
                try member.execute(arguments: [key, id])
                let isControl = variant == "holdout"
                try group.execute(arguments: [key, isControl ? 1 : 0, isControl ? nil : variant])
                let before = Money(text: row["spend_prior_12m"] ?? "")?.minorUnits ?? 0
                try order.execute(arguments: [key, noon - 30 * 86_400, "b\(key)", before])
                let spend = Money(text: row["spend"] ?? "")?.minorUnits ?? 0
                if spend > 0 { try order.execute(arguments: [key, noon + 5 * 86_400, "a\(key)", spend]) }
                if row["visit"] == "1" { try visit.execute(arguments: [key, "v\(key)"]) }
            }
        }
    }

    private func result(goal: String?) throws -> ExperimentResult {
        let end = Self.assigned.adding(days: 14)
        let question = ExperimentQuestion(
            experiment: "mail", goal: goal, within: CalendarPeriod(days: 14), until: end, lastDay: end)
        let record = try ledger.record(of: question, zone: .utc, uncountedStatuses: ["cancelled"])
        return ExperimentResult.corrected([ExperimentResult(record, question)])[0]
    }

    private func near(_ ours: Double?, _ wanted: Double?, _ name: String) throws {
        let (ours, wanted) = (try #require(ours), try #require(wanted))
        #expect(abs(ours - wanted) <= 1e-9 * abs(wanted), "\(name): \(ours), not \(wanted)")
    }

    @Test func theLedgerMeasuresWhatStatsmodelsDoes() throws {
        let reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(fileURLWithPath: Fixtures.path("hillstrom/reference.json"))))
        let (visits, orders) = (try result(goal: "visit"), try result(goal: nil))
        #expect(visits.assigned.map(\.members) == [21_306, 21_307, 21_387])
        #expect(!visits.ratio.isMismatch && visits.crossed == 0)
        for arm in ["mens_email", "womens_email"] {
            let wanted = try #require(reference.comparisons["\(arm)_vs_holdout"])
            for (name, result) in [("visit", visits), ("conversion", orders)] {
                let goal = try #require(result.comparisons.first { $0.arm == arm && $0.outcome == .goal })
                try near(goal.uplift?.difference, wanted[name]?.diff, "\(arm) \(name)")
                try near(goal.uplift?.statistic, wanted[name]?.z, "\(arm) \(name) z")
                try near(goal.uplift?.p, wanted[name]?.p, "\(arm) \(name) p")
                try near(goal.uplift?.interval.lowerBound, wanted[name]?.newcombe95?[0], "\(arm) \(name) low")
                try near(goal.uplift?.interval.upperBound, wanted[name]?.newcombe95?[1], "\(arm) \(name) high")
                #expect(goal.verdict == .higher)
            }
            let spend = try #require(visits.comparisons.first { $0.arm == arm && $0.outcome == .spend })
            let cuped = try #require(wanted["cuped_spend"])
            // Minor units here, dollars there.
            try near(spend.uplift.map { $0.difference / 100 }, cuped.diff, "\(arm) spend")
            try near(spend.uplift.map { $0.standardError / 100 }, cuped.se, "\(arm) error")
            try near(spend.uplift?.statistic, cuped.welch_t, "\(arm) t")
            try near(spend.uplift?.p, cuped.p, "\(arm) p")
            let (se, plain) = (try #require(cuped.se), try #require(cuped.se_unadjusted))
            #expect(abs(try #require(spend.reduction) - (1 - se * se / (plain * plain))) < 1e-9)
        }
    }
}
