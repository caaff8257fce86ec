import RetierCore
import RetierTestSupport
import Testing

@Suite struct CalibrationTests {
    private static let day = Day(number: 1_000)

    /// Scores of members who all have a purchase, but those of whom nil is said.
    private func scores(_ composites: [Int32?]) -> Scoring {
        var table = ScoreTable(count: composites.count)
        table.isScored = composites.map { $0 != nil }
        table.composite = composites.map { $0 ?? 0 }
        return Scoring(
            table: table, scales: [], scoredCount: table.isScored.filter { $0 }.count, weights: ScoreWeights(),
            flaws: [:])
    }

    private func learn(
        _ composites: [Int32?], _ entries: Tier.Entry..., further: [String: [Int64]] = [:]
    ) throws -> [Int64] {
        let facts = Samples.facts(composites.indices.map { SampleMember(id: "m\($0.padded(to: 3))", last: 990) })
        let tiers = entries.enumerated().map { Tier(id: "t\($0.offset)", title: LocalizedText("t"), entry: $0.element) }
        return try Calibration.learned(
            from: scores(composites), source: MeasureSource(facts, further: further), on: Self.day,
            model: TieringModel(ladder: TierLadder(tiers: tiers)), weights: ScoreWeights()
        ).entryCuts
    }

    private func model(_ entries: Tier.Entry...) -> TieringModel {
        TieringModel(
            ladder: TierLadder(
                tiers: entries.enumerated().map {
                    Tier(id: "t\($0.offset)", title: LocalizedText("t"), entry: $0.element)
                }))
    }

    @Test(arguments: [
        (Tier.Entry.score(750_000), Int64(750_000)),
        (.topShare(2_000), 90), (.topShare(2_001), 80), (.topShare(1), 100), (.topShare(10_000), 10),
        (.topCount(1), 100), (.topCount(3), 80), (.topCount(99), 10), (.topCount(0), Calibration.unreachable),
        (.value(of: "m_total", atLeast: 500_000), 500_000), (.value(of: "visits", atLeast: 6), 6),
    ])
    func aCutIsTheValueOfTheLastMemberWhoEnters(entry: Tier.Entry, expected: Int64) throws {
        #expect(try learn([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], entry, .everyone)[0] == expected)
    }

    @Test(arguments: [
        (Tier.Entry.topShareBy("clv_13w", 2_000), Int64(70)), (.topShareBy("clv_13w", 4_000), 50),
        (.topCountBy("clv_13w", 2), 50), (.topCountBy("clv_13w", 99), -4),
    ])
    func aCutByAPredictionCountsWhomItIsKnownOf(entry: Tier.Entry, expected: Int64) throws {
        let predictions: [Int64] = [5, 50, MeasureSource.missing, 70, -4, 50]
        #expect(
            try learn(
                [1, 2, 3, 4, 5, 6], entry, .everyone, further: ["clv_13w": predictions])[0] == expected)
    }

    @Test func aPredictionThatIsNotThereIsAConfigurationProblem() throws {
        let error = try #require(throws: RetierError.self) { try learn([1], .topShareBy("clv_13w", 2_000), .everyone) }
        #expect(error.message.contains("tier 't0' is entered by 'clv_13w'"))
    }

    @Test func allEqualMembersEnter() throws {
        #expect(try learn([90, 70, 70, 70, 10], .topCount(2), .everyone) == [70, 0])
    }

    @Test func membersWithoutAPurchaseDoNotCount() throws {
        #expect(try learn([50, nil, nil, nil], .topShare(5_000), .everyone) == [50, 0])
    }

    @Test func anInversionIsAConfigurationProblem() throws {
        let error = try #require(throws: RetierError.self) {
            try learn([10, 20, 30], .topShare(10_000), .score(900_000), .everyone)
        }
        #expect(error.code == .badConfiguration)
        #expect(error.message.contains("'t1' is harder to enter (score 90.0) than 't0'"))
        // Tiers that look at different numbers are not comparable.
        #expect(try learn([10, 20], .score(5), .value(of: "m_total", atLeast: 900), .score(5), .everyone).count == 4)
    }

    @Test func nobodyToLearnFromIsBadData() throws {
        let error = try #require(throws: RetierError.self) { try learn([], .topShare(1_000), .everyone) }
        #expect(error.code == .badData)
        #expect(try learn([], .score(9), .everyone) == [9, 0])
    }

    @Test func aCalibrationComesBackFromItsRows() {
        let calibration = Calibration(
            version: 7, learnedOn: Self.day, modelDigest: "d", entryCuts: [5, 3, 0],
            weights: ScoreWeights(spend: 7, frequency: 0, recency: 2, priceSensitivity: 0, influence: 4),
            lifetime: [LearnedNumber("r", 1), LearnedNumber("alpha", -1)], clusters: [LearnedNumber("1.spend", 2)])
        let rows = calibration.rows(tiers: ["a", "b", "c"])
        #expect(Calibration(version: 7, learnedOn: Self.day, modelDigest: "d", rows: rows) == calibration)
    }

    @Test func theLastTierAndOnlyItTakesEveryone() {
        #expect(throws: RetierError.self) { try model(.everyone, .score(5), .everyone).ladder.validate() }
        #expect(throws: RetierError.self) { try model(.topCount(5)).ladder.validate() }
        #expect(throws: RetierError.self) { try TierLadder(tiers: []).validate() }
        #expect(throws: Never.self) { try model(.everyone).ladder.validate() }
    }

    @Test func theDigestNamesWhatCutsDependOn() {
        let base = model(.topShare(1_000), .everyone)
        #expect(base.modelDigest.utf8.count == 16)
        var variants = [base, base, base, base, model(.topCount(1_000), .everyone), model(.topShare(1_001), .everyone)]
        variants[1].weights[.spend] = 41
        variants[2].window = CalendarPeriod(months: 12)
        variants[3].learnedOn = Self.day
        #expect(Set(variants.map(\.modelDigest)).count == variants.count)
        var same = base
        same.stability.confirmingRuns = 9
        same.lifecycle.newDays = 9
        same.ladder.tiers[0].title = LocalizedText("other")
        #expect(same.modelDigest == base.modelDigest)
    }

    @Test(arguments: [(Int32(0), "0.0"), (750_000, "75.0"), (661_234, "66.1234"), (1_000_000, "100.0"), (5, "0.0005")])
    func pointsAreExact(millionths: Int32, text: String) {
        #expect(millionths.points == text)
    }
}
