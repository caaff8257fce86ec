/// Which orders or events a fact counts: a tree of tests of one row.
///
/// As in a `Condition`, every comparison with a missing value is false, `not in` included.
package indirect enum RowFilter: Hashable, Sendable {
    case all([RowFilter])
    case any([RowFilter])
    case not(RowFilter)
    case test(RowColumn, RowTest)

    package static let everything = RowFilter.all([])

    /// Orders that used a coupon or a discount.
    package static let discounted = RowFilter.any([.test(.coupon, .present), .test(.discount, .number(.greater, 0))])

    /// The columns that it reads.
    package var columns: Set<RowColumn> {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.columns) }
        case .not(let part): part.columns
        case .test(let column, _): [column]
        }
    }

    /// The texts that it compares with.
    package var texts: Set<String> {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.texts) }
        case .not(let part): part.texts
        case .test(_, .texts(let texts, _)): Set(texts)
        case .test: []
        }
    }
}

/// What is asked of one column of a row.
package enum RowTest: Hashable, Sendable {
    /// The row has a value.
    case present
    /// Compared with a number in the column's unit: minor units, or millionths for `value`.
    case number(Predicate.Comparison, Int64)
    /// One of these texts, or none of them.
    case texts([String], isNegated: Bool)
}

/// A filter as code with jumps: no tree is walked for each of millions of rows.
struct RowFilterCode: Sendable {
    private enum Test: Sendable {
        case present
        case number(Predicate.Comparison, Int64)
        /// A range of `values`.
        case texts(Range<Int>, isNegated: Bool)
    }

    private struct Instruction: Sendable {
        var cell: Int
        var test: Test
        /// The next instruction, `accept` or `reject`.
        var whenTrue: Int
        var whenFalse: Int
    }

    private static let accept = -1
    private static let reject = -2

    private var instructions: [Instruction] = []
    private var values: [Int64] = []
    private var entry = 0

    /// - Parameter number: the number that stands for a text in rows; one that no row has for an unknown text.
    init(_ filter: RowFilter, number: (RowColumn, String) -> Int64) {
        entry = emit(filter, whenTrue: RowFilterCode.accept, whenFalse: RowFilterCode.reject, number)
    }

    /// Appends the code of a filter, last part first so that every target is known; returns where it begins.
    private mutating func emit(
        _ filter: RowFilter, whenTrue: Int, whenFalse: Int, _ number: (RowColumn, String) -> Int64
    ) -> Int {
        switch filter {
        case .all(let parts):
            return parts.reversed().reduce(whenTrue) {
                emit($1, whenTrue: $0, whenFalse: whenFalse, number)
            }
        case .any(let parts):
            return parts.reversed().reduce(whenFalse) {
                emit($1, whenTrue: whenTrue, whenFalse: $0, number)
            }
        case .not(let part): return emit(part, whenTrue: whenFalse, whenFalse: whenTrue, number)
        case .test(let column, let test):
            let compiled: Test
            switch test {
            case .present: compiled = .present
            case .number(let comparison, let wanted): compiled = .number(comparison, wanted)
            case .texts(let texts, let isNegated):
                let start = values.count
                values += texts.map { number(column, $0) }
                compiled = .texts(start..<values.count, isNegated: isNegated)
            }
            instructions.append(
                Instruction(cell: column.cell, test: compiled, whenTrue: whenTrue, whenFalse: whenFalse))
            return instructions.count - 1
        }
    }

    /// Whether a row passes: read where it is, because copying one costs more than asking it.
    @inline(__always)
    func accepts(_ rows: Span<FactRow>, _ position: Int) -> Bool {
        var place = entry
        while place >= 0 {
            let instruction = instructions[place]
            let isTrue = holds(instruction, rows[position].cells[instruction.cell])
            place = isTrue ? instruction.whenTrue : instruction.whenFalse
        }
        return place == RowFilterCode.accept
    }

    @inline(__always)
    private func holds(_ instruction: Instruction, _ value: Int64) -> Bool {
        guard value != FactColumn.missing else { return false }
        switch instruction.test {
        case .present: return true
        case .number(let comparison, let wanted): return Predicate.compare(value, comparison, wanted)
        case .texts(let range, let isNegated):
            for position in range where values[position] == value { return !isNegated }
            return isNegated
        }
    }
}
