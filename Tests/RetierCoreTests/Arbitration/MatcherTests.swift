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

    @Test func playbooksOfTheOtherTriggerAndUnmetConditionsGiveNothing() {
        var never = Playbook.sample("never")
        never.condition = .not(.all([]))
        #expect(Matcher(playbooks: [never], trigger: .daily).candidates(rows: 0..<5, snapshot: snapshot).isEmpty)
        #expect(Matcher(playbooks: [.sample("a")], trigger: .refresh).playbooks.isEmpty)
    }
}
