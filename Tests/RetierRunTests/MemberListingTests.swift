import RetierCore
import RetierRun
import RetierTestSupport
import Testing

@Suite struct MemberListingTests {
    private static let ladder = TierLadder(tiers: [
        Tier(id: "core", title: LocalizedText("core"), entry: .topCount(1)),
        Tier(id: "base", title: LocalizedText("base"), entry: .everyone),
    ])

    private func listing(
        _ format: MemberListing.Format, decimals: Int = 2, predictions: PredictionTable? = nil,
        clusters: ClusterTable? = nil,
        includesAll: Bool = false
    ) throws -> String {
        var facts = FactTable(
            asOf: Day(number: 19_000), memberIDs: PackedStrings(["a,\"1\"", "b", "c"]), keys: [1, 2, 3])
        facts.joined = [18_990, 18_000, 18_000]
        var first = MemberFacts()
        first.firstPurchase = 18_980
        first.previousPurchase = 18_980
        first.lastPurchase = 18_990
        first.purchaseDays = 4
        first.windowDays = 2
        first.windowOrders = 2
        first.windowTotal = -5
        first.repeatTotal = 1_001
        facts[0] = first
        var second = MemberFacts()
        second.firstPurchase = 18_000
        second.lastPurchase = 18_000
        second.purchaseDays = 1
        second.windowTotal = 123_456
        facts[1] = second
        // Neither used a coupon: price sensitivity tells nobody apart and has no weight.
        let model = TieringModel(ladder: Self.ladder)
        let outcome = try Tiering.run(facts: facts, previous: nil, model: model, calibration: nil)
        var bytes: [UInt8] = []
        let listing = MemberListing(
            facts: facts, outcome: outcome, ladder: Self.ladder, currency: Currency(code: "CNY", decimals: decimals),
            predictions: predictions, clusters: clusters, language: .english, includesAll: includesAll)
        try listing.write(format) { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    // Of two members each rank is 1/4 or 3/4, and 1/2 for both where they are equal: in frequency, weight 30 of 90, or
    // in recency, weight 20, being equal to the other is just enough to enter the core (52.7777), and to fall below the
    // line that keeps it (47.5); spend alone is not.
    @Test func csvHasTheColumnsOfTheContract() throws {
        #expect(
            try listing(.csv, includesAll: true) == #"""
                member_id,r_days,f_days,m_total,frequency,recency_w,T_w,monetary,r_score,f_score,m_score,segment8,\#
                p_alive,exp_purchases_13w,exp_avg_value,clv_13w,score,tier,lifecycle,churn_risk,gap_to_next_tier,\#
                purchases_to_next_tier,days_to_next_tier,spend_to_lose_tier,purchases_to_lose_tier,days_to_lose_tier,\#
                cluster,cluster_name
                "a,""1""",10,2,-0.05,3,1.428571,2.857143,3.336667,3,3,1,一般价值,,,,,52.7777,core,new,,,,,,2,990,,
                b,1000,0,1234.56,0,0.000000,142.857143,0.000000,1,1,3,重要挽留,,,,,47.2222,base,lost,,,2,990,,,,,
                c,,0,0.00,0,,,,,,,,,,,,,base,lost,,,,,,,,,

                """#)
    }

    @Test func predictionsAreListedAsFinelyAsTheyAreKnown() throws {
        var predictions = PredictionTable(count: 3)
        (predictions.alive[0], predictions.churnRisk[0]) = (1_000_000, 250_001)
        (predictions.purchases[0], predictions.averageValue[0]) = (1_234_567_891, 35_170_371)
        predictions.value[0] = 43_420_211
        let lines = try listing(.csv, predictions: predictions).split(separator: "\n")
        #expect(lines[1].hasSuffix(",1.000000,1.234567891,35.170371,43.420211,52.7777,core,new,0.250001,,,,,2,990,,"))
        #expect(lines[2].hasSuffix(",,,,,47.2222,base,lost,,,2,990,,,,,"))
    }

    @Test func clustersAreListedByNumberAndName() throws {
        let fact = ClusterFact(name: "m_total", title: LocalizedText("spend"), scale: .linear)
        let model = ClusterModel(
            facts: [fact], means: [0], deviations: [1], known: [2],
            clusters: [LearnedCluster(centre: [900_000], size: 1), LearnedCluster(centre: [-900_000], size: 1)],
            inertia: 0)
        let nobody = ClusterMeans(members: 0, means: [], deviations: [])
        let table = ClusterTable(
            model: model, names: [2: LocalizedText(zh: "静", en: "quiet, mostly")],
            clusters: [1, 0, ClusterTable.none],
            today: [nobody, nobody], all: nobody)
        let lines = try listing(.csv, clusters: table, includesAll: true).split(separator: "\n")
        #expect(lines[1].hasSuffix(",2,\"quiet, mostly\"") && lines[2].hasSuffix(",1,high spend"))
        #expect(lines[3].hasSuffix(",base,lost,,,,,,,,,"))
        #expect(try listing(.table, clusters: table).contains("cluster"))
        let json = try listing(.json, clusters: table, includesAll: true)
        #expect(json.contains(#""cluster":2,"cluster_name":"quiet, mostly"}"#))
        #expect(json.contains(#""cluster":null,"cluster_name":null}"#))
    }

    @Test func membersWithoutAPurchaseAreLeftOutByDefault() throws {
        #expect(try listing(.csv).split(separator: "\n").count == 3)
    }

    @Test func aCurrencyWithoutDecimalsHasWholeTotals() throws {
        let line = try listing(.csv, decimals: 0).split(separator: "\n")[1]
        #expect(line.hasPrefix("\"a,\"\"1\"\"\",10,2,-5,3,1.428571,2.857143,333.666667,"))
    }

    @Test func jsonCarriesVersionAndDay() throws {
        let text = try listing(.json)
        #expect(
            text.hasPrefix(
                #"{"format_version":1,"as_of":"2022-01-08","members":["# + "\n"
                    + #"{"member_id":"a,\"1\"","r_days":10,"#))
        #expect(text.contains("\"p_alive\":null"))
        let check = try runProcess(
            "python3", ["-c", "import json, sys; print(len(json.load(sys.stdin)['members']))"],
            ProcessOptions(input: text))
        #expect(check.output == "2\n")
    }

    @Test func theTableFitsATerminalAndShowsTheModels() throws {
        var predictions = PredictionTable(count: 3)
        (predictions.alive[0], predictions.churnRisk[0], predictions.value[0]) = (995_000, 250_001, 12_345_678_999)
        let lines = try listing(.table, predictions: predictions).split(separator: "\n").map(String.init)
        let heads = lines[0].split(separator: " ").map(String.init)
        #expect(
            heads == [
                "member_id", "tier", "lifecycle", "score", "rfm", "segment8", "r_days", "m_total", "p_alive", "churn",
                "clv_13w", "to_next", "to_lose",
            ])
        let cells = lines[2].split(separator: " ").map(String.init)
        #expect(
            cells == ["a,\"1\"", "core", "new", "52.78", "331", "一般价值", "10", "-0.05", "1.00", "0.25", "12345.68"])
        #expect(lines.allSatisfy { $0.displayWidth <= 120 })
    }

    @Test func theTableIsAlignedByDisplayWidth() throws {
        let lines = try listing(.table).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[1].displayWidth >= lines.map(\.displayWidth).max() ?? 0)
        #expect(lines[2].contains("  一般价值  "))
    }
}

@Suite struct TextTableTests {
    @Test func wideCharactersTakeTwoCells() {
        var table = TextTable(columns: [TextTable.Column("名称"), TextTable.Column("n", .right)])
        table.append(["金卡会员", "7"])
        table.append(["base", "1234"])
        table.append(["x"])
        #expect(
            table.text() == """
                名称         n
                --------  ----
                金卡会员     7
                base      1234
                x

                """)
    }

    @Test(arguments: [("", 0), ("abc", 3), ("重要价值", 8), ("ﾊ", 1), ("e\u{301}", 1), ("—", 1), ("，", 2), ("🙂", 2)])
    func displayWidths(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }
}
