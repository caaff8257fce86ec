import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// Files that name two members for one identity.
@Suite struct IdentityConflictTests {
    /// Three members of one person, found by two identities; rows by id and by identity.
    private static let files: [(ImportKind, String)] = [
        (.members, "member_id,joined_at\nM1,2025-01-01\nM2,2025-02-01\nM3,2025-03-01\nM4,2025-03-01\n"),
        (
            .orders,
            """
            order_id,member_id,source,external_id,ordered_at,amount
            O1,M1,,,2026-01-01,1
            O2,M2,,,2026-01-02,2
            O3,,wx,x,2026-01-03,4
            O4,,pos,y,2026-01-04,8
            O5,M4,,,2026-01-04,16

            """
        ),
        (
            .events,
            "event_id,source,external_id,occurred_at,kind\nE1,wx,x,2026-01-03,visit\nE2,pos,y,2026-01-03,visit\n"
        ),
        (.identities, "source,external_id,member_id\nwx,x,M2\npos,y,M3\n"),
        (.identities, "source,external_id,member_id\nwx,x,M1\n"),
        (.identities, "source,external_id,member_id\npos,y,M2\nwx,x,M2\n"),
        // Words on one moment under a member's id and two identities, one of them a withdrawal.
        (
            .consents,
            """
            member_id,source,external_id,channel,purpose,granted,at,proof
            M1,,,sms,marketing,1,2026-01-05,
            M2,,,sms,marketing,1,2026-01-05,form
            ,pos,y,email,marketing,1,2026-01-05,till

            """
        ),
        (
            .consents,
            """
            source,external_id,channel,purpose,granted,at,proof
            wx,x,sms,marketing,0,2026-01-05,chat
            wx,x,email,marketing,1,2026-01-05,chat

            """
        ),
    ]

    private static func state(_ fixture: ImportFixture) throws -> [String] {
        let selection = FactSelection(wanted: Set(FactCatalogue.standard.references))
        let facts = try fixture.ledger.facts(
            asOf: Day(number: 20_500), window: nil, zone: .utc, selection: selection)
        let consents = try fixture.ledger.consents(
            keys: facts.keys, merged: facts.mergedKeys, asOf: facts.asOf, zone: .utc)
        return (0..<facts.count).map { row in
            "\(facts.memberIDs[row]) \(consents.granted(row: row)) \(facts.joined[row]) \(facts[row]) "
                + "\(facts.furtherFacts(of: row))"
        } + (try fixture.ledger.planInputs().map { "\($0)" })
    }

    @Test func everyOrderOfArrivalEndsInTheSameFactsAndDigests() throws {
        var expected: [String]?
        var generator = SeededGenerator(seed: 8)
        for index in 0..<60 {
            let order = generator.shuffled(Array(Self.files.indices))
            let fixture = index % 2 == 0 ? try ImportFixture() : try ImportFixture.small()
            for number in order { try fixture.load(Self.files[number].0, Self.files[number].1) }
            let found = try Self.state(fixture)
            #expect(found == expected ?? found, "order \(order) seed \(generator.seed)")
            expected = expected ?? found
        }
        let facts = try #require(expected?.filter { $0.hasPrefix("M") })
        #expect(facts.map { String($0.prefix(2)) } == ["M1", "M4"])
        #expect(facts[0].contains("windowTotal: 1500") && facts[0].contains("[\"email:marketing\"]"))
    }

    @Test func whatAPersonUndidIsNotDoneAgainByTheSameFile() throws {
        let fixture = try ImportFixture()
        for (kind, text) in Self.files { try fixture.load(kind, text) }
        let word = MergeWord(reason: "phone passed on", operatorName: "t", now: fixture.now, tierIDs: [])
        #expect(try fixture.ledger.mergedInto("M2") == "M1")
        try fixture.ledger.unmerge("M2", word)
        for (kind, text) in Self.files {
            let report = try fixture.load(kind, text)
            #expect(report.unchanged == report.read)
        }
        #expect(try fixture.ledger.mergedInto("M2") == nil)
    }

    @Test func mergingCanBeRefused() throws {
        let fixture = try ImportFixture()
        try fixture.load(.identities, "source,external_id,member_id\nwx,x,M2\n")
        let path = try fixture.folder.write("source,external_id,member_id\nwx,x,M1\nwx,z,M1\n", to: "second.csv")
        let options = ImportOptions(
            zone: .utc, currency: Currency(code: "CNY"), maxRejectedShare: 10_000, now: fixture.now,
            mergesMembers: false)
        let report = try fixture.ledger.importFile(.identities, at: path, options: options)
        #expect(report.rejected == 1 && report.new == 1)
        #expect(try fixture.folder.read("second.csv.rejected.csv").contains("conflicting-identity"))
        #expect(try fixture.ledger.merges().isEmpty)
    }

    @Test func whatWaitsIsListedAndCounted() throws {
        let fixture = try ImportFixture()
        for (kind, text) in Self.files.prefix(3) { try fixture.load(kind, text) }
        try fixture.load(.orders, "order_id,member_id,ordered_at,amount\nO9,M9,2026-01-01,1\n")
        let owners = try fixture.ledger.unresolved()
        #expect(owners.map(\.memberID) == [nil, nil, "M9"])
        #expect(owners.map(\.identity) == ["pos:y", "wx:x", nil])
        #expect(owners.map(\.orders) == [1, 1, 1] && owners.map(\.events) == [1, 1, 0])
        #expect(try fixture.ledger.unresolvedCount() == 3 && fixture.ledger.unresolved(limit: 1).count == 1)
        try fixture.load(.identities, "source,external_id,member_id\nwx,x,M1\npos,y,M1\n")
        #expect(try fixture.ledger.unresolvedCount() == 1)
    }
}
