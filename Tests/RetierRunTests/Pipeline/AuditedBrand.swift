import AuditChecker
import Foundation
import RetierCore
import RetierTestSupport

/// A brand whose playbooks, caps, budgets and experiments are drawn from a seed, with its limits written down for who
/// audits it.
struct AuditedBrand {
    private(set) var limits = AuditLimits()
    private(set) var playbooks: [(name: String, text: String)] = []
    private(set) var caps = "caps:\n"
    private(set) var control = ""
    private(set) var budgets = "budgets:\n"
    private(set) var quiet = "quiet:\n  windows:\n"

    /// The channels of the scaffold and their caps in seven days.
    private static let channels = [("sms", 2), ("wecom", 3), ("crm", 2), ("service-desk", 0)]
    private static let periods: [(text: String, months: Int, days: Int)] = [
        ("P7D", 0, 7), ("P14D", 0, 14), ("P30D", 0, 30), ("P1M", 1, 0), ("P3M", 3, 0),
    ]
    private static let conditions = [
        "days_since_joined >= 30", "days_since_order >= 20", "days_since_order >= 45", "orders >= 1", "orders >= 3",
    ]

    init(_ generator: inout SeededGenerator) {
        for (channel, max) in Self.channels where max > 0 {
            limits.caps.append(.init(id: channel, max: max, window: .days(7), channels: [channel]))
        }
        let week = generator.draw(in: 1...2)
        let promotions = generator.draw(in: 1...3)
        limits.caps.append(.init(id: "week", max: week, window: .days(7)))
        limits.caps.append(.init(id: "promotions", max: promotions, window: .months(1), tags: ["promo"]))
        caps += "  week: {max: \(week), per: P7D}\n  promotions: {max: \(promotions), per: P1M, tags: [promo]}\n"
        if generator.draw(in: 0...1) == 0 { control = "control: {share: 10%}\n" }
        addBudgets(&generator)
        addQuietHours()
        for number in 0..<8 { addPlaybook(number, &generator) }
    }

    /// The first have a budget, arms and a control group for sure; the last two are escalations.
    private mutating func addPlaybook(_ number: Int, _ generator: inout SeededGenerator) {
        let id = "p\(number)"
        let isRefresh = generator.draw(in: 0...1) == 0
        var limit = AuditLimits.Playbook(takesUpDeferred: isRefresh)
        let isEscalation = number >= 6
        var lines = [
            "playbook: \(id)", "title: \(id)", "version: 1", "on: \(isRefresh ? "refresh" : "daily")",
            "priority: \(generator.pick(from: ["protect", "grow", "base"]))", "rank: \(number)",
            "when: \(generator.pick(from: Self.conditions))",
        ]
        let period = generator.pick(from: Self.periods)
        lines.append("once_per: \(period.text)")
        limit.oncePer = (period.months, period.days)
        if generator.draw(in: 0...1) == 0 { lines.append("tags: [promo]") }
        let cost = generator.draw(in: 1...9)
        if number == 0 || generator.draw(in: 0...3) == 0 {
            let (amount, months) = (generator.draw(in: 1...4) * cost, generator.pick(from: [1, 3]))
            lines.append("budget: {amount: \(amount).00, per: P\(months)M}")
            limits.budgets.append(
                .init(id: id, limit: .cost(amount * 100), window: .months(months), playbooks: [id]))
        }
        if number == 1 || generator.draw(in: 0...4) == 0 {
            lines.append("experiment: {arms: {a: 50, b: 50}}")
            limit.arms = ["a", "b"]
        } else if number == 2 || generator.draw(in: 0...3) == 0 {
            lines.append("experiment: {holdout: 30%}")
        }
        if generator.draw(in: 0...4) == 0 {
            lines.append("quiet_hours: ignore")
            limit.ignoresQuietHours = true
        }
        let via = generator.pick(from: Self.channels).0
        lines.append("steps:")
        lines.append("  - {id: s1, \(isEscalation ? "level: L1, " : "")do: coupon, via: \(via), cost: \(cost).00}")
        if isEscalation || generator.draw(in: 0...2) == 0 {
            let level = isEscalation ? "level: L2, " : ""
            lines.append("  - {id: s2, \(level)do: coupon, via: \(via), after: P6D, cost: \(cost).00}")
            limit.laterSteps = ["s2"]
        }
        playbooks.append((id, lines.joined(separator: "\n") + "\n"))
        limits.playbooks[id] = limit
    }

    /// One budget of each scope: the programme, a tier, channels and tags; in money and in actions.
    private mutating func addBudgets(_ generator: inout SeededGenerator) {
        let money = generator.draw(in: 40...90)
        let actions = (0..<3).map { _ in generator.draw(in: 3...12) }
        budgets += """
              all: {amount: \(money).00, per: P1M}
              best: {actions: \(actions[0]), per: P3M, tiers: [core, potential]}
              desk: {actions: \(actions[1]), per: P7D, channels: [service-desk, sms]}
              promo: {actions: \(actions[2]), per: P1M, tags: [promo]}

            """
        limits.budgets += [
            .init(id: "all", limit: .cost(money * 100), window: .months(1)),
            .init(id: "best", limit: .actions(actions[0]), window: .months(3), tiers: ["core", "potential"]),
            .init(id: "desk", limit: .actions(actions[1]), window: .days(7), channels: ["service-desk", "sms"]),
            .init(id: "promo", limit: .actions(actions[2]), window: .months(1), tags: ["promo"]),
        ]
    }

    /// Deliveries go by the clock of today, so the windows do: one holds everybody but members in New York, whose
    /// clocks are half a day behind, and one is hours away for all.
    private mutating func addQuietHours() {
        let hour = (Int(Date().timeIntervalSince1970) / 3_600 + 8) % 24
        let windows = [
            ("now", ["crm"], hour + 23, hour + 4), ("later", ["service-desk", "sms", "wecom"], hour + 6, hour + 9),
        ]
        for (id, channels, from, to) in windows {
            let (from, to) = (from % 24, to % 24)
            let hours = "\(from.padded(to: 2)):00-\(to.padded(to: 2)):00"
            quiet += "    \(id): {hours: \(hours), channels: [\(channels.joined(separator: ", "))]}\n"
            limits.quiet.append(.init(id: id, minutes: (from * 60, to * 60), channels: Set(channels)))
        }
        limits.zone = "Asia/Shanghai"
    }

    /// Every third member lives in New York: the members' file once more, with a column for the zone.
    mutating func members(of world: SampleWorld) -> String {
        for place in stride(from: 0, to: world.memberIDs.count, by: 3) {
            limits.zones[world.memberIDs[place]] = "America/New_York"
        }
        let rows = world.members.rows.enumerated().map { place, row in
            row + (place % 3 == 0 ? ",America/New_York" : ",")
        }
        return SampleWorld.Sheet(header: world.members.header + ",timezone", rows: rows).text
    }

    /// Writes it into a brand folder in place of the scaffold's playbooks.
    func write(to bench: CommandBench) throws {
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "guards:", [caps, budgets, quiet, control, "guards:"].joined(separator: "\n"))
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for playbook in playbooks { try bench.write(playbook.text, to: "playbooks/\(playbook.name).yaml") }
    }
}
