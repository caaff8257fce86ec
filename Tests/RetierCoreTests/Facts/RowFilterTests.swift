@testable import RetierCore
import RetierTestSupport
import Testing

@Suite struct RowFilterTests {
    /// The meaning of a filter, by the tree.
    private func holds(_ filter: RowFilter, _ row: FactRow) -> Bool {
        switch filter {
        case .all(let parts): return parts.allSatisfy { holds($0, row) }
        case .any(let parts): return parts.contains { holds($0, row) }
        case .not(let part): return !holds(part, row)
        case .test(let column, let test):
            let value = row[column]
            guard value != FactColumn.missing else { return false }
            switch test {
            case .present: return true
            case .number(.greater, let wanted): return value > wanted
            case .number(_, let wanted): return value <= wanted
            case .texts(let texts, let isNegated): return texts.contains { Int64($0) == value } != isNegated
            }
        }
    }

    private func random(_ generator: inout SeededGenerator, depth: Int) -> RowFilter {
        let columns: [RowColumn] = [.amount, .discount, .category, .channel]
        switch generator.draw(in: depth == 0 ? 3...6 : 0...6) {
        case 0: return .not(random(&generator, depth: depth - 1))
        case 1: return .all((0..<generator.draw(in: 0...3)).map { _ in random(&generator, depth: depth - 1) })
        case 2: return .any((0..<generator.draw(in: 0...3)).map { _ in random(&generator, depth: depth - 1) })
        case 3: return .test(generator.pick(from: columns), .present)
        case 4:
            let comparison: Predicate.Comparison = generator.pick(from: [.greater, .lessOrEqual])
            return .test(
                generator.pick(from: [.amount, .discount]), .number(comparison, Int64(generator.draw(in: -2...2))))
        default:
            let texts = (0..<generator.draw(in: 1...3)).map { _ in String(generator.draw(in: 0...3)) }
            return .test(
                generator.pick(from: [.category, .channel]), .texts(texts, isNegated: generator.draw(in: 0...1) == 0))
        }
    }

    @Test func codeWithJumpsMeansWhatTheTreeSays() {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<3_000 {
            let filter = random(&generator, depth: 4)
            let code = RowFilterCode(filter) { _, text in Int64(text) ?? -1 }
            var row = FactRow(at: 0, day: 0)
            for cell in 0..<6 where generator.draw(in: 0...2) > 0 {
                row.cells[cell] = Int64(generator.draw(in: -2...3))
            }
            let rows = [row]
            #expect(code.accepts(rows.span, 0) == holds(filter, row), "\(filter) \(row) seed \(generator.seed)")
        }
    }
}
