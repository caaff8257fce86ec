import RetierCore
import RetierTestSupport
import Testing

/// Every state of an incident with everything that a person may say of it.
@Suite struct IncidentStateTests {
    private static let now = Instant(seconds: 1_000_000)

    private static func incident(
        _ id: String = "a", kind: String = "app", _ from: Int64 = 100, _ until: Int64? = nil,
        withdrawn: Bool = false
    ) -> Incident {
        var incident = Incident(
            id: id, kind: kind, from: Instant(seconds: from), until: until.map(Instant.init(seconds:)),
            registeredAt: Instant(seconds: 900_000))
        if withdrawn { incident.state = .withdrawn }
        return incident
    }

    /// What becomes of each state: the next one, or the refusal.
    private static let table: [(Incident.State, String, Incident.Event, String)] = [
        (.open, "close", .close(until: Instant(seconds: 200)), "closed"),
        (.open, "close", .close(until: now), "closed"),
        (.open, "close", .close(until: Instant(seconds: 100)), "endsBeforeItBegins"),
        (.open, "close", .close(until: Instant(seconds: 1_000_001)), "inFuture"),
        (.open, "reopen", .reopen, "isNotClosed"), (.open, "withdraw", .withdraw, "withdrawn"),
        (.closed, "close", .close(until: Instant(seconds: 300)), "isClosed"), (.closed, "reopen", .reopen, "open"),
        (.closed, "withdraw", .withdraw, "withdrawn"),
        (.withdrawn, "close", .close(until: Instant(seconds: 300)), "isWithdrawn"),
        (.withdrawn, "reopen", .reopen, "isWithdrawn"), (.withdrawn, "withdraw", .withdraw, "isWithdrawn"),
    ]

    private static func name(_ refusal: Incident.Refusal) -> String {
        String("\(refusal)".prefix { $0 != "(" }).components(after: ".")
    }

    @Test func everyStateAnswersEveryEvent() {
        let pairs = Set(Self.table.map { "\($0.0) \($0.1)" })
        #expect(pairs.count == Incident.State.allCases.count * 3)
        for (state, _, event, outcome) in Self.table {
            for isGranted in [false, true] {
                var incident = Self.incident("a", 100, state == .open ? nil : 200, withdrawn: state == .withdrawn)
                let before = incident
                let refusal = incident.handle(event, among: [before], isGranted: isGranted, now: Self.now)
                let expected = isGranted && outcome == "withdrawn" ? "isGranted" : outcome
                #expect((refusal.map(Self.name) ?? incident.state.rawValue) == expected, "\(state) \(event)")
                if refusal != nil { #expect(incident == before, "a refusal changes nothing") }
                #expect((incident.until == nil) == (incident.closedAt == nil))
                #expect(incident.state != .open || incident.until == nil)
            }
        }
    }

    /// Times of `app` against one from 100 to 200: who shares a moment with it.
    @Test(
        arguments: [
            (50, 100, false), (50, 101, true), (100, 200, true), (120, 130, true), (199, 300, true), (200, 300, false),
            (50, nil, true), (199, nil, true), (200, nil, false),
        ] as [(Int64, Int64?, Bool)])
    func incidentsOfOneKindShareNoMoment(from: Int64, until: Int64?, overlaps: Bool) {
        let other = Self.incident("other", 100, 200)
        let incident = Self.incident("a", from, until)
        let expected: Incident.Refusal? = overlaps ? .overlaps("other") : nil
        #expect(incident.refusal(among: [other], now: Self.now) == expected)
        // The other way round it is the same.
        let back: Incident.Refusal? = overlaps ? .overlaps("a") : nil
        #expect(other.refusal(among: [incident], now: Self.now) == back)
        // Of another kind, or withdrawn, it is no matter.
        #expect(incident.refusal(among: [Self.incident("b", kind: "till", 100, 200)], now: Self.now) == nil)
        #expect(incident.refusal(among: [Self.incident("b", 100, 200, withdrawn: true)], now: Self.now) == nil)
        // And whoever is closed or opened again is asked anew.
        if let until, overlaps {
            var open = Self.incident("a", from)
            #expect(
                open.handle(
                    .close(until: Instant(seconds: until)), among: [open, other], isGranted: false, now: Self.now)
                    == .overlaps("other"))
        }
        var closed = Self.incident("a", 0, 1)
        #expect(closed.handle(.reopen, among: [other], isGranted: false, now: Self.now) == .overlaps("other"))
    }

    @Test(arguments: [(1, 1), (3_599, 1), (3_600, 1), (3_601, 2), (7_200, 2), (90_000, 25)] as [(Int64, Int)])
    func everyHourThatHasBegunCounts(seconds: Int64, hours: Int) {
        #expect(Self.incident("a", 100, 100 + seconds).startedHours == hours)
        #expect(Self.incident("a", 100).startedHours == nil)
    }

    /// A run of an earlier day does not know what came later.
    @Test func aRunKnowsWhatWasBeforeItsEnd() {
        let incident = Self.incident("a", 100, 200)
        func seen(_ end: Int64) -> Incident? { incident.seen(before: Instant(seconds: end)) }
        #expect(seen(100) == nil)
        #expect(seen(101)?.state == .open && seen(199)?.until == nil)
        #expect(seen(200) == incident)
        #expect(Self.incident("a", 100, 200, withdrawn: true).seen(before: Self.now) == nil)
    }

    @Test func theLastDayCountsFromTheLaterOfTheEndAndTheWordOnIt() {
        let kind = IncidentKind(
            id: "app", title: LocalizedText("App"), affects: ["order"], late: CalendarPeriod(days: 3))
        var incident = Self.incident("a", 100, 86_400 * 20)
        #expect(kind.lastDay(of: incident, zone: .utc) == Day(number: 23))
        incident.closedAt = Instant(seconds: 86_400 * 30)
        #expect(kind.lastDay(of: incident, zone: .utc) == Day(number: 33))
        #expect(kind.lastDay(of: Self.incident("a", 100), zone: .utc) == nil)
    }
}

extension String {
    /// What comes after the last of some text; all where there is none.
    fileprivate func components(after mark: Character) -> String {
        split(separator: mark).last.map(String.init) ?? self
    }
}
