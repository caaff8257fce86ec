package import RetierCore
import RetierLedger

/// What `retier members` lists: the standing of the last refresh, or what a refresh on another day would find.
package struct MembersView {
    package let asOf: Day
    private let facts: FactTable
    private let outcome: TieringOutcome
    private let programme: Programme
    private let lifetime: Lifetime?
    private let clusters: ClusterTable?

    /// Without a day it is that of the last refresh; without one of those, that of the newest order.
    package init(_ workspace: Workspace, asOf day: Day?) throws {
        let planner = Planner(workspace)
        let last = try workspace.ledger.lastRun(kind: .refresh)
        programme = workspace.programme
        let view =
            if let last, day == nil || day == last.asOf {
                // The refresh has moved the standing already: look at it, do not apply it twice.
                try planner.view(.daily, asOf: last.asOf)
            } else {
                try planner.view(.refresh, asOf: try day ?? workspace.newestDay())
            }
        facts = view.facts
        outcome = view.outcome
        lifetime = view.lifetime
        clusters = view.clusters
        asOf = facts.asOf
    }

    /// Members who have bought nothing by the day.
    package var withoutPurchase: Int { (0..<facts.count).count { !facts.hasPurchase($0) } }

    package func listing(includesAll: Bool) -> MemberListing {
        MemberListing(
            facts: facts, outcome: outcome, ladder: programme.tiering.ladder, currency: programme.currency,
            predictions: lifetime?.predictions, clusters: clusters, language: programme.language,
            includesAll: includesAll)
    }

    /// How the next 13 weeks were predicted, how members were clustered, and how good that is, in sentences; none where
    /// nothing is.
    package var notes: [String] {
        let language = programme.language
        let ofClusters = outcome.warnings.filter(\.isOfClusters).map { $0.message(language) }
        return (lifetime.map { LifetimeText($0.learned, language: language).lines } ?? [])
            + (clusters.map { ClusterText($0, language: language).lines } ?? []) + ofClusters
    }
}

extension Workspace {
    /// The local days of the oldest and the newest order; nil where there is none.
    package func orderDays() throws -> (first: Day, last: Day)? {
        try ledger.orderSpan().map { (programme.zone.day(of: $0.first), programme.zone.day(of: $0.last)) }
    }

    /// The local day of the newest order, or today where there is none.
    package func newestDay() throws -> Day { try orderDays()?.last ?? today }
}
