import RetierCore
import Testing

/// Which of a member's cases end because of another one.
@Suite struct MemberCaseOthersTests {
    /// `calls` and `help` are escalations, `tips` is none.
    private static func value(
        _ playbook: String, _ id: String = "case", opened: String = "2026-11-01", shadow: Bool = false,
        paused: Bool = false
    ) -> MemberCase {
        var value = MemberCase(
            id: id, playbook: playbook, isEscalation: playbook != "tips", isShadow: shadow, opened: day(opened))
        if paused { (value.state, value.pausedOn) = (.paused, day(opened)) }
        return value
    }

    @Test(arguments: [
        // What is there, and what begins.
        (value("calls", paused: true), value("help"), true),
        (value("calls"), value("help"), false),
        (value("tips", paused: true), value("help"), false),
        (value("calls", paused: true), value("tips"), false),
        (value("calls", paused: true), value("help", shadow: true), false),
        (value("calls", shadow: true, paused: true), value("help"), true),
        (value("calls", shadow: true, paused: true), value("help", shadow: true), false),
        (value("calls", shadow: true), value("help"), false),
        (value("calls", paused: true), value("calls"), false),
    ])
    func anEscalationThatBeginsEndsTheOneThatIsPaused(there: MemberCase, beginning: MemberCase, ends: Bool) {
        #expect(there.ends(atBeginningOf: beginning) == ends)
    }

    @Test(arguments: [
        // The older of two escalations goes on.
        ([value("calls", "b", opened: "2026-11-02"), value("help", "a", opened: "2026-11-03")], ["a by b"]),
        // One whose clock runs comes before an older one whose clock stands.
        ([value("calls", "old", paused: true), value("help", "new", opened: "2026-11-09")], ["old by new"]),
        ([value("calls", "a", paused: true), value("help", "b", opened: "2026-11-09", paused: true)], ["b by a"]),
        // Of one playbook there is one case, a shadow or not.
        ([value("tips", "a"), value("tips", "b", opened: "2026-11-02")], ["b by a"]),
        ([value("calls", "a", opened: "2026-11-02"), value("calls", "b", shadow: true)], ["a by b"]),
        // What can be beside each other stays.
        ([value("calls", "a"), value("help", "b", shadow: true), value("tips", "c")], []),
        ([value("calls", "a", shadow: true), value("help", "b", shadow: true)], []),
        // Three members become one.
        (
            [value("calls", "c", opened: "2026-11-03"), value("help", "b", opened: "2026-11-02"), value("calls", "a")],
            ["b by a", "c by a"]
        ),
        ([], []),
    ])
    func whoBecomesOneIsLeftWithOneOfEach(cases: [MemberCase], ending: [String]) {
        for cases in [cases, cases.reversed()] {
            #expect(MemberCase.superseded(among: cases).map { "\($0.ending.id) by \($0.by.id)" } == ending)
        }
    }

    @Test func ofTwoOfOneDayTheFirstGoesOn() {
        let ending = MemberCase.superseded(among: [Self.value("calls", "b"), Self.value("help", "a")])
        #expect(ending.map(\.ending.id) == ["a"])
    }
}
