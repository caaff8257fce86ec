import RetierRun
import Testing

@Suite struct ClaimAheadTests {
    private let options = Courier.Options()

    @Test func itDoublesWhileAllGoesWellUpToTheMost() {
        var ahead = options.firstAhead
        var seen = [ahead]
        for _ in 0..<9 {
            ahead = options.ahead(after: ahead, ended: 100_000, isWell: true)
            seen.append(ahead)
        }
        #expect(seen == [48, 96, 192, 384, 768, 1_536, 3_072, 6_144, 8_192, 8_192])
    }

    @Test func aFailureBeginsAnew() {
        #expect(options.ahead(after: 8_192, ended: 2_048, isWell: false) == options.firstAhead)
        #expect(options.ahead(after: nil, ended: 1, isWell: false) == options.firstAhead)
    }

    /// Results are recorded five times a second at least, so four times what came is less than a second's worth.
    @Test(arguments: [(2, 48), (12, 48), (20, 80), (300, 1_200)])
    func aSlowReceiverHasNoMoreThanItTakesInASecond(ended: Int, ahead: Int) {
        #expect(options.ahead(after: 8_192, ended: ended, isWell: true) == ahead)
    }

    @Test func nothingIsClaimedAheadWhereThatIsSwitchedOff() {
        var none = options
        none.claimAhead = 0
        #expect(none.ahead(after: nil, ended: 500, isWell: true) == 0)
    }
}
