import RetierCore

/// What clauses may name; nil where it is unknown because `retier.yaml` could not be read.
struct ReferenceNames: Sendable {
    var vocabulary: FieldVocabulary?
    /// Channel ids and the consent purpose that each needs.
    var channels: [(id: String, consent: String?)]?
}

/// Reads one clause such as `days_since_order >= 30` or `tier not in [base]`.
struct ClauseParser {
    /// A problem at an offset (in columns) from the start of the clause.
    struct Problem: Error {
        var code: String
        var offset: Int
        var message: String
        var hint: String
    }

    struct Token: Hashable {
        enum Kind { case word, quoted, mark }

        var kind: Kind
        var text: String
        var offset: Int
    }

    let names: ReferenceNames

    /// The meaning of a clause; nil where it is well formed but names things that cannot be checked now.
    func parse(_ text: String) throws(Problem) -> Predicate? {
        var tokens = try ClauseParser.tokens(of: text)[...]
        guard let first = tokens.popFirst(), first.kind == .word else {
            throw Problem(
                code: "bad-clause", offset: 0, message: "a clause starts with a field", hint: ClauseParser.form)
        }
        let field = try field(first)
        guard !tokens.isEmpty else {
            guard case .flag = field.kind else {
                throw Problem(
                    code: "bad-clause", offset: first.offset, message: "`\(first.text)` is compared with nothing",
                    hint: "add an operator and a value, such as `\(first.text) \(ClauseParser.example(field))`")
            }
            return Predicate(field, .equal, .flag(true))
        }
        let (comparison, place) = try comparison(&tokens)
        let (values, isList) = try values(&tokens, after: place)
        let takesList = comparison == .isIn || comparison == .isNotIn
        guard takesList == isList else {
            throw Problem(
                code: "bad-clause", offset: place.offset,
                message: takesList
                    ? "`\(comparison.rawValue)` needs a list" : "`\(comparison.rawValue)` takes one value",
                hint: takesList ? "write [a, b] after it" : "use `in` for a list")
        }
        if isList, values.isEmpty {
            throw Problem(
                code: "never-true", offset: place.offset, message: "the list is empty, so the clause has no meaning",
                hint: "name at least one value, or leave the clause out")
        }
        return try OperandReader(field: field, name: first, names: names).predicate(comparison, place, values)
    }

    static let form = "write `field operator value`, such as `days_since_order >= 30`"

    private static func example(_ field: Field) -> String {
        switch field.kind {
        case .choice: "in [...]"
        case .number: ">= 30"
        case .flag: "== true"
        case .attribute: "== \"...\""
        }
    }

    // MARK: Tokens

    static func tokens(of text: String) throws(Problem) -> [Token] {
        let scalars = Array(text.unicodeScalars)
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            let start = index
            switch scalars[index] {
            case " ", "\t", "\n": index += 1
            case "[", "]", ",":
                tokens.append(Token(kind: .mark, text: String(scalars[index]), offset: start))
                index += 1
            case "=", "!", "<", ">":
                while index < scalars.count, "=!<>".unicodeScalars.contains(scalars[index]) { index += 1 }
                tokens.append(Token(kind: .mark, text: string(scalars[start..<index]), offset: start))
            case "\"", "'":
                let quote = scalars[index]
                index += 1
                while index < scalars.count, scalars[index] != quote { index += 1 }
                guard index < scalars.count else {
                    throw Problem(
                        code: "bad-clause", offset: start, message: "the quoted text does not end",
                        hint: "close it with \(quote)")
                }
                tokens.append(Token(kind: .quoted, text: string(scalars[(start + 1)..<index]), offset: start))
                index += 1
            default:
                while index < scalars.count, !" \t\n[],=!<>\"'".unicodeScalars.contains(scalars[index]) { index += 1 }
                tokens.append(Token(kind: .word, text: string(scalars[start..<index]), offset: start))
            }
        }
        return tokens
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    func comparison(_ tokens: inout ArraySlice<Token>) throws(Problem) -> (Predicate.Comparison, Token) {
        guard let token = tokens.popFirst() else { preconditionFailure("the caller checks that a token is left") }
        if token.kind != .quoted {
            if token.text == "not", tokens.first?.text == "in" {
                tokens.removeFirst()
                return (.isNotIn, token)
            }
            if let comparison = Predicate.Comparison(rawValue: token.text) { return (comparison, token) }
        }
        let all = Predicate.Comparison.allCases.map(\.rawValue)
        throw Problem(
            code: "bad-clause", offset: token.offset, message: "`\(token.text)` is no operator",
            hint: ["=", "is"].contains(token.text)
                ? "did you mean `==`?" : "operators are \(all.map { "`\($0)`" }.joined(separator: ", "))")
    }

