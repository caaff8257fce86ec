import Foundation
package import RetierCore

extension TransitionReason {
    /// Reads the numbers back from the JSON of a plan or ledger; nil where it is not that.
    package init?(json: String) {
        guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(json.utf8)) else { return nil }
        self.init(
            scoreBefore: stored.score_before, scoreAfter: stored.score_after, cut: stored.cut,
            measured: stored.measured, basis: TransitionReason.Basis(rawValue: stored.by) ?? .score,
            rule: stored.rule.flatMap(TierRule.init(name:)),
            dimension: stored.dimension.flatMap { name in Dimension.allCases.first { $0.name == name } },
            rankBefore: stored.rank_before, rankAfter: stored.rank_after, runsBelow: stored.runs_below,
            daysSincePurchase: stored.days_since_purchase)
    }

    /// The keys as they are stored.
    private struct Stored: Decodable {
        var score_before: Int32?
        var score_after: Int32
        var cut: Int64
        var measured: Int64
        var by: String
        var rule: String?
        var dimension: String?
        var rank_before: Int32
        var rank_after: Int32
        var runs_below: Int
        var days_since_purchase: Int?
    }
}

extension PlannedTransition {
    /// The move as a value; nil where a tier is no longer in the ladder or the numbers cannot be read.
    package func transition(row: Int, ladder: TierLadder) -> Transition? {
        guard let to = ladder.index(of: toTier), let stage = LifecycleStage(name: toStage),
            let reason = TransitionReason(json: reason)
        else { return nil }
        let from = fromTier.flatMap { ladder.index(of: $0) }
        guard (from == nil) == (fromTier == nil) else { return nil }
        return Transition(
            row: row, kind: kind, fromTier: from, toTier: to,
            fromStage: fromStage.flatMap(LifecycleStage.init(name:)), toStage: stage, reason: reason)
    }
}
