import RetierCore
import RetierTestSupport
import Testing

/// A small brand by names, from which tests build an arbitration; the order of its lists must not matter.
struct World {
    struct Send: Hashable {
        var member: String
        var playbook: String
        var channel: String
        var day: Day
        var fillsCap: Bool
        var marks = SendMarks()
    }

    struct Consent: Hashable {
        var member: String
        var channel: String
        var purpose: String
        var granted: Bool
        var at: Instant
    }

    /// A case that was opened earlier and is not over.
    struct Open: Hashable {
        var member: String
        var playbook: String
        var opened: Day
        var delay = 0
        /// The step that comes next.
        var next: String?
        var isShadow = false
    }

    struct Match: Hashable {
        var member: String
        var playbook: String
    }

    struct Key: Hashable {
        var member: String
        var playbook: String
        var step: String
    }

    var asOf = day("2026-11-21")
    var members: [String: Int32] = [:]
    var playbooks: [Playbook] = []
    var channels: [Channel] = []
    var caps: [FrequencyCap] = []
    var consents: [Consent] = []
    /// Channels whose receiver knows members by an id of its own, with what it knows of each; nobody else has one.
    var recipients: [String: [String: RecipientTable.Reach]] = [:]
    var history: [Send] = []
    var matches: [Match] = []
    var budgets: [Budget] = []
    var budgetUse: [String: BudgetUse] = [:]
    /// Tiers that members have; whoever is not in it has none.
    var tiers: [String: String] = [:]
    /// Tags that there are, and those of members.
    var tagIDs: [String] = []
    var tags: [String: [String]] = [:]
    var assigned: [Assigned] = []
    /// Shares by number, and the share of members who get nothing of any playbook.
    var shares: [Int32: ExperimentShares] = [:]
    var programmeControl = 0
    /// Quiet windows, the moment from which on actions leave, and the zones of members; everybody else is in UTC.
    var quietWindows: [QuietWindow] = []
    var moment = Instant(seconds: 0)
    var zones: [String: QuietTable.Place] = [:]

    struct Assigned: Hashable {
        var member: String
        var experiment: String
        var isControl: Bool
        var arm: String?
        var shares: Int32 = 1
        var day: Day = RetierCoreTests.day("2026-11-01")
        var isOwn = true
    }
    var cases: [Open] = []

    /// Decides with members, playbooks, candidates and all lists in the order given by `shuffle`.
    func decide(_ shuffle: (inout [Int]) -> Void = { _ in }) -> [Key: Decision] { settle(shuffle).decisions }

    /// The promises to experiments that the decisions break.
    func breaches() -> [ExperimentBreach] { settle { _ in }.breaches }

    /// The accounts of the budgets.
    func lines() -> [BudgetLine] { figures().budgets }

    func figures(_ shuffle: (inout [Int]) -> Void = { _ in }) -> RunFigures { settle(shuffle).figures }

    static let tierIDs = ["core", "base"]

    private func tier(of member: String) -> UInt8 {
        tiers[member].flatMap(World.tierIDs.firstIndex(of:)).map(UInt8.init) ?? StandingTable.noTier
    }

    private func settle(
        _ shuffle: (inout [Int]) -> Void
    ) -> (decisions: [Key: Decision], breaches: [ExperimentBreach], figures: RunFigures) {
        let prepared = prepare(shuffle)
        let settlement = prepared.arbitration.settle(prepared.candidates)
        let decisions = settlement.decisions
        #expect(decisions.count == prepared.candidates.count, "every candidate ends in exactly one verdict")
        // Positions depend on nothing either, but names are what is compared.
        let named = Dictionary(uniqueKeysWithValues: decisions.map { (prepared.key(of: $0), $0) })
        return (named, prepared.arbitration.breaches(in: decisions), RunFigures(settlement.figures))
    }

    /// The arbitration of a world and its candidates, with members, playbooks, candidates and all lists in the order
    /// given by `shuffle`.
    func prepare(_ shuffle: (inout [Int]) -> Void = { _ in }) -> Prepared {
        func mixed<Value>(_ values: [Value]) -> [Value] {
            var order = Array(values.indices)
            shuffle(&order)
            return order.map { values[$0] }
        }
        let sorted = mixed(playbooks).ordered(for: .daily)
        let ids = mixed(Array(members.keys)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let rows = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })
        var words = ConsentTable.Builder(count: ids.count)
        for word in mixed(consents) {
            words.add(
                row: rows[word.member] ?? 0, channel: word.channel, purpose: word.purpose, granted: word.granted,
                at: word.at)
        }
        var sends = SendHistory.Builder(count: ids.count)
        for send in mixed(history) {
            sends.add(
                row: rows[send.member] ?? 0, playbook: send.playbook, channel: send.channel,
                marks: send.marks.text, day: send.day, fillsCap: send.fillsCap)
        }
        var known = RecipientTable()
        for (channel, reaches) in recipients {
            known[channel] = .init(endpoint: "e", identity: "wecom", reaches: ids.map { reaches[$0] ?? .none })
        }
        let table = CaseTable(
            count: ids.count,
            cases: mixed(cases).compactMap { open in rows[open.member].map { ($0, value(of: open)) } },
            playbooks: sorted, asOf: asOf)
        let candidates = candidates(table, sorted, rows)
        var groups = AssignmentTable.Builder(count: ids.count)
        groups.shares = shares
        for one in mixed(assigned) {
            groups.add(
                row: rows[one.member] ?? 0, experiment: one.experiment, arm: one.arm, isControl: one.isControl,
                shares: one.shares, day: one.day, isOwn: one.isOwn)
        }
        var arbitration = Arbitration(
            brand: "brand", asOf: asOf, currency: Currency(code: "CNY"), playbooks: sorted, channels: mixed(channels),
            caps: mixed(caps),
            memberIDs: PackedStrings(ids), values: MemberValues(predicted: ids.map { Int64(members[$0] ?? 0) }),
            consents: words.build(),
            recipients: known, history: sends.build(), cases: table, quiet: quietTable(ids),
            budgets: mixed(budgets), budgetUse: budgetUse,
            tierIDs: World.tierIDs, tiers: ids.map { tier(of: $0) },
            assignments: groups.build(), programmeControl: programmeControl)
        arbitration.tagIDs = tagIDs
        arbitration.memberTags = ids.map { id in
            (tags[id] ?? []).compactMap(tagIDs.firstIndex(of:)).reduce(0) { $0 | 1 << UInt64($1) }
        }
        return Prepared(arbitration: arbitration, candidates: mixed(candidates), ids: ids)
    }

    struct Prepared {
        var arbitration: Arbitration
        var candidates: [Candidate]
        var ids: [String]

        func key(of decision: Decision) -> Key {
            let playbook = arbitration.playbooks[decision.playbook]
            return Key(
                member: ids[decision.row], playbook: playbook.id, step: playbook.steps[decision.step].id)
        }
    }
}

