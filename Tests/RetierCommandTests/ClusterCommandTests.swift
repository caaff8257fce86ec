import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Clusters as an operator meets them: configured, learned by the first refresh or by command, frozen, asked for,
/// explained and shown.
@Suite struct ClusterCommandTests {
    /// A brand with the CDNOW sample, in English; `clusters` is written to the end of its configuration.
    private func bench(_ clusters: String = "clusters: {count: 5}") throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "language: zh", "language: en")
        try configure(bench, clusters)
        try bench.importSample()
        return bench
    }

    private func configure(_ bench: CommandBench, _ clusters: String) throws {
        let text = try bench.read("retier.yaml")
        let before = text.firstRange(of: "\nclusters:").map { String(text[..<$0.lowerBound]) } ?? text
        try bench.write(before + "\n" + clusters + "\n", to: "retier.yaml")
    }

    private func rows(_ csv: String) -> [[String: String]] {
        var lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let heads = lines.removeFirst().map(String.init)
        // A quoted name holds commas; it is the last column.
        return lines.map { line in
            let cells =
                line.prefix(heads.count - 1).map(String.init)
                + [line.dropFirst(heads.count - 1).joined(separator: ",")]
            return Dictionary(uniqueKeysWithValues: zip(heads, cells))
        }
    }

    /// Clusters by scikit-learn's centres of one day for the facts of another one, numbered by falling money.
    private func reference(centresOf day: String, factsOf other: String) throws -> [String: String] {
        struct File: Decodable {
            struct Run: Decodable { var kmeans: Clusters }
            struct Clusters: Decodable {
                var mean: [Double]
                var sd: [Double]
                var centers_z: [[Double]]
            }
            var runs: [String: Run]
        }
        let path = Fixtures.path("cdnow/sample/reference.json")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let found = try #require(file.runs[day]).kmeans
        var clusters: [String: String] = [:]
        for row in try Fixtures.rows("cdnow/sample/reference-\(other).csv") {
            let values = ["r_days", "f_days", "m_total"].map { max(Double(row[$0] ?? "") ?? 0, 0) }
            let point = values.indices.map { (log1p(values[$0]) - found.mean[$0]) / found.sd[$0] }
            let squares = found.centers_z.map { centre in
                zip(point, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            let nearest = try #require(squares.indices.min { squares[$0] < squares[$1] })
            clusters[row["member_id"] ?? ""] = String(nearest + 1)
        }
        return clusters
    }

    private func expect(_ found: [[String: String]], _ expected: [String: String]) {
        #expect(found.count == expected.count && found.count > 2_000)
        let agreeing = found.count { expected[$0["member_id"] ?? ""] == $0["cluster"] }
        // The centres differ in the third digit at most, so only members half way between two may differ.
        #expect(agreeing * 200 >= found.count * 199, "\(agreeing) of \(found.count)")
    }

    @Test func theFirstRefreshLearnsAndTheNextOneAssignsToFrozenCentres() throws {
        let bench = try bench()
        try bench.must(["run", "refresh", "--as-of", "1998-03-31"])
        let first = try bench.must(["members", "--format", "csv"])
        expect(rows(first.output), try reference(centresOf: "1998-03-31", factsOf: "1998-03-31"))
        #expect(first.errors.contains("clusters (K-means, learned on 1998-03-31 from 2357 members)"))
        // Sizes as scikit-learn has them: 156, 388, 180, 732, 901.
        #expect(first.errors.contains("\"high spend, frequent, recent (frequency no. 1)\": 156 members, 6.6%"))
        #expect(first.errors.contains("cluster 5 \"low spend, infrequent, long silent\": 901 members, 38.2%"))
        try bench.must(["run", "refresh", "--as-of", "1998-06-30"])
        let second = try bench.must(["members", "--format", "csv"])
        expect(rows(second.output), try reference(centresOf: "1998-03-31", factsOf: "1998-06-30"))
        #expect(second.errors.contains("learned on 1998-03-31"))
        try bench.must(["audit", "verify"])
    }

    @Test func membersExplainAndReportShowThem() throws {
        let bench = try bench("clusters: {count: 3, names: {3: {zh: 沉默者, en: The quiet ones}}}")
        try bench.must(["run", "refresh", "--as-of", "1998-03-31"])
        let json = try bench.must(["members", "--format", "json"]).output
        #expect(json.contains("\"cluster\":3,\"cluster_name\":\"The quiet ones\""))
        let table = try bench.must(["members"])
        #expect(table.output.contains(" cluster") && table.errors.contains("The quiet ones"))
        let members = rows(try bench.must(["members", "--format", "csv"]).output)
        let quiet = try #require(members.first { $0["cluster"] == "3" }?["member_id"])
        let explained = try bench.must(["explain", quiet]).output
        let line = try #require(explained.split(separator: "\n").first { $0.hasPrefix("cluster 3 \"The quiet") })
        #expect(line.contains(" sd from its centre; next ") && line.hasSuffix("squared, they differ by"))
        #expect(explained.contains("  spend ") || explained.contains("  silence "))
        let report = try bench.read(try #require(bench.files("var/reports").first.map { "var/reports/" + $0 }))
        #expect(report.contains("Clusters of members") && report.contains("The quiet ones"))
        #expect(report.contains("Typical of them") && report.contains("Typical of all"))
        try bench.edit("retier.yaml", "language: en", "language: zh")
        let chinese = try bench.must(["explain", quiet]).output
        #expect(chinese.contains("聚类 3「沉默者」，距其中心 "))
    }

    @Test func playbooksAndTemplatesAskForThem() throws {
        let bench = try bench()
        try bench.write("Dear {{#cluster}}{{cluster}}{{/cluster}}\n", to: "templates/best/hello.en.mustache")
        try bench.write(
            """
            playbook: best
            title: best
            version: 1
            on: refresh
            priority: grow
            when: cluster in [1]
            steps:
              - {id: hello, do: care, via: service-desk, template: best/hello}
            """, to: "playbooks/best.yaml")
        try bench.must(["run", "refresh", "--as-of", "1998-03-31"])
        let members = rows(try bench.must(["members", "--format", "csv"]).output)
        let wanted = Set(members.filter { $0["cluster"] == "1" }.compactMap { $0["member_id"] })
        let plan = bench.path("var/plans/refresh-1998-03.plan")
        let shown = try bench.must(["show", plan, "--format", "csv"]).output.split(separator: "\n")
            .filter { $0.contains(",best,") }
        #expect(Set(shown.map { String($0.split(separator: ",")[1]) }) == wanted && wanted.count > 100)
        #expect(shown.allSatisfy { $0.contains("Dear high spend, frequent, recent") })
        let chosen = try #require(wanted.sorted().first)
        let explained = try bench.must(["explain", chosen, "--playbook", "best"]).output
        #expect(explained.contains("✓ cluster in [1]  (actual: 1)") && !explained.contains("differs"))
        try bench.edit("playbooks/best.yaml", "cluster in [1]", "cluster in [6]")
        let checked = try bench.retier(["check"])
        #expect(checked.status == 78 && checked.output.contains("playbooks/best.yaml:6:19"), "\(checked.output)")
    }

    /// Cuts stay when clusters are added or changed: only the clusters are learned, as a further calibration.
    @Test func changedSettingsLearnClustersAndNothingElse() throws {
        let bench = try bench("")
        func compare() throws -> [String] {
            try bench.must(["learn", "--compare", "--as-of", "1998-06-30", "--format", "csv"]).output
                .split(separator: "\n").map(String.init)
        }
        func cuts() throws -> [String] {
            try compare().filter { $0.hasPrefix("cut,") }.map { String($0.split(separator: ",")[2]) }
        }
        try bench.must(["run", "refresh", "--as-of", "1997-09-30"])
        let before = try cuts()
        #expect(try compare().allSatisfy { !$0.contains("cluster") })
        try configure(bench, "clusters: {count: 4}")
        let early = try bench.must(["members", "--format", "csv"])
        #expect(early.errors.contains("not learned yet") && rows(early.output).allSatisfy { $0["cluster"] == "" })
        try bench.must(["run", "refresh", "--as-of", "1998-03-31"])
        #expect(try compare().contains("version,,2,3") && cuts() == before && before.count == 2)
        func found() throws -> Set<String> {
            Set(rows(try bench.must(["members", "--format", "csv"]).output).compactMap { $0["cluster"] })
        }
        #expect(try found().count == 4)
        try configure(bench, "clusters: {count: 2}")
        try bench.must(["run", "refresh", "--as-of", "1998-06-30"])
        #expect(try compare().contains("version,,3,4") && cuts() == before)
        #expect(try found().count == 2)
        try bench.must(["audit", "verify"])
    }

    @Test func learningShowsDriftBeforeItIsStored() throws {
        let bench = try bench()
        try bench.must(["run", "refresh", "--as-of", "1997-09-30"])
        let compared = try bench.must(["learn", "--compare", "--as-of", "1998-06-30", "--format", "csv"])
        let lines = compared.output.split(separator: "\n").map(String.init)
        #expect(compared.errors.contains("nothing was stored"))
        #expect(lines.count { $0.hasPrefix("cluster,") } == 5)
        #expect(lines.contains { $0.hasPrefix("cluster,1,\"high spend, frequent, recent (") })
        let drifts = lines.filter { $0.hasPrefix("drift,cluster ") }
        #expect(drifts.count == 5 && drifts.contains { !$0.hasSuffix(",0 sd") })
        #expect(lines.contains { $0.hasPrefix("moves,cluster,,") && !$0.contains(",0 (") })
        // The same day teaches the same: no centre moves, nobody changes.
        let same = try bench.must(["learn", "--compare", "--as-of", "1997-09-30", "--format", "csv"]).output
        let still = same.split(separator: "\n").filter { $0.hasPrefix("drift,cluster ") }
        #expect(still.count == 5 && still.allSatisfy { $0.hasSuffix(",0 sd") })
        #expect(same.contains("moves,cluster,,0 (0.00%)"))
        try bench.must(["learn", "--as-of", "1998-06-30"])
        try bench.must(["run", "refresh", "--as-of", "1998-06-30"])
        #expect(try bench.must(["members"]).errors.contains("learned on 1998-06-30"))
        try bench.must(["audit", "verify"])
    }

    @Test func tooLittleDataAndConstantColumnsAreSaid() throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "language: zh", "language: en")
        let world = SampleWorld(seed: 11, members: 60)
        try bench.importWorld(world)
        try configure(bench, "clusters: {count: 3}")
        let day = world.lastDay.description
        let planned = try bench.must(["plan", "refresh", "--as-of", day])
        #expect((planned.output + planned.errors).contains("are too few for clusters (100 are needed)"))
        try bench.must(["run", "refresh", "--as-of", day])
        let few = try bench.must(["members", "--format", "csv"])
        #expect(rows(few.output).allSatisfy { $0["cluster"] == "" } && few.errors.contains("not learned yet"))
        let report = try bench.read(try #require(bench.files("var/reports").first.map { "var/reports/" + $0 }))
        #expect(report.contains("learned no clusters of the present configuration"))
        // Nobody visits: one column is constant, the other tells members apart.
        try configure(bench, "clusters: {count: 3, least_members: 10, columns: [visits, orders]}")
        let constant = try bench.must(["learn", "--compare", "--as-of", day])
        #expect(constant.errors.contains("visits is the same for all members and takes no part in the clusters"))
        try configure(bench, "clusters: {count: 3, least_members: 10, columns: [visits, days_since_visit]}")
        let nothing = try bench.must(["learn", "--compare", "--as-of", day])
        #expect(nothing.errors.contains("none of the columns of the clusters tells members apart"))
        // Who never bought is in no cluster.
        try configure(bench, "clusters: {count: 3, least_members: 10, columns: [orders, days_since_joined]}")
        let next = world.lastDay.adding(days: 1).description
        let listing = try bench.must(["members", "--as-of", next, "--all", "--format", "csv"]).output
        // Some ids hold commas and quotes.
        let plain = listing.split(separator: "\n").filter { $0.hasPrefix("m") || $0.hasPrefix("M") }
        let all = rows(plain.joined(separator: "\n"))
        #expect(all.contains { $0["r_days"] == "" } && all.count > 40)
        #expect(all.allSatisfy { ($0["r_days"] == "") == ($0["cluster"] == "") }, "\(plain)")
    }

    /// Predictions, ranks and facts of events together.
    @Test func columnsOfEveryKind() throws {
        let bench = try bench(
            "clusters: {count: 3, columns: [clv_13w, rank.spend, {fact: churn_risk, low: loyal}, visits]}")
        let run = try bench.must(["members", "--as-of", "1997-09-30", "--format", "csv"])
        #expect(Set(rows(run.output).compactMap { $0["cluster"] }) == ["1", "2", "3"])
        #expect(run.errors.contains("visits is the same for all members"))
        #expect(run.errors.contains("cluster 1 \"high potential, top spend, loyal\""), "\(run.errors)")
    }
}
