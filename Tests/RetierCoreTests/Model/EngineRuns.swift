import ReferenceModel
import RetierCore

/// A chronicle through the engine: builds the tables of each run as the ledger would, and keeps what the runs decided.
struct EngineRuns {
    let chronicle: Chronicle
    let rows: [String: Int]
    var cases: [(member: String, value: MemberCase)] = []
    var waiting: [(member: String, value: WaitingAction)] = []
    var history: [Send] = []
    var groups: [Group] = []
    var approvals: [(key: Chronicle.Key, day: Day)] = []
    var unapproved: [(key: Chronicle.Key, day: Day)] = []
    var known = 0
    let events: [Chronicle.Event]

    struct Send {
        var key: Chronicle.Key
        var day: Day
        var channel: String
        var marks: SendMarks
        var cost: Int64
        var tier: String?
        var isShadow: Bool
        var arrived: Bool
    }

    struct Group {
        var member: String
        var experiment: String
        var isControl: Bool
        var arm: String?
        var day: Day
    }

    init(_ chronicle: Chronicle) {
        self.chronicle = chronicle
        rows = Dictionary(uniqueKeysWithValues: chronicle.members.sorted().enumerated().map { ($1, $0) })
        events = chronicle.events.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
            .map(\.element)
    }

    var members: [String] { chronicle.members.sorted() }

    // MARK: One run

    /// What happened since, a plan, and its commit.
    mutating func run(_ run: Chronicle.Run) -> [Chronicle.Key: Reference.Ruling] {
        let today = Day(number: Int32(run.day))
        let trigger: Playbook.Trigger = run.isDaily ? .daily : .refresh
        let all = chronicle.playbooks.map { Playbook($0, on: run.day) }
        take(until: run.day, all)
        let playbooks = all.ordered(for: trigger)
        let table = CaseTable(
            count: members.count, cases: cases.map { (rows[$0.member] ?? 0, $0.value) }, playbooks: playbooks,
            others: all, asOf: today, takesSteps: run.isDaily)
        let waits = WaitingTable(
            count: members.count, actions: run.isDaily ? waiting.map { (rows[$0.member] ?? 0, $0.value) } : [],
            playbooks: playbooks, asOf: today)
        let candidates = Matcher(playbooks: playbooks, trigger: trigger, cases: table, waiting: waits)
            .candidates(rows: members.indices, of: columns(today))
        var arbitration = arbitration(playbooks, trigger, today)
        (arbitration.cases, arbitration.waiting) = (table, waits)
        let decisions = arbitration.decide(candidates)
        var rulings: [Chronicle.Key: Reference.Ruling] = [:]
        for decision in decisions {
            let playbook = playbooks[decision.playbook]
            let key = Chronicle.Key(
                member: members[decision.row], playbook: playbook.id, step: playbook.steps[decision.step].id)
            rulings[key] = .init(
                decision.verdict.reason.rawValue, until: decision.verdict.until.map { Int($0.number) },
                arm: decision.arm.map { playbook.shares.arms[$0].name },
                choice: decision.option.map { playbook.steps[decision.step].options[$0].id })
        }
        commit(decisions, playbooks, all, run, today)
        return rulings
    }

    private func arbitration(_ playbooks: [Playbook], _ trigger: Playbook.Trigger, _ today: Day) -> Arbitration {
        let channels = chronicle.channels.map(Channel.init)
        let caps = chronicle.caps.map(FrequencyCap.init)
        let horizon = SendHistory.horizon(
            asOf: today, playbooks: playbooks.filter { $0.trigger == trigger }, channels: channels, caps: caps)
        let budgets = chronicle.budgets.map(Budget.init)
        var arbitration = Arbitration(
            brand: Chronicle.brand, asOf: today, currency: Currency(code: "CNY"), playbooks: playbooks,
            channels: channels, caps: caps, memberIDs: PackedStrings(members),
            values: MemberValues(predicted: members.map { Int64(chronicle.values[$0] ?? 0) }),
            consents: consents(until: today), history: sendHistory(since: horizon), budgets: budgets,
            budgetUse: Dictionary(uniqueKeysWithValues: budgets.map { ($0.id, use(of: $0, on: today)) }),
            tierIDs: Chronicle.tiers,
            tiers: members.map { member in
                tier(of: member, on: today).flatMap(Chronicle.tiers.firstIndex(of:)).map(UInt8.init)
                    ?? StandingTable.noTier
            }, assignments: assignments(), programmeControl: chronicle.programmeControl)
        for channel in chronicle.channels where !channel.unknown.isEmpty {
            arbitration.recipients[channel.id] = .init(
                endpoint: "e", identity: "i", reaches: members.map { channel.unknown.contains($0) ? .none : .usable })
        }
        arbitration.quiet = quietTable(today)
        arbitration.tagIDs = Chronicle.likings
        arbitration.memberTags = members.map { member in
            (chronicle.likes[member] ?? []).compactMap(Chronicle.likings.firstIndex(of:)).reduce(0) {
                $0 | 1 << UInt64($1)
            }
        }
        arbitration.approvals = ApprovalTable(
            count: members.count, items: approved(on: today).compactMap { position(of: $0, in: playbooks) })
        return arbitration
    }

