extension Chronicle: CustomStringConvertible {
    /// One rule, event or run a line.
    package var description: String {
        var lines = ["members \(members.joined(separator: " "))"]
        lines += zones.sorted { $0.key < $1.key }.map { member, zone in
            "zone of \(member): UTC\(zone.hours < 0 ? "" : "+")\(zone.hours)"
                + (zone.hasSummerTime ? ", summer time" : "")
        }
        if values.values.contains(where: { $0 > 0 }) {
            lines += values.sorted { $0.key < $1.key }.map { "value of \($0.key): \($0.value)" }
        }
        if programmeControl > 0 { lines.append("programme control \(programmeControl) of 10000") }
        if playbooks.contains(where: { $0.steps.contains { !$0.options.isEmpty } }) {
            let likes = likes.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            lines += likes.map { "\($0.key) likes \($0.value.joined(separator: " "))" }
        }
        lines += channels.map(\.description) + caps.map(\.description) + budgets.map(\.description)
        lines += quiet.map(\.description) + playbooks.map(\.description)
        let happened = events.map { ($0.day, 0, "\($0.member) \($0.kind)") }
        let ran = runs.map { ($0.day, 1, "run \($0.isDaily ? "daily" : "refresh")") }
        let all = (happened + ran).enumerated().sorted {
            ($0.element.0, $0.element.1, $0.offset) < ($1.element.0, $1.element.1, $1.offset)
        }
        lines += all.map { PlainCalendar.text($0.element.0) + " " + $0.element.2 }
        return lines.joined(separator: "\n")
    }

    fileprivate static func words(_ name: String, _ values: [String]) -> String {
        values.isEmpty ? "" : ", \(name) \(values.joined(separator: " "))"
    }

    fileprivate static func days(_ days: ClosedRange<Int>) -> String {
        "\(PlainCalendar.text(days.lowerBound))..\(PlainCalendar.text(days.upperBound))"
    }
}

extension Chronicle.Span: CustomStringConvertible {
    package var description: String { "P\(months > 0 ? "\(months)M" : "")\(days > 0 ? "\(days)D" : "")" }
}

extension Chronicle.Window: CustomStringConvertible {
    package var description: String {
        switch self {
        case .days(let days): "P\(days)D"
        case .months(let months): "P\(months)M"
        }
    }
}

extension Chronicle.Cap: CustomStringConvertible {
    package var description: String {
        "cap \(id): \(max) per \(window)" + Chronicle.words("channels", channels) + Chronicle.words("tags", tags)
    }
}

extension Chronicle.Channel: CustomStringConvertible {
    package var description: String {
        "channel \(id)\(needsConsent ? ", needs consent" : "")" + (cap.map { ", \($0)" } ?? "")
            + Chronicle.words("does not know", unknown)
    }
}

extension Chronicle.Budget: CustomStringConvertible {
    package var description: String {
        "budget \(id): \(amount) \(isMoney ? "of cost" : "actions") per \(window)"
            + Chronicle.words("playbooks", playbooks) + Chronicle.words("tiers", tiers)
            + Chronicle.words("channels", channels) + Chronicle.words("tags", tags)
    }
}

extension Chronicle.QuietWindow: CustomStringConvertible {
    package var description: String {
        "quiet \(id): " + (from.map { "\($0):00-\(to):00" } ?? "whole days")
            + (days.map { " on " + Chronicle.days($0) } ?? "") + Chronicle.words("channels", channels)
            + (drops ? ", drops" : "")
    }
}

extension Chronicle.Playbook: CustomStringConvertible {
    package var description: String {
        var text = "playbook \(id): \(isDaily ? "daily" : "refresh"), \(["protect", "grow", "base"][priority]) \(rank)"
        if let tier { text += ", tier \(tier)" }
        if let silentFor { text += ", silent for \(silentFor)" }
        if let oncePer { text += ", once per \(oncePer)" }
        text += Chronicle.words("stops at", stops)
        if steps.contains(where: \.isLater) { text += ", closes after \(closeAfter)" }
        if sendsInCase { text += ", sends in cases" }
        if let heeds { text += ", heeds [\(heeds.joined(separator: " "))]" }
        if let counts { text += ", counts to [\(counts.joined(separator: " "))]" }
        text += pauses.map { ", paused \(Chronicle.days($0))" }.joined()
        for share in shares {
            let from = share.from == 0 ? "" : " from \(PlainCalendar.text(share.from))"
            let weights = share.weights.map(String.init)
            text +=
                ", pilot \(share.pilot) holdout \(share.holdout)" + Chronicle.words("arms", weights).dropFirst() + from
        }
        return text + steps.map { "\n  \($0)" }.joined()
    }
}

extension Chronicle.Step: CustomStringConvertible {
    package var description: String {
        "step \(id) via \(channel)" + (level.map { ", L\($0)" } ?? "") + (after.map { ", after \($0)" } ?? "")
            + ", not after \(notAfter)" + (cost > 0 ? ", cost \(cost)" : "")
            + (needsApproval ? ", needs approval" : "") + (ignoresQuietHours ? ", ignores quiet hours" : "")
            + Chronicle.words("tags", tags)
            + options.map {
                "\n    or \($0.id), cost \($0.cost), response \($0.response)" + Chronicle.words("suits", $0.suits)
            }.joined()
    }
}

extension Chronicle.Event.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .order: "orders"
        case .reply: "replies"
        case .ack: "is acknowledged"
        case .grant(let channel): "grants \(channel)"
        case .withdraw(let channel): "withdraws \(channel)"
        case .suppress(let channel): "is suppressed on \(channel)"
        case .lift(let channel): "is no longer suppressed on \(channel)"
        case .tier(let tier): "has tier \(tier)"
        case .joins(let kept): "is \(kept), who is kept"
        case .parts: "is somebody else after all"
        case .bounce: "did not get the last send"
        case .approve: "(everybody's steps of the last run are approved)"
        }
    }
}
