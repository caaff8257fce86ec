import ReferenceModel
import RetierCore

/// A chronicle's rules as somebody writes them into a brand folder.
struct ChronicleText {
    private static let zones = [
        Chronicle.Zone(hours: 8): "Asia/Shanghai", .init(hours: -5): "America/Bogota",
        .init(hours: 1): "Africa/Lagos", .init(hours: 1, hasSummerTime: true): "Europe/Berlin",
    ]

    private let chronicle: Chronicle

    init(_ chronicle: Chronicle) { self.chronicle = chronicle }

    /// `retier.yaml`.
    var configuration: String {
        """
        brand: \(Chronicle.brand)
        title: Brand
        language: en
        time_zone: UTC
        currency: CNY
        tiering:
          ladder:
            - {id: base, title: Base, entry: everyone}
        endpoints:
          staff: {kind: file, directory: var/outgoing}
        guards:
          {max_data_age: off, max_row_fall: off, max_action_share: off, max_action_growth: off, max_demotion_share: off}
        approvals: {new_playbooks: none}

        """ + channels + caps + budgets + quiet
            + (chronicle.programmeControl > 0 ? "control: {share: \(chronicle.programmeControl / 100)%}\n" : "")
    }

    /// The file of members.
    var members: String {
        let lines = chronicle.members.map { member in
            "\(member),2020-01-01,\(chronicle.zones[member].flatMap { Self.zones[$0] } ?? "UTC")\n"
        }
        return "member_id,joined_at,timezone\n" + lines.joined()
    }

    private var channels: String {
        "channels:\n"
            + chronicle.channels.map { channel in
                let cap = channel.cap.map { ", cap: {max: \($0.max), per: \(text($0.window))}" } ?? ""
                let consent = channel.needsConsent ? "marketing" : "none"
                return "  \(channel.id): {title: \(channel.id), endpoint: staff, consent: \(consent)\(cap)}\n"
            }.joined()
    }

    private var caps: String {
        table("caps", chronicle.caps) { cap in
            "\(cap.id): {max: \(cap.max), per: \(text(cap.window))" + list("channels", cap.channels)
                + list("tags", cap.tags)
        }
    }

    private var budgets: String {
        table("budgets", chronicle.budgets) { budget in
            "\(budget.id): {\(budget.isMoney ? "amount: \(money(budget.amount))" : "actions: \(budget.amount)"), "
                + "per: \(text(budget.window))" + list("playbooks", budget.playbooks)
                + list("channels", budget.channels) + list("tags", budget.tags)
        }
    }

    private var quiet: String {
        guard !chronicle.quiet.isEmpty else { return "" }
        return "quiet:\n  leaves_at: \"\(Chronicle.hour):00\"\n"
            + table("  windows", chronicle.quiet) { window in
                let hours = window.from.map { ", hours: \"\($0.padded(to: 2)):00-\(window.to.padded(to: 2)):00\"" }
                let dates = window.days.map { days in
                    ", dates: [\(Day(number: Int32(days.lowerBound)))..\(Day(number: Int32(days.upperBound)))]"
                }
                return "  \(window.id): {policy: \(window.drops ? "drop" : "hold")" + (hours ?? "") + (dates ?? "")
                    + list("channels", window.channels)
            }
    }

    private func table<Item>(_ name: String, _ items: [Item], _ line: (Item) -> String) -> String {
        items.isEmpty ? "" : "\(name):\n" + items.map { "  \(line($0))}\n" }.joined()
    }

    private func list(_ name: String, _ values: [String]) -> String {
        values.isEmpty ? "" : ", \(name): [\(values.joined(separator: ", "))]"
    }

    private func money(_ minorUnits: Int) -> String { Money(minorUnits: Int64(minorUnits)).text(decimals: 2) }

    private func text(_ window: Chronicle.Window) -> String {
        switch window {
        case .days(let days): "P\(days)D"
        case .months(let months): "P\(months)M"
        }
    }

    private func text(_ span: Chronicle.Span) -> String {
        CalendarPeriod(months: span.months, days: span.days).description
    }

    /// A playbook as it is on a day.
    func playbook(_ playbook: Chronicle.Playbook, on day: Int) -> String {
        var lines = [
            "playbook: \(playbook.id)", "title: \(playbook.id)", "version: 1",
            "on: \(playbook.isDaily ? "daily" : "refresh")",
            "priority: \(["protect", "grow", "base"][playbook.priority])", "rank: \(playbook.rank)",
            "when: \(playbook.silentFor.map { "days_since_order >= \($0)" } ?? "days_since_joined >= 0")",
            "in_case: \(playbook.sendsInCase ? "send" : "withhold")",
            "paused: \(playbook.isPaused(on: day))",
        ]
        if playbook.steps.contains(where: \.isLater) { lines.append("close_after: \(text(playbook.closeAfter))") }
        if let period = playbook.oncePer { lines.append("once_per: \(text(period))") }
        if !playbook.stops.isEmpty {
            let stops = playbook.stops.map { $0 == "reply" ? "event:reply" : $0 }
            lines.append("stop_when: [\(stops.joined(separator: ", "))]")
        }
        if let heeds = playbook.heeds { lines.append("heed_caps: [\(heeds.joined(separator: ", "))]") }
        if let counts = playbook.counts { lines.append("count_caps: [\(counts.joined(separator: ", "))]") }
        let shares = playbook.shares(on: day)
        if shares.isExperiment {
            let arms = zip(Chronicle.Shares.arms, shares.weights).map { "\($0): \($1)" }.joined(separator: ", ")
            lines.append(
                "experiment: {pilot: \(shares.pilot / 100)%, holdout: \(shares.holdout / 100)%"
                    + (arms.isEmpty ? "}" : ", arms: {\(arms)}}"))
        }
        lines.append("steps:")
        return (lines + playbook.steps.map(step)).joined(separator: "\n") + "\n"
    }

    private func step(_ step: Chronicle.Step) -> String {
        "  - {id: \(step.id), do: care, via: \(step.channel), not_after: \(text(step.notAfter))"
            + (step.level.map { ", level: L\($0)" } ?? "") + (step.after.map { ", after: \(text($0))" } ?? "")
            + (step.cost > 0 ? ", cost: \(money(step.cost))" : "")
            + (step.needsApproval ? ", approval: required" : "")
            + (step.ignoresQuietHours ? ", quiet_hours: ignore" : "") + list("tags", step.tags) + "}"
    }
}
