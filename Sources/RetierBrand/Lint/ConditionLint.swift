import RetierCore

/// Finds conditions that can never hold, and conditions that imply each other.
///
/// A condition is spread into alternatives (conjunctions of clauses). Negated clauses are compared by identity only,
/// because `not` of a missing value is true; so a found contradiction is certain, but not every one is found.
struct ConditionLint {
    struct Literal: Hashable {
        var clause: Clause
        var isNegated: Bool

        var text: String { (isNegated ? "not " : "") + clause.text }
    }

    /// Above this many alternatives nothing is said.
    private static let maxAlternatives = 256

    /// The alternatives of a condition; nil where they are too many.
    static func alternatives(of condition: Condition, isNegated: Bool = false) -> [[Literal]]? {
        switch (condition, isNegated) {
        case (.clause(let clause), _): return [[Literal(clause: clause, isNegated: isNegated)]]
        case (.not(let part), _): return alternatives(of: part, isNegated: !isNegated)
        case (.any(let parts), false), (.all(let parts), true):
            var all: [[Literal]] = []
            for part in parts {
                guard let more = alternatives(of: part, isNegated: isNegated) else { return nil }
                all += more
            }
            return all.count > maxAlternatives ? nil : all
        case (.all(let parts), false), (.any(let parts), true):
            var product: [[Literal]] = [[]]
            for part in parts {
                guard let more = alternatives(of: part, isNegated: isNegated) else { return nil }
                guard product.count * more.count <= maxAlternatives else { return nil }
                product = product.flatMap { left in more.map { left + $0 } }
            }
            return product
        }
    }

    /// Reports a playbook's condition that never holds, and alternatives of it that never hold.
    static func check(
        _ condition: Condition, at node: YAMLNode?, universe: FieldVocabulary?, into findings: inout Findings
    ) {
        guard let alternatives = alternatives(of: condition) else { return }
        let conflicts = alternatives.map { conflict(in: $0, universe: universe) }
        let isNever = !alternatives.isEmpty && conflicts.allSatisfy { $0 != nil }
        var reported: Set<Literal> = []
        for case let (first, second)? in conflicts where reported.insert(second).inserted {
            let place = (line: second.clause.line, column: second.clause.column)
            let consequence = isNever ? "so the playbook never acts" : "so this alternative never holds"
            let message =
                first == second
                ? "`\(second.text)` can never hold, \(consequence)"
                : "`\(second.text)` contradicts `\(first.text)` (line \(first.clause.line)), \(consequence)"
            let hint = "correct one of the clauses"
            if isNever {
                findings.add("never-true", at: place, message: message, hint: hint)
            } else {
                findings.warn("never-true", at: place, message: message, hint: hint)
            }
        }
    }

    /// Two clauses of a conjunction that exclude each other (the same one twice where it excludes itself), or nil.
    private static func conflict(in literals: [Literal], universe: FieldVocabulary?) -> (Literal, Literal)? {
        var sets: [Subject: (set: ValueSet, last: Literal)] = [:]
        for literal in literals {
            let predicate = literal.clause.predicate
            if let opposite = literals.first(where: {
                $0.clause.predicate == predicate && $0.isNegated != literal.isNegated
            }) {
                return ordered(opposite, literal)
            }
            guard let known = positive(literal) else { continue }
            let subject = Subject(predicate)
            var (set, last) = sets[subject] ?? (start(subject, universe), literal)
            set.restrict(known)
            if set.isEmpty { return (last, literal) }
            last = literal
            sets[subject] = (set, last)
        }
        return nil
    }

    private static func ordered(_ left: Literal, _ right: Literal) -> (Literal, Literal) {
        (left.clause.line, left.clause.column) <= (right.clause.line, right.clause.column)
            ? (left, right) : (right, left)
    }

    /// Whether every member for whom `left` holds is one for whom `right` holds; false where that cannot be told.
    static func implies(_ left: Condition, _ right: Condition, universe: FieldVocabulary?) -> Bool {
        guard let left = alternatives(of: left), let right = alternatives(of: right), !left.isEmpty else {
            return false
        }
        return left.allSatisfy { from in right.contains { to in implies(from, to, universe: universe) } }
    }

    private static func implies(_ from: [Literal], _ to: [Literal], universe: FieldVocabulary?) -> Bool {
        var sets: [Subject: ValueSet] = [:]
        for predicate in from.compactMap(positive) {
            sets[Subject(predicate), default: start(Subject(predicate), universe)].restrict(predicate)
        }
        return to.allSatisfy { literal in
            let isSame = from.contains {
                $0.clause.predicate == literal.clause.predicate && $0.isNegated == literal.isNegated
            }
            guard !isSame, let predicate = positive(literal) else { return isSame }
            return sets[Subject(predicate)]?.satisfies(predicate) ?? false
        }
    }

    /// A field, apart for text and number comparisons of one attribute.
    private struct Subject: Hashable {
        var field: Field
        var isText: Bool

        init(_ predicate: Predicate) {
            field = predicate.field
            switch predicate.operand {
            case .text, .texts: isText = true
            default: isText = false
            }
        }
    }

    /// What a literal says as a plain predicate; nil for the negation of a field that may be missing.
    private static func positive(_ literal: Literal) -> Predicate? {
        let predicate = literal.clause.predicate
        guard literal.isNegated else { return predicate }
        switch (predicate.field, predicate.operand) {
        case (.lifecycle, .choices):
            return Predicate(predicate.field, predicate.comparison == .isIn ? .isNotIn : .isIn, predicate.operand)
        case (.slide, .flag(let value)): return Predicate(.slide, predicate.comparison, .flag(!value))
        default: return nil
        }
    }

    /// Everything a field can be.
    private static func start(_ subject: Subject, _ universe: FieldVocabulary?) -> ValueSet {
        var set = ValueSet()
        guard case .choice(let choice) = subject.field.kind, let universe, choice != .transitionKinds, choice != .tags
        else {
            return set
        }
        let count = universe.names(of: choice).count
        set.restrict(Predicate(subject.field, .isIn, .choices(count < 64 ? (1 << UInt64(count)) - 1 : .max)))
        return set
    }
}
