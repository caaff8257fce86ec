import GRDB
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Two members who are one, and two again.
@Suite struct MergeTests {
    private let fixture: ImportFixture
    private var ledger: Ledger { fixture.ledger }
    private static let word = MergeWord(
        reason: "same phone", operatorName: "tester", now: Instant(seconds: 1_780_272_000), tierIDs: ["gold", "base"])

    init() throws {
        var fixture = try ImportFixture()
        fixture.zone = .utc
        self.fixture = fixture
    }

    /// Every fact of every member, fixed and further, by member id.
    private static func facts(of ledger: Ledger, asOf: Day = Day(number: 20_500)) throws -> [String: [String]] {
        let selection = FactSelection(wanted: Set(FactCatalogue.standard.references))
        let table = try ledger.facts(
            asOf: asOf, window: CalendarPeriod(days: 300), zone: .utc, selection: selection)
        let members = (0..<table.count).map { row in
            (
                table.memberIDs[row],
                ["\(table[row])", "\(table.furtherFacts(of: row))", "\(table.joined[row]) \(table.birthday[row])"]
            )
        }
        return Dictionary(uniqueKeysWithValues: members)
    }

    /// Random members, orders and events, with `rename` over the ids that rows name.
    private static func files(
        _ generator: inout SeededGenerator, members: Int, rename: (String) -> String = { $0 }
    ) -> [(ImportKind, String)] {
        var people = "member_id,joined_at\n"
        var orders = "order_id,member_id,ordered_at,amount,category,coupon,discount,status\n"
        var events = "event_id,member_id,occurred_at,kind,value,ref\n"
        func moment() -> String { "\(Day(number: Int32(20_500 - generator.draw(in: 0...400))))T12:00:00Z" }
        for index in 0..<members {
            let id = rename("m\(index)")
            people += "m\(index),2020-0\(generator.draw(in: 1...9))-01\n"
            for number in 0..<generator.draw(in: 0...5) {
                orders += "o\(index)-\(number),\(id),\(moment()),\(generator.draw(in: -20...90)),"
                orders += generator.pick(from: ["", "tea", "cup"]) + "," + generator.pick(from: ["", "c"]) + ",,\n"
            }
            for number in 0..<generator.draw(in: 0...4) {
                events += "e\(index)-\(number),\(id),\(moment()),\(generator.pick(from: ["visit", "nps", "view"])),"
                events += "\(generator.draw(in: 0...10)),\(generator.pick(from: ["", "a", "b"]))\n"
            }
        }
        return [(.members, people), (.orders, orders), (.events, events)]
    }

    @Test func factsOfOneMemberAreThoseOfAllItsRows() throws {
        // Members 0 to 199 in pairs: the odd one counts for the even one.
        let kept = { (id: String) -> String in
            let number = Int(id.dropFirst()) ?? 0
            return number < 200 ? "m\(number / 2 * 2)" : id
        }
        var generator = SeededGenerator(seed: 5)
        for (kind, text) in Self.files(&generator, members: 300) { try fixture.load(kind, text) }
        var renamed = try ImportFixture()
        renamed.zone = .utc
        generator = SeededGenerator(seed: 5)
        for (kind, text) in Self.files(&generator, members: 300, rename: kept) { try renamed.load(kind, text) }
        for number in stride(from: 0, to: 200, by: 2) { try ledger.merge("m\(number)", "m\(number + 1)", Self.word) }
        let found = try Self.facts(of: ledger)
        let expected = try Self.facts(of: renamed.ledger)
        #expect(found.count == 200)
        for (member, facts) in found {
            // Joining dates are of both members here, of one there.
            #expect(facts.prefix(2) == expected[member]?.prefix(2), "\(member) seed \(generator.seed)")
        }
        let census = try ledger.facts(asOf: Day(number: 20_500), window: nil, zone: .utc).census
        #expect(census.waitingOrders == 0 && census.waitingMembers == 0)
        #expect(try fixture.rows("SELECT count(*) FROM member_order") == ["\(census.orders)"])
    }

