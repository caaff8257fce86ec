import RetierCore
import Testing

/// What quiet windows make of candidates: held, dropped, too late, and nobody's business.
@Suite struct QuietGateTests {
    private static let night = QuietWindow(id: "nights", hours: .init(from: 1_260, to: 540), channels: ["sms"])
    /// 22:00 UTC of the run's day, 2026-11-21.
    private static let evening = Instant(utcMidnightOf: day("2026-11-21")).adding(seconds: 79_200)
    private static let china = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])

    private func world(
        _ windows: [QuietWindow] = [night], step: Playbook.Step = Playbook.Step(id: "s1", action: "coupon", via: "sms"),
        holdout: Int = 0
    ) -> World {
        var world = World.single([.sample("p", steps: [step], holdout: holdout)])
        world.quietWindows = windows
        world.moment = Self.evening
        return world
    }

    private func decide(_ world: World) -> Decision? {
        world.decide()[World.Key(member: "m1", playbook: "p", step: "s1")]
    }

    @Test func aHeldActionLeavesInTheMorningAndSaysWhy() throws {
        let decision = try #require(decide(world()))
        #expect(decision.verdict.reason == .selected)
        #expect(decision.quiet?.text == "UTC nights")
        #expect(decision.quiet?.sendAt?.description == "2026-11-22T09:00:00Z")
        #expect(
            decision.verdict.evidenceJSON
                == #"{"window":"nights","zone":"UTC","zone_of":"programme","send_at":"2026-11-22T09:00:00Z"}"#)
    }

    @Test func whereItIsDayItLeavesAtOnceAndStillKeepsTheWindow() throws {
        var world = world()
        // 06:00 in Shanghai is night, two hours of it left; 10:00 is day.
        world.zones["m1"] = .init(zone: Self.china, source: .member)
        #expect(try #require(decide(world)).quiet?.sendAt?.description == "2026-11-22T01:00:00Z")
        world.moment = Self.evening.adding(seconds: 4 * 3_600)
        let free = try #require(decide(world))
        #expect(free.quiet?.text == "Asia/Shanghai nights" && free.quiet?.sendAt == nil && free.verdict.evidence == [])
    }

    @Test func anUnreadableZoneIsSaid() throws {
        var world = world()
        world.zones["m1"] = .init(zone: .utc, source: .programme, isUnread: true)
        #expect(try #require(decide(world)).verdict.values("unread") == ["member"])
    }

    @Test func aWindowOfAnotherChannelOrAStepThatIgnoresThemChangesNothing() throws {
        var other = Self.night
        other.channels = ["push"]
        #expect(try #require(decide(world([other]))).quiet == nil)
        let step = Playbook.Step(id: "s1", action: "coupon", via: "sms", ignoresQuietHours: true)
        #expect(try #require(decide(world(step: step))).quiet == nil)
    }

    @Test func oneThatDropsWinsAndTheShadowOfADroppedActionCountsAsLittle() throws {
        var dropping = Self.night
        dropping.id = "late"
        dropping.policy = .drop
        for holdout in [0, 9_999] {
            let verdict = try #require(decide(world([Self.night, dropping], holdout: holdout))).verdict
            #expect(
                verdict.reason == .quietHours && verdict.outcome == .suppressed && verdict.values("window") == ["late"])
        }
    }

    @Test func theShadowOfAHeldActionGoesByTheSameClock() throws {
        let decision = try #require(decide(world(holdout: 9_999)))
        #expect(decision.verdict.reason == .controlGroup)
        #expect(decision.quiet?.sendAt?.description == "2026-11-22T09:00:00Z")
    }

    /// The last day is the member's: seven days after the 21st unless the step says otherwise.
    @Test(arguments: [("2026-11-28", ReasonCode.selected), ("2026-11-29", .quietHours)])
    func aHolidayLongerThanAnActionMayWaitIsTooLate(end: String, reason: ReasonCode) throws {
        let holiday = QuietWindow(id: "holiday", dates: [day("2026-11-20")...day(end).adding(days: -1)])
        let verdict = try #require(decide(world([holiday]))).verdict
        #expect(verdict.reason == reason)
        #expect(verdict.values("not_after") == (reason == .quietHours ? ["2026-11-28"] : []))
        #expect(verdict.values("send_at") == [end + "T00:00:00Z"])
    }

    /// Midnight of the 29th in Shanghai is still the 28th in London.
    @Test(arguments: [("2026-11-28", "2026-11-27", ReasonCode.selected), ("2026-11-29", "2026-11-28", .quietHours)])
    func theLastDayIsByTheMembersClock(end: String, london: String, reason: ReasonCode) throws {
        let holiday = QuietWindow(id: "holiday", dates: [day("2026-11-20")...day(end).adding(days: -1)])
        var world = world([holiday])
        world.zones["m1"] = .init(zone: Self.china, source: .member)
        let verdict = try #require(decide(world)).verdict
        #expect(verdict.reason == reason && verdict.values("send_at") == [london + "T16:00:00Z"])
    }

    /// A step of a case that is taken a day late may wait for a day less: its days count from the clock of the case.
    @Test(arguments: [("2026-11-27", ReasonCode.selected), ("2026-11-28", .quietHours)])
    func theLastDayOfADueStepIsThatOfItsCase(end: String, reason: ReasonCode) throws {
        let holiday = QuietWindow(id: "holiday", dates: [day("2026-11-20")...day(end).adding(days: -1)])
        var world = world([holiday])
        world.playbooks[0].steps.append(
            Playbook.Step(id: "s2", action: "call", via: "sms", after: CalendarPeriod(days: 3)))
        world.cases = [.init(member: "m1", playbook: "p", opened: day("2026-11-17"), next: "s2")]
        let verdict = try #require(world.verdict("p", step: "s2"))
        #expect(verdict.reason == reason)
        #expect(verdict.values("not_after") == (reason == .quietHours ? ["2026-11-27"] : []))
    }

    @Test func heldActionsFillCapsLikeOthers() {
        var world = world()
        world.channels[0].cap = FrequencyCap(max: 1, days: 7)
        world.playbooks.append(.sample("q", rank: 200))
        world.matches.append(.init(member: "m1", playbook: "q"))
        #expect(world.verdict("p")?.reason == .selected && world.verdict("q")?.reason == .displaced)
        #expect(world.verdict("q")?.values("window") == [], "the evidence is that of the reason")
    }
}
