import RetierCore

/// Which optional template variables have a value for every member of a playbook, because its condition asks for it.
enum GuaranteedValues {
    /// The names of the variables; a comparison with a missing value is false, so a clause on a field guarantees it.
    static func variables(for condition: Condition?) -> Set<String> {
        guard let condition, let alternatives = ConditionLint.alternatives(of: condition),
            let first = alternatives.first
        else { return [] }
        let common = alternatives.dropFirst().reduce(guaranteed(by: first)) { $0.intersection(guaranteed(by: $1)) }
        return common
    }

    private static func guaranteed(by literals: [ConditionLint.Literal]) -> Set<String> {
        Set(literals.filter { !$0.isNegated }.flatMap { variables(of: $0.clause.predicate) })
    }

    private static func variables(of predicate: Predicate) -> [String] {
        switch predicate.field {
        case .incidentHours: TemplateVariable.ofIncident
        case .incidentOpen where predicate.saysClosed: TemplateVariable.ofIncident
        case .incidentOpen, .incidentKind: TemplateVariable.ofAnyIncident
        case .daysSinceOrder, .recencyDays: ["days_since_order"]
        // Who has a distance has a next tier.
        case .gapToNextTier: ["gap", "next_tier"]
        case .purchasesToNextTier: ["purchases_gap", "next_tier"]
        case .daysToNextTier: ["days_gap", "next_tier"]
        case .spendToLoseTier: ["spend_to_lose_tier"]
        case .purchasesToLoseTier: ["purchases_to_lose_tier"]
        case .daysToLoseTier: ["days_to_lose_tier"]
        case .birthdayInDays, .birthdayMonth: ["birthday"]
        case .segment: ["segment"]
        case .transitionFrom: ["previous_tier"]
        case .fact(let fact): [fact.name]
        case .attribute(let name): [TemplateVariable.attributePrefix + name]
        default: []
        }
    }
}
