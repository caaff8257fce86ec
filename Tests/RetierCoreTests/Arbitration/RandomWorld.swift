import RetierCore
import RetierTestSupport

extension World {
    /// A world of up to seven members and six playbooks drawn from a seed, crowded enough that all rules meet.
    static func random(_ generator: inout SeededGenerator, budgets: Bool = false) -> World {
        var world = World()
        for position in 0..<generator.draw(in: 1...7) {
            world.members["m\(position)"] = Int32(generator.draw(in: 0...5))
        }
        let channelIDs = ["app", "desk", "sms"]
        world.channels = channelIDs.map { id in
            Channel(
                id: id, title: LocalizedText(id), endpoint: "e", consent: id == "desk" ? nil : "marketing",
                cap: generator.draw(in: 0...3) == 0
                    ? nil : FrequencyCap(max: generator.draw(in: 0...3), days: generator.draw(in: 1...10)))
        }
        for number in 0..<generator.draw(in: 0...3) {
            world.caps.append(
                FrequencyCap(
                    id: "cap\(number)", max: generator.draw(in: 0...3), window: generator.pick(from: windows),
                    channels: generator.pick(from: [[], [], ["app", "sms"]]),
                    tags: generator.pick(from: [[], ["t1"], ["t1", "t2"]])))
        }
        if generator.draw(in: 0...3) == 0 {
            let reaches: [RecipientTable.Reach] = [.none, .unusable, .usable, .usable, .usable]
            let known = world.members.keys.sorted().map { ($0, generator.pick(from: reaches)) }
            world.recipients[generator.pick(from: channelIDs)] = Dictionary(uniqueKeysWithValues: known)
        }
        for position in 0..<generator.draw(in: 1...6) {
            world.playbooks.append(randomPlaybook("p\(position)", channelIDs, budgets: budgets, &generator))
        }
        if budgets { world.addBudgets(channelIDs, &generator) }
        world.programmeControl = generator.pick(from: [0, 0, 2_000])
        for member in world.members.keys.sorted() {
            world.addLife(of: member, channelIDs, &generator)
            for experiment in world.playbooks.map(\.id) + ["*"] where generator.draw(in: 0...9) == 0 {
                world.assigned.append(
                    Assigned(member: member, experiment: experiment, isControl: generator.draw(in: 0...1) == 0))
            }
            world.addCases(of: member, &generator)
        }
        if generator.draw(in: 0...3) == 0 { world.addQuietHours(&generator) }
        return world
    }

    /// Whole hours, so that whoever looks at each of them sees all that there is.
    private mutating func addQuietHours(_ generator: inout SeededGenerator) {
        moment = Instant(utcMidnightOf: asOf).adding(seconds: Int64(generator.draw(in: 0...23)) * 3_600)
        for number in 0..<generator.draw(in: 1...2) {
            var window = QuietWindow(
                id: "w\(number)", channels: generator.pick(from: [[], ["sms"], ["app", "sms"]]),
                policy: generator.pick(from: [.hold, .hold, .drop]))
            let from = generator.draw(in: 0...23)
            window.hours = .init(from: from * 60, to: (from + generator.draw(in: 1...23)) % 24 * 60)
            if window.hours?.to == 0 { window.hours?.to = 1_440 }
            if generator.draw(in: 0...2) == 0 {
                let first = asOf.adding(days: generator.draw(in: -3...0))
                window.dates = [first...first.adding(days: generator.draw(in: 0...14))]
                if generator.draw(in: 0...1) == 0 { window.hours = nil }
            }
            quietWindows.append(window)
        }
        for member in members.keys.sorted() {
            let offset = generator.pick(from: [nil, nil, Int32(28_800), -18_000])
            guard let offset else { continue }
            zones[member] = .init(
                zone: ZoneRules(name: "fixed\(offset)", changes: [], offsets: [offset]), source: .member)
        }
    }

    private static let windows: [FrequencyCap.Window] = [
        .rolling(days: 1), .rolling(days: 7), .calendar(CalendarPeriod(months: 1)),
        .calendar(CalendarPeriod(months: 3)),
    ]
    private static let selections: [CapSelection] = [.all, .all, .all, .all, .only([]), .only(["sms", "cap0"])]
    private static let purposes = ["marketing", "service", "marketing", "service", "suppression:x", "suppression:y"]
    private static let tagLists: [[String]] = [[], ["t1"], ["t2"], ["t1", "t2"]]

