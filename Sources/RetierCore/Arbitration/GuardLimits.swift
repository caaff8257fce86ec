/// The limits that stop a plan; nil switches one off.
package struct GuardLimits: Hashable, Sendable {
    /// What one amount of a plan may come to.
    package struct Limit: Hashable, Sendable {
        /// Count or minor units.
        package var most: Int64?
        /// As a share of members, basis points.
        package var share: Int?
        /// Growth against the last run of the same kind, basis points (300 % more is 30,000).
        package var growth: Int?
        /// Distance, up or down, from the median of the runs before, basis points of the median.
        package var drift: Int?

        package init(most: Int64? = nil, share: Int? = nil, growth: Int? = nil, drift: Int? = nil) {
            self.most = most
            self.share = share
            self.growth = growth
            self.drift = drift
        }
    }

    /// The files that one system sends, and when they are late or cut short.
    package struct Source: Hashable, Sendable {
        /// What files may hold, as `retier import` names it.
        package static let kinds = ["members", "orders", "events", "identities", "consents", "suppressions", "acks"]

        package var id: String
        /// One of `kinds`.
        package var kind: String
        /// Which of the kind's files are its own, as a glob of SQLite; nil for all.
        package var files: String?
        /// Days since its last file was imported.
        package var maxAgeDays: Int?
        /// Fall of that file's rows against the median of the files before it, basis points.
        package var maxFall: Int?

        package init(id: String, kind: String, files: String? = nil, maxAgeDays: Int? = nil, maxFall: Int? = nil) {
            self.id = id
            self.kind = kind
            self.files = files
            self.maxAgeDays = maxAgeDays
            self.maxFall = maxFall
        }
    }

    /// Days since the newest order on or before the plan's date.
    package var maxDataAgeDays: Int?
    /// Fall of a table's row count against the last run, basis points.
    package var maxRowFall: Int?
    /// In the order of their ids.
    package var sources: [Source]
    package var amounts: [PlanAmount: Limit]

    package init(
        maxDataAgeDays: Int? = 7, maxRowFall: Int? = 1_000, sources: [Source] = [],
        amounts: [PlanAmount: Limit] = GuardLimits.usual
    ) {
        self.maxDataAgeDays = maxDataAgeDays
        self.maxRowFall = maxRowFall
        self.sources = sources
        self.amounts = amounts
    }

    /// What holds where nothing is configured.
    package static let usual: [PlanAmount: Limit] = [
        .actions: Limit(share: 5_000, growth: 30_000), .demotions: Limit(share: 3_000),
    ]
}

/// What guards count of a plan.
package enum PlanAmount: String, CaseIterable, Sendable {
    case actions
    /// Members who get an action.
    case reach
    case demotions
    /// Minor units.
    case cost
}

/// What a plan or a run comes to.
package struct PlanAmounts: Hashable, Sendable {
    package var actions: Int
    package var reach: Int
    package var demotions: Int
    package var cost: Money

    package init(actions: Int = 0, reach: Int = 0, demotions: Int = 0, cost: Money = .zero) {
        self.actions = actions
        self.reach = reach
        self.demotions = demotions
        self.cost = cost
    }

    package subscript(amount: PlanAmount) -> Int64 {
        switch amount {
        case .actions: Int64(actions)
        case .reach: Int64(reach)
        case .demotions: Int64(demotions)
        case .cost: cost.minorUnits
        }
    }
}
