import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

/// What counts as an outcome, to the second.
@Suite struct OutcomeTests {
    private let fixture: ImportFixture
    /// Shanghai: its days begin at 16:00 UTC of the day before.
    private let zone = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])

    init() throws { fixture = try ImportFixture() }

    private static func day(_ text: String) -> Day { Day(iso: text) ?? Day(number: 0) }

    /// Assigns members on a day, by ids.
    private func assign(
        _ members: [(id: String, isControl: Bool)], on date: String = "2026-03-01", experiment: String = "p"
    ) throws {
        try fixture.ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO run VALUES ('r', 'daily', 'x', 0, '', 0, 0, 0, 0, 0, 0, '', NULL);
                    INSERT OR IGNORE INTO experiment VALUES ('\(experiment)', 's');
                    INSERT OR IGNORE INTO experiment_shares VALUES (1, '\(experiment)', 10000, 5000, '', 'r');
                    """)
            for (id, isControl) in members {
                try database.execute(
                    sql: """
                        INSERT INTO assignment SELECT ?, key, ?, NULL, 1, 'core', ?, 'r' FROM member WHERE member_id = ?
                        """, arguments: [experiment, isControl ? 1 : 0, Self.day(date).number, id])
            }
        }
    }

    private func question(goal: String? = nil, lastDay: String = "2026-12-31", until: String? = nil)
        -> ExperimentQuestion
    {
        ExperimentQuestion(
            experiment: "p", goal: goal, within: CalendarPeriod(days: 30), before: CalendarPeriod(months: 12),
            until: until.map(Self.day), lastDay: Self.day(lastDay))
    }

    private func record(_ question: ExperimentQuestion) throws -> ExperimentRecord {
        try fixture.ledger.record(of: question, zone: zone, uncountedStatuses: ["cancelled"])
    }

    private func loadMembers(_ ids: [String]) throws {
        try fixture.load(.members, "member_id,joined_at\n" + ids.map { "\($0),2025-01-01\n" }.joined())
    }

    @Test func theWindowBeginsOnTheNextDayAndEndsWithItsLastSecond() throws {
        try loadMembers(["m"])
        try assign([("m", false)])
        // One order a power of ten: the sums tell which ones counted.
        try fixture.load(
            .orders,
            """
            order_id,member_id,ordered_at,amount,status
            a,m,2025-03-01T23:59:59+08:00,1,
            b,m,2025-03-02T00:00:00+08:00,10,
            c,m,2026-03-01T23:59:59+08:00,100,
            d,m,2026-03-02T00:00:00+08:00,1000,
            e,m,2026-03-31T23:59:59+08:00,10000,
            f,m,2026-04-01T00:00:00+08:00,100000,
            g,m,2026-03-10T12:00:00+08:00,1000000,cancelled
            h,m,2026-03-11T12:00:00+08:00,-500,paid
            """)
        let member = try #require(try record(question()).members.first)
        #expect(member.spendBefore == 11_000 && member.spend == 1_050_000)
        #expect(member.reached && member.isComplete)
    }

    @Test func aReturnIsNoOrderAndAnEventIsAGoalOnlyWhereItIsAskedFor() throws {
        try loadMembers(["m", "n"])
        try assign([("m", false), ("n", true)])
        try fixture.load(
            .orders, "order_id,member_id,ordered_at,amount\na,m,2026-03-05T12:00:00Z,-5\nb,n,2026-03-05T12:00:00Z,0\n")
        try fixture.load(
            .events,
            "event_id,member_id,occurred_at,kind\ne,m,2026-03-31T15:59:59Z,reply\nf,n,2026-03-31T16:00:00Z,reply\n")
        #expect(try record(question()).members.map(\.reached) == [false, true])
        #expect(try record(question(goal: "reply")).members.map(\.reached) == [true, false])
        #expect(try record(question(goal: "unheard-of")).members.map(\.reached) == [false, false])
    }

    @Test func onlyEndedWindowsAreComplete() throws {
        try loadMembers(["m"])
        try assign([("m", false)])
        try fixture.load(.orders, "order_id,member_id,ordered_at,amount\na,m,2026-03-05T12:00:00Z,5\n")
        for (lastDay, until, isComplete) in [
            ("2026-03-30", nil, false), ("2026-03-31", nil, true), ("2026-06-30", "2026-03-30", false),
            ("2026-06-30", "2026-03-31", true),
        ] {
            let member = try record(question(lastDay: lastDay, until: until)).members[0]
            #expect(member.isComplete == isComplete, "\(lastDay) \(until ?? "")")
            #expect(member.spend == (isComplete ? 500 : 0))
        }
        // After the planned day nothing is added: the result stays what it was.
        #expect(question(lastDay: "2026-06-30", until: "2026-03-31").lastEnd == Self.day("2026-03-31"))
    }

    @Test func mergedMembersAreOnePerson() throws {
        try loadMembers(["a", "b", "c", "d", "e", "f", "g"])
        try assign([("a", false), ("c", true), ("d", false), ("f", false), ("g", false)])
        try assign([("b", false), ("e", true)], on: "2026-02-01")
        try fixture.load(
            .orders,
            """
            order_id,member_id,ordered_at,amount
            1,a,2026-03-02T12:00:00Z,1
            2,b,2026-02-15T12:00:00Z,10
            3,g,2026-03-05T12:00:00Z,100
            """)
        let word = MergeWord(
            reason: "same", operatorName: "t", now: Instant(seconds: 1_780_272_000), tierIDs: ["core"])
        // Equal groups: the earlier day counts, on which a's order is still within the window.
        try fixture.ledger.merge("a", "b", word)
        // Different groups: nobody knows what the person got.
        try fixture.ledger.merge("d", "e", word)
        let record = try record(question())
        #expect(record.crossed == 1)
        #expect(record.groups == [.control, .arm(nil)])
        let spends = record.members.map { "\($0.group) \($0.spend) \($0.spendBefore)" }
        #expect(spends == ["1 1100 0", "0 0 0", "1 0 0", "1 10000 0"])
        #expect(record.tiers == ["core"] && record.members.allSatisfy { $0.tier == 0 })
    }

    @Test func groupsOfTheSharesAreThereWithoutMembers() throws {
        try loadMembers(["m"])
        try assign([("m", false)])
        #expect(try record(question()).groups == [.control, .arm(nil)])
        #expect(
            try record(ExperimentQuestion(experiment: "q", within: CalendarPeriod(days: 1), lastDay: Day(number: 0)))
                .members.isEmpty)
    }
}
