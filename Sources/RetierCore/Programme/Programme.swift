/// A brand's configuration (`retier.yaml`) as checked values.
package struct Programme: Sendable {
    /// Immutable id: part of every idempotency key and every experiment salt.
    package var brand: String
    package var title: LocalizedText
    /// The language of user-facing text.
    package var language: Language
    package var zone: ZoneRules
    package var currency: Currency
    package var tiering: TieringModel
    /// Sorted by id.
    package var endpoints: [Endpoint]
    /// Sorted by id.
    package var channels: [Channel]
    /// Over several channels or by tags; those of single channels are theirs.
    package var caps: [FrequencyCap] = []
    /// Over several playbooks; those of single playbooks are theirs.
    package var budgets: [Budget] = []
    package var quiet = QuietSettings()
    package var guards: GuardLimits
    package var approvals = ApprovalRules()
    package var canary = CanarySettings()
    package var imports: ImportLimits
    /// The further facts that something may ask for.
    package var facts: FactCatalogue
    /// In the order in which they are written.
    package var tags: [Tag] = []
    /// Nil where members are not clustered.
    package var clusters: ClusterSettings?
    /// In the order in which they are written.
    package var incidents: [IncidentKind] = []
    /// Orders with one of these statuses count for nothing.
    package var uncountedStatuses: [String]
    /// Members who get nothing of any playbook, so that the whole programme can be measured.
    package var control = ProgrammeControl()

    package init(
        brand: String, title: LocalizedText, language: Language, zone: ZoneRules, currency: Currency,
        tiering: TieringModel, endpoints: [Endpoint], channels: [Channel], guards: GuardLimits = GuardLimits(),
        imports: ImportLimits = ImportLimits(), facts: FactCatalogue = .standard,
        uncountedStatuses: [String] = Programme.usualUncountedStatuses
    ) {
        self.brand = brand
        self.title = title
        self.language = language
        self.zone = zone
        self.currency = currency
        self.tiering = tiering
        self.endpoints = endpoints
        self.channels = channels
        self.guards = guards
        self.imports = imports
        self.facts = facts
        self.uncountedStatuses = uncountedStatuses
    }

    /// The statuses of orders that count for nothing unless the programme says otherwise.
    package static let usualUncountedStatuses = ["cancelled", "canceled", "已取消"]

    package func endpoint(_ id: String) -> Endpoint? { endpoints.first { $0.id == id } }
    package func channel(_ id: String) -> Channel? { channels.first { $0.id == id } }
}

/// The control group of the whole programme.
package struct ProgrammeControl: Hashable, Sendable {
    /// Basis points of all members; 0 for none.
    package var share: Int
    /// How long after a member's first entry outcomes count.
    package var within: CalendarPeriod
    /// The day on which it is judged; nil for none planned.
    package var until: Day?

    package init(share: Int = 0, within: CalendarPeriod = CalendarPeriod(months: 6), until: Day? = nil) {
        self.share = share
        self.within = within
        self.until = until
    }
}

/// An ISO 4217 code and how many decimals its minor unit has.
package struct Currency: Hashable, Sendable {
    package var code: String
    package var decimals: Int

    package init(code: String, decimals: Int = 2) {
        self.code = code
        self.decimals = decimals
    }
}

/// How a member is reached: what `via` in a playbook names.
package struct Channel: Hashable, Sendable {
    package var id: String
    package var title: LocalizedText
    package var endpoint: String
    /// The consent purpose a member must have granted for this channel; nil where none is needed (staff tasks,
    /// service).
    package var consent: String?
    /// The cap on sends to one member through this channel; its id is the channel's.
    package var cap: FrequencyCap?
    /// The longest rendered text in UTF-8 bytes; nil for no limit.
    package var maxTextBytes: Int?

    package init(
        id: String, title: LocalizedText, endpoint: String, consent: String? = nil, cap: FrequencyCap? = nil,
        maxTextBytes: Int? = nil
    ) {
        self.id = id
        self.title = title
        self.endpoint = endpoint
        self.consent = consent
        self.cap = cap
        self.maxTextBytes = maxTextBytes
    }
}

/// Limits of `retier import`.
package struct ImportLimits: Hashable, Sendable {
    /// The share of rejected rows that fails a file, basis points.
    package var maxRejected: Int
    /// Whether an identity that means a second member merges the two; such rows are rejected otherwise.
    package var mergesMembers: Bool
    /// With what files of acknowledgements must be signed; nil where they need no signature.
    package var acksSecret: SecretSource?

    package init(maxRejected: Int = 500, mergesMembers: Bool = true, acksSecret: SecretSource? = nil) {
        self.maxRejected = maxRejected
        self.mergesMembers = mergesMembers
        self.acksSecret = acksSecret
    }
}
