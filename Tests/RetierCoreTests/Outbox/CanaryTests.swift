import RetierCore
import Testing

@Suite struct CanaryTests {
    private static let now = Instant(seconds: 1_750_000_000)

    private func canary(_ state: CanaryState, waits: Bool = false) -> Canary {
        Canary(
            run: "r", state: state, share: 100, maxFailed: 500,
            notBefore: Self.now.adding(seconds: waits ? 1 : 0), openedAt: Self.now.adding(seconds: -60),
            decidedAt: state == .open ? nil : Self.now.adding(seconds: -1))
    }

    private static let events: [(name: String, event: CanaryEvent)] =
        [("go", .go), ("stop", .stop)]
        + [(0, 100, 0), (1, 100, 0), (0, 100, 100), (0, 0, 0)].map {
            ("look", .look(CanaryTally(open: $0.0, ended: $0.1, failed: $0.2)))
        }

    @Test func theDiagramShowsExactlyTheArrowsOfTheMachine() throws {
        let diagram = try StateDiagram(number: 3)
        var arrows: Set<String> = []
        for state in CanaryState.allCases {
            for (name, event) in Self.events {
                for waits in [false, true] {
                    var canary = canary(state, waits: waits)
                    let before = canary
                    guard canary.handle(event, at: Self.now) != nil else {
                        #expect(canary == before, "what changes nothing changes nothing")
                        continue
                    }
                    #expect(canary.decidedAt == Self.now)
                    arrows.insert("\(state.rawValue) --> \(canary.state.rawValue) : \(name)")
                }
            }
        }
        #expect(diagram.arrows == arrows)
        #expect(diagram.ends == Set(CanaryState.allCases.filter(\.isFinal).map(\.rawValue)))
    }

    /// 5 % of a sample may fail: one step below, at and above it, and of what nothing is known.
    @Test(arguments: [
        (ended: 1_000, failed: 49, state: CanaryState.passed), (1_000, 50, .passed), (1_000, 51, .stopped),
        (19, 1, .stopped), (20, 1, .passed), (1, 0, .passed), (1, 1, .stopped), (0, 0, .stopped),
    ])
    func theSampleIsJudgedByTheShareThatFailed(ended: Int, failed: Int, state: CanaryState) {
        var canary = canary(.open)
        let tally = CanaryTally(ended: ended, failed: failed)
        #expect(canary.handle(.look(tally), at: Self.now) == (state == .passed ? .letGo : .keep))
        #expect(canary.state == state && canary.tally == tally)
    }

    @Test func itIsJudgedAtItsEndAndNotBeforeItsTime() {
        var early = canary(.open, waits: true)
        #expect(early.handle(.look(CanaryTally(ended: 9)), at: Self.now) == nil)
        #expect(early.handle(.look(CanaryTally(ended: 9)), at: Self.now.adding(seconds: 1)) == .letGo)
        var open = canary(.open)
        #expect(open.handle(.look(CanaryTally(open: 1, ended: 9, failed: 9)), at: Self.now) == nil)
        #expect(open.state == .open && open.decidedAt == nil)
    }

    @Test func theSampleIsStableGrowsWithTheShareAndIsNowhereEmpty() {
        let members = (0..<20_000).map { "m\($0)" }
        func sample(_ share: Int, _ salt: String = "digest") -> [String] {
            var sample = CanarySample(share: share, salt: salt)
            for member in members { sample.add(member: member, endpoint: "crm") }
            sample.add(member: "alone", endpoint: "letters")
            #expect(sample.contains(member: "alone", endpoint: "letters"))
            return members.filter { sample.contains(member: $0, endpoint: "crm") }
        }
        let (one, two) = (sample(100), sample(200))
        #expect((140...260).contains(one.count) && (320...480).contains(two.count))
        #expect(Set(one).isSubset(of: two) && sample(100) == one && sample(100, "other") != one)
        #expect(sample(0).count == 1 && sample(10_000).count == members.count)
        #expect(Set(sample(0)).isSubset(of: one))
    }

    /// Where the share takes somebody at an endpoint, nobody is added.
    @Test(arguments: [1, 100, 2_000, 9_999])
    func anEndpointAddsOnlyTheMemberWhoComesFirst(share: Int) {
        let members = (0..<5_000).map { "m\($0)" }
        let untold = CanarySample(share: share, salt: "digest")
        var sample = untold
        for member in members { sample.add(member: member, endpoint: "crm") }
        let byShare = members.filter { untold.contains(member: $0, endpoint: "crm") }
        let all = members.filter { sample.contains(member: $0, endpoint: "crm") }
        #expect(!all.isEmpty && (byShare.isEmpty ? all.count == 1 : all == byShare))
    }
}
