import RetierCore
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

        func place(_ tier: Int?) -> TierFlow.Place { tier.map { .tier($0) } ?? .outside }
        let expectedRibbons = fixture.expected.map { path, members in
            TierFlow.Ribbon(from: place(path.from), to: place(path.to), members: members)
        }
        let departed = fixture.expected.reduce(0) { $1.key.to == nil ? $0 + $1.value : $0 }
        #expect(Set(flow.ribbons) == Set(expectedRibbons), "seed \(seed)")
        #expect(flow.ribbons.count == expectedRibbons.count, "seed \(seed)")
        #expect(flow.left == departed, "seed \(seed)")
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
        let later = after(
            [20, 30, 50],
            moves: [
                Figure(.move, "b", "a", of: .promoted, is: 5), Figure(.move, "a", "c", of: .demoted, is: 2),
                Figure(.move, "", "c", of: .enrolled, is: 4),
            ])
        let flow = try #require(TierFlow(tiers: ["a", "b", "c"], before: after([17, 36, 46]), after: later))
        #expect(flow.before == [17, 36, 46] && flow.after == [20, 30, 50])
        #expect(flow.new == 4 && flow.left == 3 && flow.promoted == 5 && flow.demoted == 2)
        #expect(flow.members(from: .tier(1), to: .outside) == 1 && flow.members(from: .tier(2), to: .outside) == 2)
        #expect(flow.ribbons.reduce(0) { $0 + $1.members } == 99 + 4)
    }

    @Test func noFlowWhereCountsContradictEachOther() {
        let tooMany = after([10, 10], moves: [Figure(.move, "b", "a", of: .promoted, is: 11)])
        #expect(TierFlow(tiers: ["a", "b"], before: after([10, 21]), after: tooMany) == nil)
        #expect(TierFlow(tiers: ["a", "b"], before: after([10, 5]), after: after([10, 10])) == nil)
    }

    @Test func movesBetweenStagesChangeNoTier() throws {
        let later = after(
            [6, 4],
            moves: [
                Figure(.move, "a", "a", of: .slid, is: 3), Figure(.move, "b", "b", of: .lapsed, is: 2),
                Figure(.move, "b", "b", of: .lost, is: 1),
                Figure(.move, "b", "b", of: .returned, is: 1),
            ])
        let flow = try #require(TierFlow(tiers: ["a", "b"], before: after([6, 4]), after: later))
        #expect(flow.ribbons.allSatisfy { $0.from == $0.to })
        #expect(flow.dormant == [0, 1] && flow.lost == [0, 1] && flow.returned == [0, 1])
    }

    /// Figures of the tiers a, b and c with these members.
    private func after(_ counts: [Int], moves: [Figure] = []) -> RunFigures {
        RunFigures(zip(["a", "b", "c"], counts).map { Figure(.tier, $0, is: Int64($1)) } + moves)
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
        var moves: [Figure] = []
        var before = tiers.map { _ in random.draw(in: 0...5_000) }
        var after = before
        for to in tiers.indices {
            for from in tiers.indices where from != to {
                let members = random.draw(in: 0...300)
                moves.append(
                    Figure(.move, tiers[from], tiers[to], of: to < from ? .promoted : .demoted, is: Int64(members)))
                before[from] += members
                after[to] += members
            }
            let new = random.draw(in: 0...300)
            moves.append(Figure(.move, "", tiers[to], of: .enrolled, is: Int64(new)))
            before[to] += random.draw(in: 0...50)
            after[to] += new + 1
            before[to] += 1
        }
        func counts(_ members: [Int]) -> [Figure] { zip(tiers, members).map { Figure(.tier, $0, is: Int64($1)) } }
        return try #require(
            TierFlow(tiers: tiers, before: RunFigures(counts(before)), after: RunFigures(counts(after) + moves)))
    }
}
