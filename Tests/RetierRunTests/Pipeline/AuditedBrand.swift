import AuditChecker
import Foundation
import RetierTestSupport

/// A brand whose playbooks, caps, budgets and experiments are drawn from a seed, with its limits written down for who
/// audits it.
struct AuditedBrand {
    private(set) var limits = AuditLimits()
    private(set) var playbooks: [(name: String, text: String)] = []
    private(set) var caps = "caps:\n"
    private(set) var control = ""

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
        for number in 0..<8 { addPlaybook(number, &generator) }
    }

    /// The first have a budget, arms and a control group for sure.
    private mutating func addPlaybook(_ number: Int, _ generator: inout SeededGenerator) {
        let id = "p\(number)"
        let isRefresh = generator.draw(in: 0...1) == 0
        var limit = AuditLimits.Playbook(takesUpDeferred: isRefresh)
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
            limit.budget = (amount * 100, months)
        }
        if number == 1 || generator.draw(in: 0...4) == 0 {
            lines.append("experiment: {arms: {a: 50, b: 50}}")
            limit.arms = ["a", "b"]
        } else if number == 2 || generator.draw(in: 0...3) == 0 {
            lines.append("experiment: {holdout: 30%}")
        }
        let via = generator.pick(from: Self.channels).0
        lines.append("steps:")
        lines.append("  - {id: s1, do: coupon, via: \(via), cost: \(cost).00}")
        if generator.draw(in: 0...2) == 0 {
            lines.append("  - {id: s2, do: coupon, via: \(via), after: P6D, cost: \(cost).00}")
            limit.laterSteps = ["s2"]
        }
        playbooks.append((id, lines.joined(separator: "\n") + "\n"))
        limits.playbooks[id] = limit
    }

    /// Writes it into a brand folder in place of the scaffold's playbooks.
    func write(to bench: CommandBench) throws {
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "guards:", caps + "\n" + control + "\nguards:")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for playbook in playbooks { try bench.write(playbook.text, to: "playbooks/\(playbook.name).yaml") }
    }
}
