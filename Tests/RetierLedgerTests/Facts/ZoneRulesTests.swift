import RetierCore
import RetierLedger
import Testing

/// Expected moments come from the IANA database as `zdump -v` prints it.
@Suite struct ZoneRulesTests {
    @Test(arguments: [
        // The last second before a change and the change itself.
        ("America/New_York", Int64(1_710_053_999), Int64(-18_000)), ("America/New_York", 1_710_054_000, -14_400),
        ("America/New_York", 1_730_613_599, -14_400), ("America/New_York", 1_730_613_600, -18_000),
        // From 1974 on daylight saving began in January: 1974-01-06T07:00:00Z.
        ("America/New_York", 126_687_599, -18_000), ("America/New_York", 126_687_600, -14_400),
        // British Standard Time until 1971-10-31T02:00:00Z.
        ("Europe/London", 0, 3_600), ("Europe/London", 57_722_399, 3_600), ("Europe/London", 57_722_400, 0),
        ("Europe/London", 1_711_846_799, 0), ("Europe/London", 1_711_846_800, 3_600),
        // China's daylight saving: first 1986-05-03T18:00:00Z, last until 1991-09-14T17:00:00Z.
        ("Asia/Shanghai", 515_527_199, 28_800), ("Asia/Shanghai", 515_527_200, 32_400),
        ("Asia/Shanghai", 684_867_599, 32_400), ("Asia/Shanghai", 684_867_600, 28_800),
        ("Asia/Shanghai", 1_721_000_000, 28_800),
        // Lord Howe moves by half an hour: 2024-04-06T15:00:00Z and 2024-10-05T15:30:00Z.
        ("Australia/Lord_Howe", 1_712_415_599, 39_600), ("Australia/Lord_Howe", 1_712_415_600, 37_800),
        ("Australia/Lord_Howe", 1_728_142_199, 37_800), ("Australia/Lord_Howe", 1_728_142_200, 39_600),
        ("Asia/Kathmandu", 1_721_000_000, 20_700), ("UTC", 1_721_000_000, 0),
    ])
    func offsetsFollowTheKnownTransitions(name: String, seconds: Int64, offset: Int64) throws {
        let zone = try ZoneRules(systemNamed: name)
        #expect(zone.offset(at: Instant(seconds: seconds)) == offset)
        var clock = LocalDayClock(zone)
        for probe in [seconds, seconds - 40_000_000, seconds, seconds + 86_400, seconds - 1] {
            #expect(clock.day(ofSeconds: probe) == zone.day(of: Instant(seconds: probe)).number)
        }
    }

    @Test func aClockChangesItsDayAtTheVeryMomentOfAChange() {
        // From 1970-01-11 on a day behind, from 1970-01-21 on a day ahead of UTC.
        let zone = ZoneRules(name: "made up", changes: [864_000, 1_728_000], offsets: [0, -86_400, 86_400])
        var clock = LocalDayClock(zone)
        let moments: [Int64] = [0, 863_999, 864_000, 863_999, 1_727_999, 1_728_000, 864_000, -1, -86_401]
        #expect(moments.map { clock.day(ofSeconds: $0) } == [0, 9, 9, 9, 18, 21, 9, -1, -2])
        #expect(moments.map { zone.day(of: Instant(seconds: $0)).number } == [0, 9, 9, 9, 18, 21, 9, -1, -2])
    }

    @Test func shanghaiHasTwelveChanges() throws {
        #expect(try ZoneRules(systemNamed: "Asia/Shanghai").changes.count == 12)
    }

    @Test(arguments: ["Mars/Olympus", "", "asia shanghai"])
    func anUnknownNameIsAConfigurationProblem(name: String) throws {
        let error = try #require(throws: RetierError.self) { try ZoneRules(systemNamed: name) }
        #expect(error.code == .badConfiguration)
        #expect(error.message.contains("'\(name)'"))
    }
}