    private mutating func addBudgets(_ channels: [String], _ generator: inout SeededGenerator) {
        for member in members.keys.sorted() where generator.draw(in: 0...3) > 0 {
            tiers[member] = generator.pick(from: World.tierIDs)
        }
        for number in 0..<generator.draw(in: 0...3) {
            let limit: Budget.Limit =
                generator.draw(in: 0...1) == 0
                ? .actions(generator.draw(in: 0...5))
                : .money(Money(minorUnits: Int64(generator.draw(in: 0...12)) * 100))
            budgets.append(
                Budget(
                    id: "budget\(number)", limit: limit, per: generator.pick(from: World.periods),
                    scope: .init(
                        playbooks: generator.pick(from: [[], [], ["p0", "p1"]]),
                        tiers: generator.pick(from: [[], [], ["core"]]),
                        channels: generator.pick(from: [[], [], [channels[0], channels[2]]]),
                        tags: generator.pick(from: [[], [], ["t1"]]))))
            budgetUse["budget\(number)"] = BudgetUse(
                settled: Int64(generator.draw(in: 0...2)), open: Int64(generator.draw(in: 0...1)))
        }
    }

    private static let periods = [CalendarPeriod(days: 1), CalendarPeriod(days: 7), CalendarPeriod(months: 1)]

    private static func randomPlaybook(
        _ id: String, _ channels: [String], budgets: Bool, _ generator: inout SeededGenerator
    ) -> Playbook {
        var steps: [Playbook.Step] = []
        for number in 1...generator.draw(in: 1...3) {
            steps.append(
                Playbook.Step(
                    id: "s\(number)", level: generator.draw(in: 0...3) == 0 ? number : nil, action: "care",
                    via: generator.pick(from: channels),
                    after: generator.draw(in: 0...4) == 0 ? CalendarPeriod(days: 3) : nil,
                    cost: Money(minorUnits: Int64(generator.draw(in: 0...3)) * 100),
                    response: budgets ? generator.pick(from: [10_000, 2_500]) : 10_000,
                    requiresApproval: generator.draw(in: 0...9) == 0,
                    ignoresQuietHours: generator.draw(in: 0...4) == 0, tags: generator.pick(from: tagLists)))
        }
        let hasBudget = budgets && generator.draw(in: 0...2) > 0
        return .sample(
            id, priority: generator.pick(from: Playbook.Priority.allCases), rank: generator.draw(in: 1...2),
            oncePer: generator.pick(from: [nil, "P7D", "P1M"]), steps: steps,
            sendsInCase: generator.draw(in: 0...3) == 0, heedsCaps: generator.pick(from: selections),
            countsToCaps: generator.pick(from: selections),
            holdout: generator.pick(from: [0, 0, 3_000]), pilot: generator.pick(from: [10_000, 10_000, 5_000]),
            budget: hasBudget
                ? Playbook.OwnBudget(
                    .money(Money(minorUnits: Int64(generator.draw(in: 0...8)) * 100)), per: CalendarPeriod(months: 1))
                : nil)
    }

    private mutating func addCases(of member: String, _ generator: inout SeededGenerator) {
        var isEscalated = false
        for playbook in playbooks where playbook.keepsCases && generator.draw(in: 0...2) == 0 {
            let isShadow = generator.draw(in: 0...3) == 0
            if playbook.isEscalation, !isShadow {
                guard !isEscalated else { continue }
                isEscalated = true
            }
            let later = playbook.steps.filter { $0.after != nil || ($0.level ?? 1) > 1 }.map(\.id)
            cases.append(
                Open(
                    member: member, playbook: playbook.id, opened: asOf.adding(days: -generator.draw(in: 0...18)),
                    delay: generator.draw(in: 0...2), next: generator.pick(from: later.map(Optional.some) + [nil]),
                    isShadow: isShadow))
        }
    }

    private mutating func addLife(of member: String, _ channels: [String], _ generator: inout SeededGenerator) {
        for channel in channels + ["*"] {
            for _ in 0..<generator.draw(in: 0...2) {
                consents.append(
                    Consent(
                        member: member, channel: channel, purpose: generator.pick(from: World.purposes),
                        granted: generator.draw(in: 0...(channel == "*" ? 3 : 5)) > 0,
                        at: Instant(seconds: Int64(generator.draw(in: 1...4)))))
            }
        }
        for playbook in playbooks.map(\.id) + ["retired"] {
            for _ in 0..<generator.draw(in: 0...1) {
                history.append(
                    Send(
                        member: member, playbook: playbook, channel: generator.pick(from: channels),
                        day: asOf.adding(days: -generator.draw(in: 0...40)), fillsCap: generator.draw(in: 0...3) > 0,
                        marks: SendMarks(
                            tags: generator.pick(from: World.tagLists),
                            counts: generator.pick(from: World.selections))))
            }
            if playbook != "retired", generator.draw(in: 0...9) > 1 {
                matches.append(Match(member: member, playbook: playbook))
            }
        }
    }
}
