import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// The order in which files arrive never shows in the ledger or its digests.
struct ImportOrderTests {
    /// Orders, events and consents by member id and by identity, identities of known and unknown members, members:
    /// every pair of kinds meets in both orders.
    private static let files: [(kind: ImportKind, text: String)] = [
        (.members, "member_id,joined_at,city\nM1,2025-01-01,Wuhan\nM2,2025-02-01,\n"),
        (
            .orders,
            """
            order_id,member_id,source,external_id,ordered_at,amount,category
            O1,M1,,,2026-01-01,10.00,tea
            O2,,wx,a,2026-01-02,20.00,tea
            O3,,wx,b,2026-01-02,30.00,
            O4,,wx,c,2026-01-03,40.00,cups
            O5,M3,,,2026-01-04,-5.00,
            """
        ),
        (
            .events,
            """
            event_id,source,external_id,member_id,occurred_at,kind,value,ref
            E1,wx,a,,2026-01-01,reply,yes,O2
            E2,wx,c,,2026-01-02,visit,,
            E3,,,M4,2026-01-03,visit,3,
            """
        ),
        (.identities, "source,external_id,member_id\nwx,a,M1\napp,a,M1\nwx,b,M5\n"),
        (
            .consents,
            """
            member_id,source,external_id,channel,purpose,granted,at,proof
            ,wx,a,sms,marketing,1,2026-01-01,
            M1,,,sms,marketing,0,2026-01-05,call
            ,wx,c,email,marketing,1,2026-01-01,
            """
        ),
    ]

    private static func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }

    @Test func everyOrderOfArrivalEndsInTheSameLedger() throws {
        var expected: (contents: [String], digests: [String])?
        for (index, order) in ImportOrderTests.permutations(ImportOrderTests.files.count).enumerated() {
            let fixture = index % 2 == 0 ? try ImportFixture() : try ImportFixture.small()
            for number in order {
                let file = ImportOrderTests.files[number]
                let report = try fixture.load(file.kind, file.text)
                #expect(report.new == report.read, "\(file.kind) of \(order)")
            }
            let found = try (contents: fixture.contents(), digests: fixture.digests())
            if let expected {
                #expect(found.contents == expected.contents, "order \(order)")
                #expect(found.digests == expected.digests, "order \(order)")
            }
            expected = expected ?? found
            #expect(try fixture.slotsMatchRows(), "order \(order)")
            #expect(try fixture.packDifferences() == [], "order \(order)")
        }
        let contents = try #require(expected?.contents)
        #expect(contents.contains("order|O2|M1|1767283200|2000|-|-|tea|-|-"))
        #expect(contents.contains("order|O3|M5|1767283200|3000|-|-|-|-|-"))
        #expect(contents.contains("order|O4|wx:c|1767369600|4000|-|-|cups|-|-"))
        #expect(contents.filter { $0.hasPrefix("member") }.count == 6)
        #expect(
            expected?.digests.map { $0.split(separator: "|").prefix(2).joined(separator: " ") } == [
                "consents 3", "events 3", "identities 3", "members 2", "orders 5",
            ])
    }

    @Test func everythingImportedAgainIsUnchanged() throws {
        let fixture = try ImportFixture.small()
        for file in ImportOrderTests.files { try fixture.load(file.kind, file.text) }
        let before = try fixture.everything()
        for file in ImportOrderTests.files.reversed() {
            let report = try fixture.load(file.kind, file.text)
            #expect(report.unchanged == report.read, "\(file.kind)")
        }
        #expect(try fixture.everything() == before)
    }

    @Test func contradictingConsentsOfTwoNamesEndInTheWithdrawal() throws {
        let files: [(ImportKind, String)] = [
            (.members, "member_id,joined_at\nM1,2025-01-01\n"),
            (.consents, "member_id,channel,purpose,granted,at\nM1,sms,marketing,1,2026-01-01\n"),
            (.consents, "source,external_id,channel,purpose,granted,at\nwx,a,sms,marketing,0,2026-01-01\n"),
            (.identities, "source,external_id,member_id\nwx,a,M1\n"),
        ]
        var digests: Set<[String]> = []
        for order in Self.permutations(files.count) {
            let fixture = try ImportFixture()
            for number in order { try fixture.load(files[number].0, files[number].1) }
            let facts = try fixture.ledger.facts(asOf: Day(number: 20_500), window: nil, zone: .utc)
            let consents = try fixture.ledger.consents(keys: facts.keys, asOf: facts.asOf, zone: .utc)
            #expect(consents.granted(row: 0).isEmpty, "order \(order)")
            digests.insert(try fixture.digests())
            // A later file corrects what came under the same name, and nothing else.
            let correction = try fixture.load(files[2].0, files[2].1.replacing(",0,", with: ",1,"))
            #expect(correction.updated == 1)
            let corrected = try fixture.ledger.consents(keys: facts.keys, asOf: facts.asOf, zone: .utc)
            #expect(corrected.granted(row: 0) == ["sms:marketing"], "order \(order)")
        }
        #expect(digests.count == 1)
    }
}
