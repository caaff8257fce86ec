/// What a clause may ask about a member: a closed list, but for the names of channels, attributes and a
/// programme's own facts.
package enum Field: Hashable, Sendable {
    case tier, rawTier, segment, lifecycle
    case tag
    case cluster
    case transitionKind, transitionFrom, transitionTo
    case slide
    case daysSinceOrder, daysSinceJoined, daysInTier, yearsInProgramme
    case recencyDays, frequencyDays, orders, monetaryTotal, averageOrderValue, couponShare
    case recencyScore, frequencyScore, monetaryScore, score
    case rank(Dimension)
    case gapToNextTier, purchasesToNextTier, daysToNextTier
    case spendToLoseTier, purchasesToLoseTier, daysToLoseTier
    case birthdayInDays, birthdayMonth, anniversaryInDays
    case incidentKind, incidentOpen, incidentHours
    /// A further fact of the programme's catalogue.
    case fact(FactReference)
    case prediction(Prediction)
    /// A granted consent, as `channel:purpose`.
    case consent(String)
    /// A column of the members file that retier does not know.
    case attribute(String)

    /// The distances to losing the present tier.
    package static let tierLosses: [Field] = [.spendToLoseTier, .purchasesToLoseTier, .daysToLoseTier]

    /// Whether it asks for the incident that affected the member.
    package var isOfIncident: Bool { self == .incidentKind || self == .incidentOpen || self == .incidentHours }

    /// Whether it is a distance to the next tier or to losing the present one, which is dear to compute.
    package var isDistance: Bool {
        switch self {
        case .gapToNextTier, .purchasesToNextTier, .daysToNextTier, .spendToLoseTier, .purchasesToLoseTier,
            .daysToLoseTier:
            true
        default: false
        }
    }

    /// What a field holds.
    package enum Kind: Hashable, Sendable {
        case choice(Choice)
        case number(Unit)
        case flag
        /// Text, or a number where it is compared with one.
        case attribute
    }

    /// The closed sets that choices are taken from.
    package enum Choice: String, Hashable, Sendable {
        case tiers, segments, stages, transitionKinds, tags, clusters, incidentKinds
    }

    /// What a number counts, and so how its text becomes an exact integer.
    package enum Unit: String, Hashable, Sendable {
        case days, count, years
        /// Minor units of the programme's currency.
        case money
        /// Scores and ranks shown as 0 to 100, held in millionths of one.
        case points
        /// A share shown in percent, held in millionths.
        case share
        /// A number attribute, held in millionths.
        case decimal
    }
}

/// The words a programme has for what fields count: tier ids, tags, facts, and the decimals of its currency.
package struct FieldVocabulary: Hashable, Sendable {
    /// Highest tier first.
    package var tierIDs: [String]
    /// In the order in which they are written.
    package var tagIDs: [String]
    /// Their numbers; empty where members are not clustered.
    package var clusterIDs: [String]
    /// In the order in which they are written.
    package var incidentKindIDs: [String]
    package var facts: FactCatalogue
    package var moneyDecimals: Int

    package init(
        tierIDs: [String], tagIDs: [String] = [], clusterIDs: [String] = [], incidentKindIDs: [String] = [],
        facts: FactCatalogue = .standard, moneyDecimals: Int = 2
    ) {
        self.tierIDs = tierIDs
        self.tagIDs = tagIDs
        self.clusterIDs = clusterIDs
        self.incidentKindIDs = incidentKindIDs
        self.facts = facts
        self.moneyDecimals = moneyDecimals
    }

    /// The names in a set, in the order of their bits.
    package func names(of choice: Field.Choice) -> [String] {
        switch choice {
        case .tiers: tierIDs
        case .segments: FieldVocabulary.segments
        case .stages: FieldVocabulary.stages
        case .transitionKinds: FieldVocabulary.transitionKinds
        case .tags: tagIDs
        case .clusters: clusterIDs
        case .incidentKinds: incidentKindIDs
        }
    }

    private static let segments = Segment8.allCases.map(\.name)
    private static let stages = LifecycleStage.allCases.map(\.name)
    private static let transitionKinds = Transition.Kind.allCases.map(\.name)

    /// The bit of a name or alias in a set, or nil.
    package func bit(of name: String, in choice: Field.Choice) -> UInt64? {
        var position = names(of: choice).firstIndex(of: name)
        if position == nil, choice == .segments { position = Segment8.allCases.firstIndex { $0.alias == name } }
        return position.map { 1 << UInt64($0) }
    }
}

extension Programme {
    /// What conditions and traces need to know of the programme.
    package var vocabulary: FieldVocabulary {
        FieldVocabulary(
            tierIDs: tiering.ladder.tiers.map(\.id), tagIDs: tags.map(\.id), clusterIDs: clusters?.ids ?? [],
            incidentKindIDs: incidents.map(\.id), facts: facts, moneyDecimals: currency.decimals)
    }
}
