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
    let lifecycle: LifecycleRules
    let playbookTitles: [String: LocalizedText]
    let figures: ReportFigures
    /// Highest first; tiers that are no longer configured but still in use come last, by id.
    let tiers: [TierLabel]
    /// Members by tier now, in the order of `tiers`.
    let counts: [Int]
    let history: TierHistory
    /// Nil before the second refresh, and where the ledger's moves and standings do not fit together.
    let flow: TierFlow?

    package init(figures: ReportFigures, programme: Programme, playbooks: [Playbook] = []) {
        brand = programme.brand
        brandTitle = programme.title
        zone = programme.zone
        currency = programme.currency
        lifecycle = programme.tiering.lifecycle
        playbookTitles = Dictionary(playbooks.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        self.figures = figures
        let tiers = ReportModel.labels(programme.tiering.ladder, figures)
        let ids = tiers.map(\.id)
        let counts = ids.map { id in figures.standings.reduce(0) { $1.tier == id ? $0 + $1.members : $0 } }
        self.tiers = tiers
        self.counts = counts
        history = TierHistory(tiers: ids, counts: counts, refreshes: figures.refreshes, moves: figures.moves)
        flow = ReportModel.flow(ids, counts, figures)
    }

    /// Reads the report's figures from the ledger.
    package static func load(
        ledger: Ledger, programme: Programme, playbooks: [Playbook] = []
    ) throws -> ReportModel {
        let zone = programme.zone
        let figures = try ledger.reportFigures(dataUntil: { zone.start(of: $0.adding(days: 1)) })
        return ReportModel(figures: figures, programme: programme, playbooks: playbooks)
    }

    private static func labels(_ ladder: TierLadder, _ figures: ReportFigures) -> [TierLabel] {
        let known = ladder.tiers.map { TierLabel(id: $0.id, title: $0.title, entry: $0.entry) }
        var used = Set(figures.standings.map(\.tier))
        for move in figures.moves {
            used.insert(move.toTier)
            if let from = move.fromTier { used.insert(from) }
        }
        let former = used.subtracting(known.map(\.id)).sorted()
        return known + former.map { TierLabel(id: $0, title: LocalizedText($0)) }
    }

    private static func flow(_ tiers: [String], _ counts: [Int], _ figures: ReportFigures) -> TierFlow? {
        guard figures.refreshes.count >= 2 else { return nil }
        let moves = figures.moves.filter { $0.run == figures.refreshes[0].id }
        return TierFlow(
            tiers: tiers, counts: counts, moves: moves, earlierMembers: figures.refreshes[1].members)
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

    /// Members of the latest refresh by kind of transition.
    func moves(of kind: Transition.Kind) -> Int {
        guard let run = refresh?.id else { return 0 }
        return figures.moves.reduce(0) { $1.run == run && $1.kind == kind.name ? $0 + $1.members : $0 }
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
