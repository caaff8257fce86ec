/// Settles all candidates of a run at once: each ends in exactly one verdict with its reason and evidence.
///
/// The rules, in this order: suppression and consent, members whom the receiver does not know, members in an escalation
/// and `once_per` (control groups included in both, so that shadows keep the same clock as sends), members outside a
/// pilot, later steps, quiet hours, control groups, approvals, then escalations that begin in this run, then places
/// under the caps by priority, rank and playbook id, then budgets by priority and value per cost. Nothing depends on
/// the order of members, candidates or playbooks.
package struct Arbitration: Sendable {
    package var brand: String
    package var asOf: Day
    package var currency: Currency
    /// In the order of their ids; `Candidate.playbook` is a position in it.
    package var playbooks: [Playbook]
    package var channels: [Channel]
    /// Over several channels, or by tags.
    package var caps: [FrequencyCap]
    /// In byte order.
    package var memberIDs: PackedStrings
    /// What members are worth to budgets.
    package var values: MemberValues
    package var consents: ConsentTable
    package var recipients: RecipientTable
    package var history: SendHistory
    package var cases: CaseTable
    package var approvals: ApprovalTable
    package var waiting: WaitingTable
    package var quiet: QuietTable
    package var incidents: IncidentTable
    /// The programme's; playbooks have their own.
    package var budgets: [Budget]
    /// What earlier runs have taken of each budget in the period of the as-of day, by budget id.
    package var budgetUse: [String: BudgetUse]
    /// Ids of the ladder's tiers, and the position of each row's tier in it, or `StandingTable.noTier`.
    package var tierIDs: [String]
    package var tiers: [UInt8]
    /// Ids of tags, and those that each row's member carries, the first lowest; empty where nothing asks for tags.
    package var tagIDs: [String] = []
    package var memberTags: [UInt64] = []
    /// Who is in which group of an experiment already.
    package var assignments: AssignmentTable
    /// The share of members who get nothing of any playbook, basis points.
    package var programmeControl: Int

    package init(
        brand: String, asOf: Day, currency: Currency, playbooks: [Playbook], channels: [Channel],
        caps: [FrequencyCap] = [], memberIDs: PackedStrings, values: MemberValues, consents: ConsentTable,
        recipients: RecipientTable = RecipientTable(), history: SendHistory,
        cases: CaseTable? = nil, approvals: ApprovalTable? = nil, waiting: WaitingTable? = nil,
        quiet: QuietTable = .none, budgets: [Budget] = [], budgetUse: [String: BudgetUse] = [:], tierIDs: [String] = [],
        tiers: [UInt8] = [],
        assignments: AssignmentTable = AssignmentTable(), programmeControl: Int = 0
    ) {
        self.brand = brand
        self.asOf = asOf
        self.currency = currency
        self.playbooks = playbooks
        self.channels = channels
        self.caps = caps
        self.memberIDs = memberIDs
        self.values = values
        self.consents = consents
        self.recipients = recipients
        self.history = history
        self.waiting = waiting ?? WaitingTable(count: memberIDs.count, asOf: asOf)
        self.approvals = approvals ?? ApprovalTable(count: memberIDs.count)
        self.quiet = quiet
        incidents = IncidentTable(count: memberIDs.count, asOf: asOf)
        self.cases = cases ?? CaseTable(count: memberIDs.count, asOf: asOf)
        self.budgets = budgets
        self.budgetUse = budgetUse
        self.tierIDs = tierIDs
        self.tiers = tiers
        self.assignments = assignments
        self.programmeControl = programmeControl
    }

    /// One decision a candidate, in the order of rows, playbooks and steps.
    ///
    /// Every step's channel must exist.
    package func decide(_ candidates: [Candidate]) -> [Decision] { settle(candidates).decisions }

    /// The same with what came of budgets and displacement.
    package func settle(_ candidates: [Candidate]) -> Settlement {
        let ordered = Arbitration.ordered(candidates)
        let rules = RuleBook(self)
        var board = Board(candidates: ordered)
        let members = board.memberRanges()
        var gate = Gate(rules: rules, arbitration: self)
        var caps = CapSettlement(rules: rules, arbitration: self)
        for range in members {
            let row = Int(ordered[range.lowerBound].row)
            gate.pass(row: row, range: range, board: &board)
            caps.settle(row: row, range: range, board: &board)
        }
        var budgets = BudgetSettlement(rules: rules, arbitration: self, board: board)
        // A place that a budget takes back goes to the next in line, who may need a budget in turn. What a budget
        // has refused stays refused till all have settled, so this ends; and every member is asked in each round, so
        // the end does not depend on the order (deferred acceptance, Gale and Shapley, 1962).
        while let dirty = budgets.refuse(on: &board) {
            for range in dirty { caps.settle(row: Int(ordered[range.lowerBound].row), range: range, board: &board) }
        }
        budgets.readmit(on: &board, caps: &caps)
        for range in members {
            caps.explain(range: range, board: &board)
            board.withholdLaterSteps(in: range, rules: rules)
        }
        let lines = budgets.explain(&board)
        budgets.explainChoices(&board)
        let decisions = board.decisions(incidents)
        let displacements = Displacement.all(in: decisions, playbooks: playbooks)
        return Settlement(
            decisions: decisions, figures: lines.flatMap(\.figures) + displacements.map(\.figure),
            unreadZones: quiet.unreadMembers, incidents: incidents)
    }

    /// Sorted and without duplicates, which would be a fault of the caller.
    private static func ordered(_ candidates: [Candidate]) -> [Candidate] {
        var ordered = candidates
        var inOrder = true
        for index in ordered.indices.dropFirst() where !(ordered[index - 1] < ordered[index]) {
            inOrder = false
            break
        }
        guard !inOrder else { return ordered }
        ordered.sort()
        for index in ordered.indices.dropFirst() {
            precondition(ordered[index - 1] != ordered[index], "a candidate is given once")
        }
        return ordered
    }
}

/// What arbitration adds to a plan.
package struct Settlement: Sendable {
    /// In the order of rows, playbooks and steps.
    package var decisions: [Decision]
    /// The accounts of the budgets, and which playbook pushed out which.
    package var figures: [Figure]
    /// Members who have something in place of a time zone that is none.
    package var unreadZones: Int
    /// Of which decisions name the position.
    package var incidents: IncidentTable

    package init(
        decisions: [Decision] = [], figures: [Figure] = [], unreadZones: Int = 0, incidents: IncidentTable = .none
    ) {
        self.decisions = decisions
        self.figures = figures
        self.unreadZones = unreadZones
        self.incidents = incidents
    }
}
