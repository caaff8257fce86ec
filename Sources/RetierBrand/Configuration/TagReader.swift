import RetierCore

/// Turns the entries under `tags` into tags, and their preferences into facts.
struct TagReader {
    var findings: Findings
    let kinds: EventKinds
    let currency: Currency
    let tierIDs: [String]
    let clusterIDs: [String]
    /// The facts that conditions may name: the programme's, to which those of each preference are added.
    private(set) var facts: [FactDefinition]
    private var tags: [Tag] = []

    init(
        findings: Findings, kinds: EventKinds, currency: Currency, tierIDs: [String], clusterIDs: [String],
        facts: [FactDefinition]
    ) {
        self.tierIDs = tierIDs
        self.clusterIDs = clusterIDs
        self.findings = findings
        self.kinds = kinds
        self.currency = currency
        self.facts = facts
    }

    /// The tags in the order in which they are written.
    mutating func read(_ node: YAMLNode?) -> [Tag] {
        for entry in node?.entries ?? [] { read(entry) }
        if tags.count > Tag.most {
            findings.add(
                "bad-value", at: node, message: "\(tags.count) tags are more than the \(Tag.most) that are possible",
                hint: "leave some out, or put alternatives into one tag with `any`")
        }
        return Array(tags.prefix(Tag.most))
    }

    private mutating func read(_ entry: YAMLNode.Entry) {
        let node = entry.value
        guard node["when"] != nil || node["prefers"] != nil else {
            return findings.add(
                "missing-key", at: node, message: "tag `\(entry.key)` has neither `when` nor `prefers`",
                hint: "say who carries it")
        }
        var parts: [Condition] = []
        if let preference = node["prefers"] { parts += self.preference(preference, of: entry.key) }
        if let when = node["when"] {
            var reader = ConditionReader(findings: findings, names: names)
            let condition = reader.read(when)
            findings = reader.findings
            if let condition {
                parts.append(condition)
                refuseLateFields(condition)
            }
        }
        tags.append(
            Tag(
                id: entry.key, title: node["title"]?.localized ?? LocalizedText(entry.key),
                condition: parts.count == 1 ? parts[0] : .all(parts)))
    }

    /// What a tag's condition may name: all facts, and the tags above it.
    private var names: ReferenceNames {
        ReferenceNames(
            vocabulary: FieldVocabulary(
                tierIDs: tierIDs, tagIDs: tags.map(\.id), clusterIDs: clusterIDs,
                facts: FactCatalogue(kinds: kinds, own: facts), moneyDecimals: currency.decimals), channels: nil)
    }

    private mutating func refuseLateFields(_ condition: Condition) {
        for clause in condition.clauses where !clause.predicate.field.isKnownBeforeScores {
            findings.add(
                "bad-clause", at: (clause.line, clause.column),
                message: "`\(clause.predicate.field.name)` is known only after tags are, since tiers may ask for tags",
                hint: "use facts, attributes, dates and tags that are written above")
        }
    }

    /// At least a share of the member's rows and at least so many of them, as two facts and two clauses.
    private mutating func preference(_ node: YAMLNode, of tag: String) -> [Condition] {
        let isContent = node["over"]?.text == "content"
        let wanted = (node["any_of"]?.items ?? []).compactMap(\.text)
        let share = Int64(node["share"]?.basisPoints ?? 4_000)
        let least = Int64(node["least"]?.integer ?? 3)
        let window = FactRows.Window.period(node["window"]?.period ?? CalendarPeriod(months: 6))
        if wanted.isEmpty, node["any_of"]?.items != nil {
            findings.add(
                "bad-value", at: node["any_of"], message: "tag `\(tag)` prefers nothing",
                hint: "name at least one category or topic")
        }
        let column: RowColumn = isContent ? .ref : .category
        let source: FactRows.Source = isContent ? .events : .purchases
        let those = RowFilter.test(column, .texts(wanted, isNegated: false))
        let kind = RowFilter.test(.kind, .texts(kinds[.contentView], isNegated: false))
        let whole = isContent ? kind : .everything
        let part = isContent ? RowFilter.all([kind, those]) : those
        let count = FactTerm(.count, of: FactRows(source, part, window))
        let title = node["any_of"].map { _ in wanted.joined(separator: ", ") } ?? tag
        facts.append(
            FactDefinition(
                "tag.\(tag).count", .count, .value(count), description: LocalizedText("\(tag): \(title)")))
        facts.append(
            FactDefinition(
                "tag.\(tag).share", .share,
                .ratio(
                    count, FactTerm(.values(column), of: FactRows(source, whole, window)),
                    scale: FactRecipe.shareScale),
                description: LocalizedText("\(tag): \(title)")))
        let catalogue = FactCatalogue(kinds: kinds, own: facts)
        func clause(_ name: String, _ value: Int64, _ text: String) -> Condition? {
            catalogue.reference(named: name).map { reference in
                .clause(
                    Clause(
                        Predicate(.fact(reference), .greaterOrEqual, .number(value)), text: "\(name) >= \(text)",
                        line: node.line, column: node.column))
            }
        }
        return [
            clause("tag.\(tag).share", share * 100, node["share"]?.text ?? "40%"),
            clause("tag.\(tag).count", least, String(least)),
        ].compactMap(\.self)
    }
}
