package import RetierCore

/// The values that templates get.
package enum TemplateVariables {
    /// The values for one member and step; a value that the member does not have is left out.
    package static func values(
        for member: MemberSnapshot, programme: Programme, playbook: Playbook, step: Playbook.Step, language: Language
    ) -> [String: String] {
        let constants = constants(
            programme: programme, playbook: playbook, step: step, asOf: member.asOf, language: language)
        return constants.merging(personal(for: member, programme: programme, language: language)) { $1 }
    }

    /// The values that differ between members; where `names` is given, only those that it holds.
    package static func personal(
        for member: MemberSnapshot, programme: Programme, language: Language, only names: Set<String>? = nil
    ) -> [String: String] {
        let tiers = programme.tiering.ladder.tiers
        let money = { (amount: Money) in amount.text(in: programme.currency) }
        func title(_ position: Int?) -> String? {
            position.flatMap { tiers.indices.contains($0) ? tiers[$0].title(language) : nil }
        }
        var values: [String: String] = [:]
        func set(_ name: String, _ value: @autoclosure () -> String?) {
            if names?.contains(name) ?? true { values[name] = value() }
        }
        set("member_id", member.memberID)
        set("birthday", birthday(member.birthday, language))
        set("years_in_programme", Field.yearsInProgramme.valueText(of: member, in: programme.vocabulary))
        set("tier", title(member.tier))
        set("next_tier", member.hasTier ? title(member.tier - 1) : nil)
        let move = member.transitions.first { $0.kind == .promoted || $0.kind == .demoted }
        set("previous_tier", title(move?.fromTier))
        set("gap", member.gapToNextTier.map(money))
        set("purchases_gap", member.purchasesToNextTier.map(String.init))
        set("days_gap", member.nextTier?.change(of: "r_days").map { String(-$0) })
        set("spend_to_lose_tier", member.tierLoss?.change(of: "m_total").map { money(Money(minorUnits: -$0)) })
        set("purchases_to_lose_tier", member.tierLoss?.change(of: "f_days").map { String(-$0) })
        set("days_to_lose_tier", member.tierLoss?.change(of: "r_days").map(String.init))
        set("score", score(member.score))
        set("m_total", money(member.windowTotal))
        set("orders", String(member.windowOrders))
        set("days_since_order", member.lastPurchase.map { String(member.asOf.days(since: $0)) })
        set("days_in_tier", String(member.asOf.days(since: member.tierSince)))
        set("segment", member.segment.map { language == .chinese ? $0.name : $0.alias })
        set("cluster", member.clusterName?(language))
        set("lifecycle", member.stage.title(language))
        if let incident = member.incident { values.merge(self.incident(incident, programme, language)) { $1 } }
        // The facts that the catalogue names; a run may have read one more for its own figures.
        let facts = programme.facts.definitions
        for (position, value) in zip(facts.indices, member.furtherFacts) where value != FactColumn.missing {
            set(facts[position].name, Field.shown(value, unit: facts[position].unit, programme: programme))
        }
        for prediction in Prediction.allCases {
            let value = member.prediction(prediction)
            set(prediction.name, value.map { Field.shown($0, unit: prediction.unit, programme: programme) })
        }
        for (name, value) in member.attributes where !value.isEmpty {
            set(TemplateVariable.attributePrefix + name, value)
        }
        return values
    }

    private static func incident(
        _ member: MemberIncident, _ programme: Programme, _ language: Language
    ) -> [String: String] {
        let incident = member.incident
        var values = [
            "incident": programme.incidents[member.kind].title(language), "incident_id": incident.id,
            "incident_from": programme.zone.minute(of: incident.from),
        ]
        values["incident_until"] = incident.until.map(programme.zone.minute(of:))
        values["incident_hours"] = incident.startedHours.map(String.init)
        return values
    }

    /// Whether a variable of a step has the same value for every member.
    package static func isConstant(_ name: String) -> Bool {
        ["brand", "playbook", "as_of", "assignee", "due", "cost"].contains(name)
            || name.hasPrefix(TemplateVariable.parameterPrefix)
    }

    /// The values that are the same for every member.
    package static func constants(
        programme: Programme, playbook: Playbook, step: Playbook.Step, asOf: Day, language: Language
    ) -> [String: String] {
        var values = [
            "brand": programme.title(language), "playbook": playbook.title(language), "as_of": asOf.description,
        ]
        values["assignee"] = step.assign
        values["due"] = step.due.map { $0.after(asOf).description }
        if step.cost > .zero { values["cost"] = step.cost.text(in: programme.currency) }
        for (key, value) in step.parameters { values[TemplateVariable.parameterPrefix + key] = value }
        return values
    }

    /// The longest values to reckon with, for checking sizes before there is a member.
    static func longest(
        programme: Programme, playbook: Playbook, step: Playbook.Step, attributes: [String], language: Language
    ) -> [String: String] {
        let titles = programme.tiering.ladder.tiers.map { $0.title(language) }
        let tier = titles.max { $0.utf8.count < $1.utf8.count } ?? ""
        let all = TemplateVariable.all + programme.facts.definitions.map(TemplateVariable.ofFact)
        let sample = all.map { ($0.name, $0.longest(language)) }
        var values = Dictionary(uniqueKeysWithValues: sample.filter { !$0.1.isEmpty })
        for name in ["tier", "next_tier", "previous_tier"] { values[name] = tier }
        let kinds = programme.incidents.map { $0.title(language) }
        values["incident"] = kinds.max { $0.utf8.count < $1.utf8.count } ?? ""
        values["cluster"] = programme.clusters?.longestName(language) ?? ""
        for name in attributes { values[TemplateVariable.attributePrefix + name] = String(repeating: "字", count: 20) }
        let constants = constants(
            programme: programme, playbook: playbook, step: step, asOf: Day(number: 20_000), language: language)
        values.merge(constants) { $1 }
        return values
    }

    private static func birthday(_ monthDay: Int16, _ language: Language) -> String? {
        let month = Int(monthDay) / 100, day = Int(monthDay) % 100
        guard (1...12).contains(month) else { return nil }
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        return language == .chinese ? "\(month)月\(day)日" : "\(day) \(names[month - 1])"
    }

    /// Millionths of one as 0 to 100 with one decimal, cut off: nobody is shown a score that they have not reached.
    private static func score(_ millionths: Int) -> String { "\(millionths / 10_000).\(millionths / 1_000 % 10)" }
}