extension World {
    private func value(of open: Open) -> MemberCase {
        let playbook = playbooks.first { $0.id == open.playbook }
        var value = MemberCase(
            id: "case_\(open.member)_\(open.playbook)", playbook: open.playbook,
            isEscalation: playbook?.isEscalation ?? false, isShadow: open.isShadow, opened: open.opened)
        value.delay = open.delay
        value.next = open.next
        return value
    }

    private func quietTable(_ ids: [String]) -> QuietTable {
        guard !quietWindows.isEmpty else { return .none }
        let places = [QuietTable.Place(zone: .utc, source: .programme)] + Array(Set(zones.values))
        return QuietTable(
            moment: moment, windows: quietWindows, places: places,
            placeOfRow: ids.map { id in UInt16(zones[id].flatMap { places.firstIndex(of: $0) } ?? 0) })
    }

    /// Whoever matches and is not in a case of the playbook enters; in a case the step that is due comes.
    private func candidates(_ table: CaseTable, _ sorted: [Playbook], _ rows: [String: Int]) -> [Candidate] {
        var candidates: [Candidate] = []
        for match in matches {
            guard let position = sorted.firstIndex(where: { $0.id == match.playbook }), let row = rows[match.member],
                !table[row].contains(where: { $0.playbook == position })
            else { continue }
            for step in sorted[position].steps.indices {
                candidates.append(Candidate(row: row, playbook: position, step: step))
            }
        }
        for row in rows.values {
            for entry in table[row] {
                guard let playbook = entry.playbook, let step = entry.dueStep else { continue }
                candidates.append(Candidate(row: row, playbook: playbook, step: step))
            }
        }
        return candidates
    }
}

extension FrequencyCap {
    /// A rolling cap of a channel, which gives it its id.
    init(max: Int, days: Int) { self.init(id: "", max: max, window: .rolling(days: days)) }
}

/// A day written in ISO form; a test that writes a day wrong gets the first day of all.
func day(_ text: String) -> Day { Day(iso: text) ?? Day(number: 0) }

extension Playbook {
    /// A playbook for tests: one step over one channel unless told otherwise.
    static func sample(
        _ id: String, via: String = "sms", priority: Priority = .base, rank: Int = 100, oncePer: String? = nil,
        steps: [Step]? = nil, sendsInCase: Bool = false, heedsCaps: CapSelection = .all,
        countsToCaps: CapSelection = .all, holdout: Int = 0, arms: [Arm] = [], pilot: Int = 10_000,
        budget: OwnBudget? = nil
    ) -> Playbook {
        Playbook(
            id: id, title: LocalizedText(id), version: 1, trigger: .daily, priority: priority, rank: rank,
            condition: .all([]), oncePer: oncePer.flatMap(CalendarPeriod.init(iso:)), sendsInCase: sendsInCase,
            heedsCaps: heedsCaps, countsToCaps: countsToCaps,
            steps: steps ?? [Step(id: "s1", action: "coupon", via: via)],
            shares: ExperimentShares(pilot: pilot, holdout: holdout, arms: arms), budget: budget)
    }
}

extension World {
    /// One member, one channel and the given playbooks, all of which match.
    static func single(
        _ playbooks: [Playbook], channel: Channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e")
    ) -> World {
        var world = World()
        world.members = ["m1": 500_000]
        world.channels = [channel]
        world.playbooks = playbooks
        world.matches = playbooks.map { Match(member: "m1", playbook: $0.id) }
        return world
    }

    func verdict(_ playbook: String, step: String = "s1", member: String = "m1") -> Verdict? {
        decide()[Key(member: member, playbook: playbook, step: step)]?.verdict
    }
}

extension Verdict {
    /// The values of one evidence key.
    func values(_ key: String) -> [String] { evidence.filter { $0.key == key }.map(\.value) }
}
