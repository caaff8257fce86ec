extension Chronicle {
    /// A brand of up to eight members and five playbooks over up to three years, crowded enough that all rules meet.
    package static func random(_ generator: inout some RandomNumberGenerator) -> Chronicle {
        var draw = Draw(generator: generator)
        defer { generator = draw.generator }
        var world = Chronicle()
        let count = draw.one(of: [1, 1, 2, 2, 3, 4, 8])
        world.members = (1...count).map { "m\($0)" }
        world.addRuns(&draw)
        world.channels = ["app", "desk", "sms"].map { id in
            let isCapped = draw.chance(2, of: 3)
            return Channel(
                id: id, needsConsent: id == "sms" || draw.chance(1, of: 4),
                cap: isCapped
                    ? Cap(id: id, max: draw.number(0...3), window: .days(draw.number(1...10)), channels: [id]) : nil,
                unknown: world.members.filter { _ in draw.chance(1, of: 20) })
        }
        for number in 0..<draw.number(0...3) {
            world.caps.append(
                Cap(
                    id: "cap\(number)", max: draw.number(0...3),
                    window: draw.one(of: [.days(1), .days(7), .months(1), .months(3), .months(12)]),
                    channels: draw.one(of: [[], [], ["app", "sms"]]), tags: draw.one(of: [[], ["t1"], ["t1", "t2"]])))
        }
        for number in 0..<draw.number(1...5) { world.playbooks.append(world.playbook("p\(number)", &draw)) }
        world.programmeControl = draw.one(of: [0, 0, 2_000])
        for member in world.members {
            world.zones[member] = draw.one(of: [
                nil, Zone(hours: 8), Zone(hours: -5), Zone(hours: 1, hasSummerTime: true),
            ])
            world.values[member] = draw.number(0...5) * 100
            world.likes[member] = draw.one(of: [[], ["tea"], ["art", "tea"]])
        }
        if draw.chance(1, of: 3) { world.addBudgets(&draw) }
        if draw.chance(1, of: 4) { world.addQuietHours(&draw) }
        world.addLife(&draw)
        world.addMerges(&draw)
        return world
    }

    /// Chance, by the standard library's ways over a generator.
    fileprivate struct Draw<Generator: RandomNumberGenerator> {
        var generator: Generator

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        mutating func chance(_ part: Int, of whole: Int) -> Bool { number(1...whole) <= part }
        mutating func one<Value>(of values: [Value]) -> Value { values[number(0...(values.count - 1))] }
    }

    /// Days that follow each other, days that the machine was off, and months between; one refresh a month at most.
    private mutating func addRuns(_ draw: inout Draw<some RandomNumberGenerator>) {
        var day =
            PlainCalendar.day(draw.number(2023...2028), draw.number(1...12), draw.one(of: [1, 15, 28]))
            + draw.number(0...3)
        let gaps = draw.one(of: [[1, 1, 1, 2, 3], [1, 1, 2, 7, 30], [1, 10, 31, 90], [1, 1, 1, 1, 1, 1, 1, 40]])
        var refreshed: Int?
        for _ in 0..<draw.number(2...30) {
            let month = PlainCalendar.block(day, months: 1)
            if refreshed != month, draw.chance(2, of: 3) {
                runs.append(Run(day: day, isDaily: false))
                refreshed = month
            }
            if runs.last?.day != day || draw.chance(1, of: 2) { runs.append(Run(day: day, isDaily: true)) }
            day += draw.one(of: gaps)
        }
    }

    private func anyDay(_ draw: inout Draw<some RandomNumberGenerator>) -> Int {
        draw.one(of: runs).day + draw.number(-2...1)
    }

    private func playbook(_ id: String, _ draw: inout Draw<some RandomNumberGenerator>) -> Playbook {
        let spans = [nil, Span(days: 7), Span(days: 30), Span(months: 1), Span(months: 1), Span(months: 3)]
        let selections: [[String]?] = [nil, nil, nil, nil, [], ["sms", "cap0"]]
        var playbook = Playbook(
            id: id, isDaily: draw.chance(2, of: 3), priority: draw.number(0...2), rank: draw.number(1...2),
            tier: draw.one(of: [nil, nil, nil, "core"]), silentFor: draw.one(of: [nil, nil, 0, 5, 30]),
            oncePer: draw.one(of: spans),
            stops: draw.one(of: [[], ["order"], ["order", "reply"], ["reply"]]),
            closeAfter: draw.one(of: [Span(days: 14), Span(days: 14), Span(days: 3), Span(months: 1)]),
            sendsInCase: draw.chance(1, of: 4), heeds: draw.one(of: selections), counts: draw.one(of: selections))
        for _ in 0..<draw.one(of: [0, 0, 0, 1, 2]) {
            let first = anyDay(&draw)
            playbook.pauses.append(first...(first + draw.number(0...20)))
        }
        if draw.chance(1, of: 3) {
            let arms = draw.one(of: [0, 0, 2, 3])
            for from in [0, anyDay(&draw)].sorted() {
                var shares = Shares(
                    from: from, pilot: draw.one(of: [10_000, 10_000, 2_000, 6_000]),
                    holdout: draw.one(of: [0, 3_000, 5_000]))
                // The last arm always takes somebody.
                for arm in 0..<arms { shares.weights.append(draw.number((arm == arms - 1 ? 1 : 0)...3)) }
                playbook.shares.append(shares)
            }
        }
        let isEscalation = draw.chance(1, of: 3)
        for number in 1...draw.one(of: [1, 1, 2, 3]) {
            playbook.steps.append(step(number, isEscalation: isEscalation, &draw))
        }
        return playbook
    }

    private func step(_ number: Int, isEscalation: Bool, _ draw: inout Draw<some RandomNumberGenerator>) -> Step {
        let waits = [Span(days: 1), Span(days: 3), Span(days: 7), Span(months: 1)]
        let isFirst = number == 1
        return Step(
            id: "s\(number)", level: isEscalation ? number : nil, channel: draw.one(of: channels).id,
            after: isFirst ? nil : draw.one(of: isEscalation ? [waits[number - 1]] : [nil] + waits),
            notAfter: draw.one(of: [Span(days: 7), Span(days: 7), Span(days: 1), Span(days: 20), Span(months: 1)]),
            cost: draw.number(0...3) * 100, needsApproval: draw.chance(1, of: 10),
            ignoresQuietHours: draw.chance(1, of: 5), tags: draw.one(of: [[], ["t1"], ["t2"], ["t1", "t2"]]),
            options: draw.chance(1, of: 4) ? options(&draw) : [])
    }

    private func options(_ draw: inout Draw<some RandomNumberGenerator>) -> [Option] {
        (1...draw.number(2...3)).map { number in
            Option(
                id: "o\(number)", cost: draw.number(0...3) * 100, response: draw.one(of: [10_000, 5_000, 2_000]),
                suits: draw.one(of: [[], [], ["tea"], ["tea", "art"]]))
        }
    }

    private mutating func addBudgets(_ draw: inout Draw<some RandomNumberGenerator>) {
        for number in 0..<draw.number(1...3) {
            let isMoney = draw.chance(1, of: 2)
            budgets.append(
                Budget(
                    id: "budget\(number)", isMoney: isMoney,
                    amount: isMoney ? draw.number(0...10) * 100 : draw.number(0...5),
                    window: draw.one(of: [.days(1), .days(7), .months(1), .months(3)]),
                    playbooks: draw.one(of: [[], [], ["p0", "p1"]]), tiers: draw.one(of: [[], [], ["core"]]),
                    channels: draw.one(of: [[], [], ["app", "sms"]]), tags: draw.one(of: [[], [], ["t1"]])))
        }
    }

    private mutating func addQuietHours(_ draw: inout Draw<some RandomNumberGenerator>) {
        for number in 0..<draw.number(1...2) {
            var window = QuietWindow(
                id: "w\(number)", channels: draw.one(of: [[], ["sms"], ["app", "sms"]]), drops: draw.chance(1, of: 3))
            let from = draw.number(0...23)
            let to = (from + draw.number(1...23)) % 24
            (window.from, window.to) = (from, to == 0 ? 24 : to)
            if draw.chance(1, of: 2) {
                let first = anyDay(&draw)
                window.days = first...(first + draw.number(0...14))
                if draw.chance(1, of: 2) { (window.from, window.to) = (nil, 24) }
            }
            quiet.append(window)
        }
    }

    private mutating func addLife(_ draw: inout Draw<some RandomNumberGenerator>) {
        let first = runs[0].day
        for member in members {
            for channel in channels.map(\.id) where draw.chance(4, of: 5) {
                events.append(Event(day: first - draw.number(0...20), member: member, kind: .grant(channel)))
            }
            if draw.chance(3, of: 4) {
                events.append(Event(day: first - draw.number(0...60), member: member, kind: .order))
            }
            if draw.chance(3, of: 4) {
                events.append(Event(day: first - 1, member: member, kind: .tier(draw.one(of: Chronicle.tiers))))
            }
            for _ in 0..<draw.number(0...8) {
                let place = draw.one(of: channels.map(\.id) + ["*"])
                let kinds: [Event.Kind] = [
                    .order, .order, .reply, .ack, .grant(place), .withdraw(place), .suppress(place), .lift(place),
                    .tier(draw.one(of: Chronicle.tiers)), .bounce, .bounce, .approve,
                ]
                events.append(Event(day: anyDay(&draw), member: member, kind: draw.one(of: kinds)))
            }
        }
    }

    /// Some turn out to be one person, and some of these to be two after all.
    private mutating func addMerges(_ draw: inout Draw<some RandomNumberGenerator>) {
        guard members.count > 1, draw.chance(1, of: 2) else { return }
        for _ in 0..<draw.number(1...min(3, members.count)) {
            let kept = draw.one(of: members)
            let other = draw.one(of: members.filter { $0 != kept })
            let day = anyDay(&draw)
            events.append(Event(day: day, member: other, kind: .joins(kept)))
            guard draw.chance(1, of: 2) else { continue }
            events.append(Event(day: day + draw.number(1...20), member: other, kind: .parts))
        }
    }
}
