import RetierCore
import Testing

@Suite struct ReasonTextTests {
    private static let moves: [(Transition, String, String)] = [
        (
            Transition(
                row: 0, kind: .enrolled, fromTier: nil, toTier: 1, fromStage: nil, toStage: .new,
                reason: TransitionReason(scoreAfter: 700_000, cut: 650_000, daysSincePurchase: 3)),
            "首次定级为「银卡」：得分 70.0，门槛 65.0", "first tier Silver: score 70.0, entry cut 65.0"
        ),
        (
            Transition(
                row: 0, kind: .enrolled, fromTier: nil, toTier: 2, fromStage: nil, toStage: .new,
                reason: TransitionReason(scoreAfter: 0, cut: 0)),
            "首次定级为「普通」：尚无消费", "first tier Base: no purchase yet"
        ),
        (
            Transition(
                row: 0, kind: .promoted, fromTier: 1, toTier: 0, fromStage: .active, toStage: .active,
                reason: TransitionReason(
                    scoreBefore: 700_000, scoreAfter: 961_234, cut: 950_000, dimension: .frequency, rankBefore: 719_999,
                    rankAfter: 930_000, daysSincePurchase: 3)),
            "消费频次由 P71 升至 P93，得分 96.1234 达到「金卡」门槛 95.0",
            "purchase frequency rose from p71 to p93; score 96.1234 reached the entry cut 95.0 of Gold"
        ),
        (
            Transition(
                row: 0, kind: .demoted, fromTier: 0, toTier: 1, fromStage: .active, toStage: .active,
                reason: TransitionReason(scoreBefore: 1, scoreAfter: 1, cut: 855_000, runsBelow: 2)),
            "得分 0.0001 连续 2 次低于「金卡」保级线 85.5",
            "score 0.0001 was below the keeping line 85.5 of Gold 2 runs in a row"
        ),
        (
            Transition(
                row: 0, kind: .slid, fromTier: 0, toTier: 0, fromStage: .active, toStage: .active,
                reason: TransitionReason(
                    scoreBefore: 960_000, scoreAfter: 900_000, cut: 950_000, dimension: .spend, rankBefore: 910_000,
                    rankAfter: 830_000)),
            "消费金额由 P91 降至 P83，得分 90.0 跌破「金卡」门槛 95.0，等级暂时保留",
            "spend fell from p91 to p83; score 90.0 fell below the entry cut 95.0 of Gold, the tier is kept for now"
        ),
        (
            Transition(
                row: 0, kind: .lapsed, fromTier: 1, toTier: 1, fromStage: .cooling, toStage: .dormant,
                reason: TransitionReason(scoreBefore: 1, scoreAfter: 1, cut: 0, daysSincePurchase: 95)),
            "已 95 天没有消费，进入「沉睡」", "no purchase for 95 days: now dormant"
        ),
        (
            Transition(
                row: 0, kind: .returned, fromTier: 1, toTier: 1, fromStage: .lost, toStage: .returned,
                reason: TransitionReason(scoreBefore: 1, scoreAfter: 1, cut: 0, daysSincePurchase: 1)),
            "「流失」之后于 1 天前再次消费", "bought again 1 day ago after having been lost"
        ),
    ]

    @Test(arguments: moves.indices)
    func sentencesCarryTheNumbers(index: Int) {
        let (move, chinese, english) = Self.moves[index]
        #expect(ReasonText.sentence(for: move, ladder: Samples.ladder, language: .chinese) == chinese)
        #expect(ReasonText.sentence(for: move, ladder: Samples.ladder, language: .english) == english)
    }

    @Test func narrowStorageKeepsWhatWasGiven() {
        var reason = TransitionReason(scoreAfter: 5, cut: 6, runsBelow: 3)
        #expect(reason.scoreBefore == nil)
        #expect(reason.daysSincePurchase == nil)
        #expect(reason.runsBelow == 3)
        reason.scoreBefore = 0
        reason.daysSincePurchase = 0
        #expect(reason.scoreBefore == 0)
        #expect(reason.daysSincePurchase == 0)
        #expect(MemoryLayout<Transition>.stride <= 56)
    }
}
