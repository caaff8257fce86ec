import RetierCore
import RetierTestSupport
import Testing

@Suite struct ArbitrationRules {
    private let capped = Channel(
        id: "sms", title: LocalizedText("sms"), endpoint: "e", cap: FrequencyCap(max: 1, days: 7))

    /// A month is a calendar month from the day of entry; the last day where the month has no such day.
    @Test(arguments: [
        ("P1M", "2026-02-15", "2026-03-14", false), ("P1M", "2026-02-15", "2026-03-15", true),
        ("P1M", "2026-01-31", "2026-02-27", false), ("P1M", "2026-01-31", "2026-02-28", true),
        ("P1M", "2028-01-31", "2028-02-28", false), ("P1M", "2028-01-31", "2028-02-29", true),
        ("P1M", "2026-02-28", "2026-03-27", false), ("P1M", "2026-02-28", "2026-03-28", true),
        ("P1M", "2026-03-31", "2026-04-29", false), ("P1M", "2026-03-31", "2026-04-30", true),
        ("P3M", "2026-11-30", "2027-02-27", false), ("P3M", "2026-11-30", "2027-02-28", true),
        ("P1Y", "2024-02-29", "2025-02-27", false), ("P1Y", "2024-02-29", "2025-02-28", true),
        ("P90D", "2026-01-01", "2026-03-31", false), ("P90D", "2026-01-01", "2026-04-01", true),
    ])
    func oncePerCountsCalendarPeriodsFromTheEntry(period: String, entry: String, asOf: String, mayEnter: Bool) {
        var world = World.single([.sample("p", oncePer: period)])
        world.asOf = day(asOf)
        world.history = [.init(member: "m1", playbook: "p", channel: "sms", day: day(entry), fillsCap: false)]
        let verdict = world.verdict("p")
        #expect(verdict?.reason == (mayEnter ? .selected : .oncePer))
        if !mayEnter { #expect(verdict?.values("entered") == [entry]) }
        let horizon = SendHistory.horizon(asOf: day(asOf), playbooks: world.playbooks, channels: [])
        #expect(mayEnter || horizon <= day(entry), "the horizon remembers every entry that still counts")
    }

    @Test func suppressionStopsEvenWhatNeedsNoConsent() {
        var world = World.single([.sample("p")])
        world.consents = [
            .init(member: "m1", channel: "*", purpose: "marketing", granted: true, at: Instant(seconds: 5)),
            .init(member: "m1", channel: "*", purpose: "all", granted: false, at: Instant(seconds: 9)),
        ]
        #expect(world.verdict("p")?.reason == .neverContact)
        #expect(world.verdict("p")?.values("withdrawn_at") == ["1970-01-01T00:00:09Z"])
    }

    /// A list holds on its channel alone, or on all, until it is lifted; what the member grants does not lift it.
    @Test func aSuppressionListHoldsWhateverTheMemberGrants() {
        let channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e", consent: "marketing")
        for (place, holds) in [("*", true), ("sms", true), ("app", false)] {
            var world = World.single([.sample("p")], channel: channel)
            world.consents = [
                .init(
                    member: "m1", channel: place, purpose: "suppression:law", granted: false, at: Instant(seconds: 5)),
                .init(member: "m1", channel: "*", purpose: "marketing", granted: true, at: Instant(seconds: 9)),
            ]
            #expect(world.verdict("p")?.reason == (holds ? .neverContact : .selected))
            if holds { #expect(world.verdict("p")?.values("list") == ["law"]) }
            world.consents.append(
                .init(member: "m1", channel: place, purpose: "suppression:law", granted: true, at: Instant(seconds: 7)))
            #expect(world.verdict("p")?.reason == .selected)
        }
    }

    @Test func theLatestWordOnAChannelOrOnAllChannelsCounts() {
        let channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e", consent: "marketing")
        var world = World.single([.sample("p")], channel: channel)
        #expect(world.verdict("p")?.reason == .noConsent)
        world.consents = [
            .init(member: "m1", channel: "*", purpose: "marketing", granted: true, at: Instant(seconds: 5)),
            .init(member: "m1", channel: "sms", purpose: "service", granted: false, at: Instant(seconds: 8)),
        ]
        #expect(world.verdict("p")?.reason == .selected)
        world.consents.append(
            .init(member: "m1", channel: "sms", purpose: "marketing", granted: false, at: Instant(seconds: 6)))
        #expect(world.verdict("p")?.reason == .noConsent)
        world.consents.append(
            .init(member: "m1", channel: "sms", purpose: "marketing", granted: true, at: Instant(seconds: 7)))
        #expect(world.verdict("p")?.reason == .selected)
    }

    /// Who cannot be reached is no control either, takes no place, and is told apart from who said no.
    @Test(arguments: [
        (RecipientTable.Reach?.none, "none" as String?), (RecipientTable.Reach.none, "none"), (.unusable, "unusable"),
        (.usable, nil),
    ])
    func aMemberWhomTheReceiverDoesNotKnowIsSuppressed(reach: RecipientTable.Reach?, id: String?) {
        var world = World.single([.sample("p", holdout: 10_000), .sample("q")], channel: capped)
        world.recipients["sms"] = ["m1": reach, "m2": .usable].compactMapValues(\.self)
        for playbook in ["p", "q"] {
            let verdict = world.verdict(playbook)
            guard let id else {
                #expect(verdict?.reason == (playbook == "p" ? .controlGroup : .selected))
                continue
            }
            #expect(verdict?.reason == .noRecipient && verdict?.outcome == .suppressed)
            #expect(verdict?.evidence.map(\.key) == ["endpoint", "identity", "id"])
            #expect(verdict?.values("endpoint") == ["e"] && verdict?.values("id") == [id])
        }
    }

    @Test func theLoserOfAPlaceNamesItsWinner() {
        let world = World.single(
            [
                .sample("a", priority: .base), .sample("b", priority: .grow, rank: 2),
                .sample("c", priority: .grow, rank: 1),
            ],
            channel: capped)
        #expect(world.verdict("c")?.reason == .selected)
        for loser in ["a", "b"] {
            #expect(world.verdict(loser)?.reason == .displaced)
            #expect(world.verdict(loser)?.values("by") == ["c"])
            #expect(world.verdict(loser)?.until == day("2026-11-28"))
        }
    }

    @Test func equalPriorityAndRankIsSettledByPlaybookID() {
        let world = World.single([.sample("b"), .sample("a")], channel: capped)
        #expect(world.verdict("a")?.reason == .selected)
        #expect(world.verdict("b")?.values("by") == ["a"])
    }

    @Test func sendsOfOneDayAreListedByTheirPlaybooksForEveryMember() {
        let channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e", cap: FrequencyCap(max: 2, days: 7))
        var world = World.single([.sample("p")], channel: channel)
        world.members["m2"] = 500_000
        world.matches.append(.init(member: "m2", playbook: "p"))
        world.history = [("m1", "a"), ("m1", "b"), ("m2", "c"), ("m2", "b")].map {
            .init(member: $0, playbook: $1, channel: "sms", day: day("2026-11-18"), fillsCap: true)
        }
        #expect(world.verdict("p")?.values("sent") == ["2026-11-18 a", "2026-11-18 b"])
        #expect(world.verdict("p", member: "m2")?.values("sent") == ["2026-11-18 b", "2026-11-18 c"])
    }

    @Test func earlierSendsThatFillTheCapAreListedWithTheDayOnWhichAPlaceFrees() {
        let channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e", cap: FrequencyCap(max: 2, days: 7))
        var world = World.single([.sample("p")], channel: channel)
        world.history = ["2026-11-14", "2026-11-15", "2026-11-18"].map {
            .init(member: "m1", playbook: "old", channel: "sms", day: day($0), fillsCap: true)
        }
        let verdict = world.verdict("p")
        #expect(verdict?.reason == .frequencyCap)
        #expect(verdict?.values("sent") == ["2026-11-15 old", "2026-11-18 old"])
        #expect(verdict?.until == day("2026-11-22"))
        world.asOf = day("2026-11-22")
        #expect(world.verdict("p")?.reason == .selected)
    }

    @Test func whatDidNotLeaveFillsNoCap() {
        var world = World.single([.sample("p")], channel: capped)
        world.history = [
            .init(member: "m1", playbook: "old", channel: "sms", day: day("2026-11-20"), fillsCap: false)
        ]
        #expect(world.verdict("p")?.reason == .selected)
    }

    @Test func onlyTheFirstLevelIsSentByNow() {
        let steps = [
            Playbook.Step(id: "l1", level: 1, action: "care", via: "sms"),
            Playbook.Step(id: "l2", level: 2, action: "benefit", via: "sms", after: CalendarPeriod(days: 3)),
            Playbook.Step(
                id: "l3", level: 3, action: "ceo_direct", via: "sms", after: CalendarPeriod(days: 7),
                requiresApproval: true),
            Playbook.Step(id: "card", action: "card", via: "sms", requiresApproval: true),
        ]
        let world = World.single([.sample("p", steps: steps)])
        #expect(world.verdict("p", step: "l1")?.reason == .selected)
        #expect(world.verdict("p", step: "l2")?.reason == .laterStep)
        #expect(world.verdict("p", step: "l2")?.until == day("2026-11-24"))
        #expect(world.verdict("p", step: "l3")?.reason == .laterStep)
        #expect(world.verdict("p", step: "card")?.reason == .needsApproval)
    }

    /// A word on one action of one member says nothing of another.
    @Test func anApprovalIsOfOneStepOfOneMember() {
        let steps = ["card", "gift"].map {
            Playbook.Step(id: $0, action: "coupon", via: "sms", requiresApproval: true)
        }
        var world = World.single([.sample("p", steps: steps), .sample("q", steps: steps)])
        world.members["m2"] = 1
        world.matches += ["p", "q"].map { .init(member: "m2", playbook: $0) }
        var prepared = world.prepare()
        prepared.arbitration.approvals = ApprovalTable(count: 2, items: [(row: 1, playbook: 1, step: 0)])
        let approved = prepared.arbitration.decide(prepared.candidates).filter { $0.verdict.reason != .needsApproval }
        #expect(approved.map { prepared.key(of: $0) } == [World.Key(member: "m2", playbook: "q", step: "card")])
    }

    @Test func theBudgetServesTheMostValuableAndShowsItsCutLine() {
        let budget = Playbook.OwnBudget(.money(Money(minorUnits: 7_000)), per: CalendarPeriod(months: 1))
        let step = Playbook.Step(id: "s1", action: "coupon", via: "sms", cost: Money(minorUnits: 3_000))
        var world = World.single([.sample("p", steps: [step], budget: budget)])
        world.members = ["m1": 10, "m2": 30, "m3": 20, "m4": 20]
        world.matches = world.members.keys.map { .init(member: $0, playbook: "p") }
        #expect(world.verdict("p", member: "m2")?.reason == .selected)
        #expect(world.verdict("p", member: "m3")?.reason == .selected, "of equal value the smaller id")
        let cut = world.verdict("p", member: "m4")
        #expect(cut?.reason == .budget)
        #expect(cut?.values("used") == ["60.00"])
        #expect(cut?.values("cut") == ["0.006"] && cut?.values("value_per_cost") == ["0.006"])
        #expect(cut?.values("place") == ["3"])
        #expect(cut?.until == day("2026-12-01"))
        world.budgetUse = ["p": BudgetUse(settled: 1_000, open: 1_000)]
        #expect(world.verdict("p", member: "m3")?.reason == .budget)
    }

    @Test func aPlaceThatABudgetTakesBackGoesToTheNextInLine() {
        let budget = Playbook.OwnBudget(.money(Money(minorUnits: 50)), per: CalendarPeriod(months: 1))
        let step = Playbook.Step(id: "s1", action: "coupon", via: "sms", cost: Money(minorUnits: 100))
        let world = World.single(
            [.sample("a", priority: .protect, steps: [step], budget: budget), .sample("b"), .sample("c")],
            channel: capped)
        #expect(world.verdict("a")?.reason == .budget)
        #expect(world.verdict("b")?.reason == .selected)
        #expect(world.verdict("c")?.values("by") == ["b"])
    }

    @Test(arguments: [
        ("P1M", "2026-11-21", "2026-11-01"), ("P3M", "2026-11-21", "2026-10-01"), ("P1Y", "2026-11-21", "2026-01-01"),
        ("P7D", "2026-11-21", "2026-11-15"), ("P5M", "2026-11-21", "2026-06-22"),
    ])
    func budgetPeriodsAreCalendarBlocksWhereTheyDivideTheYear(period: String, on: String, start: String) {
        #expect(CalendarPeriod(iso: period)?.budgetStart(containing: day(on)) == day(start))
    }
}
