/// What became of every part of a condition for one member: the same answer as `holds`, with the values that led to it.
package struct ConditionTrace: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case all, any, not
        case clause(Clause)
    }

    package var kind: Kind
    package var result: Bool
    /// The member's value of the clause's field; nil for a group, and where the member has no such value.
    package var actual: String?
    /// The parts of a group, all of them evaluated.
    package var parts: [ConditionTrace]

    package init(kind: Kind, result: Bool, actual: String? = nil, parts: [ConditionTrace] = []) {
        self.kind = kind
        self.result = result
        self.actual = actual
        self.parts = parts
    }
}

extension Condition {
    /// Evaluates every part without stopping early and keeps each clause's actual value as text.
    package func trace(for member: MemberSnapshot, in vocabulary: FieldVocabulary) -> ConditionTrace {
        switch self {
        case .all(let parts):
            let traces = parts.map { $0.trace(for: member, in: vocabulary) }
            return ConditionTrace(kind: .all, result: traces.allSatisfy(\.result), parts: traces)
        case .any(let parts):
            let traces = parts.map { $0.trace(for: member, in: vocabulary) }
            return ConditionTrace(kind: .any, result: traces.contains(where: \.result), parts: traces)
        case .not(let part):
            let trace = part.trace(for: member, in: vocabulary)
            return ConditionTrace(kind: .not, result: !trace.result, parts: [trace])
        case .clause(let clause):
            let predicate = clause.predicate
            return ConditionTrace(
                kind: .clause(clause), result: predicate.holds(for: member),
                actual: predicate.field.valueText(of: member, in: vocabulary))
        }
    }
}
