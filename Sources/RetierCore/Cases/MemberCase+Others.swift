/// What a member's cases mean to each other: one of a playbook, and one escalation.
///
/// The shadow of an escalation is none: nothing is sent in it, so that it stands beside any other.
extension MemberCase {
    private var isTreatedEscalation: Bool { isEscalation && !isShadow }

    /// Whether this one ends where another one begins: it is an escalation whose playbook is paused.
    ///
    /// The shadow of one ends too, because it keeps the clock of those who are treated; one that begins ends nothing.
    package func ends(atBeginningOf other: MemberCase) -> Bool {
        state == .paused && isEscalation && other.isTreatedEscalation && playbook != other.playbook
    }

    /// The cases of members who are found to be one that end, each with the one that goes on in its place: where one
    /// member cannot be in both, it is the one whose clock runs, then the one that was opened first, then the first.
    ///
    /// - Parameter cases: in the order of their members' ids.
    package static func superseded(among cases: [MemberCase]) -> [(ending: MemberCase, by: MemberCase)] {
        var going: [MemberCase] = []
        var ending: [(ending: MemberCase, by: MemberCase)] = []
        let order = cases.enumerated().sorted { left, right in
            (left.element.goesOnOrder, left.offset) < (right.element.goesOnOrder, right.offset)
        }
        for value in order.map(\.element) {
            let other = going.first { other in
                other.playbook == value.playbook || other.isTreatedEscalation && value.isTreatedEscalation
            }
            if let other { ending.append((value, other)) } else { going.append(value) }
        }
        return ending
    }

    private var goesOnOrder: Int { (state == .open ? 0 : 1 << 32) + Int(opened.number) }
}