    @Test func whatIsUndoneIsAsItWas() throws {
        var generator = SeededGenerator(seed: 6)
        for (kind, text) in Self.files(&generator, members: 40) { try fixture.load(kind, text) }
        try ledger.pool.write { database in
            for key in 1...40 where generator.draw(in: 0...3) > 0 {
                try database.execute(
                    sql: "INSERT INTO standing VALUES (?, ?, ?, 1, 'new', ?, 1, 2, 3, 4, NULL, NULL, NULL, NULL)",
                    arguments: [
                        key, generator.pick(from: ["gold", "base"]), generator.draw(in: 1...99),
                        generator.draw(in: 1...99),
                    ])
                guard generator.draw(in: 0...1) == 0 else { continue }
                try database.execute(
                    sql: "INSERT INTO hold VALUES (?, 'grace', ?, ?, NULL, 20600, NULL, NULL, NULL)",
                    arguments: [key, generator.draw(in: 0...9), generator.draw(in: 1...99)])
            }
        }
        func state() throws -> [String] {
            try Self.facts(of: ledger).map { "\($0) \($1)" }.sorted() + fixture.digests()
                + fixture.rows("SELECT * FROM standing ORDER BY member")
                + fixture.rows("SELECT * FROM hold ORDER BY member") + ledger.planInputs().map { "\($0)" }
        }
        for round in 0..<60 {
            let before = try state()
            // A few merges at once, undone in any order.
            var merged: [String] = []
            for _ in 0..<generator.draw(in: 1...5) {
                let (kept, other) = ("m\(generator.draw(in: 0...39))", "m\(generator.draw(in: 0...39))")
                guard (try? ledger.merge(kept, other, Self.word)) != nil else { continue }
                merged.append(other)
                #expect(try state() != before)
            }
            for other in generator.shuffled(merged) { try ledger.unmerge(other, Self.word) }
            let after = try state()
            #expect(after == before, "round \(round) seed \(generator.seed)")
        }
        #expect(try fixture.rows("SELECT count(*) FROM merged_standing") == ["0"])
    }

