import RetierCore
import Testing

@Suite struct FrequencyCapTests {
    private func cap(_ per: String, max: Int = 1, channels: [String] = [], tags: [String] = []) -> FrequencyCap {
        guard let window = CalendarPeriod(iso: per).flatMap(FrequencyCap.Window.init) else {
            preconditionFailure("\(per) is no window")
        }
        return FrequencyCap(id: "c", max: max, window: window, channels: channels, tags: tags)
    }

    /// Up to a week the window rolls; beyond that it is the calendar's, leap years and ends of months included.
    @Test(arguments: [
        ("P1D", "2026-11-21", "2026-11-21", "2026-11-22"), ("P7D", "2026-11-21", "2026-11-15", "2026-11-28"),
        ("P7D", "2026-01-03", "2025-12-28", "2026-01-10"), ("P1W", "2028-03-01", "2028-02-24", "2028-03-08"),
        ("P1M", "2026-11-21", "2026-11-01", "2026-12-01"), ("P1M", "2026-01-31", "2026-01-01", "2026-02-01"),
        ("P1M", "2028-02-29", "2028-02-01", "2028-03-01"), ("P3M", "2026-12-31", "2026-10-01", "2027-01-01"),
        ("P1Y", "2026-06-30", "2026-01-01", "2027-01-01"),
    ])
    func aWindowBeginsAndFreesItsPlace(per: String, on: String, start: String, free: String) {
        let cap = cap(per)
        #expect(cap.start(on: day(on)) == day(start))
        #expect(cap.firstFreeDay(after: day(on), sends: [day(on)]) == day(free))
        #expect(cap.firstFreeDay(after: day(on), sends: []) == nil, "nothing is in the way")
    }

    @Test func aRollingPlaceFreesWhenTheOldestSendInTheWayLeavesTheWindow() {
        let sends = ["2026-11-16", "2026-11-18", "2026-11-20"].map(day)
        #expect(cap("P7D", max: 2).firstFreeDay(after: day("2026-11-21"), sends: sends) == day("2026-11-25"))
        #expect(cap("P7D", max: 0).firstFreeDay(after: day("2026-11-21"), sends: sends) == nil)
    }

    @Test(arguments: ["P8D", "P30D", "P5M", "PT24H", "P1M1D", "P2Y"])
    func otherPeriodsAreNoWindows(per: String) {
        #expect(CalendarPeriod(iso: per).flatMap(FrequencyCap.Window.init) == nil)
    }

    @Test func aCapIsAboutItsChannelsAndTags() {
        #expect(cap("P7D").covers(channel: "sms", tags: []))
        #expect(!cap("P7D", channels: ["app"]).covers(channel: "sms", tags: ["t"]))
        #expect(!cap("P7D", channels: ["sms"], tags: ["u"]).covers(channel: "sms", tags: ["t"]))
        #expect(cap("P7D", channels: ["sms"], tags: ["u", "t"]).covers(channel: "sms", tags: ["t"]))
    }

    @Test(arguments: [
        SendMarks(), SendMarks(tags: ["a"]), SendMarks(tags: ["a", "b"], counts: .only([])),
        SendMarks(counts: .only(["x", "y"])),
    ])
    func marksAreReadAsTheyWereWritten(marks: SendMarks) { #expect(SendMarks(text: marks.text) == marks) }

    @Test func whatHeedsNoCapIsSentAndStillTakesAPlace() {
        let channel = Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e", cap: FrequencyCap(max: 1, days: 7))
        let world = World.single(
            [.sample("a", priority: .protect), .sample("z", heedsCaps: .only([]))], channel: channel)
        #expect(world.verdict("z")?.reason == .selected)
        #expect(world.verdict("a")?.reason == .displaced && world.verdict("a")?.values("by") == ["z"])
        let silent = World.single(
            [.sample("a", priority: .protect), .sample("z", heedsCaps: .only([]), countsToCaps: .only([]))],
            channel: channel)
        #expect(silent.verdict("a")?.reason == .selected)
    }

    /// A send is counted by the tags that it had then, whatever the playbook says now.
    @Test func tagsAreThoseOfTheSend() {
        var world = World.single([
            .sample("p", steps: [Playbook.Step(id: "s1", action: "coupon", via: "sms", tags: ["promo"])])
        ])
        world.caps = [
            FrequencyCap(id: "promo-month", max: 1, window: .calendar(CalendarPeriod(months: 1)), tags: ["promo"])
        ]
        func sent(_ day: String, _ tags: [String]) -> World.Send {
            .init(
                member: "m1", playbook: "p", channel: "other", day: RetierCoreTests.day(day), fillsCap: true,
                marks: SendMarks(tags: tags))
        }
        world.history = [sent("2026-11-02", []), sent("2026-10-31", ["promo"])]
        #expect(world.verdict("p")?.reason == .selected)
        world.history.append(sent("2026-11-03", ["care", "promo"]))
        let verdict = world.verdict("p")
        #expect(verdict?.reason == .frequencyCap && verdict?.until == day("2026-12-01"))
        #expect(verdict?.values("cap") == ["promo-month"] && verdict?.values("sent") == ["2026-11-03 p"])
    }
}
