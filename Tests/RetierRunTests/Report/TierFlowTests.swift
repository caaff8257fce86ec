import RetierTestSupport
import Testing

@testable import RetierLedger
@testable import RetierRun

/// The flow must equal what comparing every member before and after gives.
@Suite struct TierFlowTests {
    @Test(arguments: [(3_000, 180, 7), (40, 12, 5), (1, 0, 0), (500, 0, 500)])
    func flowEqualsMembersComparedOneByOne(members: Int, joiners: Int, leavers: Int) throws {
        let seed = SeededGenerator(seed: UInt64(members)).seed
        let size = ReportFixture.Size(
            members: members, joiners: joiners, leavers: leavers, dailyRuns: 0, isFull: false)
        let fixture = try ReportFixture(size, seed: seed)
        defer { fixture.remove() }
        let model = try ReportModel.load(ledger: fixture.ledger, programme: ReportFixture.programme)
        let flow = try #require(model.flow, "seed \(seed)")

        var expectedRibbons: [TierFlow.Ribbon] = []
        for (path, members) in fixture.expected {
            if let from = path.from, let to = path.to {
                expectedRibbons.append(.init(from: .tier(from), to: .tier(to), members: members))
            } else if let to = path.to {
                expectedRibbons.append(.init(from: .outside, to: .tier(to), members: members))
            }
        }
        let departed = fixture.expected.reduce(0) { $1.key.to == nil ? $0 + $1.value : $0 }
        if departed > 0 { expectedRibbons.append(.init(from: .unknown, to: .outside, members: departed)) }
        #expect(Set(flow.ribbons) == Set(expectedRibbons), "seed \(seed)")
        #expect(flow.ribbons.count == expectedRibbons.count, "seed \(seed)")
        #expect(flow.left == departed && flow.unreconciled == 0, "seed \(seed)")
    }

    @Test func historyEqualsMembersCountedAfterEachRefresh() throws {
        var size = ReportFixture.Size(members: 400, joiners: 50, leavers: 20, dailyRuns: 0, isFull: false)
        size.refreshes = 6
        let fixture = try ReportFixture(size)
        defer { fixture.remove() }
        let model = try ReportModel.load(ledger: fixture.ledger, programme: ReportFixture.programme)
        #expect(model.history.entries.map(\.counts) == fixture.expectedCounts.reversed())
    }

    /// What leaves a node at the left arrives at the right: nothing is made or lost on the way.
    @Test func everyMemberIsInExactlyOneRibbon() throws {
        let moves = [move("promoted", "b", "a", 5), move("demoted", "a", "c", 2), move("enrolled", nil, "c", 4)]
        let flow = try #require(
            TierFlow(tiers: ["a", "b", "c"], counts: [20, 30, 50], moves: moves, earlierMembers: 99))
        #expect(flow.before == [17, 35, 44])
        #expect(flow.after == [20, 30, 50])
        #expect(flow.new == 4 && flow.left == 3 && flow.promoted == 5 && flow.demoted == 2)
        #expect(flow.ribbons.reduce(0) { $0 + $1.members } == 99 + 4)
    }

    @Test func membersThatTheEarlierRunDidNotCountAreNamed() throws {
        let flow = try #require(TierFlow(tiers: ["a"], counts: [10], moves: [], earlierMembers: 8))
        #expect(flow.unreconciled == 2 && flow.left == 0)
    }

    @Test func noFlowWhereMovesContradictStandings() {
        let tooMany = [move("promoted", "b", "a", 11)]
        #expect(TierFlow(tiers: ["a", "b"], counts: [10, 10], moves: tooMany, earlierMembers: 20) == nil)
        let strange = [move("promoted", "z", "a", 1)]
        #expect(TierFlow(tiers: ["a", "b"], counts: [10, 10], moves: strange, earlierMembers: 20) == nil)
    }

    @Test func movesBetweenStagesChangeNoTier() throws {
        let moves = [move("slid", "a", "a", 3), move("lapsed", "b", "b", 2), move("returned", "b", "b", 1)]
        let flow = try #require(TierFlow(tiers: ["a", "b"], counts: [6, 4], moves: moves, earlierMembers: 10))
        #expect(flow.ribbons.allSatisfy { $0.from == $0.to })
    }

    private func move(_ kind: String, _ from: String?, _ to: String, _ members: Int) -> ReportFigures.Move {
        ReportFigures.Move(run: "r", kind: kind, fromTier: from, toTier: to, members: members)
    }
}

/// The picture is the numbers: no gap, no overlap, one scale.
@Suite struct SankeyLayoutTests {
    @Test(arguments: 1...40) func ribbonsFillTheirNodesExactly(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let layout = SankeyLayout(flow: try makeFlow(&random), height: 38_000, gap: 1_600)
        for node in layout.left {
            let bands = layout.ribbons.filter { $0.flow.from == node.place }
            #expect(bands.first?.leftTop == node.top, "seed \(random.seed)")
            #expect(bands.last?.leftBottom == node.bottom, "seed \(random.seed)")
            for (upper, lower) in zip(bands, bands.dropFirst()) {
                #expect(upper.leftBottom == lower.leftTop, "seed \(random.seed)")
            }
        }
        for node in layout.right {
            let bands = layout.ribbons.filter { $0.flow.to == node.place }
            #expect(bands.first?.rightTop == node.top, "seed \(random.seed)")
            #expect(bands.last?.rightBottom == node.bottom, "seed \(random.seed)")
            for (upper, lower) in zip(bands, bands.dropFirst()) {
                #expect(upper.rightBottom == lower.rightTop, "seed \(random.seed)")
            }
        }
    }

    @Test(arguments: 1...40) func everyRibbonIsAsWideAsItsMembers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let flow = try makeFlow(&random)
        let layout = SankeyLayout(flow: flow, height: 38_000, gap: 1_600)
        let total = flow.ribbons.reduce(0) { $0 + $1.members }
        let room = 38_000 - 1_600 * (max(layout.left.count, layout.right.count) - 1)
        for ribbon in layout.ribbons {
            let exact = Double(ribbon.flow.members * room) / Double(total)
            #expect(abs(Double(ribbon.leftBottom - ribbon.leftTop) - exact) <= 1, "seed \(random.seed)")
            #expect(abs(Double(ribbon.rightBottom - ribbon.rightTop) - exact) <= 1, "seed \(random.seed)")
        }
        #expect((layout.left.last?.bottom ?? 0) <= 38_000 && (layout.right.last?.bottom ?? 0) <= 38_000)
    }

    private func makeFlow(_ random: inout SeededGenerator) throws -> TierFlow {
        let tiers = (0..<random.draw(in: 1...8)).map { "t\($0)" }
        var moves: [ReportFigures.Move] = []
        var counts = tiers.map { _ in random.draw(in: 0...5_000) }
        for to in tiers.indices {
            for from in tiers.indices where from != to {
                let members = random.draw(in: 0...300)
                let kind = to < from ? "promoted" : "demoted"
                moves.append(.init(run: "r", kind: kind, fromTier: tiers[from], toTier: tiers[to], members: members))
                counts[to] += members
            }
            let members = random.draw(in: 0...300)
            moves.append(.init(run: "r", kind: "enrolled", fromTier: nil, toTier: tiers[to], members: members))
            counts[to] += members + 1
        }
        let earlier = counts.reduce(0, +) + random.draw(in: 0...50)
        return try #require(TierFlow(tiers: tiers, counts: counts, moves: moves, earlierMembers: earlier))
    }
}
