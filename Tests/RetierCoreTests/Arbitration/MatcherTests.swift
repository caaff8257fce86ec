import RetierCore
import Testing

@Suite struct Matching {
    private func snapshot(_ row: Int) -> MemberSnapshot {
        MemberSnapshot(
            asOf: day("2026-11-21"), memberID: "m\(row)", joined: day("2025-01-01"), birthday: 0, firstPurchase: nil,
            lastPurchase: nil, windowDays: 0, windowOrders: 0, windowTotal: .zero, windowCouponOrders: 0,
            recencyScore: 0,
            frequencyScore: 0, monetaryScore: 0, segment: nil, score: row, ranks: .zero, tier: row % 3,
            rawTier: row % 3,
            tierSince: day("2025-01-01"), stage: .new)
    }

    @Test func rangesOfRowsJoinToTheWhole() {
        let playbooks = [Playbook.sample("b"), Playbook.sample("a")]
        let matcher = Matcher(playbooks: playbooks, trigger: .daily)
        #expect(matcher.playbooks.map(\.id) == ["a", "b"])
        let whole = matcher.candidates(rows: 0..<10, snapshot: snapshot)
        let parts =
            matcher.candidates(rows: 0..<4, snapshot: snapshot) + matcher.candidates(rows: 4..<10, snapshot: snapshot)
        #expect(whole == parts)
        #expect(whole == whole.sorted())
        #expect(whole.count == 20)
    }

    @Test func distancesAreAskedOnceAndOnlyWhereTheyDecide() {
        func clause(_ field: Field, _ limit: Int64) -> Condition {
            .clause(Clause(Predicate(field, .lessOrEqual, .number(limit)), text: ""))
        }
        let near = Condition.all([clause(.score, 4), clause(.gapToNextTier, 300)])
        var playbooks = [Playbook.sample("a"), Playbook.sample("b")]
        for index in playbooks.indices { playbooks[index].condition = near }
        let matcher = Matcher(playbooks: playbooks, trigger: .daily)
        var asked: [Int] = []
        let lazy = matcher.candidates(rows: 0..<10, snapshot: snapshot) { member, row in
            asked.append(row)
            member.gapToNextTier = Money(minorUnits: Int64(row) * 100)
        }
        let eager = matcher.candidates(rows: 0..<10) { row in
            var member = snapshot(row)
            member.gapToNextTier = Money(minorUnits: Int64(row) * 100)
            return member
        }
        #expect(lazy == eager)
        #expect(lazy.map(\.row) == [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(asked == [0, 1, 2, 3, 4])
    }

    @Test func playbooksOfTheOtherTriggerAndUnmetConditionsGiveNothing() {
        var never = Playbook.sample("never")
        never.condition = .not(.all([]))
        #expect(Matcher(playbooks: [never], trigger: .daily).candidates(rows: 0..<5, snapshot: snapshot).isEmpty)
        #expect(Matcher(playbooks: [.sample("a")], trigger: .refresh).playbooks.isEmpty)
    }
}
