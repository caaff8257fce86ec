/// A tree of conditions over one member.
package indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)

    /// Whether it holds; an empty `all` holds for everybody.
    package func holds(for member: MemberSnapshot) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.holds(for: member) }
        case .any(let parts): parts.contains { $0.holds(for: member) }
        case .not(let part): !part.holds(for: member)
        }
    }
}
