/// Everything one run has decided: exactly what `apply` will do, and nothing else.
package struct Plan: Sendable {
    package var header: PlanHeader
    /// In the order of their names.
    package var inputs: [PlanInput]
    /// Everybody the run looked at, in byte order; the rows of all tables below.
    package var memberIDs: PackedStrings
    /// Ids of the ladder's tiers, highest first.
    package var tiers: [String]
    /// The calibration in force; nil in a daily plan, whose header names the version.
    package var calibration: Calibration?
    /// Where everybody stands after the run; nil in a daily plan, which changes no tier.
    package var standing: StandingTable?
    /// Sorted by row and kind.
    package var transitions: [Transition]
    /// What a refresh looked like as a whole, and what came of budgets and displacement in any run.
    package var figures: RunFigures
    /// The run's playbooks in the order of their ids.
    package var playbooks: [Playbook]
    package var channels: [Channel]
    /// The experiments of the run, by id.
    package var experiments: [PlannedExperiment] = []
    /// The incidents of which decisions name the position.
    package var incidents: [Incident] = []
    /// In the order of rows, playbooks and steps.
    package var decisions: [Decision]

    package init(
        header: PlanHeader, inputs: [PlanInput], memberIDs: PackedStrings, tiers: [String],
        calibration: Calibration? = nil, standing: StandingTable? = nil, transitions: [Transition] = [],
        figures: RunFigures = RunFigures(), playbooks: [Playbook], channels: [Channel],
        decisions: [Decision]
    ) {
        self.header = header
        self.inputs = inputs.sorted { $0.name < $1.name }
        self.memberIDs = memberIDs
        self.tiers = tiers
        self.calibration = calibration
        self.standing = standing
        self.transitions = transitions
        self.figures = figures
        self.playbooks = playbooks
        self.channels = channels
        self.decisions = decisions
    }

    /// Takes over what arbitration says.
    package mutating func add(_ settlement: Settlement) {
        decisions = settlement.decisions
        incidents = settlement.incidents.items.map(\.incident)
        for figure in settlement.figures { figures.append(figure) }
    }
}

/// What a plan is about.
package struct PlanHeader: Hashable, Sendable {
    package var brand: String
    package var kind: Playbook.Trigger
    /// What the run is done once for: `2026-11` for a refresh, `2026-11-21` for a daily run.
    package var period: String
    package var asOf: Day
    package var currency: Currency
    /// The day of the newest order that the run saw, for the guard against stale data; nil where there is none.
    package var newestOrder: Day?
    /// The version of the calibration that scores and tiers were decided with; nil before there is one.
    package var calibration: Int?

    package init(
        brand: String, kind: Playbook.Trigger, period: String, asOf: Day, currency: Currency, newestOrder: Day? = nil,
        calibration: Int? = nil
    ) {
        self.brand = brand
        self.kind = kind
        self.period = period
        self.asOf = asOf
        self.currency = currency
        self.newestOrder = newestOrder
        self.calibration = calibration
    }

    /// The period of a run: the month of a refresh, the day of a daily run.
    package static func period(of kind: Playbook.Trigger, asOf: Day) -> String {
        switch kind {
        case .refresh: String(asOf.description.prefix(7))
        case .daily: asOf.description
        }
    }
}

/// An experiment of a run with what its members are drawn by.
package struct PlannedExperiment: Hashable, Sendable {
    /// The playbook, or `*` for the programme.
    package var id: String
    package var salt: String
    package var shares: ExperimentShares

    package init(id: String, salt: String, shares: ExperimentShares) {
        self.id = id
        self.salt = salt
        self.shares = shares
    }

    /// The experiments of some playbooks and of the programme, with the salts that the ledger has for them.
    package static func all(
        brand: String, playbooks: [Playbook], programmeControl: Int, salts: [String: String]
    ) -> [PlannedExperiment] {
        let programme = (AssignmentTable.programme, ExperimentShares(holdout: programmeControl))
        return ([programme] + playbooks.map { ($0.id, $0.shares) }).filter { $0.1.isExperiment }.map { id, shares in
            PlannedExperiment(
                id: id, salt: salts[id] ?? Experiment.salt(brand: brand, experiment: id), shares: shares)
        }
    }
}

/// One of the things a plan was made from, as it was then.
package struct PlanInput: Hashable, Sendable {
    /// `members`, `orders`, `events`, `identities`, `consents`, `configuration`, `playbooks`, `templates`,
    /// `calibration`, `overrides`, `standing`, `deliveries`, `incidents`.
    package var name: String
    package var digest: String
    /// Rows, files or runs.
    package var count: Int

    package init(name: String, digest: String, count: Int) {
        self.name = name
        self.digest = digest
        self.count = count
    }
}

/// An input that is no longer what the plan was made from.
package struct StaleInput: Hashable, Sendable {
    package var name: String
    package var planned: PlanInput?
    package var current: PlanInput?

    /// The inputs that differ, in the order of their names.
    package static func between(planned: [PlanInput], current: [PlanInput]) -> [StaleInput] {
        Set(planned.map(\.name)).union(current.map(\.name)).sorted().compactMap { name in
            let (before, now) = (planned.first { $0.name == name }, current.first { $0.name == name })
            return before == now ? nil : StaleInput(name: name, planned: before, current: now)
        }
    }

    /// `orders changed (20000000 rows, now 20000410)`.
    package var description: String {
        switch (planned, current) {
        case (let planned?, let current?) where planned.count != current.count:
            "\(name) changed (\(planned.count), now \(current.count))"
        case (.some, .some): "\(name) changed (still \(current?.count ?? 0))"
        case (.some, .none): "\(name) is gone"
        default: "\(name) is new"
        }
    }
}
