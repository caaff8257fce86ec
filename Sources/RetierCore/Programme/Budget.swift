/// The most that the actions in its scope may cost in a period, or the most of them that may be sent.
package struct Budget: Hashable, Sendable {
    package enum Limit: Hashable, Sendable {
        case money(Money)
        /// So many actions: calls of a service desk, letters.
        case actions(Int)
    }

    /// Which actions count against it: those that each list names; an empty list means all.
    package struct Scope: Hashable, Sendable {
        package var playbooks: [String]
        /// Tiers of the members after the run that decides.
        package var tiers: [String]
        package var channels: [String]
        /// Tags of steps, one of which an action carries.
        package var tags: [String]

        package init(
            playbooks: [String] = [], tiers: [String] = [], channels: [String] = [], tags: [String] = []
        ) {
            self.playbooks = playbooks
            self.tiers = tiers
            self.channels = channels
            self.tags = tags
        }

        /// - Parameter tier: nil for a member without a tier.
        package func covers(playbook: String, channel: String, tags carried: [String], tier: String?) -> Bool {
            coversStep(playbook: playbook, channel: channel, tags: carried)
                && (tiers.isEmpty || tier.map(tiers.contains) == true)
        }

        /// Whether it covers a step for the members of some tier.
        package func coversStep(playbook: String, channel: String, tags carried: [String]) -> Bool {
            (playbooks.isEmpty || playbooks.contains(playbook)) && (channels.isEmpty || channels.contains(channel))
                && (tags.isEmpty || carried.contains(where: tags.contains))
        }
    }

    package var id: String
    package var limit: Limit
    package var per: CalendarPeriod
    package var scope: Scope

    package init(id: String, limit: Limit, per: CalendarPeriod, scope: Scope = Scope()) {
        self.id = id
        self.limit = limit
        self.per = per
        self.scope = scope
    }

    /// The programme's budgets and those that playbooks have of their own, which bear the playbooks' ids; by id.
    package static func all(of programme: [Budget], _ playbooks: [Playbook]) -> [Budget] {
        let own = playbooks.compactMap { playbook in
            playbook.budget.map {
                Budget(id: playbook.id, limit: $0.limit, per: $0.per, scope: Scope(playbooks: [playbook.id]))
            }
        }
        return (programme + own).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }
}

extension Budget {
    /// What one action takes of it, in minor units or actions; 0 for an action without cost.
    package func share(cost: Int64) -> Int64 {
        switch limit {
        case .money: cost
        case .actions: 1
        }
    }

    /// The limit in minor units or actions.
    package var amount: Int64 {
        switch limit {
        case .money(let money): money.minorUnits
        case .actions(let count): Int64(count)
        }
    }

    package var isMoney: Bool { if case .money = limit { true } else { false } }

    /// The days of the period that contains a day; a rolling window ends with it.
    package func period(containing day: Day) -> (first: Day, last: Day) {
        let first = per.budgetStart(containing: day)
        return (first, nextPeriod(after: day)?.adding(days: -1) ?? day)
    }

    /// The day on which the next calendar block begins; nil for a rolling window, whose places free one by one.
    package func nextPeriod(after day: Day) -> Day? {
        let next = per.after(per.budgetStart(containing: day))
        return per.budgetStart(containing: next) == next ? next : nil
    }
}

/// What earlier runs have taken of a budget in its period, in minor units or actions.
package struct BudgetUse: Hashable, Sendable {
    /// Of actions that were delivered.
    package var settled: Int64
    /// Of actions that are still to leave, or may have left: given back if they do not.
    package var open: Int64

    package init(settled: Int64 = 0, open: Int64 = 0) {
        self.settled = settled
        self.open = open
    }

    package var total: Int64 { settled + open }
}
