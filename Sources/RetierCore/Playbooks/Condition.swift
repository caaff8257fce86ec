/// A tree of conditions over one member.
///
/// A value that is missing (no purchase yet, no birthday, no next tier) makes every comparison with it false, `!=` and
/// `not in` included; `not` around such a comparison is therefore true.
package indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case clause(Clause)

    /// Whether it holds; an empty `all` holds for everybody, an empty `any` for nobody.
    ///
    /// Stops at the first part that decides.
    package func holds(for member: some MemberFields) -> Bool {
        switch self {
        case .all(let parts):
            for part in parts where !part.holds(for: member) { return false }
            return true
        case .any(let parts):
            for part in parts where part.holds(for: member) { return true }
            return false
        case .not(let part): return !part.holds(for: member)
        case .clause(let clause): return clause.predicate.holds(for: member)
        }
    }

    /// Every clause of the tree, in the order in which they are written.
    package var clauses: [Clause] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.clauses)
        case .not(let part): part.clauses
        case .clause(let clause): [clause]
        }
    }

    /// The fields that the tree reads, each once, sorted by name.
    package var fields: [Field] {
        Set(clauses.map(\.predicate.field)).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Whether a clause reads a distance to the next tier, which is dear to compute.
    package var needsDistances: Bool { clauses.contains { $0.predicate.field.isDistance } }

    /// Whether a clause reads what the member has consented to.
    package var needsConsents: Bool {
        clauses.contains { if case .consent = $0.predicate.field { true } else { false } }
    }

    /// Whether a clause reads the incident that affected the member.
    package var needsIncident: Bool { clauses.contains { $0.predicate.field.isOfIncident } }

    /// Whether a clause reads tags.
    package var needsTags: Bool { clauses.contains { $0.predicate.field == .tag } }

    /// The further facts that the tree reads.
    package var facts: Set<FactReference> {
        Set(clauses.compactMap { if case .fact(let fact) = $0.predicate.field { fact } else { nil } })
    }

    /// The names of the attributes that the tree reads, sorted.
    package var attributes: [String] {
        fields.compactMap { if case .attribute(let name) = $0 { name } else { nil } }
    }
}

/// One comparison, with the words and the place in which a person wrote it.
package struct Clause: Hashable, Sendable {
    package var predicate: Predicate
    /// As written.
    package var text: String
    /// One-based place in the playbook's file; 0 where it was not read from a file.
    package var line: Int
    package var column: Int

    package init(_ predicate: Predicate, text: String, line: Int = 0, column: Int = 0) {
        self.predicate = predicate
        self.text = text
        self.line = line
        self.column = column
    }
}

/// What a clause means: a field compared with an operand in exact form.
package struct Predicate: Hashable, Sendable {
    package enum Comparison: String, CaseIterable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
        case isNotIn = "not in"
    }

    /// The right side, in the field's own exact unit.
    package enum Operand: Hashable, Sendable {
        /// Days, counts, minor units or millionths: whatever the field counts in.
        case number(Int64)
        case numbers([Int64])
        /// Bits by ladder position, segment, stage or transition kind; compared with `isIn` or `isNotIn` only.
        case choices(UInt64)
        case text(String)
        case texts([String])
        case flag(Bool)
    }

    package var field: Field
    package var comparison: Comparison
    package var operand: Operand

    package init(_ field: Field, _ comparison: Comparison, _ operand: Operand) {
        self.field = field
        self.comparison = comparison
        self.operand = operand
    }

    /// Whether the comparison holds; false where the member has no such value.
    @inline(__always)
    package func holds(for member: some MemberFields) -> Bool {
        switch operand {
        case .choices(let wanted):
            guard let bits = field.choices(of: member) else { return false }
            return (bits & wanted != 0) == (comparison == .isIn)
        case .number(let wanted):
            guard let value = field.number(of: member) else { return false }
            return Predicate.compare(value, comparison, wanted)
        case .numbers(let wanted):
            guard let value = field.number(of: member) else { return false }
            return wanted.contains(value) == (comparison == .isIn)
        case .flag(let wanted):
            guard let value = field.flag(of: member) else { return false }
            return (value == wanted) == (comparison != .notEqual)
        case .text(let wanted):
            guard let value = field.text(of: member) else { return false }
            return (value == wanted) == (comparison == .equal)
        case .texts(let wanted):
            guard let value = field.text(of: member) else { return false }
            return wanted.contains(value) == (comparison == .isIn)
        }
    }

    @inline(__always)
    static func compare(_ value: Int64, _ comparison: Comparison, _ wanted: Int64) -> Bool {
        switch comparison {
        case .equal, .isIn: value == wanted
        case .notEqual, .isNotIn: value != wanted
        case .less: value < wanted
        case .lessOrEqual: value <= wanted
        case .greater: value > wanted
        case .greaterOrEqual: value >= wanted
        }
    }
}
