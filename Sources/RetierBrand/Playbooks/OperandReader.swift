import RetierCore

/// Turns the right side of a clause into the exact form of its field.
struct OperandReader {
    typealias Problem = ClauseParser.Problem
    typealias Token = ClauseParser.Token

    let field: Field
    let name: Token
    let names: ReferenceNames

    func predicate(
        _ comparison: Predicate.Comparison, _ place: Token, _ values: [Token]
    ) throws(Problem) -> Predicate? {
        switch field.kind {
        case .choice(let choice): return try choices(choice, comparison, place, values)
        case .flag:
            guard comparison == .equal || comparison == .notEqual, let value = values.first, values.count == 1,
                value.text == "true" || value.text == "false"
            else {
                throw Problem(
                    code: "bad-clause", offset: place.offset, message: "`\(name.text)` is true or false",
                    hint: "write `\(name.text)` alone, or `\(name.text) == false`")
            }
            return Predicate(field, comparison, .flag(value.text == "true"))
        case .number(let unit):
            var numbers: [Int64] = []
            for value in values { numbers.append(try number(value, unit)) }
            return compared(comparison, numbers)
        case .attribute: return try attribute(comparison, place, values)
        }
    }

    private func compared(_ comparison: Predicate.Comparison, _ numbers: [Int64]) -> Predicate {
        let isList = comparison == .isIn || comparison == .isNotIn
        return Predicate(field, comparison, isList ? .numbers(numbers) : .number(numbers[0]))
    }

    private func choices(
        _ choice: Field.Choice, _ comparison: Predicate.Comparison, _ place: Token, _ values: [Token]
    ) throws(Problem) -> Predicate? {
        guard [.equal, .notEqual, .isIn, .isNotIn].contains(comparison) else {
            throw Problem(
                code: "bad-clause", offset: place.offset,
                message: "`\(name.text)` has no order, so `\(comparison.rawValue)` means nothing",
                hint: "use `in [...]` or `not in [...]`")
        }
        // Without a ladder the names of tiers cannot be judged; the other sets are always known.
        let vocabulary = names.vocabulary ?? FieldVocabulary(tierIDs: [])
        if choice == .tiers, vocabulary.tierIDs.isEmpty { return nil }
        if [.tags, .clusters, .incidentKinds].contains(choice), names.vocabulary == nil { return nil }
        var bits: UInt64 = 0
        for value in values {
            guard let bit = vocabulary.bit(of: value.text, in: choice) else {
                let what: (code: String, noun: String) =
                    switch choice {
                    case .tiers: ("unknown-tier", "tier")
                    case .segments: ("unknown-segment", "segment")
                    case .stages: ("unknown-stage", "lifecycle stage")
                    case .tags: ("unknown-tag", "tag")
                    case .clusters: ("unknown-cluster", "cluster")
                    case .incidentKinds: ("unknown-incident-kind", "kind of incident")
                    case .transitionKinds: ("unknown-kind", "kind of transition")
                    }
                throw Problem(
                    code: what.code, offset: value.offset, message: "there is no \(what.noun) `\(value.text)`",
                    hint: choice == .clusters
                        ? clusterHint(vocabulary) : NearestName.hint(for: value.text, in: known(choice, vocabulary)))
            }
            bits |= bit
        }
        return Predicate(field, comparison == .equal || comparison == .isIn ? .isIn : .isNotIn, .choices(bits))
    }

    private func clusterHint(_ vocabulary: FieldVocabulary) -> String {
        guard let last = vocabulary.clusterIDs.last else { return "write `clusters` into retier.yaml first" }
        return "clusters are the numbers 1 to \(last); `retier members` shows what they mean"
    }

    private func known(_ choice: Field.Choice, _ vocabulary: FieldVocabulary) -> [String] {
        choice == .segments ? Segment8.allCases.map(\.alias) : vocabulary.names(of: choice)
    }

    private func number(_ token: Token, _ unit: Field.Unit) throws(Problem) -> Int64 {
        let decimals = names.vocabulary?.moneyDecimals ?? 2
        let text = token.text
        let parsed: (value: Int64?, expectation: String) =
            switch unit {
            case .days, .count, .years: (Int64(text), "a whole number")
            case .money:
                (Money(text: text, decimals: decimals)?.minorUnits, "an amount with at most \(decimals) decimals")
            case .points: (Decimal6.parse(text).flatMap { $0 % 100 == 0 ? $0 / 100 : nil }, "a number from 0 to 100")
            case .share: (TextFormat.basisPoints(text).map { Int64($0) * 100 }, "a percentage such as 30%")
            case .decimal: (Decimal6.parse(text), "a number")
            }
        guard let value = parsed.value, token.kind == .word else {
            throw Problem(
                code: "bad-clause", offset: token.offset, message: "`\(text)` is no value of `\(name.text)`",
                hint: "write \(parsed.expectation)")
        }
        if let range = FieldCatalogue.definition(named: field.name)?.range,
            !scaled(range, unit, decimals).contains(value)
        {
            throw Problem(
                code: "out-of-range", offset: token.offset, message: "`\(name.text)` never reaches `\(text)`",
                hint: "it lies between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    /// A range that people write, in the field's exact unit.
    private func scaled(_ range: ClosedRange<Int>, _ unit: Field.Unit, _ decimals: Int) -> ClosedRange<Int64> {
        let factor: Int64 =
            switch unit {
            case .days, .count, .years: 1
            case .money: [1, 10, 100, 1_000][min(decimals, 3)]
            case .points, .share: 10_000
            case .decimal: 1_000_000
            }
        return Int64(range.lowerBound) * factor...Int64(range.upperBound) * factor
    }

    /// A bare number compares numbers, a quoted value or a word compares texts.
    private func attribute(
        _ comparison: Predicate.Comparison, _ place: Token, _ values: [Token]
    ) throws(Problem) -> Predicate {
        let numbers = values.compactMap { $0.kind == .word ? Decimal6.parse($0.text) : nil }
        if numbers.count == values.count { return compared(comparison, numbers) }
        guard [.equal, .notEqual, .isIn, .isNotIn].contains(comparison) else {
            throw Problem(
                code: "bad-clause", offset: place.offset,
                message: "`\(comparison.rawValue)` compares numbers, not text",
                hint: "write a bare number with at most six decimals")
        }
        let texts = values.map(\.text)
        let isList = comparison == .isIn || comparison == .isNotIn
        return Predicate(field, comparison, isList ? .texts(texts) : .text(texts[0]))
    }
}
