import RetierCore

/// Turns the nodes under a fact's `where` or `among` into a filter of orders or events.
struct RowFilterReader {
    typealias Problem = ClauseParser.Problem
    typealias Token = ClauseParser.Token

    var findings: Findings
    let isOfOrders: Bool
    let currency: Currency

    /// The filter; nil where a part is wrong, which is reported.
    mutating func read(_ node: YAMLNode) -> RowFilter? {
        if let entry = node.entries?.first {
            switch entry.key {
            case "all": return readAll(entry.value).map(RowFilter.all)
            case "any": return readAll(entry.value).map(RowFilter.any)
            case "not": return read(entry.value).map(RowFilter.not)
            default: return nil
            }
        }
        guard let scalar = node.scalar, let text = node.text else { return nil }
        do {
            return try test(text)
        } catch {
            findings.add(
                error.code, at: (node.line, node.column + scalar.indent + error.offset), message: error.message,
                hint: error.hint)
            return nil
        }
    }

    private mutating func readAll(_ node: YAMLNode) -> [RowFilter]? {
        // Every part is read even after a broken one, so that all problems show at once.
        let parts = (node.items ?? []).map { read($0) }
        return parts.contains(nil) ? nil : parts.compactMap(\.self)
    }

    private var columns: [RowColumn] {
        isOfOrders ? [.amount, .discount, .coupon, .category, .channel, .status] : [.kind, .value, .ref]
    }

    private func test(_ text: String) throws(Problem) -> RowFilter {
        var tokens = try ClauseParser.tokens(of: text)[...]
        let first = tokens.popFirst()
        guard let first, let column = columns.first(where: { $0.rawValue == first.text }) else {
            let rows = isOfOrders ? "orders" : "events"
            throw Problem(
                code: "unknown-field", offset: 0, message: "\(rows) have no column `\(first?.text ?? "")`",
                hint: NearestName.hint(for: first?.text ?? "", in: columns.map(\.rawValue)))
        }
        guard !tokens.isEmpty else { return .test(column, .present) }
        let parser = ClauseParser(names: ReferenceNames())
        let (comparison, place) = try parser.comparison(&tokens)
        let (values, isList) = try parser.values(&tokens, after: place)
        guard isList == (comparison == .isIn || comparison == .isNotIn), !values.isEmpty else {
            throw Problem(
                code: "bad-clause", offset: place.offset,
                message: "`\(comparison.rawValue)` takes \(isList ? "one value" : "a list")",
                hint: isList ? "use `in` for a list" : "write [a, b] after it")
        }
        if column == .value, values.contains(where: { Decimal6.parse($0.text) == nil || $0.kind == .quoted }) {
            return try texts(.valueText, comparison, place, values)
        }
        return column.isNumber
            ? try numbers(column, comparison, values) : try texts(column, comparison, place, values)
    }

    private func numbers(
        _ column: RowColumn, _ comparison: Predicate.Comparison, _ values: [Token]
    ) throws(Problem) -> RowFilter {
        var numbers: [Int64] = []
        for value in values {
            let number =
                column == .value
                ? Decimal6.parse(value.text) : Money(text: value.text, decimals: currency.decimals)?.minorUnits
            guard let number else {
                throw Problem(
                    code: "bad-value", offset: value.offset, message: "`\(value.text)` is no amount",
                    hint: "write an amount with at most \(currency.decimals) decimals")
            }
            numbers.append(number)
        }
        switch comparison {
        case .isIn: return .any(numbers.map { .test(column, .number(.equal, $0)) })
        case .isNotIn: return .all(numbers.map { .test(column, .number(.notEqual, $0)) })
        default: return .test(column, .number(comparison, numbers[0]))
        }
    }

    private func texts(
        _ column: RowColumn, _ comparison: Predicate.Comparison, _ place: Token, _ values: [Token]
    ) throws(Problem) -> RowFilter {
        switch comparison {
        case .equal, .isIn: return .test(column, .texts(values.map(\.text), isNegated: false))
        case .notEqual, .isNotIn: return .test(column, .texts(values.map(\.text), isNegated: true))
        default:
            throw Problem(
                code: "bad-clause", offset: place.offset,
                message: "texts have no order, so `\(comparison.rawValue)` means nothing here",
                hint: "use `==`, `!=`, `in [...]` or `not in [...]`")
        }
    }
}
