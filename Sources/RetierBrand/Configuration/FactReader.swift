import RetierCore

/// Turns the entries under `facts` into definitions.
struct FactReader {
    var findings: Findings
    let currency: Currency

    /// A programme's own facts; what is wrong is reported and left out.
    mutating func read(_ node: YAMLNode?) -> [FactDefinition] {
        (node?.entries ?? []).compactMap { read($0) }
    }

    private mutating func read(_ entry: YAMLNode.Entry) -> FactDefinition? {
        if FieldCatalogue.definition(named: entry.key) != nil || TemplateVariable.named(entry.key) != nil {
            findings.add(
                "duplicate-id", at: (entry.line, entry.column),
                message: "`\(entry.key)` is a field or a variable that every programme has", hint: "choose another name"
            )
            return nil
        }
        let node = entry.value
        guard let aggregate = node["aggregate"]?.text,
            FactShape.aggregates.contains(where: { $0.word == aggregate }),
            let source = FactRows.Source(rawValue: node["over"]?.text ?? "purchases")
        else { return nil }
        let count = findings.all.count
        let column = column(node, of: aggregate, over: source)
        var rows = FactRows(source, filter(node["where"], source), window(node["window"]))
        if aggregate != "share", let among = node["among"] {
            findings.add(
                "unknown-key", at: among, message: "`among` belongs to `share`, not to `\(aggregate)`",
                hint: "use `where`")
        }
        let among = filter(node["among"], source)
        guard findings.all.count == count else { return nil }
        let whole = FactRows(source, among, rows.window)
        if aggregate == "share", among != .everything { rows.filter = .all([among, rows.filter]) }
        let (unit, recipe) = meaning(of: aggregate, column, rows, whole)
        return FactDefinition(
            entry.key, unit, recipe, description: node["title"]?.localized ?? LocalizedText(entry.key))
    }

    private mutating func filter(_ node: YAMLNode?, _ source: FactRows.Source) -> RowFilter {
        guard let node else { return .everything }
        var reader = RowFilterReader(findings: findings, isOfOrders: source != .events, currency: currency)
        let filter = reader.read(node)
        findings = reader.findings
        return filter ?? .everything
    }

    private mutating func window(_ node: YAMLNode?) -> FactRows.Window {
        guard let node, let text = node.text else { return .programme }
        guard text != "all" else { return .everything }
        guard let period = CalendarPeriod(iso: text) else { return .programme }
        if period.hours > 0 {
            findings.add(
                "bad-value", at: node, message: "facts are of whole days, `\(text)` has hours",
                hint: "write days or months such as P30D or P1M")
        }
        return .period(period)
    }

    /// The column under `of`, which some aggregates need, some may have and others cannot use.
    private mutating func column(
        _ node: YAMLNode, of aggregate: String, over source: FactRows.Source
    ) -> RowColumn? {
        let needsNumber = ["sum", "mean", "min", "max", "last"].contains(aggregate)
        let needsColumn = needsNumber || ["distinct", "favourite_share"].contains(aggregate)
        let offered = FactShape.columns.filter {
            $0.isOfOrders == (source != .events) && (needsColumn && !needsNumber || $0.isNumber)
                && ($0 != .returned || source == .returns)
        }
        guard let of = node["of"], let text = of.text else {
            if needsColumn {
                findings.add(
                    "missing-key", at: node, message: "`\(aggregate)` needs `of`, the column that is aggregated",
                    hint: "add `of:` with one of " + offered.map { "`\($0.rawValue)`" }.joined(separator: ", "))
            }
            return nil
        }
        guard needsColumn || aggregate == "share" else {
            findings.add(
                "unknown-key", at: of, message: "`\(aggregate)` is of rows, not of a column", hint: "leave `of` out")
            return nil
        }
        guard let column = offered.first(where: { $0.rawValue == text }) else {
            // An unknown word was reported by the shape.
            guard FactShape.columns.contains(where: { $0.rawValue == text }) else { return nil }
            findings.add(
                "unknown-value", at: of,
                message: "`\(aggregate)` over \(source.rawValue) cannot be taken of `\(text)`",
                hint: NearestName.hint(for: text, in: offered.map(\.rawValue)))
            return nil
        }
        return column == .value && !needsNumber && aggregate != "share" ? .valueText : column
    }

    /// Unit and recipe of a fact whose parts are in order.
    private func meaning(
        of aggregate: String, _ column: RowColumn?, _ rows: FactRows, _ whole: FactRows
    ) -> (Field.Unit, FactRecipe) {
        let measure = column.map { FactMeasure.sum($0) } ?? .count
        let column = column ?? .amount
        let unit: Field.Unit = column == .value ? .decimal : .money
        func value(_ measure: FactMeasure) -> FactRecipe { .value(FactTerm(measure, of: rows)) }
        switch aggregate {
        case "days": return (.count, value(.days))
        case "sum": return (unit, value(.sum(column)))
        case "mean":
            return (unit, .ratio(FactTerm(.sum(column), of: rows), FactTerm(.values(column), of: rows), scale: 1))
        case "min": return (unit, value(.smallest(column)))
        case "max": return (unit, value(.largest(column)))
        case "last": return (unit, value(.last(column)))
        case "distinct": return (.count, value(.distinct(column)))
        case "share":
            return (
                .share,
                .ratio(FactTerm(measure, of: rows), FactTerm(measure, of: whole), scale: FactRecipe.shareScale)
            )
        case "favourite_share":
            let above = FactTerm(.favourite(column), of: rows)
            let below = FactTerm(.values(column), of: rows)
            return (.share, .ratio(above, below, scale: FactRecipe.shareScale))
        case "since_first": return (.days, value(.daysSinceFirst))
        case "since_last": return (.days, value(.daysSinceLast))
        case "cycle": return (.days, value(.cycle))
        case "variation": return (.decimal, value(.variation))
        case "overdue": return (.decimal, value(.overdue))
        default: return (.count, value(.count))
        }
    }
}