    private func position(
        of key: Chronicle.Key, in playbooks: [Playbook]
    ) -> (row: Int, playbook: Int, step: Int)? {
        guard let playbook = playbooks.firstIndex(where: { $0.id == key.playbook }),
            let step = playbooks[playbook].steps.firstIndex(where: { $0.id == key.step })
        else { return nil }
        return (rows[key.member] ?? 0, playbook, step)
    }

    // MARK: Tables

    private func life(of member: String, until day: Day) -> [Chronicle.Event] {
        events.filter { $0.member == member && $0.day <= Int(day.number) }
    }

    func tier(of member: String, on day: Day) -> String? {
        life(of: member, until: day).compactMap { if case .tier(let tier) = $0.kind { tier } else { nil } }.last
    }

    private func columns(_ today: Day) -> MemberColumns {
        MemberColumns.sample(
            asOf: today,
            members.map { member in
                let last = life(of: member, until: today).last { $0.kind == .order }.map { Day(number: Int32($0.day)) }
                let tier = tier(of: member, on: today).flatMap(Chronicle.tiers.firstIndex(of:))
                return (member, today, last, tier)
            }, tiers: Chronicle.tiers.count)
    }

    private func consents(until day: Day) -> ConsentTable {
        var words = ConsentTable.Builder(count: members.count)
        for event in events where event.day <= Int(day.number) {
            let at = Instant(utcMidnightOf: Day(number: Int32(event.day)))
            let row = rows[event.member] ?? 0
            func add(_ channel: String, _ purpose: String, _ granted: Bool) {
                words.add(row: row, channel: channel, purpose: purpose, granted: granted, at: at)
            }
            switch event.kind {
            case .grant(let channel): add(channel, "marketing", true)
            case .withdraw(let channel): add(channel, "marketing", false)
            case .suppress(let channel): add(channel, "suppression:x", false)
            case .lift(let channel): add(channel, "suppression:x", true)
            default: continue
            }
        }
        return words.build()
    }

    private func sendHistory(since first: Day) -> SendHistory {
        var sends = SendHistory.Builder(count: members.count)
        for send in history where send.day >= first {
            sends.add(
                row: rows[send.key.member] ?? 0, playbook: send.key.playbook, step: send.key.step,
                channel: send.channel, marks: send.marks.text, day: send.day,
                fillsCap: !send.isShadow && send.arrived)
        }
        return sends.build()
    }

    private func use(of budget: Budget, on today: Day) -> BudgetUse {
        let first = budget.period(containing: today).first
        let taken = history.filter {
            $0.day >= first && !$0.isShadow && $0.arrived
                && budget.scope.covers(
                    playbook: $0.key.playbook, channel: $0.channel, tags: $0.marks.tags, tier: $0.tier)
        }
        return BudgetUse(settled: taken.reduce(0) { $0 + budget.share(cost: $1.cost) })
    }

    private func assignments() -> AssignmentTable {
        var table = AssignmentTable.Builder(count: members.count)
        for group in groups {
            table.add(
                row: rows[group.member] ?? 0, experiment: group.experiment, arm: group.arm, isControl: group.isControl,
                shares: 1, day: group.day)
        }
        return table.build()
    }

    private func quietTable(_ today: Day) -> QuietTable {
        guard !chronicle.quiet.isEmpty else { return .none }
        let places = members.map { member in
            QuietTable.Place(zone: chronicle.zones[member].map(ZoneRules.init) ?? .utc, source: .member)
        }
        return QuietTable(
            moment: Instant(utcMidnightOf: today).adding(seconds: Int64(Chronicle.hour) * 3_600),
            windows: chronicle.quiet.map(QuietWindow.init), places: places, placeOfRow: members.indices.map(UInt16.init)
        )
    }

    private func approved(on today: Day) -> [Chronicle.Key] {
        approvals.filter { word in
            word.day > today.adding(days: -30)
                && !history.contains { $0.key == word.key && !$0.isShadow && $0.day >= word.day }
        }.map(\.key)
    }
}
