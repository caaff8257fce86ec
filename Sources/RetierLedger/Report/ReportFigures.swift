package import RetierCore

/// The counts that the health report shows, straight from the ledger: aggregates only, no member is named.
package struct ReportFigures: Hashable, Sendable {
    /// A committed run.
    package struct Run: Hashable, Sendable {
        package var id: String
        /// `refresh` or `daily`.
        package var kind: String
        package var period: String
        package var asOf: Day
        package var planDigest: String
        package var committedAt: Instant
        package var members: Int
        package var sends: Int
        package var demotions: Int
        package var cost: Money
        /// What a refresh looked like as a whole, and what came of budgets and displacement in any run.
        package var figures: RunFigures
        /// People's words on its plan.
        package var approvals: [Approval]

        package init(
            id: String, kind: String, period: String, asOf: Day, planDigest: String, committedAt: Instant,
            members: Int, sends: Int, demotions: Int, cost: Money, figures: RunFigures, approvals: [Approval] = []
        ) {
            self.id = id
            self.kind = kind
            self.period = period
            self.asOf = asOf
            self.planDigest = planDigest
            self.committedAt = committedAt
            self.members = members
            self.sends = sends
            self.demotions = demotions
            self.cost = cost
            self.figures = figures
            self.approvals = approvals
        }
    }

    /// Candidates of one playbook that got the same verdict for the same reason.
    package struct Verdicts: Hashable, Sendable {
        package var playbook: String
        package var version: Int
        package var verdict: String
        package var reason: String
        package var candidates: Int
        /// Of these, how many were decided by the refresh itself; the others by daily runs.
        package var ofRefresh: Int
        package var cost: Money
    }

    /// Messages of one endpoint in one state.
    package struct Messages: Hashable, Sendable {
        package var endpoint: String
        package var state: String
        package var messages: Int
        package var actions: Int
        package var attempts: Int
    }

    /// Why messages were not delivered at the first attempt.
    package struct Trouble: Hashable, Sendable {
        package var endpoint: String
        package var state: String
        package var httpStatus: Int?
        package var code: String?
        package var messages: Int
        package var actions: Int
    }

    /// A file that was imported.
    package struct Import: Hashable, Sendable {
        package var kind: String
        package var name: String
        package var at: Instant
        package var read: Int
        package var new: Int
        package var updated: Int
        package var unchanged: Int
        package var rejected: Int
    }

    /// Newest first, at most `ReportFigures.refreshLimit`.
    package var refreshes: [Run] = []
    /// The latest refresh and every run after it, newest first; all runs where there is no refresh yet.
    package var scope: [Run] = []
    /// What the newest refresh was decided with; nil before there is one.
    package var calibration: Calibration?
    /// Decisions of the runs in `scope`.
    package var verdicts: [Verdicts] = []
    /// Outbox rows of the runs in `scope`.
    package var messages: [Messages] = []
    /// Outbox rows of earlier runs that are not finished.
    package var olderMessages: [Messages] = []
    package var troubles: [Trouble] = []
    /// Newest first, at most `ReportFigures.importLimit`.
    package var imports: [Import] = []
    /// Rows of each data table, by kind.
    package var rowCounts: [String: Int] = [:]
    /// Members seen only in other files so far.
    package var waiting = 0
    package var newestOrder: Instant?

    package static let refreshLimit = 12
    package static let importLimit = 12

    package init() {}
}
