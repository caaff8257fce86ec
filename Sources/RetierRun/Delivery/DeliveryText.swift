import RetierCore
package import RetierLedger

extension DeliverySummary {
    /// What was sent and what is left, one line each.
    package var lines: [String] {
        var parts = ["\(delivered) messages delivered"]
        for (count, word) in [
            (rejected, "rejected"), (exhausted, "exhausted"), (expired, "expired"), (inDoubt, "in doubt"),
            (retrying, "waiting for a retry"), (pending, "pending"),
        ] where count > 0 { parts.append("\(count) \(word)") }
        var lines = ["deliver: " + parts.joined(separator: ", ")]
        if refusedActions > 0 {
            lines.append("\(refusedActions) actions refused by receivers: retier audit --state rejected")
        }
        if let nextAttemptAt { lines.append("next attempt at \(nextAttemptAt): retier deliver") }
        lines += problems.map { "endpoint \($0.endpoint): \($0.error)" }
        return lines
    }
}

extension RunRecord {
    /// `refresh 2026-10 was applied on ... as run_...: nothing`, to be followed by what there would be to do.
    package var alreadyDone: String { "\(kind.rawValue) \(period) was applied on \(committedAt) as \(id): nothing" }
}

extension CommitResult {
    /// What became of the plan.
    package var sentence: String {
        guard alreadyDone else {
            let rest = unsendable > 0 ? "; \(unsendable) actions cannot be sent: retier audit --state rejected" : ""
            return "applied as \(run): \(sends) actions in \(messages) messages" + rest
        }
        let which = samePlan ? "this plan" : "another plan of this period"
        return "\(which) was applied on \(committedAt) as \(run): nothing to do"
    }
}
