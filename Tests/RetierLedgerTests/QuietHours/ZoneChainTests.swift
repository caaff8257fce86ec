import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// How the zones of members are found in what a real file says of them.
@Suite struct ZoneChainTests {
    private static let night = QuietWindow(id: "nights", hours: .init(from: 1_260, to: 540))
    private static let china = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])

    private func table(_ fixture: ImportFixture, windows: [QuietWindow] = [night]) throws -> (QuietTable, FactTable) {
        let facts = try fixture.ledger.facts(asOf: Day(number: 20_800), window: nil, zone: .utc)
        let settings = QuietSettings(
            windows: windows, regions: ["US-CA": try ZoneRules(systemNamed: "America/Los_Angeles")])
        let table = try fixture.ledger.quietTable(
            of: facts, settings, zone: Self.china)
        return (table, facts)
    }

    private func place(_ row: Int, _ table: QuietTable) -> String {
        let place = table.places[Int(table.placeOfRow[row])]
        return "\(place.zone.name) \(place.source.rawValue)" + (place.isUnread ? " unread" : "")
    }

    @Test func theMemberThenTheRegionThenTheProgramme() throws {
        let fixture = try ImportFixture()
        try fixture.load(
            .members,
            """
            member_id,joined_at,timezone,country
            a,2026-01-01,America/New_York,US-CA
            b,2026-01-01,,US-CA
            c,2026-01-01,CST,US-CA
            d,2026-01-01,Mars/Olympus,US-NV
            e,2026-01-01,,
            f,2026-01-01,../../etc/passwd,
            g,2026-01-01,UTC,

            """)
        let (table, facts) = try table(fixture)
        let found = (0..<facts.count).map { "\(facts.memberIDs[$0]) \(place($0, table))" }
        #expect(
            found == [
                "a America/New_York member", "b America/Los_Angeles region", "c America/Los_Angeles region unread",
                "d Asia/Shanghai programme unread", "e Asia/Shanghai programme", "f Asia/Shanghai programme unread",
                "g UTC member",
            ])
        #expect(table.unreadMembers == 3)
    }

    /// What is known of the member who is kept counts; else of the first who was merged and of whom anything is known.
    @Test func ofMergedMembersTheKeptOneCountsFirst() throws {
        let fixture = try ImportFixture()
        try fixture.load(
            .members,
            """
            member_id,joined_at,timezone,country
            late,2026-01-01,UTC,
            a,2026-01-01,America/New_York,
            b,2026-01-01,,US-CA
            c,2026-01-01,,
            first,2026-01-01,Europe/Paris,
            second,2026-01-01,UTC,US-NV

            """)
        let word = MergeWord(reason: "r", operatorName: "o", now: fixture.now, tierIDs: ["gold"])
        for (kept, others) in [("a", ["late"]), ("c", ["second", "first"])] {
            for other in others { try fixture.ledger.merge(kept, other, word) }
        }
        let (merged, facts) = try table(fixture)
        #expect(
            (0..<facts.count).map { "\(facts.memberIDs[$0]) \(place($0, merged))" } == [
                "a America/New_York member", "b America/Los_Angeles region", "c Europe/Paris member",
            ])
        try fixture.ledger.unmerge("second", word)
        try fixture.ledger.merge("b", "second", word)
        try fixture.load(.members, "member_id,joined_at,timezone,country\nsecond,2026-01-01,,US-NV\n")
        let (moved, rows) = try table(fixture)
        #expect(place(1, moved) == "America/Los_Angeles region" && rows.memberIDs[1] == "b")
    }

    /// As many as there may be texts, and more: what is no zone costs no place.
    @Test func aTextOfItsOwnForEveryMember() throws {
        let fixture = try ImportFixture()
        let rows = (0..<5_000).map { "m\(10_000 + $0),2026-01-01,Mars/Crater_\($0)" }
        try fixture.load(
            .members, "member_id,joined_at,timezone\n" + (rows + ["z,2026-01-01,"]).joined(separator: "\n") + "\n")
        let (table, _) = try table(fixture)
        #expect(table.places.count == 2 && table.unreadMembers == 5_000)
    }

    @Test func withoutWindowsNobodyIsLookedFor() throws {
        let fixture = try ImportFixture()
        try fixture.load(.members, "member_id,joined_at,timezone\na,2026-01-01,Mars/Olympus\n")
        #expect(try table(fixture, windows: []).0.placeOfRow.isEmpty)
    }
}