    @Test func aMergeNeverCostsATierAndARefreshEndsThat() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\nb,2025-01-01\nc,2026-01-01\n")
        try ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO standing VALUES (1, 'base', 5, 1, 'new', 10, 1, 2, 3, 4, NULL, NULL, NULL, NULL),
                        (2, 'gold', 7, 0, 'new', 90, 5, 6, 7, 8, NULL, NULL, NULL, NULL),
                        (3, 'base', 3, 0, 'new', 30, 5, 6, 7, 8, NULL, NULL, NULL, NULL)
                    """)
        }
        try ledger.merge("a", "b", Self.word)
        try ledger.merge("a", "c", Self.word)
        #expect(try fixture.rows("SELECT member, tier, since FROM standing") == ["1|gold|7"])
        // A refresh computes one standing from all their rows.
        try ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run VALUES ('r1', 'refresh', '2026-06', 20000, 'd', 1, 1, 0, 0, 0, 0, '{}', NULL);
                    DELETE FROM standing;
                    INSERT INTO standing
                    VALUES (1, 'base', 20000, 0, 'new', 50, 1, 1, 1, 1, NULL, NULL, NULL, NULL)
                    """)
        }
        try ledger.unmerge("b", Self.word)
        #expect(
            try fixture.rows("SELECT member, tier, since FROM standing ORDER BY 1") == ["1|base|20000", "2|gold|7"])
    }

    /// What the stability rules remember goes with its standing: into the merge, and out of it after a refresh too.
    @Test func whatHoldsATierGoesWithIt() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\nb,2025-01-01\n")
        try ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO standing VALUES (1, 'base', 5, 0, 'new', 10, 1, 2, 3, 4, NULL, NULL, NULL, NULL),
                        (2, 'gold', 7, 1, 'new', 90, 5, 6, 7, 8, NULL, NULL, NULL, NULL);
                    INSERT INTO hold VALUES (1, 'dwell', 3, NULL, 4, NULL, NULL, NULL, NULL),
                        (2, 'confirmation', 2, 6, NULL, 900, 'base', 'gold', 7)
                    """)
        }
        let ofGold = "confirmation|2|6|-|900|base|gold|7"
        func holds() throws -> [String] { try fixture.rows("SELECT * FROM hold ORDER BY member") }
        try ledger.merge("a", "b", Self.word)
        #expect(try holds() == ["1|" + ofGold])
        // A refresh forgets whoever is not in it.
        try ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run VALUES ('r1', 'refresh', '2026-06', 20000, 'd', 1, 1, 0, 0, 0, 0, '{}', NULL);
                    DELETE FROM standing;
                    DELETE FROM hold;
                    INSERT INTO standing
                    VALUES (1, 'gold', 7, 0, 'new', 50, 1, 1, 1, 1, NULL, NULL, NULL, NULL)
                    """)
        }
        try ledger.unmerge("b", Self.word)
        #expect(try holds() == ["2|" + ofGold])
        #expect(try fixture.rows("SELECT member, tier FROM standing ORDER BY 1") == ["1|gold", "2|gold"])
    }

    /// Of two equal tiers held equally long the same one stays, whichever member came first.
    @Test(arguments: [["a", "b"], ["b", "a"]])
    func whichStandingStaysDoesNotDependOnTheOrderOfArrival(order: [String]) throws {
        for id in order { try fixture.load(.members, "member_id,joined_at\n\(id),2026-01-01\n") }
        try ledger.pool.write { database in
            for (id, score) in [("a", 90), ("b", 9)] {
                try database.execute(
                    sql: """
                        INSERT INTO standing SELECT key, 'gold', 5, 0, 'new', ?, 1, 2, 3, 4, NULL, NULL, NULL, NULL
                        FROM member WHERE member_id = ?
                        """, arguments: [score, id])
            }
        }
        try ledger.merge("a", "b", Self.word)
        #expect(try fixture.rows("SELECT score FROM standing") == ["9"])
    }

    @Test func mergesFormGroupsAndPartsOfThemComeOffAgain() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-03\nb,2026-01-02\nc,2026-01-01\n")
        try fixture.load(
            .orders, "order_id,member_id,ordered_at,amount\no1,a,2026-02-01,1\no2,b,2026-02-01,2\no3,c,2026-02-01,4\n")
        func totals() throws -> [String: Int64] {
            let table = try ledger.facts(asOf: Day(number: 20_500), window: nil, zone: .utc)
            return Dictionary(
                uniqueKeysWithValues: (0..<table.count).map { (table.memberIDs[$0], table.windowTotal[$0]) })
        }
        try ledger.merge("a", "b", Self.word)
        try ledger.merge("c", "a", Self.word)
        #expect(try totals() == ["c": 700])
        #expect(try ledger.mergedInto("b") == "c" && ledger.mergedInto("c") == nil)
        try ledger.unmerge("a", Self.word)
        #expect(try totals() == ["a": 300, "c": 400])
        #expect(try ledger.facts(asOf: Day(number: 20_500), window: nil, zone: .utc).joined == [20_455, 20_454])
        let merges = try ledger.merges()
        #expect(merges.map(\.kept) == ["c", "a"] && merges.map(\.other) == ["a", "b"])
        #expect(merges.map { $0.undoneAt != nil } == [true, false])
        let trail = try fixture.rows("SELECT kind, subject, detail FROM audit WHERE run = '' ORDER BY number")
        #expect(
            trail.map { $0.split(separator: "|").prefix(2).joined(separator: " ") }
                == ["member.merged b", "member.merged a", "member.unmerged a"])
        #expect(try Audit(ledger).verify() == [])
    }

    @Test func impossibleMergesSayWhy() throws {
        try fixture.load(.members, "member_id,joined_at\na,2026-01-01\nb,2026-01-01\nc,2026-01-01\n")
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return (error as? RetierError)?.message ?? "" }
            return ""
        }
        #expect(message { try ledger.merge("a", "a", Self.word) } == "a and a are one member")
        #expect(message { try ledger.merge("a", "x", Self.word) } == "there is no member x")
        #expect(message { try ledger.unmerge("a", Self.word) } == "a is merged into nobody")
        try ledger.merge("a", "b", Self.word)
        #expect(message { try ledger.merge("c", "b", Self.word) } == "b was merged into a")
        #expect(message { try ledger.merge("b", "c", Self.word) } == "b was merged into a")
    }

    @Test func consentsCapsAndHistoryFollow() throws {
        try fixture.load(.members, "member_id,joined_at,city\na,2026-01-01,\nb,2026-01-01,Wuhan\n")
        try fixture.load(
            .consents,
            """
            member_id,channel,purpose,granted,at
            a,sms,marketing,1,2026-01-01
            b,sms,marketing,0,2026-02-01
            b,email,marketing,1,2026-02-01

            """)
        try ledger.merge("a", "b", Self.word)
        let facts = try ledger.facts(asOf: Day(number: 20_500), window: nil, zone: .utc)
        let consents = try ledger.consents(
            keys: facts.keys, merged: facts.mergedKeys, asOf: Day(number: 20_500), zone: .utc)
        #expect(consents.granted(row: 0) == ["email:marketing"])
        #expect(try ledger.attributes(named: ["city"], for: facts) == ["city": ["Wuhan"]])
        #expect(RowOfKey(keys: facts.keys, merged: facts.mergedKeys)[2] == 0)
    }
}