extension Money {
    /// The amount with its currency: `CNY 230.00`.
    package func text(in currency: Currency) -> String { "\(currency.code) \(text(decimals: currency.decimals))" }
}

extension LifecycleStage {
    /// The stage as people say it.
    package var title: LocalizedText {
        switch self {
        case .new: LocalizedText(zh: "新会员", en: "new")
        case .active: LocalizedText(zh: "活跃", en: "active")
        case .cooling: LocalizedText(zh: "冷却", en: "cooling")
        case .dormant: LocalizedText(zh: "沉默", en: "dormant")
        case .lost: LocalizedText(zh: "流失", en: "lost")
        case .returned: LocalizedText(zh: "回归", en: "returned")
        }
    }
}

extension Field {
    /// A number as messages show it: money with its currency, shares in whole percent, decimals with one digit.
    static func shown(_ value: Int64, unit: Unit, programme: Programme) -> String {
        switch unit {
        case .money: Money(minorUnits: value).text(in: programme.currency)
        case .share: Decimal6.text(rounded(value, to: 10_000) * 100) + "%"
        case .decimal: Decimal6.text(rounded(value, to: 100_000))
        default: text(value, unit: unit, moneyDecimals: programme.currency.decimals)
        }
    }

    /// Rounded half away from zero to a multiple.
    private static func rounded(_ value: Int64, to step: Int64) -> Int64 {
        let rest = value % step
        return value - rest + (abs(rest) * 2 >= step ? step * rest.signum() : 0)
    }
}
