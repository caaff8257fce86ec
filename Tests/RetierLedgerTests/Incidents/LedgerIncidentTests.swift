import GRDB
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Incidents in the ledger: who is affected, against a question to the rows themselves, and what is kept of them.
@Suite struct LedgerIncidentTests {
    private static let kinds = [
        IncidentKind(id: "app", title: LocalizedText("App"), affects: ["order", "event:login"]),
        IncidentKind(id: "till", title: LocalizedText("Till"), affects: ["event:visit"], late: CalendarPeriod(days: 2)),
    ]
    private static let word = MergeWord(
        reason: "same phone", operatorName: "tester", now: Instant(seconds: 1_780_272_000), tierIDs: ["gold"])
    private static let asOf = Day(number: 20_500)

    private static func moment(_ hours: Int) -> Instant {
        Instant(utcMidnightOf: asOf).adding(seconds: Int64(hours) * 3_600)
    }

    private static func register(
        _ ledger: Ledger, _ id: String, _ kind: String, _ from: Int, _ until: Int?, now: Instant = word.now
    ) throws {
        let value = Incident(
            id: id, kind: kind, from: moment(from), until: until.map(moment), registeredAt: now)
        try ledger.register(StoredIncident(value, reason: "r", operatorName: "o"), now: now)
    }

    private func table(_ ledger: Ledger, asOf: Day = asOf, threads: Int = 2) throws -> (FactTable, IncidentTable) {
        let facts = try ledger.facts(asOf: asOf, window: nil, zone: .utc)
        return (facts, try ledger.incidentTable(of: facts, kinds: Self.kinds, zone: .utc, threads: threads))
    }

    /// `incident member fact seconds`, sorted.
    private func effects(_ ledger: Ledger, threads: Int = 2) throws -> [String] {
        let (facts, table) = try table(ledger, threads: threads)
        return (0..<facts.count).flatMap { row in
            table[row].map { "\($0.incident.id) \(facts.memberIDs[row]) \($0.fact) \($0.at.seconds)" }
        }.sorted()
    }

    private static func load(_ fixture: ImportFixture, _ generator: inout SeededGenerator, members: Int) throws {
        var people = "member_id,joined_at\n"
        var orders: [String] = []
        var events: [String] = []
        for member in 0..<members {
            people += "m\(member),2020-01-01\n"
            for number in 0..<generator.draw(in: 0...6) {
                let at = moment(generator.draw(in: -40...40))
                orders.append("o\(member)-\(number),m\(member),\(at),\(generator.draw(in: -9...9)),c\n")
            }
            for number in 0..<generator.draw(in: 0...6) {
                let (at, kind) = (
                    moment(generator.draw(in: -40...40)), generator.pick(from: ["login", "visit", "nps"])
                )
                events.append("e\(member)-\(number),m\(member),\(at),\(kind),7,x\n")
            }
        }
        try fixture.load(.members, people)
        // In two files, in any order.
        for rows in [generator.shuffled(orders), []] where !rows.isEmpty {
            let half = rows.count / 2
            for part in [rows[half...], rows[..<half]] {
                try fixture.load(.orders, "order_id,member_id,ordered_at,amount,category\n" + part.joined())
            }
        }
        try fixture.load(
            .events, "event_id,member_id,occurred_at,kind,value,ref\n" + generator.shuffled(events).joined())
    }

