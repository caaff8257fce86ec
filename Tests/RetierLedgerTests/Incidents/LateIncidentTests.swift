import GRDB
import RetierCore
import Testing

@testable import RetierLedger

/// After the last day of an incident nobody new is taken up, and nobody who waits for a step is forgotten.
@Suite struct LateIncidentTests {
    private static let asOf = Day(number: 20_500)
    private static let kind = IncidentKind(
        id: "till", title: LocalizedText("Till"), affects: ["event:visit"], late: CalendarPeriod(days: 2))
    private static let playbook = Playbook(
        id: "grant", title: LocalizedText("g"), version: 1, trigger: .daily, priority: .protect, condition: .all([]),
        steps: [Playbook.Step(id: "coupon", level: 1, action: "coupon", via: "sms")])

    private static func moment(_ hours: Int64) -> Instant {
        Instant(utcMidnightOf: asOf).adding(seconds: hours * 3_600)
    }

    /// Members a and b visited while the till failed; a run of the day decided about a only.
    private func fixture(verdict: String, reason: ReasonCode) throws -> ImportFixture {
        var fixture = try ImportFixture()
        fixture.zone = .utc
        try fixture.load(.members, "member_id,joined_at\na,2020-01-01\nb,2020-01-01\n")
        let visits = ["a", "b"].map { "\($0)1,\($0),\(Self.moment(1)),visit\n" }.joined()
        try fixture.load(.events, "event_id,member_id,occurred_at,kind\n" + visits)
        let incident = Incident(
            id: "i", kind: "till", from: Self.moment(0), until: Self.moment(2), registeredAt: Self.moment(3))
        try fixture.ledger.register(StoredIncident(incident, reason: "r", operatorName: "o"), now: Self.moment(3))
        try fixture.ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run VALUES
                        ('r', 'daily', 'd', 20500, 'digest', \(Self.moment(4).seconds), 2, 0, 0, 0, 0, '{}', NULL);
                    INSERT INTO decision SELECT 'action', 'r', key, 'grant', 1, 'coupon', 1, 'coupon', 'sms', 'crm',
                        NULL, '\(verdict)', '\(reason.rawValue)', '{}', '[]', NULL, 0, 20500, '', NULL, NULL, NULL
                        FROM member WHERE member_id = 'a';
                    INSERT INTO incident_action VALUES ('i', 'r', 'action')
                    """)
        }
        return fixture
    }

    /// The till was looked after until two days after its end; for 90 more days it is remembered for those who wait.
    @Test(arguments: [
        ("defer", ReasonCode.budget, 2, ["a", "b"]), ("defer", .budget, 3, ["a"]), ("defer", .budget, 92, ["a"]),
        ("defer", .budget, 93, []), ("hold_out", .controlGroup, 2, ["b"]), ("hold_out", .controlGroup, 3, []),
    ])
    func whoWaitsIsTakenUpAfterTheLastDay(
        verdict: String, reason: ReasonCode, daysLater: Int, expected: [String]
    ) throws {
        let fixture = try fixture(verdict: verdict, reason: reason)
        let facts = try fixture.ledger.facts(asOf: Self.asOf.adding(days: daysLater), window: nil, zone: .utc)
        let table = try fixture.ledger.incidentTable(of: facts, kinds: [Self.kind], zone: .utc)
        let due = (0..<facts.count).filter {
            !table.candidates(row: $0, playbook: Self.playbook, position: 0) { $0.incident.id == "i" }.isEmpty
        }
        #expect(due.map { facts.memberIDs[$0] } == expected)
    }
}
