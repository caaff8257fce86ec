import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct HoldAndOverrideTests {
    private let ladder = TierLadder(
        tiers: ["core", "base"].map { Tier(id: $0, title: LocalizedText($0), entry: .everyone) })

    @Test func whatTheRulesRememberComesBackFromTheNextRun() throws {
        let world = try PlanWorld()
        _ = try world.commit(world.write())
        let facts = try world.ledger.facts(asOf: Day(number: 30_000), window: nil, zone: .utc)
        let standing = try #require(try world.ledger.standing(for: facts, ladder: ladder))
        #expect(standing.holds[1] == PlanWorld.hold)
        #expect(standing.holds[3].rule == .confirmation)
        #expect([0, 2, 4].allSatisfy { standing.holds[$0] == HoldState() })
        #expect(standing.calibration == 1)
        #expect(try world.strings("SELECT rule FROM hold ORDER BY member") == ["confirmation", "override"])
    }

    @Test func aTierSetByHandStandsUntilItIsClearedAndTheTrailKnows() throws {
        let world = try PlanWorld()
        let inputs = try world.ledger.planInputs()
        func override(_ member: String, _ tier: String, at seconds: Int64) -> StoredOverride {
            StoredOverride(
                memberID: member, tier: tier, until: Day(number: 30_100), reason: "complaint 7", operatorName: "li",
                setAt: Instant(seconds: seconds))
        }
        try world.ledger.setTier(override("m2", "core", at: 1))
        try world.ledger.setTier(override("m2", "base", at: 2))
        try world.ledger.setTier(override("m4", "gone", at: 3))
        #expect(try world.ledger.tierOverrides().map(\.memberID) == ["m2", "m4"])
        let facts = try world.ledger.facts(asOf: Day(number: 30_000), window: nil, zone: .utc)
        #expect(
            try world.ledger.tierOverrides(of: facts, ladder: ladder)
                == [TierOverride(row: 1, tier: 1, until: Day(number: 30_100))])
        #expect(try world.ledger.planInputs() != inputs)
        #expect(try world.ledger.clearTier(of: "m2", operatorName: "wu", now: Instant(seconds: 4)))
        #expect(try !world.ledger.clearTier(of: "m2", operatorName: "wu", now: Instant(seconds: 5)))
        #expect(try world.ledger.tierOverrides().map(\.memberID) == ["m4"])
        #expect(
            try world.strings("SELECT kind || ' ' || subject || ' ' || detail FROM audit ORDER BY number") == [
                #"tier.set m2 {"tier":"core","until":"2052-05-30","reason":"complaint 7","operator":"li"}"#,
                #"tier.set m2 {"tier":"base","until":"2052-05-30","reason":"complaint 7","operator":"li"}"#,
                #"tier.set m4 {"tier":"gone","until":"2052-05-30","reason":"complaint 7","operator":"li"}"#,
                #"tier.cleared m2 {"operator":"wu"}"#,
            ])
        #expect(retierError { try world.ledger.setTier(override("nobody", "core", at: 6)) }?.code == .usage)
    }

    @Test func aCalibrationThatAPersonLearnsIsRecorded() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let learned = Calibration(version: 1, learnedOn: Day(number: 20_000), modelDigest: "d", entryCuts: [9, 0])
        try world.ledger.store(learned, tiers: ["core", "base"], operatorName: "li", now: world.now)
        #expect(try world.ledger.newestCalibration(modelDigest: "d") == learned)
        #expect(try world.strings("SELECT subject FROM audit WHERE kind = 'calibration.learned'") == ["calibration-1"])
        // A plan that was made before it is stale, and its version is taken.
        #expect(retierError { _ = try world.commit(plan) }?.message.contains("calibration changed") == true)
        #expect(
            retierError {
                try world.ledger.store(learned, tiers: ["core", "base"], operatorName: "li", now: world.now)
            }?.code == .tryLater)
    }
}
