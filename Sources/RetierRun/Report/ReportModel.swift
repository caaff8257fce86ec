package import RetierCore
package import RetierLedger

/// Everything that the health report shows, as plain values; the page is a pure function of it.
package struct ReportModel: Sendable {
    /// A tier of the ladder, or one that an earlier ladder left behind.
    struct TierLabel: Hashable, Sendable {
        var id: String
        var title: LocalizedText
        /// Nil for a tier that is no longer configured.
        var entry: Tier.Entry?
    }

    let brand: String
    let brandTitle: LocalizedText
    let zone: ZoneRules
    let currency: Currency
    /// How numbers that move members are written.
    let measures: MeasureText
    let lifecycle: LifecycleRules
    /// The window of spend and frequency; nil means everything since the first order.
    let window: CalendarPeriod?
    /// Nil where members are not clustered.
    let clusters: ClusterSettings?
    let playbookTitles: [String: LocalizedText]
    let figures: ReportFigures
    /// Highest first; tiers that are no longer configured but still in use come last, by id.
    let tiers: [TierLabel]
    /// Members by tier now, in the order of `tiers`.
    let counts: [Int]
    let history: TierHistory
    /// Between each two refreshes that follow each other, newest first; nil where their counts contradict each other.
    let flows: [TierFlow?]
    /// What experiments say as of the latest run; nil where they were not measured.
    let measurement: Measurement?

    package init(
        figures: ReportFigures, programme: Programme, playbooks: [Playbook] = [], measurement: Measurement? = nil
    ) {
        self.measurement = measurement
        brand = programme.brand
        brandTitle = programme.title
        zone = programme.zone
        currency = programme.currency
        measures = MeasureText(facts: programme.facts, currency: programme.currency)
        lifecycle = programme.tiering.lifecycle
        window = programme.tiering.window
        clusters = programme.clusters
        playbookTitles = Dictionary(playbooks.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        self.figures = figures
        let tiers = ReportModel.labels(programme.tiering.ladder, figures)
        let ids = tiers.map(\.id)
        self.tiers = tiers
        counts = ids.map { figures.refreshes.first?.figures.count(.tier, $0) ?? 0 }
        history = TierHistory(tiers: ids, refreshes: figures.refreshes)
        flows = zip(figures.refreshes, figures.refreshes.dropFirst()).map { now, before in
            TierFlow(tiers: ids, before: before.figures, after: now.figures)
        }
    }

    /// Reads the report's figures from the ledger.
    package static func load(
        ledger: Ledger, programme: Programme, playbooks: [Playbook] = []
    ) throws -> ReportModel {
        let zone = programme.zone
        let figures = try ledger.reportFigures(dataUntil: { zone.start(of: $0.adding(days: 1)) })
        // As of the latest run: the page depends on the ledger, not on the day.
        let measurement = try figures.scope.first.map { run in
            try Measurement(ledger, programme: programme, playbooks: playbooks, asOf: run.asOf)
        }
        return ReportModel(
            figures: figures, programme: programme, playbooks: playbooks, measurement: measurement)
    }

    private static func labels(_ ladder: TierLadder, _ figures: ReportFigures) -> [TierLabel] {
        let known = ladder.tiers.map { TierLabel(id: $0.id, title: $0.title, entry: $0.entry) }
        let used = Set(figures.refreshes.flatMap { $0.figures.subjects(of: .tier) })
        let former = used.subtracting(known.map(\.id)).sorted()
        return known + former.map { TierLabel(id: $0, title: LocalizedText($0)) }
    }
}

extension ReportModel {
    /// Verdicts of one playbook in one version.
    struct PlaybookTally: Hashable, Sendable {
        var playbook: String
        var version: Int
        /// Candidates by verdict, in the order of `Verdict.Outcome.allCases`.
        var counts: [Int]
        var cost: Money

        var total: Int { counts.reduce(0, +) }
    }

    var refresh: ReportFigures.Run? { figures.refreshes.first }
    var previous: ReportFigures.Run? { figures.refreshes.dropFirst().first }
    var members: Int { counts.reduce(0, +) }

    /// What the latest refresh looked like; empty before there is one.
    var now: RunFigures { refresh?.figures ?? RunFigures() }

    /// Nil before the second refresh, and where the counts of the last two contradict each other.
    var flow: TierFlow? { flows.first ?? nil }

    /// Members of the latest refresh by kind of transition.
    func moves(of kind: Transition.Kind) -> Int {
        let quantity = Figure.Quantity(kind)
        return now.figures.reduce(0) { $1.part == .move && $1.quantity == quantity ? $0 + Int($1.value) : $0 }
    }

    /// Most candidates first, then by id and version.
    var tallies: [PlaybookTally] {
        var tallies: [PlaybookTally] = []
        for group in figures.verdicts {
            let last = tallies.last
            if last?.playbook != group.playbook || last?.version != group.version {
                let none = Array(repeating: 0, count: Verdict.Outcome.allCases.count)
                tallies.append(
                    PlaybookTally(playbook: group.playbook, version: group.version, counts: none, cost: .zero))
            }
            let outcome = Verdict.Outcome.allCases.firstIndex { $0.rawValue == group.verdict }
            guard let outcome else { continue }
            tallies[tallies.count - 1].counts[outcome] += group.candidates
            if group.verdict == Verdict.Outcome.send.rawValue {
                tallies[tallies.count - 1].cost.minorUnits += group.cost.minorUnits
            }
        }
        return tallies.sorted { ($1.total, $0.playbook, $0.version) < ($0.total, $1.playbook, $1.version) }
    }

    /// Candidates of the report's runs by verdict.
    func candidates(_ outcome: Verdict.Outcome) -> Int {
        figures.verdicts.reduce(0) { $1.verdict == outcome.rawValue ? $0 + $1.candidates : $0 }
    }

    var candidates: Int { figures.verdicts.reduce(0) { $0 + $1.candidates } }

    /// Actions of the report's runs whose message is in one of the states.
    func actions(in states: [String]) -> Int {
        figures.messages.reduce(0) { states.contains($1.state) ? $0 + $1.actions : $0 }
    }

    var cost: Money { Money(minorUnits: figures.scope.reduce(0) { $0 + $1.cost.minorUnits }) }
}

extension ReportModel.TierLabel {
    /// An entry cut as people write it.
    func text(ofCut cut: Int, _ currency: Currency) -> String {
        entry?.text(ofCut: Int64(cut), currency: currency) ?? Int32(clamping: cut).points
    }
}
