import RetierCore
import Testing

/// Which of a member's cases takes its step on a day.
@Suite struct CaseTableTests {
    private static let asOf = day("2026-11-21")

    /// A playbook whose second step is due three days after the entry; an escalation where it has levels.
    private static func playbook(_ id: String, isEscalation: Bool = true) -> Playbook {
        .sample(
            id,
            steps: [
                Playbook.Step(id: "l1", level: isEscalation ? 1 : nil, action: "care", via: "sms"),
                Playbook.Step(
                    id: "l2", level: isEscalation ? 2 : nil, action: "care", via: "sms",
                    after: CalendarPeriod(days: 3)),
            ])
    }

    private static let playbooks = [
        playbook("calls"), playbook("help"), playbook("tips", isEscalation: false),
    ]

    /// A case opened so many days before the 18th, whose second step is due.
    private static func open(
        _ playbook: String, _ id: String, daysBefore: Int, isShadow: Bool = false
    ) -> (row: Int, value: MemberCase) {
        var value = MemberCase(
            id: id, playbook: playbook, isEscalation: playbook != "tips", isShadow: isShadow,
            opened: day("2026-11-18").adding(days: -daysBefore))
        value.next = "l2"
        return (1, value)
    }

    /// The ids of the cases that take their step, whatever the order in which they come.
    private static func taking(_ cases: [(row: Int, value: MemberCase)]) -> [String] {
        let orders = [cases, cases.reversed()].map { cases in
            CaseTable(count: 3, cases: cases, playbooks: playbooks, asOf: asOf)[1]
                .filter { $0.dueStep != nil }.map(\.value.id)
        }
        #expect(orders[0] == orders[1])
        return orders[0]
    }

    @Test func whatIsNoEscalationAndTheShadowOfOneGoOnBesideOne() {
        let cases = [
            Self.open("help", "escalation", daysBefore: 1), Self.open("tips", "tips", daysBefore: 0),
            Self.open("calls", "shadow", daysBefore: 2, isShadow: true),
        ]
        #expect(Set(Self.taking(cases)) == ["escalation", "tips", "shadow"])
    }

    @Test func aCaseOfAnotherMemberIsNoMatter() {
        let other = (row: 0, value: Self.open("tips", "other", daysBefore: 3).value)
        #expect(Self.taking([other, Self.open("tips", "own", daysBefore: 0)]) == ["own"])
    }
}