    func values(
        _ tokens: inout ArraySlice<Token>, after place: Token
    ) throws(Problem) -> (values: [Token], isList: Bool) {
        guard let first = tokens.popFirst() else {
            throw Problem(
                code: "bad-clause", offset: place.offset, message: "the clause has no value", hint: ClauseParser.form)
        }
        var values: [Token] = []
        let isList = first.text == "[" && first.kind == .mark
        if isList {
            while let token = tokens.popFirst(), !(token.kind == .mark && token.text == "]") {
                if token.kind != .mark { values.append(token) }
                if tokens.isEmpty {
                    throw Problem(
                        code: "bad-clause", offset: token.offset, message: "the list does not end",
                        hint: "close it with `]`")
                }
            }
        } else {
            values.append(first)
        }
        if let rest = tokens.first ?? (first.kind == .mark && !isList ? first : nil) {
            throw Problem(
                code: "bad-clause", offset: rest.offset, message: "`\(rest.text)` is one thing too many",
                hint: "put text with spaces in quotes; join clauses with all, any, not")
        }
        return (values, isList)
    }

    // MARK: Fields

    private func field(_ token: Token) throws(Problem) -> Field {
        if let definition = FieldCatalogue.definition(named: token.text) { return definition.field }
        if let fact = names.vocabulary?.facts.reference(named: token.text) { return .fact(fact) }
        if token.text.hasPrefix(FieldCatalogue.attributePrefix) {
            let name = String(token.text.dropFirst(FieldCatalogue.attributePrefix.count))
            if !name.isEmpty { return .attribute(name) }
        }
        if token.text.hasPrefix(FieldCatalogue.consentPrefix) { return try consent(token) }
        let known = FieldCatalogue.all.map(\.name) + (names.vocabulary?.facts.definitions.map(\.name) ?? [])
        let nearest = NearestName.of(token.text, in: known).map { "did you mean `\($0)`?" }
        throw Problem(
            code: "unknown-field", offset: token.offset, message: "there is no field `\(token.text)`",
            hint: nearest
                ?? "columns of your members file are `attr.NAME`; the manual's page Playbooks lists all fields")
    }

    /// `consent.sms` asks for what the channel needs, `consent.sms.service` for another purpose.
    private func consent(_ token: Token) throws(Problem) -> Field {
        let parts = token.text.dropFirst(FieldCatalogue.consentPrefix.count).split(separator: ".", maxSplits: 1)
        let channel = parts.first.map(String.init) ?? ""
        guard let channels = names.channels else { return .consent("\(channel):\(parts.last ?? "")") }
        guard let known = channels.first(where: { $0.id == channel }) else {
            throw Problem(
                code: "unknown-channel", offset: token.offset, message: "there is no channel `\(channel)`",
                hint: NearestName.hint(for: channel, in: channels.map(\.id)))
        }
        guard let purpose = parts.count == 2 ? String(parts[1]) : known.consent else {
            throw Problem(
                code: "bad-clause", offset: token.offset,
                message: "channel `\(channel)` needs no consent, so there is none to ask for",
                hint: "leave the clause out, or name a purpose: consent.\(channel).PURPOSE")
        }
        return .consent("\(channel):\(purpose)")
    }
}
