import RetierCore
import RetierTestSupport
import Testing

@Suite struct CalibrationTests {
    private static let day = Day(number: 1_000)

    private func scores(_ composites: [Int32]) -> ScoreTable {
        var table = ScoreTable(count: composites.count)
        table.isScored = Array(repeating: true, count: composites.count)
        table.composite = composites
        return table
    }

    private func model(_ entries: Tier.Entry...) -> TieringModel {
        TieringModel(
            ladder: TierLadder(
                tiers: entries.enumerated().map {
                    Tier(id: "t\($0.offset)", title: LocalizedText("t"), entry: $0.element)
                }))
    }

    private func cut(_ entry: Tier.Entry, _ composites: [Int32]) throws -> Int32 {
        try Calibration.learned(from: scores(composites), on: Self.day, model: model(entry, .everyone)).entryScores[0]
    }

    @Test(arguments: [
        (Tier.Entry.score(750_000), Int32(750_000)),
        (.topShare(2_000), 90), (.topShare(2_001), 80), (.topShare(1), 100), (.topShare(10_000), 10),
        (.topCount(1), 100), (.topCount(3), 80), (.topCount(99), 10), (.topCount(0), Calibration.unreachable),
    ])
    func aCutIsTheScoreOfTheLastMemberWhoEnters(entry: Tier.Entry, expected: Int32) throws {
        #expect(try cut(entry, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) == expected)
    }

    @Test func allEqualMembersEnter() throws {
        let composites: [Int32] = [90, 70, 70, 70, 10]
        let cuts = try Calibration.learned(
            from: scores(composites), on: Self.day, model: model(.topCount(2), .everyone))
        #expect(composites.map { cuts.tier(for: $0) } == [0, 0, 0, 0, 1])
    }

    @Test func membersWithoutAPurchaseDoNotCount() throws {
        var table = scores([50, 0, 0, 0])
        table.isScored = [true, false, false, false]
        let cuts = try Calibration.learned(from: table, on: Self.day, model: model(.topShare(5_000), .everyone))
        #expect(cuts.entryScores == [50, 0])
    }

    @Test func anInversionIsAConfigurationProblem() throws {
        let error = try #require(throws: RetierError.self) {
            try Calibration.learned(
                from: scores([10, 20, 30]), on: Self.day, model: model(.topShare(10_000), .score(900_000), .everyone))
        }
        #expect(error.code == .badConfiguration)
        #expect(error.message.contains("'t1' is harder to enter (score 90.0) than 't0'"))
    }

    @Test func nobodyToLearnFromIsBadData() throws {
        let error = try #require(throws: RetierError.self) {
            try Calibration.learned(from: scores([]), on: Self.day, model: model(.topShare(1_000), .everyone))
        }
        #expect(error.code == .badData)
        let fixed = try Calibration.learned(from: scores([]), on: Self.day, model: model(.score(9), .everyone))
        #expect(fixed.entryScores == [9, 0])
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
        variants[1].weights.spend = 41
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
