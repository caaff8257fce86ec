/// What to do for whom: a condition over members and the steps that follow when it holds.
package struct Playbook: Sendable {
    package enum Trigger: String, CaseIterable, Sendable { case refresh, daily }

    /// Earlier cases win a conflict.
    package enum Priority: String, CaseIterable, Sendable {
        case protect, grow, base
    }

    /// Immutable: identity of keys, caps and experiment salts.
    package var id: String
    package var title: LocalizedText
    package var version: Int
    package var trigger: Trigger
    package var priority: Priority
    /// Order among playbooks of one priority; lower first.
    package var rank: Int
    package var condition: Condition
    /// The least time between two entries of one member; nil for every run.
    package var oncePer: CalendarPeriod?
    /// What closes a case: `order`, `event:KIND`.
    package var stopWhen: [String]
    /// So long after its last step a case without an answer is closed.
    package var closeAfter: CalendarPeriod
    /// Whether it may be sent to a member who is in another playbook's escalation.
    package var sendsInCase: Bool
    /// The caps that it keeps, and those to which its sends count.
    package var heedsCaps: CapSelection
    package var countsToCaps: CapSelection
    /// Nobody enters, and the clocks of its cases stand still.
    package var isPaused: Bool
    package var steps: [Step]
    /// How the playbook divides members into control and arms.
    package var shares: ExperimentShares
    /// The day on which the experiment is judged; nil for none planned.
    package var until: Day?
    package var goal: Goal?
    package var budget: OwnBudget?
    /// Where it was written, relative to the brand folder.
    package var file: String

    package struct Arm: Hashable, Sendable {
        package var name: String
        package var weight: Int

        package init(name: String, weight: Int) {
            self.name = name
            self.weight = weight
        }
    }

    package struct Goal: Hashable, Sendable {
        package var event: String
        package var within: CalendarPeriod

        package init(event: String, within: CalendarPeriod) {
            self.event = event
            self.within = within
        }
    }

    /// A budget for the playbook alone; its id is the playbook's.
    package struct OwnBudget: Hashable, Sendable {
        package var limit: Budget.Limit
        package var per: CalendarPeriod

        package init(_ limit: Budget.Limit, per: CalendarPeriod) {
            self.limit = limit
            self.per = per
        }
    }

    /// One action of a playbook.
    package struct Step: Hashable, Sendable {
        package var id: String
        /// Escalation level 1...3; nil outside an escalation.
        package var level: Int?
        /// The action's type: `coupon`, `care`, `benefit`, ...
        ///
        /// (an open list with a typed core).
        package var action: String
        /// The channel.
        package var via: String
        /// Template name below `templates/`, without language and extension; nil for an action without text.
        package var template: String?
        package var after: CalendarPeriod?
        /// How long after the day on which it is due a later step may still be sent.
        package var notAfter: CalendarPeriod
        package var cost: Money
        /// The share of the members who get it that is expected to answer, basis points: what budgets rank it by.
        package var response: Int
        package var assign: String?
        package var due: CalendarPeriod?
        package var requiresApproval: Bool
        /// Whether it is sent in quiet hours, too.
        package var ignoresQuietHours: Bool
        /// What caps know it by, sorted; those of the playbook included.
        package var tags: [String]
        /// Further keys that are passed to the receiver as they are, sorted by key: coupon codes, benefit ids, amounts.
        package var parameters: [(key: String, value: String)]
        /// What a member is chosen one of; empty where the step is the same for all.
        package var options: [Option] = []

        package init(
            id: String, level: Int? = nil, action: String, via: String, template: String? = nil,
            after: CalendarPeriod? = nil, notAfter: CalendarPeriod = Step.usualNotAfter, cost: Money = .zero,
            response: Int = 10_000, assign: String? = nil, due: CalendarPeriod? = nil,
            requiresApproval: Bool = false, ignoresQuietHours: Bool = false, tags: [String] = [],
            parameters: [(key: String, value: String)] = []
        ) {
            self.id = id
            self.level = level
            self.action = action
            self.via = via
            self.template = template
            self.after = after
            self.notAfter = notAfter
            self.cost = cost
            self.response = response
            self.assign = assign
            self.due = due
            self.requiresApproval = requiresApproval
            self.ignoresQuietHours = ignoresQuietHours
            self.tags = tags
            self.parameters = parameters
        }

        package static func == (left: Step, right: Step) -> Bool {
            left.id == right.id && left.level == right.level && left.action == right.action && left.via == right.via
                && left.template == right.template && left.after == right.after
                && left.notAfter == right.notAfter && left.cost == right.cost
                && left.response == right.response
                && left.assign == right.assign && left.due == right.due
                && left.requiresApproval == right.requiresApproval
                && left.ignoresQuietHours == right.ignoresQuietHours && left.tags == right.tags
                && left.parameters.elementsEqual(right.parameters, by: ==) && left.options == right.options
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(id) }

        package static let usualNotAfter = CalendarPeriod(days: 7)
    }

    package init(
        id: String, title: LocalizedText, version: Int, trigger: Trigger, priority: Priority, rank: Int = 100,
        condition: Condition, oncePer: CalendarPeriod? = nil, stopWhen: [String] = [],
        closeAfter: CalendarPeriod = Playbook.usualCloseAfter, sendsInCase: Bool = false,
        heedsCaps: CapSelection = .all, countsToCaps: CapSelection = .all, isPaused: Bool = false, steps: [Step],
        shares: ExperimentShares = ExperimentShares(), until: Day? = nil, goal: Goal? = nil, budget: OwnBudget? = nil,
        file: String = ""
    ) {
        self.id = id
        self.title = title
        self.version = version
        self.trigger = trigger
        self.priority = priority
        self.rank = rank
        self.condition = condition
        self.oncePer = oncePer
        self.stopWhen = stopWhen
        self.closeAfter = closeAfter
        self.sendsInCase = sendsInCase
        self.heedsCaps = heedsCaps
        self.countsToCaps = countsToCaps
        self.isPaused = isPaused
        self.steps = steps
        self.shares = shares
        self.until = until
        self.goal = goal
        self.budget = budget
        self.file = file
    }

    package static let usualCloseAfter = CalendarPeriod(days: 14)
}
