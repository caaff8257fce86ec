extension Verdict {
    /// The evidence as a JSON object; facts that repeat become an array.
    package var evidenceJSON: String {
        grounds.isEmpty ? "{}" : JSONText.object(evidence.map { ($0.key, $0.value) })
    }
}

extension TransitionReason {
    /// The numbers as a JSON object with fixed keys; scores and ranks in millionths, `cut` and
    /// `measured` in the unit of `by`.
    package var json: String {
        var object = JSONObject()
        object.add("score_before", scoreBefore.map(Int64.init))
        object.add("score_after", Int64(scoreAfter))
        object.add("cut", cut)
        object.add("measured", measured)
        object.add("by", basis.rawValue)
        object.add("rule", rule?.name)
        object.add("dimension", dimension?.name)
        object.add("rank_before", Int64(rankBefore))
        object.add("rank_after", Int64(rankAfter))
        object.add("runs_below", Int64(runsBelow))
        object.add("days_since_purchase", daysSincePurchase.map(Int64.init))
        return object.json
    }
}
