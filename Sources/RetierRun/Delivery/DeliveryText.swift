import RetierCore
package import RetierLedger

extension DeliverySummary {
    /// What was sent and what is left, one line each.
    package var lines: [String] {
        var parts = ["\(delivered) messages delivered"]
        for (count, word) in [
            (rejected, "rejected"), (exhausted, "exhausted"), (expired, "expired"), (inDoubt, "in doubt"),
            (retrying, "waiting for a retry"), (pending, "pending"), (withheld, "withheld"),
            (awaiting, "awaiting a person at the receiver"),
        ] where count > 0 { parts.append("\(count) \(word)") }
        var lines = ["deliver: " + parts.joined(separator: ", ")]
        if refusedActions > 0 {
            lines.append("\(refusedActions) actions refused by receivers: retier audit --state rejected")
        }
        lines += waits.filter { !$0.isDisabled }.map(\.line)
        if let nextAttemptAt { lines.append("next attempt at \(nextAttemptAt): retier deliver") }
        lines += canaries.filter { !$0.isStopped }.map(\.line)
        lines += problems.map { "endpoint \($0.endpoint): \($0.error)" }
        return lines
    }

    /// What a person has to act on before anything leaves, one line each.
    package var alerts: [String] { waits.filter(\.isDisabled).map(\.line) + stopped.map(\.line) }
}

extension DeliverySummary.EndpointWaiting {
    /// `endpoint crm: 12 messages wait: ...`.
    package var line: String {
        var what: [String] = []
        if messages > 0 { what.append("\(messages) messages") }
        if tasks > 0 { what.append("\(tasks) tasks") }
        return "endpoint \(wait.endpoint): \(what.joined(separator: " and ")) wait: \(wait.reasonText)"
    }
}

extension EndpointWait {
    /// Why, and until when.
    package var reasonText: String {
        let until = nextAt.map { "\($0)" } ?? "its answer"
        let cause = code.map { code in " (\(code)\(Self.words(for: code).map { ": \($0)" } ?? ""))" } ?? ""
        return switch reason {
        case .disabled:
            "disabled since \(since.map { "\($0)" } ?? "an unknown time")\(cause); mend the cause, then "
                + "retier endpoints enable \(endpoint)"
        case .hold: "the receiver asked for quiet\(cause), until \(until)"
        case .breaker: "the breaker is open after failures\(cause), next try at \(until)"
        case .rate: "the rate limit, next at \(until)"
        case .halfHour: "the minutes around a half hour, next at \(until)"
        case nil: isTask ? "for a person's word at the receiver, asked again at \(until)" : "next at \(until)"
        }
    }

    /// What a code of a failing endpoint means, where its name does not tell; `token-` and `upload-` say at which step.
    private static func words(for code: String) -> String? {
        switch code.split(separator: "-", maxSplits: 1).last.map(String.init) {
        case "401": "the receiver does not accept the secret"
        case "40001", "40013", "40091", "wecom-40001", "wecom-40013", "wecom-40091":
            "the secret or the corporation's id is wrong"
        case "310000-sign", "19021": "the signature is wrong: check the signing secret and the clock"
        case "310000-timestamp": "the timestamp is wrong: check the clock"
        case "310000-address", "19022", "60020", "wecom-60020": "this machine's address is not in the service's list"
        case "93000", "300005", "19001", "gone": "the address is no more"
        case "certificate": "the receiver's certificate cannot be verified"
        case "redirect": "the receiver sends elsewhere, and redirects are not followed"
        case "refused" where code == "address-refused": "the host resolves to a private address"
        default: nil
        }
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
            let canary = withheld > 0 ? "; \(withheld) messages are withheld until the canary has ended well" : ""
            return "applied as \(run): \(sends) actions in \(messages) messages" + canary + rest
        }
        let which = samePlan ? "this plan" : "another plan of this period"
        return "\(which) was applied on \(committedAt) as \(run): nothing to do"
    }
}
