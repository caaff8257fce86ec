package import RetierCore

/// The values that templates get.
package enum TemplateVariables {
    /// Gets the value of one variable from a member; nil where the member has none.
    package typealias Getter = @Sendable (_ member: MemberSnapshot) -> String?

    /// The values of all variables for one member and step; a value that the member does not have is left out.
    package static func values(
        for member: MemberSnapshot, programme: Programme, playbook: Playbook, step: Playbook.Step, language: Language
    ) -> [String: String] {
        var values = constants(
            programme: programme, playbook: playbook, step: step, asOf: member.asOf, language: language)
        let names =
            TemplateVariable.all.map(\.name).filter { !isConstant($0) } + programme.facts.definitions.map(\.name)
            + member.attributes.keys.map { TemplateVariable.attributePrefix + $0 }
        for name in names { values[name] = getter(of: name, programme: programme, language: language)(member) }
        return values
    }

    /// What gets a variable that differs between members.
    package static func getter(of name: String, programme: Programme, language: Language) -> Getter {
        ofPerson(name, programme, language) ?? ofStanding(name, programme, language)
            ?? ofDistance(name, programme.currency) ?? ofIncident(name, programme, language)
            ?? ofNumber(name, programme) ?? ofAttribute(name)
    }

    private static func ofPerson(_ name: String, _ programme: Programme, _ language: Language) -> Getter? {
        switch name {
        case "member_id": return { $0.memberID }
        case "birthday": return { birthday($0.birthday, language) }
        case "years_in_programme": return { String($0.joined.fullYears(until: $0.asOf)) }
        case "m_total": return { [currency = programme.currency] in $0.windowTotal.text(in: currency) }
        case "orders": return { String($0.windowOrders) }
        case "days_since_order":
            return { member in member.lastPurchase.map { String(member.asOf.days(since: $0)) } }
        case "segment":
            return { member in member.segment.map { language == .chinese ? $0.name : $0.alias } }
        case "cluster": return { $0.clusterName?(language) }
        case "lifecycle": return { $0.stage.title(language) }
        default: return nil
        }
    }

    private static func ofStanding(_ name: String, _ programme: Programme, _ language: Language) -> Getter? {
        let titles = programme.tiering.ladder.tiers.map { $0.title(language) }
        @Sendable func title(_ position: Int?) -> String? {
            position.flatMap { titles.indices.contains($0) ? titles[$0] : nil }
        }
        switch name {
        case "tier": return { title($0.tier) }
        case "next_tier": return { $0.hasTier ? title($0.tier - 1) : nil }
        case "previous_tier":
            return { title($0.transitions.first { $0.kind == .promoted || $0.kind == .demoted }?.fromTier) }
        case "score": return { score($0.score) }
        case "days_in_tier": return { String($0.asOf.days(since: $0.tierSince)) }
        default: return nil
        }
    }

    private static func ofDistance(_ name: String, _ currency: Currency) -> Getter? {
        switch name {
        case "gap": return { $0.gapToNextTier?.text(in: currency) }
        case "purchases_gap": return { $0.purchasesToNextTier.map(String.init) }
        case "days_gap": return { $0.nextTier?.change(of: "r_days").map { String(-$0) } }
        case "spend_to_lose_tier":
            return { $0.tierLoss?.change(of: "m_total").map { Money(minorUnits: -$0).text(in: currency) } }
        case "purchases_to_lose_tier": return { $0.tierLoss?.change(of: "f_days").map { String(-$0) } }
        case "days_to_lose_tier": return { $0.tierLoss?.change(of: "r_days").map(String.init) }
        default: return nil
        }
    }

    private static func ofIncident(_ name: String, _ programme: Programme, _ language: Language) -> Getter? {
        let zone = programme.zone
        switch name {
        case "incident":
            let titles = programme.incidents.map { $0.title(language) }
            return { $0.incident.map { titles[$0.kind] } }
        case "incident_id": return { $0.incident?.incident.id }
        case "incident_from": return { $0.incident.map { zone.minute(of: $0.incident.from) } }
        case "incident_until": return { $0.incident?.incident.until.map(zone.minute(of:)) }
        case "incident_hours": return { $0.incident?.incident.startedHours.map(String.init) }
        default: return nil
        }
    }

    /// Further facts and predictions.
    private static func ofNumber(_ name: String, _ programme: Programme) -> Getter? {
        if let prediction = Prediction.allCases.first(where: { $0.name == name }) {
            return { member in
                member.prediction(prediction).map { Field.shown($0, unit: prediction.unit, programme.currency) }
            }
        }
        guard let fact = programme.facts.reference(named: name) else { return nil }
        let unit = programme.facts.definitions[fact.position].unit
        return { member in
            let value = member.furtherFact(at: fact.position)
            return value == FactColumn.missing ? nil : Field.shown(value, unit: unit, programme.currency)
        }
    }

    private static func ofAttribute(_ name: String) -> Getter {
        guard name.hasPrefix(TemplateVariable.attributePrefix) else { return { _ in nil } }
        let attribute = String(name.dropFirst(TemplateVariable.attributePrefix.count))
        return { member in
            let value = member.attributes[attribute] ?? ""
            return value.isEmpty ? nil : value
        }
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
    static func shown(_ value: Int64, unit: Unit, _ currency: Currency) -> String {
        switch unit {
        case .money: Money(minorUnits: value).text(in: currency)
        case .share: Decimal6.text(rounded(value, to: 10_000) * 100) + "%"
        case .decimal: Decimal6.text(rounded(value, to: 100_000))
        default: text(value, unit: unit, moneyDecimals: currency.decimals)
        }
    }

    /// Rounded half away from zero to a multiple.
    package static func rounded(_ value: Int64, to step: Int64) -> Int64 {
        let rest = value % step
        return value - rest + (abs(rest) * 2 >= step ? step * rest.signum() : 0)
    }
}
