import RetierCore
import RetierTestSupport
import Testing

/// The whole way of an operator over public data: `init`, `import`, `members --as-of`, against numbers of pandas and
/// lifetimes.
@Suite struct ReferenceCommandTests {
    private static let exact = [
        "r_days", "f_days", "m_total", "frequency", "recency_w", "T_w", "r_score", "f_score", "m_score", "segment8",
    ]

    @Test func membersOfTheSampleEqualTheReferenceOnAllDates() throws {
        let bench = try CommandBench()
        for kind in ["members", "orders"] {
            let run = try bench.must(["import", kind, Fixtures.path("cdnow/sample/\(kind).csv")])
            #expect(run.errors.contains("0 updated + 0 unchanged + 0 rejected"))
        }
        let before = try bench.must(["status", "--json"]).output
        for day in ["1997-09-30", "1998-03-31", "1998-06-30"] {
            let run = try bench.must(["members", "--as-of", day, "--format", "csv"])
            #expect(run.errors.contains("BG/NBD") && run.errors.contains("Gamma-Gamma"))
            try expectEqual(run.output, "cdnow/sample/reference-\(day).csv")
        }
        #expect(try bench.must(["status", "--json"]).output == before)
    }

    @Test func membersWithoutADayShowsTheLastRefresh() throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importSample()
        try bench.must(["run", "refresh", "--as-of", "1997-09-30"])
        try expectEqual(try bench.must(["members", "--format", "csv"]).output, "cdnow/sample/reference-1997-09-30.csv")
    }

    /// A playbook's condition and its text read predictions; what the first refresh learned is what the next one uses.
    @Test func playbooksReadPredictions() throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importSample()
        try bench.write("{{#clv_13w}}值 {{clv_13w}}{{/clv_13w}}\n", to: "templates/worth/hello.zh.mustache")
        try bench.write(
            """
            playbook: worth
            title: worth
            version: 1
            on: refresh
            priority: grow
            when:
              all:
                - clv_13w >= 50.00
                - churn_risk < 50%
            steps:
              - {id: hello, do: care, via: service-desk, template: worth/hello}
            """, to: "playbooks/worth.yaml")
        try bench.must(["plan", "refresh", "--as-of", "1997-09-30", "-o", bench.path("worth.plan")])
        let lines = try bench.must(["show", bench.path("worth.plan"), "--format", "csv"]).output.split(separator: "\n")
        let found = lines.filter { $0.contains(",worth,") }
        let members = Set(found.map { String($0.split(separator: ",")[1]) })
        let reference = try Fixtures.rows("cdnow/sample/reference-1997-09-30.csv")
        func chosen(_ margin: Double) throws -> Set<String> {
            let rows = try reference.filter { row in
                let (value, alive) = (Double(row["clv_13w"] ?? ""), Double(row["mbg_p_alive"] ?? ""))
                return try #require(value) >= 50 + margin && 1 - (try #require(alive)) < 0.5 - margin / 100
            }
            return Set(rows.compactMap { $0["member_id"] })
        }
        let (least, most) = (try chosen(0.05), try chosen(-0.05))
        #expect(members.count > 20 && members.isSuperset(of: least) && members.isSubset(of: most))
        #expect(found.allSatisfy { $0.contains("值 CNY ") })
    }

    private func expectEqual(_ csv: String, _ name: String) throws {
        let reference = try Fixtures.rows(name)
        var lines = csv.split(separator: "\n")
        let columns = lines.removeFirst().split(separator: ",").map(String.init)
        let rows = lines.map { line in
            Dictionary(
                uniqueKeysWithValues: zip(
                    columns, line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)))
        }
        #expect(reference.count > 2_000 && rows.count == reference.count)
        let ours = Dictionary(uniqueKeysWithValues: rows.map { ($0["member_id"] ?? "", $0) })
        #expect(Set(ours.keys) == Set(reference.compactMap { $0["member_id"] }))
        try PredictionColumns(isFlat: false).expect(
            reference.compactMap { ours[$0["member_id"] ?? ""] }, equal: reference)
        for wanted in reference {
            let made = try #require(ours[wanted["member_id"] ?? ""])
            for column in Self.exact where made[column] != wanted[column] {
                Issue.record("\(wanted["member_id"] ?? "") \(column): \(made[column] ?? "") != \(wanted[column] ?? "")")
            }
            // The sixth decimal of a mean: pandas rounds a binary fraction, retier the exact one.
            let means = try [made, wanted].map { row in
                try #require(Money(text: row["monetary"] ?? "", decimals: 6)).minorUnits
            }
            #expect(abs(means[0] - means[1]) <= 1, "monetary of \(wanted["member_id"] ?? "")")
        }
    }
}