    /// The same question to the rows, not to the packs.
    private static func asked(_ fixture: ImportFixture) throws -> [String] {
        try fixture.rows(
            """
            WITH root(key, id) AS (
                SELECT m.key, coalesce(k.member_id, m.member_id) FROM member m
                LEFT JOIN member_merge g ON g.other = m.key LEFT JOIN member k ON k.key = g.kept),
            fact(member, at, fact) AS (
                SELECT member, at, 'order' FROM member_order
                UNION ALL SELECT member, at, 'event:' || s.text FROM member_event JOIN symbol s ON s.key = kind),
            hit AS (
                SELECT i.id AS incident, r.id AS member, f.fact, f.at, row_number() OVER (
                    PARTITION BY i.id, r.id ORDER BY f.at, f.fact) AS place
                FROM incident i JOIN fact f JOIN root r ON r.key = f.member
                WHERE f.at >= i.from_at AND f.at < min(coalesce(i.until_at, 1 << 40), \(moment(24).seconds))
                    AND ((i.kind = 'app' AND f.fact IN ('order', 'event:login'))
                        OR (i.kind = 'till' AND f.fact = 'event:visit')))
            SELECT incident || ' ' || member || ' ' || fact || ' ' || at FROM hit WHERE place = 1
            """
        ).sorted()
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func theAffectedAreThoseWhoseRowsLieInTheTime(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var fixture = try ImportFixture()
        fixture.zone = .utc
        try Self.load(fixture, &generator, members: 120)
        try Self.register(fixture.ledger, "past", "app", -30, -20)
        try Self.register(fixture.ledger, "edge", "app", -20, -19)
        try Self.register(fixture.ledger, "shop", "till", -25, 3)
        try Self.register(fixture.ledger, "now", "app", 5, nil)
        for number in stride(from: 0, to: 40, by: 2) {
            try fixture.ledger.merge("m\(number)", "m\(number + 1)", Self.word)
        }
        let expected = try Self.asked(fixture)
        #expect(expected.count > 100, "seed \(seed)")
        for threads in [1, 2, 3] {
            #expect(try effects(fixture.ledger, threads: threads) == expected, "seed \(seed), \(threads) threads")
        }
    }

    /// Members are looked at in ranges of their keys: the last member may be the only one of its range.
    @Test(arguments: [-1, 0, 1])
    func theLastMemberIsLookedAtWhereverARangeEnds(offset: Int64) throws {
        var fixture = try ImportFixture()
        fixture.zone = .utc
        try fixture.ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, 'last', 0)",
                arguments: [IncidentScan.chunkSize * 2 + offset])
        }
        try fixture.load(.events, "event_id,member_id,occurred_at,kind\ne,last,\(Self.moment(1)),visit\n")
        try Self.register(fixture.ledger, "shop", "till", 0, 2)
        #expect(try effects(fixture.ledger) == ["shop last event:visit \(Self.moment(1).seconds)"])
    }

    @Test func onlyIncidentsOfTheDayAreKnown() throws {
        var fixture = try ImportFixture()
        fixture.zone = .utc
        try fixture.load(.members, "member_id,joined_at\na,2020-01-01\n")
        try fixture.load(.events, "event_id,member_id,occurred_at,kind\ne,a,\(Self.moment(1)),visit\n")
        try Self.register(fixture.ledger, "shop", "till", 0, 30, now: Self.moment(31))
        try Self.register(fixture.ledger, "gone", "moved", 0, 30, now: Self.moment(31))
        func items(_ day: Int) throws -> [String] {
            let (facts, table) = try table(fixture.ledger, asOf: Self.asOf.adding(days: day))
            return table.items.map { "\($0.incident.id) \($0.incident.state.rawValue) \(table.isEmpty(row: 0))" }
                + (facts.count == 1 ? [] : ["?"])
        }
        // It ends on the next day; two days later nobody is taken up any more.
        #expect(try items(-1) == [])
        #expect(try items(0) == ["shop open false"])
        #expect(try items(1) == ["shop closed false"] && items(3) == ["shop closed false"])
        #expect(try items(4) == ["shop closed true"])
        #expect(try items(200) == [])
    }

    @Test func theTableHasExactlyTheStatesOfTheMachine() throws {
        for state in Incident.State.allCases.map(\.rawValue) + ["over"] {
            var accepted: [String] = []
            for (until, closed) in [("NULL", "NULL"), ("9", "12"), ("9", "NULL"), ("NULL", "12"), ("4", "12")] {
                let fixture = try ImportFixture()
                do {
                    try fixture.ledger.pool.write { database in
                        try database.execute(
                            sql: "INSERT INTO incident VALUES ('i', 'k', ?, 5, \(until), 'r', 'o', 11, \(closed))",
                            arguments: [state])
                    }
                    accepted.append("\(until) \(closed)")
                } catch let error as DatabaseError {
                    #expect(error.resultCode == .SQLITE_CONSTRAINT)
                }
            }
            let expected = ["open": ["NULL NULL"], "closed": ["9 12"], "withdrawn": ["NULL NULL", "9 12"]]
            #expect(accepted == expected[state] ?? [], "\(state)")
        }
    }
}
