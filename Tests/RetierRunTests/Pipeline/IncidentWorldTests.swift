import AuditChecker
import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Random facts, arrivals and words on incidents, judged by who reads nothing but the audit's CSV file.
@Suite struct IncidentWorldTests {
    /// Rows that come on any day and in any order, incidents that are closed and opened again, caps and budgets that
    /// defer, members who turn out to be one person: whoever was affected gets one of each, and nobody else anything.
    @Test(arguments: [UInt64(11), 12, 13])
    func inTheEndEveryoneAffectedIsCompensatedOnce(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bench = try IncidentTests.bench([IncidentTests.grant + "budget: {actions: 2, per: P1D}\n"])
        try bench.edit("retier.yaml", "cap: {max: 9, per: P7D}", "cap: {max: 1, per: P2D}")
        // By id: the member, the hour of the fact, and the day on which its row comes.
        var affected: Set<String> = []
        var rows: [Int: [String]] = [:]
        let people = (0..<16).map { "p\($0)" }
        // p0 and p1 are one, and so on up to p5.
        func root(_ number: Int) -> String { "p\(number < 6 ? number / 2 * 2 : number)" }
        for number in 0..<40 {
            let (person, minute) = (generator.draw(in: 0...15), generator.draw(in: 0...359))
            let incident = (60..<120).contains(minute) ? "one" : (200..<331).contains(minute) ? "two" : nil
            if let incident { affected.insert("\(root(person)) \(incident)") }
            let clock = "\((6 + minute / 60).padded(to: 2)):\((minute % 60).padded(to: 2))"
            rows[generator.draw(in: 12...17), default: []].append("r\(number),p\(person),2024-10-12T\(clock)")
        }
        try bench.load("members", "member_id,joined_at\n" + people.map { "\($0),2024-01-01\n" }.joined())
        try IncidentTests.open(bench, "one", from: "07:00")
        _ = try IncidentTests.close(bench, "one", until: "08:00")
        try IncidentTests.open(bench, "two", from: "09:20")
        _ = try IncidentTests.close(bench, "two", until: "11:31")
        for number in stride(from: 0, to: 6, by: 2) {
            try bench.must(["identities", "merge", "p\(number)", "p\(number + 1)", "--reason", "one phone"])
        }
        for day in 12...28 {
            if let come = rows[day] {
                let text = generator.shuffled(come).map { $0 + ",1.00\n" }.joined()
                try bench.load("orders", "order_id,member_id,ordered_at,amount\n" + text)
            }
            if generator.draw(in: 0...2) == 0 {
                try bench.must(["incident", "reopen", "two", "--reason", "not over"])
                _ = try IncidentTests.close(bench, "two", until: "11:31")
            }
            try IncidentTests.run(bench, day...day)
        }
        let place: Comment = "seed \(seed)"
        let records = AuditRecord.all(in: try bench.must(["audit", "--format", "csv"]).output)
        let limits = Self.limits(affected)
        #expect(AuditCheck(records, limits: limits).findings == [], place)
        let granted = records.filter { $0["reason"] == "selected" }.map { "\($0.member) \($0["incident"])" }
        #expect(granted.count == affected.count && Set(granted) == affected, place)
        #expect(Set(records.map { $0["reason"] }).isSuperset(of: ["budget", "frequency-cap"]), place)
        for (what, planted) in try Self.planted(on: records) {
            let found = AuditCheck(records + [planted], limits: limits).findings
            #expect(found.contains { $0.rule == .incident && $0.what.contains(what) }, place)
        }
        try bench.must(["audit", "verify"])
    }

    private static func limits(_ affected: Set<String>) -> AuditLimits {
        func incident(_ id: String, most: Int) -> AuditLimits.Incident {
            .init(
                affected: Set(affected.filter { $0.hasSuffix(id) }.map { String($0.prefix { $0 != " " }) }), most: most)
        }
        return AuditLimits(
            caps: [.init(id: "crm", max: 1, window: .days(2), channels: ["crm"])],
            budgets: [.init(id: "grant", limit: .actions(2), window: .days(1), playbooks: ["grant"])],
            incidents: ["one": incident("one", most: 1_000), "two": incident("two", most: 2_500)])
    }

    /// Rows that should not be there, and a word of what the checker says of each.
    private static func planted(on records: [AuditRecord]) throws -> [(String, AuditRecord)] {
        let grant = try #require(records.first { $0["incident"] == "two" && $0.isSend })
        return [
            ("2 times", ["action_id": "act_again"]), ("not affected", ["action_id": "act_x", "member_id": "stranger"]),
            ("paid 2501", ["action_id": "act_more", "step": "more", "cost": "0.01"]),
        ].map { ($0, AuditRecord(cells: grant.cells.merging($1) { $1 })) }
    }
}
